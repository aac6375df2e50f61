//! What a case must be for a command to make sense.

use std::fmt;

use crate::CertificateStatus;

/// What a case must be for a command to make sense; its `Display` is the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SituationRule {
    /// Applied for or under review: for a reviewer to be assigned.
    ReviewOpen,
    /// Under review: to be granted or sent back. One that waits for the company can be refused too.
    UnderReview,
    /// Waiting for changes: for the company to provide them.
    ChangesRequested,
    /// In force: to be suspended.
    InForce,
    /// Suspended: to be resumed.
    Suspended,
    /// Granted once: to be revoked.
    Granted,
    /// In force or expired: to be renewed.
    Renewable,
}

impl SituationRule {
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::ReviewOpen => "CERTIFICATE_REVIEW_NOT_OPEN",
            Self::UnderReview => "CERTIFICATE_NOT_UNDER_REVIEW",
            Self::ChangesRequested => "CERTIFICATE_NO_CHANGES_REQUESTED",
            Self::InForce => "CERTIFICATE_NOT_SUSPENDABLE",
            Self::Suspended => "CERTIFICATE_NOT_SUSPENDED",
            Self::Granted => "CERTIFICATE_NEVER_GRANTED",
            Self::Renewable => "CERTIFICATE_NOT_RENEWABLE",
        }
    }
}

impl fmt::Display for SituationRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ReviewOpen => "a reviewer is assigned to a case that is applied for or under review",
            Self::UnderReview => "only a case under review can be granted, refused or sent back",
            Self::ChangesRequested => "changes are provided when the reviewer has asked for them",
            Self::InForce => "only a certificate in force can be suspended",
            Self::Suspended => "only a suspended certificate can be resumed",
            Self::Granted => "only a certificate that was granted can be revoked",
            Self::Renewable => "only a certificate in force or expired can be renewed",
        })
    }
}

/// What can be done with a case that stands here.
pub(super) const fn remedy(status: CertificateStatus) -> &'static str {
    match status {
        CertificateStatus::Applied => "assign a reviewer first",
        CertificateStatus::UnderReview => "grant or refuse it, or request changes",
        CertificateStatus::ChangesRequested => "wait for the company's changes, or refuse it",
        CertificateStatus::InForce => "it can be suspended, renewed or revoked",
        CertificateStatus::Suspended => "it can be resumed or revoked",
        CertificateStatus::Expired => "it can be renewed or revoked",
        CertificateStatus::Revoked | CertificateStatus::Refused => "that is final, the company may apply anew",
    }
}
