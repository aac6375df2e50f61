//! Where a certificate stands, as the fold of its events.

use sceau_kernel::Timestamp;
use serde::{Deserialize, Serialize};

use super::{CertificateEvent, CertificateStatus, CertificateSubject};
use crate::{Name, Remark};

/// The state of a certificate stream.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum CertificateState {
    /// Nobody has applied.
    #[default]
    NotApplied,
    /// There is a case.
    Filed(Case),
}

/// One product's case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// Company and product.
    pub subject: CertificateSubject,
    /// Where it stands.
    pub situation: Situation,
}

/// Where a case stands, with what holds there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are those of the events that lead here")]
pub enum Situation {
    /// Applied for; nobody reviews it yet.
    Applied,
    /// With its reviewer.
    UnderReview { reviewer: Name },
    /// The company has to change something.
    ChangesRequested { reviewer: Name, notes: Remark },
    /// Granted.
    InForce { valid_until: Timestamp },
    /// Does not count for the time being.
    Suspended { valid_until: Timestamp, reason: Remark },
    /// Withdrawn for good.
    Revoked { reason: Remark },
    /// Its validity has run out.
    Expired { valid_until: Timestamp },
    /// The application was turned down.
    Refused { reason: Remark },
}

impl Situation {
    /// The situation as readers name it.
    pub const fn status(&self) -> CertificateStatus {
        match self {
            Self::Applied => CertificateStatus::Applied,
            Self::UnderReview { .. } => CertificateStatus::UnderReview,
            Self::ChangesRequested { .. } => CertificateStatus::ChangesRequested,
            Self::InForce { .. } => CertificateStatus::InForce,
            Self::Suspended { .. } => CertificateStatus::Suspended,
            Self::Revoked { .. } => CertificateStatus::Revoked,
            Self::Expired { .. } => CertificateStatus::Expired,
            Self::Refused { .. } => CertificateStatus::Refused,
        }
    }
}

impl CertificateState {
    /// An event says all of the situation it leads to, so the fold needs nothing of the one before.
    pub(super) fn evolve(&mut self, event: &CertificateEvent) {
        *self = Self::Filed(Case { subject: event.subject().clone(), situation: Situation::after(event) });
    }
}

impl Situation {
    /// The situation that this event leads to.
    fn after(event: &CertificateEvent) -> Self {
        match event {
            CertificateEvent::Applied(_) => Self::Applied,
            CertificateEvent::ReviewerAssigned(event) => Self::UnderReview { reviewer: event.reviewer.clone() },
            CertificateEvent::ChangesProvided(event) => Self::UnderReview { reviewer: event.reviewer.clone() },
            CertificateEvent::ChangesRequested(event) => {
                Self::ChangesRequested { reviewer: event.reviewer.clone(), notes: event.notes.clone() }
            }
            CertificateEvent::Granted(event) => Self::InForce { valid_until: event.valid_until },
            CertificateEvent::Resumed(event) => Self::InForce { valid_until: event.valid_until },
            CertificateEvent::Renewed(event) => Self::InForce { valid_until: event.valid_until },
            CertificateEvent::Suspended(event) => {
                Self::Suspended { valid_until: event.valid_until, reason: event.reason.clone() }
            }
            CertificateEvent::Revoked(event) => Self::Revoked { reason: event.reason.clone() },
            CertificateEvent::Expired(event) => Self::Expired { valid_until: event.valid_until },
            CertificateEvent::Refused(event) => Self::Refused { reason: event.reason.clone() },
        }
    }
}
