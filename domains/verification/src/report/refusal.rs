//! Why a report is not recorded.

use std::fmt;

use sceau_kernel::{Refusal, RefusalKind};

/// Why a report is not recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportRefusal {
    /// There is one of this id.
    AlreadyMade,
}

impl fmt::Display for ReportRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlreadyMade => f.write_str("this report was made already: make another one"),
        }
    }
}

impl std::error::Error for ReportRefusal {}

impl Refusal for ReportRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::AlreadyMade => "REPORT_EXISTS",
        }
    }

    fn kind(&self) -> RefusalKind {
        RefusalKind::AlreadyExists
    }

    fn values(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }
}
