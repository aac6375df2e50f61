//! Why a command was not accepted.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use sceau_kernel::{Refusal, RefusalKind};
use serde::{Deserialize, Serialize};

/// A command that was not accepted. Every kind but `Unavailable` says that it changed nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Refused<R> {
    /// The stream refuses it by a rule of its domain.
    Rejected(R),
    /// The same, told by the node that owns the partition.
    RejectedElsewhere(Box<Retold>),
    /// The stream is not at the version that the caller expects.
    VersionMismatch {
        /// What the caller expects.
        expected: u64,
        /// What it is.
        actual: u64,
    },
    /// Another command was accepted under this id.
    IdReused {
        /// Numbers of the fields of the request in which the two differ.
        fields: Vec<u32>,
    },
    /// The partition has no owner that can be reached, or its owner lost its log or store. The command may or may not
    /// take effect; the same command id again tells.
    Unavailable {
        /// How long to wait before trying again.
        retry_after: Duration,
    },
    /// More commands wait than the engine holds.
    Overloaded {
        /// How long to wait before trying again.
        retry_after: Duration,
    },
    /// Its commit would be larger than the log takes.
    TooLarge {
        /// Bytes of the commit.
        size: usize,
        /// Bytes that a commit may have.
        limit: usize,
    },
    /// The domain has no such kind of stream.
    UnknownKind,
    /// The stream holds what this version of the program cannot read.
    Unreadable {
        /// Offset of the first commit that cannot be read; `None` when it is the saved state.
        offset: Option<u64>,
    },
    /// The bytes in which one node sent it on to another, both of one version, are no command.
    Malformed {
        /// How many bytes.
        size: usize,
        /// Where reading them ended.
        reason: String,
    },
}

impl<R> Refused<R> {
    /// The same with another telling of the domain's refusal.
    pub(crate) fn retell<S>(self, tell: impl FnOnce(R) -> Refused<S>) -> Refused<S> {
        match self {
            Self::Rejected(refusal) => tell(refusal),
            Self::RejectedElsewhere(retold) => Refused::RejectedElsewhere(retold),
            Self::VersionMismatch { expected, actual } => Refused::VersionMismatch { expected, actual },
            Self::IdReused { fields } => Refused::IdReused { fields },
            Self::Unavailable { retry_after } => Refused::Unavailable { retry_after },
            Self::Overloaded { retry_after } => Refused::Overloaded { retry_after },
            Self::TooLarge { size, limit } => Refused::TooLarge { size, limit },
            Self::UnknownKind => Refused::UnknownKind,
            Self::Unreadable { offset } => Refused::Unreadable { offset },
            Self::Malformed { size, reason } => Refused::Malformed { size, reason },
        }
    }
}

impl<R: Refusal> fmt::Display for Refused<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rejected(refusal) => fmt::Display::fmt(refusal, f),
            Self::RejectedElsewhere(retold) => f.write_str(&retold.text),
            Self::VersionMismatch { expected, actual } => {
                write!(f, "the stream is at version {actual}, not {expected}: read it again and decide anew")
            }
            Self::IdReused { fields } => {
                write!(f, "another command was accepted under this id, fields {fields:?} differ: use a new command id")
            }
            Self::Unavailable { retry_after } => {
                write!(f, "the partition is not served now: send the same command id again in {retry_after:?}")
            }
            Self::Overloaded { retry_after } => {
                write!(f, "too many commands are waiting: send it again in {retry_after:?}")
            }
            Self::TooLarge { size, limit } => {
                write!(f, "the command gives a commit of {size} bytes, the limit is {limit}: split it")
            }
            Self::UnknownKind => f.write_str("this domain has no such kind of stream: check the stream id"),
            Self::Unreadable { offset: Some(offset) } => {
                write!(f, "the commit at offset {offset} of this stream was written by a newer version: run that one")
            }
            Self::Unreadable { offset: None } => {
                f.write_str("the saved state of this stream was written by a newer version: run that one")
            }
            Self::Malformed { size, reason } => {
                write!(
                    f,
                    "the {size} bytes sent on by another node are no command ({reason}): run one build on all nodes"
                )
            }
        }
    }
}

impl<R: Refusal> Error for Refused<R> {}

/// A refusal by a rule of a domain as one node tells it to another: all that a caller is told of it. The refusal itself
/// stays where it was made, so that a domain need not give it an encoding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retold {
    /// Its stable name, [`Refusal::code`].
    pub code: String,
    /// What kind it is.
    pub kind: RefusalKind,
    /// The values it speaks of, by name.
    pub values: Vec<(String, String)>,
    /// The sentence for a person.
    pub text: String,
}

impl Retold {
    /// What there is to tell of `refusal`.
    pub fn of(refusal: &impl Refusal) -> Self {
        Self {
            code: refusal.code().to_owned(),
            kind: refusal.kind(),
            values: refusal.values().into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            text: refusal.to_string(),
        }
    }
}
