//! What goes into the engine and what comes back.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use sceau_kernel::{Actor, CommandDigest, CommandId, Domain, Refusal, StreamId, Timestamp};

/// A command on its way to the stream that decides it.
pub struct Envelope<D: Domain> {
    /// The stream.
    pub stream: StreamId,
    /// What is asked.
    pub command: D::Command,
    /// Its identity: the same again returns the first outcome.
    pub command_id: CommandId,
    /// For telling a repeat from another command under the same id.
    pub digest: CommandDigest,
    /// When set, the command is refused unless the stream is at exactly this version.
    pub expected_version: Option<u64>,
    /// Who gives it.
    pub actor: Actor,
    /// W3C traceparent of the call, empty when it is not traced.
    pub traceparent: Box<str>,
}

/// An accepted command: it is durable, and stays so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Topic of the commit.
    pub topic: &'static str,
    /// Its partition.
    pub partition: u32,
    /// Offset of the commit. For a command that gave no events: of the last commit that its decision saw.
    pub offset: u64,
    /// Version of the stream after the command: the number of events it held.
    pub version: u64,
    /// How many events it gave.
    pub events: u32,
    /// True when this command had been accepted before and nothing was appended now.
    pub repeated: bool,
    /// When it was decided.
    pub time: Timestamp,
}

/// A command that was not accepted. Every kind but `Unavailable` says that it changed nothing.
#[derive(Clone, Debug, PartialEq)]
pub enum Refused<R> {
    /// The stream refuses it by a rule of its domain.
    Rejected(R),
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
    /// The partition has no owner here, or lost its log or store. The command may or may not take effect; the same
    /// command id again tells.
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
}

impl<R: Refusal> fmt::Display for Refused<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rejected(refusal) => fmt::Display::fmt(refusal, f),
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
        }
    }
}

impl<R: Refusal> Error for Refused<R> {}

/// What a command comes to.
pub type Outcome<D> = Result<Accepted, Refused<<D as Domain>::Refusal>>;
