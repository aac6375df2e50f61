//! Why a command to a certificate stream is refused.

mod repeat;
mod situation;

use std::fmt;

pub use repeat::Repeat;
use sceau_kernel::{Refusal, RefusalKind, Timestamp};
pub use situation::SituationRule;

use super::{CertificateStatus, MAX_EVIDENCE};
use crate::validity::ValidityFault;
use crate::{CompanyId, Gtin, Name};

/// Why a command to a certificate stream is refused, in order of precedence: does the thing exist, is it the caller's,
/// does its situation allow it, are the values allowed.
#[derive(Clone, Debug, PartialEq)]
pub enum CertificateRefusal {
    /// There is no such certificate.
    NotFound,
    /// A company acts on what belongs to another.
    AnotherCompany {
        /// The company it belongs to.
        company_id: CompanyId,
    },
    /// There is a case already, for another product or company.
    AlreadyApplied {
        /// The company that applied.
        company_id: CompanyId,
        /// The product applied for.
        gtin: Gtin,
        /// Its name.
        product_name: Name,
    },
    /// The company that applies does not exist.
    UnknownCompany {
        /// The company named.
        company_id: CompanyId,
    },
    /// The case stands where the rule does not allow it.
    Misplaced {
        /// The rule.
        rule: SituationRule,
        /// Where the case stands.
        status: CertificateStatus,
    },
    /// It was done already, with other content.
    Repeated(Repeat),
    /// The certificate's time has run out.
    ValidityOver {
        /// When it ran out.
        valid_until: Timestamp,
    },
    /// A renewal would not prolong the certificate.
    NotLater {
        /// The end asked for.
        valid_until: Timestamp,
        /// The end it has.
        current: Timestamp,
    },
    /// The validity asked for is not allowed.
    Validity(ValidityFault),
    /// Too many documents at once.
    TooMuchEvidence {
        /// Documents handed in.
        count: usize,
    },
}

impl Refusal for CertificateRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "CERTIFICATE_NOT_FOUND",
            Self::AnotherCompany { .. } => "CERTIFICATE_CASE_OF_ANOTHER_COMPANY",
            Self::AlreadyApplied { .. } => "CERTIFICATE_ALREADY_APPLIED_FOR",
            Self::UnknownCompany { .. } => "UNKNOWN_COMPANY",
            Self::Misplaced { rule, .. } => rule.code(),
            Self::Repeated(repeat) => repeat.code(),
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
            Self::Misplaced { .. } | Self::Repeated(_) | Self::ValidityOver { .. } => RefusalKind::Precondition,
            Self::NotLater { .. } | Self::Validity(_) | Self::TooMuchEvidence { .. } => RefusalKind::Invalid,
        }
    }

    fn values(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NotFound => Vec::new(),
            Self::AnotherCompany { company_id } | Self::UnknownCompany { company_id } => {
                vec![("company_id", company_id.to_string())]
            }
            Self::AlreadyApplied { company_id, gtin, product_name } => vec![
                ("company_id", company_id.to_string()),
                ("gtin", gtin.to_string()),
                ("product_name", product_name.to_string()),
            ],
            Self::Misplaced { status, .. } => vec![("status", status.name().to_owned())],
            Self::Repeated(repeat) => vec![repeat.value()],
            Self::ValidityOver { valid_until } => vec![("valid_until", valid_until.to_string())],
            Self::NotLater { valid_until, current } => {
                vec![("valid_until", valid_until.to_string()), ("current", current.to_string())]
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
                write!(f, "this case belongs to company {company_id}: act for that company, or ask the office")
            }
            Self::AlreadyApplied { company_id, gtin, product_name } => write!(
                f,
                "company {company_id} applied for this certificate already, for `{product_name}` ({gtin}): \
                 use a new command_id for another product"
            ),
            Self::UnknownCompany { company_id } => {
                write!(f, "there is no company {company_id}: register it first, or check company_id")
            }
            Self::Misplaced { rule, status } => {
                write!(f, "{rule}; this one is {}: {}", status.name(), situation::remedy(*status))
            }
            Self::Repeated(repeat) => repeat.fmt(f),
            Self::ValidityOver { valid_until } => {
                write!(f, "the certificate's validity ended on {valid_until}: let it expire, then renew it")
            }
            Self::NotLater { valid_until, current } => write!(
                f,
                "valid_until {valid_until} does not prolong the certificate, which holds until {current}: \
                 give a later one"
            ),
            Self::Validity(fault) => fault.fmt(f),
            Self::TooMuchEvidence { count } => {
                write!(f, "evidence holds {count} documents: hand in at most {MAX_EVIDENCE} at once")
            }
        }
    }
}

impl std::error::Error for CertificateRefusal {}
