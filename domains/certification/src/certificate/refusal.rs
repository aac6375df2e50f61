//! Why a command to a certificate stream is refused.

use std::fmt;

use sceau_kernel::{Refusal, RefusalKind, Timestamp};

use super::{CertificateStatus, MAX_EVIDENCE};
use crate::validity::ValidityFault;
use crate::{CompanyId, Gtin, Name, Remark};

/// Why a command to a certificate stream is refused, in order of precedence: does the thing exist, is it the caller's,
/// does its situation allow it, are the values allowed.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the fields are the values that the sentence names")]
pub enum CertificateRefusal {
    /// There is no such certificate.
    NotFound,
    /// A company acts on what belongs to another.
    AnotherCompany { company_id: CompanyId },
    /// There is a case already, for another product or company.
    AlreadyApplied {
        company_id: CompanyId,
        gtin: Gtin,
        product_name: Name,
    },
    /// The company that applies does not exist.
    UnknownCompany { company_id: CompanyId },
    /// The case is past its review, or waits for the company.
    ReviewNotOpen { status: CertificateStatus },
    /// Only a case under review can be decided or sent back.
    NotUnderReview { status: CertificateStatus },
    /// Changes were requested already, with other words.
    ChangesAlreadyRequested { notes: Remark },
    /// Nothing was asked of the company.
    NoChangesRequested { status: CertificateStatus },
    /// Granted already, with another validity.
    AlreadyGranted { valid_until: Timestamp },
    /// Refused already, for another reason.
    AlreadyRefused { reason: Remark },
    /// Only a certificate in force can be suspended.
    NotSuspendable { status: CertificateStatus },
    /// Suspended already, for another reason.
    AlreadySuspended { reason: Remark },
    /// Only a suspended certificate can be resumed.
    NotSuspended { status: CertificateStatus },
    /// Only what was granted can be revoked.
    NeverGranted { status: CertificateStatus },
    /// Revoked already, for another reason.
    AlreadyRevoked { reason: Remark },
    /// Only a certificate in force or expired can be renewed.
    NotRenewable { status: CertificateStatus },
    /// Its time has run out.
    ValidityOver { valid_until: Timestamp },
    /// A renewal would not prolong it.
    NotLater { valid_until: Timestamp, current: Timestamp },
    /// The validity asked for is not allowed.
    Validity(ValidityFault),
    /// Too many documents at once.
    TooMuchEvidence { count: usize },
}

impl Refusal for CertificateRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "CERTIFICATE_NOT_FOUND",
            Self::AnotherCompany { .. } => "CERTIFICATE_CASE_OF_ANOTHER_COMPANY",
            Self::AlreadyApplied { .. } => "CERTIFICATE_ALREADY_APPLIED_FOR",
            Self::UnknownCompany { .. } => "UNKNOWN_COMPANY",
            Self::ReviewNotOpen { .. } => "CERTIFICATE_REVIEW_NOT_OPEN",
            Self::NotUnderReview { .. } => "CERTIFICATE_NOT_UNDER_REVIEW",
            Self::ChangesAlreadyRequested { .. } => "CERTIFICATE_CHANGES_ALREADY_REQUESTED",
            Self::NoChangesRequested { .. } => "CERTIFICATE_NO_CHANGES_REQUESTED",
            Self::AlreadyGranted { .. } => "CERTIFICATE_ALREADY_GRANTED",
            Self::AlreadyRefused { .. } => "CERTIFICATE_ALREADY_REFUSED",
            Self::NotSuspendable { .. } => "CERTIFICATE_NOT_SUSPENDABLE",
            Self::AlreadySuspended { .. } => "CERTIFICATE_ALREADY_SUSPENDED",
            Self::NotSuspended { .. } => "CERTIFICATE_NOT_SUSPENDED",
            Self::NeverGranted { .. } => "CERTIFICATE_NEVER_GRANTED",
            Self::AlreadyRevoked { .. } => "CERTIFICATE_ALREADY_REVOKED",
            Self::NotRenewable { .. } => "CERTIFICATE_NOT_RENEWABLE",
            Self::ValidityOver { .. } => "CERTIFICATE_VALIDITY_OVER",
            Self::NotLater { .. } => "CERTIFICATE_VALIDITY_NOT_LATER",
            Self::Validity(ValidityFault::Past { .. }) => "CERTIFICATE_VALIDITY_PAST",
            Self::Validity(ValidityFault::TooLong { .. }) => "CERTIFICATE_VALIDITY_TOO_LONG",
            Self::TooMuchEvidence { .. } => "TOO_MUCH_EVIDENCE",
        }
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NotFound | Self::UnknownCompany { .. } => RefusalKind::NotFound,
            Self::AnotherCompany { .. } => RefusalKind::Forbidden,
            Self::AlreadyApplied { .. } => RefusalKind::AlreadyExists,
            Self::ReviewNotOpen { .. }
            | Self::NotUnderReview { .. }
            | Self::ChangesAlreadyRequested { .. }
            | Self::NoChangesRequested { .. }
            | Self::AlreadyGranted { .. }
            | Self::AlreadyRefused { .. }
            | Self::NotSuspendable { .. }
            | Self::AlreadySuspended { .. }
            | Self::NotSuspended { .. }
            | Self::NeverGranted { .. }
            | Self::AlreadyRevoked { .. }
            | Self::NotRenewable { .. }
            | Self::ValidityOver { .. } => RefusalKind::Precondition,
            Self::NotLater { .. } | Self::Validity(_) | Self::TooMuchEvidence { .. } => RefusalKind::Invalid,
        }
    }

    fn values(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NotFound => Vec::new(),
            Self::AnotherCompany { company_id } | Self::UnknownCompany { company_id } => {
                vec![("company_id", company_id.to_string())]
            }
            Self::AlreadyApplied {
                company_id,
                gtin,
                product_name,
            } => vec![
                ("company_id", company_id.to_string()),
                ("gtin", gtin.to_string()),
                ("product_name", product_name.to_string()),
            ],
            Self::ReviewNotOpen { status }
            | Self::NotUnderReview { status }
            | Self::NoChangesRequested { status }
            | Self::NotSuspendable { status }
            | Self::NotSuspended { status }
            | Self::NeverGranted { status }
            | Self::NotRenewable { status } => vec![("status", status.name().to_owned())],
            Self::ChangesAlreadyRequested { notes } => vec![("notes", notes.to_string())],
            Self::AlreadyRefused { reason } | Self::AlreadySuspended { reason } | Self::AlreadyRevoked { reason } => {
                vec![("reason", reason.to_string())]
            }
            Self::AlreadyGranted { valid_until } | Self::ValidityOver { valid_until } => {
                vec![("valid_until", valid_until.to_string())]
            }
            Self::NotLater { valid_until, current } => {
                vec![
                    ("valid_until", valid_until.to_string()),
                    ("current", current.to_string()),
                ]
            }
            Self::Validity(fault) => fault.values(),
            Self::TooMuchEvidence { count } => {
                vec![("count", count.to_string()), ("maximum", MAX_EVIDENCE.to_string())]
            }
        }
    }
}

