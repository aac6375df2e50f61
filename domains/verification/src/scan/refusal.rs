//! Why scans are not recorded, in order of precedence.

use std::fmt;

use sceau_kernel::{Refusal, RefusalKind};

use super::MAX_SCANS;

/// Why scans are not recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScansRefusal {
    /// There are too many at once.
    TooMany {
        /// How many.
        scans: usize,
    },
    /// They are of numbers that belong to several shards.
    OfAnotherShard {
        /// The first number that does not belong with the others.
        number: u64,
        /// The shard of the others.
        shard: u64,
    },
    /// The case was closed with an honest explanation, and nothing speaks against the code since.
    CaseIsHonest {
        /// The code's number.
        number: u64,
    },
}

impl fmt::Display for ScansRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooMany { scans } => write!(f, "{scans} scans are given: record at most {MAX_SCANS} at once"),
            Self::OfAnotherShard { number, shard } => {
                write!(f, "number {number} does not belong to shard {shard}: record the scans of each shard apart")
            }
            Self::CaseIsHonest { number } => {
                write!(
                    f,
                    "the case of number {number} is closed as honest: it opens again when new scans speak against it"
                )
            }
        }
    }
}

impl std::error::Error for ScansRefusal {}

impl Refusal for ScansRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::TooMany { .. } => "SCANS_TOO_MANY",
            Self::OfAnotherShard { .. } => "SCAN_OF_ANOTHER_SHARD",
            Self::CaseIsHonest { .. } => "CASE_IS_HONEST",
        }
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::TooMany { .. } | Self::OfAnotherShard { .. } => RefusalKind::Invalid,
            Self::CaseIsHonest { .. } => RefusalKind::Precondition,
        }
    }

    fn values(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooMany { scans } => vec![("scans", scans.to_string())],
            Self::CaseIsHonest { number } => vec![("number", number.to_string())],
            Self::OfAnotherShard { number, shard } => {
                vec![("number", number.to_string()), ("shard", shard.to_string())]
            }
        }
    }
}
