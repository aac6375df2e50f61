//! The certificate of one product.

mod command;
mod decide;
mod event;
mod refusal;
mod state;

use sceau_kernel::{Context, Decider, Wire};
use serde::{Deserialize, Serialize};

pub use command::{
    ApplyForCertificate, AssignReviewer, CertificateCommand, GrantCertificate, ProvideChanges, RefuseCertificate,
    RenewCertificate, RequestChanges, ResumeCertificate, RevokeCertificate, SuspendCertificate,
};
pub use event::{
    CertificateApplied, CertificateEvent, CertificateExpired, CertificateGranted, CertificateRefused,
    CertificateRenewed, CertificateResumed, CertificateRevoked, CertificateSubject, CertificateSuspended,
    ChangesProvided, ChangesRequested, ReviewerAssigned,
};
pub use refusal::{CertificateRefusal, Repeat, SituationRule};
pub use state::{Case, CertificateState, Situation};

use crate::{Name, Sha256};

sceau_kernel::id!(
    /// The certificate of one product, and so the product's identity everywhere.
    CertificateId, "certificate"
);

/// An application hands in at most this many documents at once.
pub const MAX_EVIDENCE: usize = 100;

/// The decider of certificate streams.
pub struct Certificate;

/// What kind of product is certified.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Wire, Serialize, Deserialize)]
#[wire(enumeration = sceau_proto::certification::v1::ProductCategory)]
pub enum ProductCategory {
    /// Food.
    Food,
    /// Drinks.
    Beverage,
    /// Tobacco and nicotine.
    Tobacco,
    /// Medicines and medical devices.
    Medicine,
    /// Cosmetics and hygiene.
    Cosmetic,
    /// Building materials.
    Construction,
    /// Electrical goods.
    Electrical,
    /// Anything else.
    #[default]
    Other,
}

/// A document that supports an application: its fingerprint, not the document.
#[derive(Clone, Debug, PartialEq, Eq, Wire, Serialize, Deserialize)]
#[wire(sceau_proto::certification::v1::Evidence)]
pub struct Evidence {
    /// What the document is.
    pub title: Name,
    /// Its fingerprint.
    pub sha256: Sha256,
}

/// Where a certificate stands, as readers name it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Wire, Serialize, Deserialize)]
#[wire(enumeration = sceau_proto::certification::v1::CertificateStatus)]
pub enum CertificateStatus {
    /// Applied for; nobody reviews it yet.
    #[default]
    Applied,
    /// With its reviewer.
    UnderReview,
    /// The company has to change something.
    ChangesRequested,
    /// Granted. That its time has run out shows in `valid_until` even before the platform has recorded it.
    InForce,
    /// Does not count for the time being.
    Suspended,
    /// Withdrawn for good.
    Revoked,
    /// Its validity has run out.
    Expired,
    /// The application was turned down.
    Refused,
}

impl CertificateStatus {
    /// The status in words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Applied => "applied for",
            Self::UnderReview => "under review",
            Self::ChangesRequested => "waiting for changes",
            Self::InForce => "in force",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
            Self::Refused => "refused",
        }
    }
}

impl Decider for Certificate {
    type State = CertificateState;
    type Command = CertificateCommand;
    type Event = CertificateEvent;
    type Refusal = CertificateRefusal;

    fn decide(
        state: &CertificateState,
        command: &CertificateCommand,
        context: &Context,
    ) -> Result<Vec<CertificateEvent>, CertificateRefusal> {
        decide::decide(state, command, context)
    }

    fn evolve(state: &mut CertificateState, event: &CertificateEvent) {
        state.evolve(event);
    }
}
