//! What may have happened to a certificate.

use sceau_kernel::{Timestamp, Wire};
use serde::{Deserialize, Serialize};

use super::{CertificateStatus, Evidence, ProductCategory};
use crate::{CompanyId, Gtin, Name, Remark};

/// What may have happened to a certificate.
#[derive(Clone, Debug, PartialEq, Wire)]
pub enum CertificateEvent {
    /// The company applied.
    Applied(CertificateApplied),
    /// An officer was charged with the review.
    ReviewerAssigned(ReviewerAssigned),
    /// The reviewer asked for changes.
    ChangesRequested(ChangesRequested),
    /// The company answered the reviewer.
    ChangesProvided(ChangesProvided),
    /// The product is certified.
    Granted(CertificateGranted),
    /// The application was turned down.
    Refused(CertificateRefused),
    /// It does not count for the time being.
    Suspended(CertificateSuspended),
    /// It counts again.
    Resumed(CertificateResumed),
    /// It was withdrawn for good.
    Revoked(CertificateRevoked),
    /// Its validity was prolonged; an expired one is in force again.
    Renewed(CertificateRenewed),
    /// Its validity ran out.
    Expired(CertificateExpired),
}

impl CertificateEvent {
    /// What the certificate is about: every event carries it, so that each can be read alone.
    pub fn subject(&self) -> &CertificateSubject {
        match self {
            Self::Applied(event) => &event.subject,
            Self::ReviewerAssigned(event) => &event.subject,
            Self::ChangesRequested(event) => &event.subject,
            Self::ChangesProvided(event) => &event.subject,
            Self::Granted(event) => &event.subject,
            Self::Refused(event) => &event.subject,
            Self::Suspended(event) => &event.subject,
            Self::Resumed(event) => &event.subject,
            Self::Revoked(event) => &event.subject,
            Self::Renewed(event) => &event.subject,
            Self::Expired(event) => &event.subject,
        }
    }

    /// Where the certificate stands after this event.
    pub const fn status(&self) -> CertificateStatus {
        match self {
            Self::Applied(_) => CertificateStatus::Applied,
            Self::ReviewerAssigned(_) | Self::ChangesProvided(_) => CertificateStatus::UnderReview,
            Self::ChangesRequested(_) => CertificateStatus::ChangesRequested,
            Self::Granted(_) | Self::Resumed(_) | Self::Renewed(_) => CertificateStatus::InForce,
            Self::Refused(_) => CertificateStatus::Refused,
            Self::Suspended(_) => CertificateStatus::Suspended,
            Self::Revoked(_) => CertificateStatus::Revoked,
            Self::Expired(_) => CertificateStatus::Expired,
        }
    }
}

/// What a certificate is about.
#[derive(Clone, Debug, PartialEq, Wire, Serialize, Deserialize)]
#[wire(sceau_proto::certification::v1::CertificateSubject)]
pub struct CertificateSubject {
    /// The company that applied.
    pub company_id: CompanyId,
    /// Its name when it applied.
    pub company_name: Name,
    /// The product's number.
    pub gtin: Gtin,
    /// The product's name.
    pub product_name: Name,
    /// What kind of product it is.
    pub category: ProductCategory,
    /// When the company applied.
    pub applied_at: Timestamp,
}

/// The company applied.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(sceau_proto::certification::v1::CertificateApplied)]
pub struct CertificateApplied {
    /// Company and product.
    pub subject: CertificateSubject,
    /// Documents handed in with the application.
    pub evidence: Vec<Evidence>,
}

/// An officer was charged with the review.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(sceau_proto::certification::v1::ReviewerAssigned)]
pub struct ReviewerAssigned {
    /// Company and product.
    pub subject: CertificateSubject,
    /// The officer: the subject of his token.
    pub reviewer: Name,
}

/// The reviewer asked for changes.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(sceau_proto::certification::v1::ChangesRequested)]
pub struct ChangesRequested {
    /// Company and product.
    pub subject: CertificateSubject,
    /// The reviewer.
    pub reviewer: Name,
    /// What has to change.
    pub notes: Remark,
}

/// The company answered the reviewer.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(sceau_proto::certification::v1::ChangesProvided)]
pub struct ChangesProvided {
    /// Company and product.
    pub subject: CertificateSubject,
    /// The reviewer.
    pub reviewer: Name,
    /// What was changed.
    pub notes: Remark,
    /// Further documents.
    pub evidence: Vec<Evidence>,
}

/// The product is certified.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(sceau_proto::certification::v1::CertificateGranted)]
pub struct CertificateGranted {
    /// Company and product.
    pub subject: CertificateSubject,
    /// The officer who had reviewed it.
    pub reviewer: Name,
    /// The first instant at which the certificate no longer holds.
    pub valid_until: Timestamp,
}

/// The application was turned down.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(sceau_proto::certification::v1::CertificateRefused)]
pub struct CertificateRefused {
    /// Company and product.
    pub subject: CertificateSubject,
    /// Why.
    pub reason: Remark,
}

/// It does not count for the time being.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(sceau_proto::certification::v1::CertificateSuspended)]
pub struct CertificateSuspended {
    /// Company and product.
    pub subject: CertificateSubject,
    /// Why.
    pub reason: Remark,
    /// The end of its validity, which goes on running.
    pub valid_until: Timestamp,
}

/// It counts again.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(sceau_proto::certification::v1::CertificateResumed)]
pub struct CertificateResumed {
    /// Company and product.
    pub subject: CertificateSubject,
    /// The end of its validity.
    pub valid_until: Timestamp,
}

/// It was withdrawn for good.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(sceau_proto::certification::v1::CertificateRevoked)]
pub struct CertificateRevoked {
    /// Company and product.
    pub subject: CertificateSubject,
    /// Why.
    pub reason: Remark,
    /// The end of the validity it had.
    pub valid_until: Timestamp,
}

/// Its validity was prolonged; an expired one is in force again.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(sceau_proto::certification::v1::CertificateRenewed)]
pub struct CertificateRenewed {
    /// Company and product.
    pub subject: CertificateSubject,
    /// The end of its validity until now.
    pub previous_valid_until: Timestamp,
    /// The end of its validity from now on.
    pub valid_until: Timestamp,
}

/// Its validity ran out.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(sceau_proto::certification::v1::CertificateExpired)]
pub struct CertificateExpired {
    /// Company and product.
    pub subject: CertificateSubject,
    /// When it ran out.
    pub valid_until: Timestamp,
}
