//! What the platform says of a code.
//!
//! In order of precedence; the first that holds is the verdict:
//!
//! | what is found | verdict |
//! |---|---|
//! | the signature does not verify, or names no key | unknown |
//! | the key that signed it was withdrawn with all it signed | withdrawn |
//! | no batch has the number: it came as digits | unknown |
//! | no batch has the number, yet it is signed | suspect: never allocated |
//! | signed, but the batch is not released, or with another key or expiry | suspect: not as issued |
//! | the batch's certificate cannot be found | unknown |
//! | the certificate is revoked | revoked |
//! | the code was taken out of circulation | decommissioned |
//! | the certificate is suspended | suspended |
//! | the certificate's validity has ended | expired |
//! | the batch is not released, or the code not activated | not activated |
//! | its scans speak of copies ([`crate::clone`]) | suspect: copies |
//! | none of these | genuine |
//!
//! What concerns the product comes before what concerns the one stamp where it is graver. The expiry in a signed code
//! is for offline verifiers; online the certificate itself decides, which may have been renewed since.

use sceau_kernel::{Timestamp, Wire};
use sceau_proto::verification::v1 as proto;
use serde::{Deserialize, Serialize};

use crate::clone::{CloneRule, Suspicion};

/// What a code's own check said of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checked {
    /// Its signature verifies.
    Signed {
        /// Id of the key that signed it.
        key_id: u32,
        /// Last day on which an offline verifier accepts it.
        expiry_day: u32,
    },
    /// It is well formed, but its signature does not verify or names a key that there is not.
    BadSignature,
    /// It came as digits, which anyone may guess.
    Digits,
    /// The key that signed it, or signs its batch, was withdrawn with all it signed.
    Withdrawn,
}

/// What the views hold of the batch that has the code's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchFacts {
    /// How its codes were issued; `None` before it is released.
    pub release: Option<ReleaseFacts>,
    /// What has become of this code.
    pub code: CodeState,
}

/// How the codes of a batch were issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReleaseFacts {
    /// Id of the key that signs them.
    pub key_id: u32,
    /// The expiry that they carry.
    pub expiry_day: u32,
}

/// What has become of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Wire)]
#[wire(enumeration = sceau_proto::verification::v1::StampState)]
pub enum CodeState {
    /// It waits to be activated.
    Waiting,
    /// It is active.
    Active,
    /// It was taken out of circulation.
    Decommissioned,
}

/// What the views hold of the certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CertificateFacts {
    /// Its status.
    pub status: CertificateStatus,
    /// Until when it is valid.
    pub valid_until: Timestamp,
}

/// The status of a certificate that was granted once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateStatus {
    /// In force.
    InForce,
    /// Suspended.
    Suspended,
    /// Revoked.
    Revoked,
    /// Expired.
    Expired,
}

/// What the platform says of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Issued, active, and its certificate is in force.
    Genuine,
    /// Issued, but the stamper has not activated it.
    NotActivated,
    /// The product's certificate is suspended.
    Suspended,
    /// The product's certificate is revoked.
    Revoked,
    /// The key that signed the stamp was withdrawn with all it signed.
    Withdrawn,
    /// The product's certificate has expired.
    Expired,
    /// The stamp was taken out of circulation.
    Decommissioned,
    /// Something about the code does not fit.
    Suspect {
        /// What.
        reason: SuspectReason,
    },
    /// The platform did not issue this code.
    Unknown {
        /// How that is known.
        reason: UnknownReason,
    },
}

/// Why a code is suspect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuspectReason {
    /// It is signed, but its number was never allocated.
    NeverAllocated,
    /// It is signed, but its key or expiry are not those of its batch, or its batch was not released.
    NotAsIssued,
    /// Its scans speak of copies.
    Copies(Suspicion),
}

/// Why a code is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownReason {
    /// Its signature does not verify, or names a key that there is not.
    Signature,
    /// No stamp has these digits.
    NoSuchStamp,
    /// The certificate of its batch cannot be found.
    NoCertificate,
}

/// What is said of a code at an instant. See the table above.
pub fn verdict(
    checked: Checked,
    batch: Option<&BatchFacts>,
    certificate: Option<&CertificateFacts>,
    copies: Option<Suspicion>,
    now: Timestamp,
) -> Verdict {
    let Some(batch) = batch else {
        return unallocated(checked);
    };
    match (checked, batch.release) {
        (Checked::BadSignature, _) => {
            return Verdict::Unknown { reason: UnknownReason::Signature };
        }
        (Checked::Withdrawn, _) => return Verdict::Withdrawn,
        (Checked::Signed { key_id, expiry_day }, release) => {
            if release != Some(ReleaseFacts { key_id, expiry_day }) {
                return Verdict::Suspect { reason: SuspectReason::NotAsIssued };
            }
        }
        (Checked::Digits, _) => {}
    }
    let Some(certificate) = certificate else {
        return Verdict::Unknown { reason: UnknownReason::NoCertificate };
    };
    let expired = certificate.valid_until <= now;
    match (certificate.status, batch.code) {
        (CertificateStatus::Revoked, _) => Verdict::Revoked,
        (_, CodeState::Decommissioned) => Verdict::Decommissioned,
        (CertificateStatus::Suspended, _) => Verdict::Suspended,
        (CertificateStatus::Expired, _) => Verdict::Expired,
        (CertificateStatus::InForce, _) if expired => Verdict::Expired,
        (CertificateStatus::InForce, CodeState::Waiting) => Verdict::NotActivated,
        (CertificateStatus::InForce, CodeState::Active) => match copies {
            Some(suspicion) => Verdict::Suspect { reason: SuspectReason::Copies(suspicion) },
            None => Verdict::Genuine,
        },
    }
}

