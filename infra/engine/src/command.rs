//! What goes into the engine and what comes back.

use sceau_kernel::{Actor, CommandDigest, CommandId, Domain, StreamId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::refused::Refused;

/// A command on its way to the stream that decides it.
#[derive(Serialize, Deserialize)]
#[serde(bound = "")]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// Topic of the commit. Not part of the encoding: whoever reads it knows the domain.
    #[serde(skip)]
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

/// What a command comes to.
pub type Outcome<D> = Result<Accepted, Refused<<D as Domain>::Refusal>>;
