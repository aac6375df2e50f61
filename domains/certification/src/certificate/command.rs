//! What a caller may ask of a certificate stream.

use sceau_kernel::{Timestamp, Wire};
use serde::{Deserialize, Serialize};

use super::{Evidence, ProductCategory};
use crate::{CompanyFacts, CompanyId, Gtin, Name, Remark};

/// What a caller may ask of a certificate stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum CertificateCommand {
    /// Applies for it.
    Apply {
        /// What the caller asks.
        application: ApplyForCertificate,
        /// The company named in it, if there is one; looked up by the gateway.
        company: Option<CompanyFacts>,
    },
    /// Charges an officer with the review.
    AssignReviewer(AssignReviewer),
    /// Asks the company for changes.
    RequestChanges(RequestChanges),
    /// Answers the request.
    ProvideChanges(ProvideChanges),
    /// Certifies the product.
    Grant(GrantCertificate),
    /// Turns the application down.
    Refuse(RefuseCertificate),
    /// Makes it not count for the time being.
    Suspend(SuspendCertificate),
    /// Makes it count again.
    Resume(ResumeCertificate),
    /// Withdraws it for good.
    Revoke(RevokeCertificate),
    /// Prolongs it.
    Renew(RenewCertificate),
    /// Records that its time has run out. The platform sends it; where it does not apply it changes nothing.
    Expire,
}

/// Applies for the certificate of one product.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Wire)]
#[wire(request = sceau_proto::certification::v1::ApplyForCertificateRequest)]
pub struct ApplyForCertificate {
    /// The company that applies.
    pub company_id: CompanyId,
    /// The product's number.
    pub gtin: Gtin,
    /// The product's name.
    pub product_name: Name,
    /// What kind of product it is.
    pub category: ProductCategory,
    /// Documents that support the application.
    pub evidence: Vec<Evidence>,
}

/// Charges an officer with the review.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Wire)]
#[wire(request = sceau_proto::certification::v1::AssignReviewerRequest)]
pub struct AssignReviewer {
    /// The officer: the subject of his token.
    pub reviewer: Name,
}

/// Asks the company to change its application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Wire)]
#[wire(request = sceau_proto::certification::v1::RequestChangesRequest)]
pub struct RequestChanges {
    /// What has to change.
    pub notes: Remark,
}

/// Answers a request for changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Wire)]
#[wire(request = sceau_proto::certification::v1::ProvideChangesRequest)]
pub struct ProvideChanges {
    /// What was changed.
    pub notes: Remark,
    /// Further documents.
    pub evidence: Vec<Evidence>,
}

/// Certifies the product.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Wire)]
#[wire(request = sceau_proto::certification::v1::GrantCertificateRequest)]
pub struct GrantCertificate {
    /// The first instant at which the certificate no longer holds.
    pub valid_until: Timestamp,
}

/// Turns the application down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Wire)]
#[wire(request = sceau_proto::certification::v1::RefuseCertificateRequest)]
pub struct RefuseCertificate {
    /// Why.
    pub reason: Remark,
}

/// Makes a certificate in force not count for the time being.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Wire)]
#[wire(request = sceau_proto::certification::v1::SuspendCertificateRequest)]
pub struct SuspendCertificate {
    /// Why.
    pub reason: Remark,
}

/// Makes a suspended certificate count again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Wire)]
#[wire(request = sceau_proto::certification::v1::ResumeCertificateRequest)]
pub struct ResumeCertificate {}

/// Withdraws a certificate for good.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Wire)]
#[wire(request = sceau_proto::certification::v1::RevokeCertificateRequest)]
pub struct RevokeCertificate {
    /// Why.
    pub reason: Remark,
}

/// Prolongs a certificate that is in force or has expired.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Wire)]
#[wire(request = sceau_proto::certification::v1::RenewCertificateRequest)]
pub struct RenewCertificate {
    /// The new end of its validity.
    pub valid_until: Timestamp,
}
