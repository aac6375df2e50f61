//! Why the read side cannot start, or do as it is told.

use std::fmt;

use sceau_log::LogError;
use sceau_store::StoreError;

use crate::compare::Comparison;
use crate::status::Progress;

/// Why the read side cannot start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StartError {
    /// Two projections have the same name.
    Duplicate {
        /// The name.
        projection: &'static str,
    },
    /// The rows that serve were made by a newer version of the code.
    Newer {
        /// The projection.
        projection: &'static str,
        /// The version of the rows.
        stored: u32,
        /// The version of this code.
        code: u32,
    },
    /// The log could not be asked for its partitions.
    Log(LogError),
    /// The store could not be prepared.
    Store(StoreError),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Duplicate { projection } => write!(f, "two projections are named `{projection}`: rename one"),
            Self::Newer { projection, stored, code } => write!(
                f,
                "the rows of projection `{projection}` are of version {stored}, this program makes version {code}: \
                 run the newer program"
            ),
            Self::Log(error) => error.fmt(f),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for StartError {}

impl From<LogError> for StartError {
    fn from(error: LogError) -> Self {
        Self::Log(error)
    }
}

impl From<StoreError> for StartError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Why a rebuild could not be begun, cancelled or switched to.
#[derive(Clone, Debug, PartialEq)]
pub enum ControlError {
    /// There is no such projection.
    Unknown {
        /// The name given.
        projection: String,
        /// The names there are.
        known: Vec<&'static str>,
    },
    /// It is being built already.
    Building {
        /// How far the build has come.
        progress: Progress,
    },
    /// Nothing is being built.
    NotBuilding,
    /// What is being built is the first to serve, so it cannot be cancelled.
    Indispensable,
    /// What is being built has not come as far as what serves.
    Behind {
        /// How far the build has come.
        progress: Progress,
    },
    /// What was built differs from what serves.
    Differs(Comparison),
    /// Another node decides about projections.
    NotLeading,
    /// The store could not answer.
    Store(StoreError),
}

impl fmt::Display for ControlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { projection, known } => {
                write!(f, "there is no projection `{projection}`, there are: {}", known.join(", "))
            }
            Self::Building { progress: Progress { done, total, .. } } => {
                write!(f, "it is being built, {done} of {total} records done: wait for it or cancel it")
            }
            Self::NotBuilding => f.write_str("nothing is being built: begin a rebuild first"),
            Self::Indispensable => f.write_str("the build cannot be cancelled: there are no other rows to serve"),
            Self::Behind { progress: Progress { done, total, .. } } => {
                write!(f, "the build is behind, {done} of {total} records done: wait for it")
            }
            Self::Differs(comparison) => {
                write!(f, "{comparison}: find out why, then cancel the build or force the switch")
            }
            Self::NotLeading => f.write_str("another node decides about projections: ask the one that leads"),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ControlError {}

impl From<StoreError> for ControlError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