impl fmt::Display for CertificateRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => {
                f.write_str("no certificate has this certificate_id: apply for it first, or check the id")
            }
            Self::AnotherCompany { company_id } => {
                write!(
                    f,
                    "this case belongs to company {company_id}: act for that company, or ask the office"
                )
            }
            Self::AlreadyApplied {
                company_id,
                gtin,
                product_name,
            } => write!(
                f,
                "this certificate was applied for already, by company {company_id} for `{product_name}` ({gtin}): \
                 use a new command_id for another product"
            ),
            Self::UnknownCompany { company_id } => {
                write!(
                    f,
                    "there is no company {company_id}: register it first, or check company_id"
                )
            }
            Self::ReviewNotOpen { status } => write!(
                f,
                "a reviewer is assigned to a case that is applied for or under review; this one is {}: {}",
                status.name(),
                if *status == CertificateStatus::ChangesRequested {
                    "wait for the company"
                } else {
                    "leave it as decided"
                }
            ),
            Self::NotUnderReview { status } => write!(
                f,
                "only a case under review can be granted, refused or sent back; this one is {}: assign a reviewer, \
                 wait for the company's changes, or leave it as decided",
                status.name()
            ),
            Self::ChangesAlreadyRequested { notes } => {
                write!(
                    f,
                    "changes were requested already (`{notes}`): wait for the company's answer"
                )
            }
            Self::NoChangesRequested { status } => write!(
                f,
                "changes are provided when the reviewer has asked for them; this case is {}: nothing is expected now",
                status.name()
            ),
            Self::AlreadyGranted { valid_until } => {
                write!(
                    f,
                    "the certificate was granted already, until {valid_until}: renew it to prolong it"
                )
            }
            Self::AlreadyRefused { reason } => {
                write!(
                    f,
                    "the application was refused already, because of `{reason}`: the company may apply anew"
                )
            }
            Self::NotSuspendable { status } => {
                write!(
                    f,
                    "only a certificate in force can be suspended; this one is {}",
                    status.name()
                )?;
                f.write_str(": there is nothing to suspend")
            }
            Self::AlreadySuspended { reason } => {
                write!(
                    f,
                    "the certificate is suspended already, because of `{reason}`: resume it first to give another reason"
                )
            }
            Self::NotSuspended { status } => {
                write!(
                    f,
                    "only a suspended certificate can be resumed; this one is {}: there is nothing to resume",
                    status.name()
                )
            }
            Self::NeverGranted { status } => {
                write!(
                    f,
                    "only what was granted can be revoked; this case is {}: refuse it instead",
                    status.name()
                )
            }
            Self::AlreadyRevoked { reason } => {
                write!(
                    f,
                    "the certificate was revoked already, because of `{reason}`: a revocation is final, apply anew"
                )
            }
            Self::NotRenewable { status } => write!(
                f,
                "only a certificate in force or expired can be renewed; this one is {}: {}",
                status.name(),
                if *status == CertificateStatus::Suspended {
                    "resume it first"
                } else {
                    "apply for a new one"
                }
            ),
            Self::ValidityOver { valid_until } => {
                write!(
                    f,
                    "the certificate's validity ended on {valid_until}: renew it, or let it expire"
                )
            }
            Self::NotLater { valid_until, current } => {
                write!(
                    f,
                    "valid_until {valid_until} does not prolong the certificate, which holds until {current}: give a later one"
                )
            }
            Self::Validity(fault) => fault.fmt(f),
            Self::TooMuchEvidence { count } => {
                write!(
                    f,
                    "evidence holds {count} documents: hand in at most {MAX_EVIDENCE} at once"
                )
            }
        }
    }
}

impl std::error::Error for CertificateRefusal {}
