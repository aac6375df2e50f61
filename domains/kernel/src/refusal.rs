//! Why a command is refused.

use std::error::Error;

use serde::{Deserialize, Serialize};

/// What kind of refusal it is; it decides the status code a caller sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RefusalKind {
    /// The thing named does not exist.
    NotFound,
    /// The thing exists already, with other content.
    AlreadyExists,
    /// The thing is in a state that does not allow it.
    Precondition,
    /// A value is outside what the rule allows, whatever the state.
    Invalid,
    /// The thing belongs to somebody else.
    Forbidden,
}

/// A named refusal. Its `Display` is the sentence for a person: the rule, the value, and what to do.
pub trait Refusal: Error + Clone + PartialEq + Send + Sync + 'static {
    /// The stable name, in `SCREAMING_SNAKE_CASE`, unique within the platform: the `reason` of `google.rpc.ErrorInfo`.
    fn code(&self) -> &'static str;
    /// What kind it is.
    fn kind(&self) -> RefusalKind;
    /// The values it speaks of, by name: the metadata of `google.rpc.ErrorInfo`.
    fn values(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }
}
