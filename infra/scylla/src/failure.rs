//! What the driver reports, as the port's errors.

use sceau_store::StoreError;
use scylla::deserialize::row::DeserializeRow;
use scylla::errors::{DbError, ExecutionError, IntoRowsResultError, PrepareError, RequestAttemptError};
use scylla::response::query_result::QueryResult;

/// Why a request had no answer.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The cluster cannot be reached or cannot serve it now.
    Unavailable(String),
    /// The cluster calls the statement invalid: what it names is not there, or is not so.
    Invalid(String),
    /// The answer cannot be decoded.
    Undecodable(String),
}

impl Failure {
    /// What was said.
    pub(crate) fn reason(&self) -> &str {
        let (Self::Unavailable(reason) | Self::Invalid(reason) | Self::Undecodable(reason)) = self;
        reason
    }

    /// As an error about `table`.
    pub(crate) fn about(self, table: &str) -> StoreError {
        match self {
            Self::Unavailable(reason) | Self::Invalid(reason) => StoreError::Unavailable { reason },
            Self::Undecodable(reason) => {
                tracing::error!(table, reason, "rows cannot be decoded");
                StoreError::Corrupt { table: table.to_owned() }
            }
        }
    }

    fn of_attempt(attempt: &RequestAttemptError, reason: String) -> Self {
        match attempt {
            RequestAttemptError::DbError(DbError::Invalid | DbError::SyntaxError, _)
            | RequestAttemptError::RepreparedIdChanged { .. } => Self::Invalid(reason),
            _ => Self::Unavailable(reason),
        }
    }
}

impl From<ExecutionError> for Failure {
    fn from(error: ExecutionError) -> Self {
        let reason = error.to_string();
        match &error {
            ExecutionError::LastAttemptError(attempt)
            | ExecutionError::PrepareError(PrepareError::AllAttemptsFailed { first_attempt: attempt }) => {
                Self::of_attempt(attempt, reason)
            }
            _ => Self::Unavailable(reason),
        }
    }
}

impl From<PrepareError> for Failure {
    fn from(error: PrepareError) -> Self {
        Self::from(ExecutionError::PrepareError(error))
    }
}

impl From<IntoRowsResultError> for Failure {
    fn from(error: IntoRowsResultError) -> Self {
        Self::Undecodable(error.to_string())
    }
}

/// The rows of an answer.
pub(crate) fn rows<R: for<'f> DeserializeRow<'f, 'f>>(answer: QueryResult) -> Result<Vec<R>, Failure> {
    let answer = answer.into_rows_result()?;
    let rows = answer.rows::<R>().map_err(|error| Failure::Undecodable(error.to_string()))?;
    rows.map(|row| row.map_err(|error| Failure::Undecodable(error.to_string()))).collect()
}
