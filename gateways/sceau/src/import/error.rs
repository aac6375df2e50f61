//! Why an import came to no report.

use std::fmt;
use std::path::PathBuf;

use tonic::Status;

use super::file::FileError;
use super::line::LineRefusal;
use crate::client::CallError;

/// Why an import came to no report.
#[derive(Debug)]
pub(super) enum ImportError {
    /// The file is not one.
    File(FileError),
    /// A line cannot be taken, and the caller chose to stop at the first.
    Stopped {
        /// The line.
        line: u64,
        /// Why it cannot be taken.
        refusal: LineRefusal,
    },
    /// The list of refused lines cannot be written.
    RefusedFile {
        /// Its path.
        path: PathBuf,
        /// Why.
        reason: std::io::Error,
    },
    /// The company, its prices or its products could not be made ready.
    Office {
        /// What could not be done.
        what: String,
        /// Why.
        refusal: LineRefusal,
    },
    /// The price list has no price for the form asked for.
    FormNotPriced,
    /// The platform could not be called, or refused to answer.
    Call(CallError),
    /// The platform went away in the middle, or took no commands for a minute.
    Interrupted(Box<Status>),
    /// The platform's loop carries nothing on.
    Standstill {
        /// What is being waited for.
        what: &'static str,
        /// How many of them are missing.
        left: u64,
    },
}

impl ImportError {
    /// The exit code of the process (sysexits.h where one fits).
    pub(super) fn exit_code(&self) -> u8 {
        match self {
            Self::File(FileError::Unreadable { .. }) => 66,
            Self::File(FileError::Header { .. } | FileError::Broken { .. }) | Self::Stopped { .. } => 65,
            Self::RefusedFile { .. } => 73,
            Self::Office { .. } => 1,
            Self::FormNotPriced => 64,
            Self::Call(error) => error.exit_code(),
            Self::Interrupted(_) | Self::Standstill { .. } => 75,
        }
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(error) => error.fmt(f),
            Self::Stopped { line, refusal } => write!(f, "line {line}: {refusal} ({})", refusal.code()),
            Self::RefusedFile { path, reason } => {
                write!(f, "{} cannot be written ({reason}): name another with --refused", path.display())
            }
            Self::Office { what, refusal } => write!(f, "{what}: {refusal} ({})", refusal.code()),
            Self::FormNotPriced => f.write_str("the price list has no price for this form: choose another with --form"),
            Self::Call(error) => error.fmt(f),
            Self::Interrupted(status) => {
                write!(f, "interrupted: {}; run the same import again, it goes on where it was", status.message())
            }
            Self::Standstill { what, left } => {
                write!(f, "{left} {what} have not come for a minute: see `sceau projection list`, then run it again")
            }
        }
    }
}

impl std::error::Error for ImportError {}

impl From<FileError> for ImportError {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

impl From<CallError> for ImportError {
    fn from(error: CallError) -> Self {
        Self::Call(error)
    }
}