const fn unallocated(checked: Checked) -> Verdict {
    match checked {
        Checked::BadSignature => Verdict::Unknown { reason: UnknownReason::Signature },
        Checked::Withdrawn => Verdict::Withdrawn,
        Checked::Digits => Verdict::Unknown { reason: UnknownReason::NoSuchStamp },
        Checked::Signed { .. } => Verdict::Suspect { reason: SuspectReason::NeverAllocated },
    }
}

/// How callers see that a rule spoke.
const fn copies(rule: CloneRule) -> proto::VerdictReason {
    use proto::VerdictReason as Reason;
    match rule {
        CloneRule::TooMany => Reason::ScannedTooWidely,
        CloneRule::TooFar => Reason::ScannedTooFarApart,
        CloneRule::BeforeActivation => Reason::ScannedBeforeActivation,
        CloneRule::AfterDecommission => Reason::ScannedAfterDecommission,
        CloneRule::DigitsGuessed => Reason::DigitsGuessed,
        CloneRule::Batch => Reason::BatchCopied,
        CloneRule::Confirmed => Reason::CopiesConfirmed,
    }
}

impl Verdict {
    /// The verdict and its reason as callers see them.
    pub const fn message(&self) -> (proto::Verdict, proto::VerdictReason) {
        use proto::VerdictReason as Reason;
        match self {
            Self::Genuine => (proto::Verdict::Genuine, Reason::Unspecified),
            Self::NotActivated => (proto::Verdict::NotActivated, Reason::Unspecified),
            Self::Suspended => (proto::Verdict::Suspended, Reason::Unspecified),
            Self::Revoked => (proto::Verdict::Revoked, Reason::Unspecified),
            Self::Withdrawn => (proto::Verdict::Revoked, Reason::KeyWithdrawn),
            Self::Expired => (proto::Verdict::Expired, Reason::Unspecified),
            Self::Decommissioned => (proto::Verdict::Decommissioned, Reason::Unspecified),
            Self::Suspect { reason } => match reason {
                SuspectReason::NeverAllocated => (proto::Verdict::Suspect, Reason::NeverAllocated),
                SuspectReason::NotAsIssued => (proto::Verdict::Suspect, Reason::NotAsIssued),
                SuspectReason::Copies(suspicion) => (proto::Verdict::Suspect, copies(suspicion.rule)),
            },
            Self::Unknown { reason } => match reason {
                UnknownReason::Signature => (proto::Verdict::Unknown, Reason::Signature),
                UnknownReason::NoSuchStamp => (proto::Verdict::Unknown, Reason::NoSuchStamp),
                UnknownReason::NoCertificate => (proto::Verdict::Unknown, Reason::NoCertificate),
            },
        }
    }

    /// What speaks of copies, when that is why the code is suspect.
    pub const fn suspicion(&self) -> Option<&Suspicion> {
        match self {
            Self::Suspect { reason: SuspectReason::Copies(suspicion) } => Some(suspicion),
            _ => None,
        }
    }

    /// The verdict as a sentence for the person who asked, with what to do.
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Genuine => {
                "This stamp was issued for this product and is in force. Compare the product with what is shown."
            }
            Self::NotActivated => {
                "This stamp was issued but is not activated yet. Do not buy; tell the seller or the office."
            }
            Self::Suspended => {
                "The certificate of this product is suspended. Do not use it until the office says more."
            }
            Self::Revoked => {
                "The certificate of this product is revoked. Do not use it; tell the office where you found it."
            }
            Self::Withdrawn => {
                "The office has withdrawn all stamps like this one. Do not buy; tell it where you found it."
            }
            Self::Expired => "The certificate of this product has expired. Ask the seller for stock that is certified.",
            Self::Decommissioned => {
                "This stamp was taken out of circulation. Do not buy; tell the office where you found it."
            }
            Self::Suspect { reason: SuspectReason::Copies(_) } => {
                "Copies of this stamp may be about, and this may be one. Tell the office where you found it."
            }
            Self::Suspect { reason: SuspectReason::NeverAllocated | SuspectReason::NotAsIssued } => {
                "Something about this stamp does not fit what was issued. Tell the office where you found it."
            }
            Self::Unknown { reason: UnknownReason::Signature } => {
                "This code was not issued by this authority, or was misread. Scan it again, then tell the office."
            }
            Self::Unknown { reason: UnknownReason::NoSuchStamp } => {
                "No stamp has these digits. Compare them with the stamp and type them again."
            }
            Self::Unknown { reason: UnknownReason::NoCertificate } => {
                "This stamp cannot be matched with a certificate. Tell the office where you found it."
            }
        }
    }
}

#[cfg(test)]
mod tests;
