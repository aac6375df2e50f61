//! From the bytes of a commit to a view of it.

use std::fmt;

use sceau_kernel::uuid::Uuid;
use sceau_kernel::{CommandDigest, CommandId, Reaction, Recorded, Source, StreamId, Timestamp};

use crate::wire::{Fields, NotProtobuf, Value};

/// A commit as it was read; it borrows from the record's payload.
#[derive(Clone, Debug)]
pub struct Commit<'a> {
    /// The stream.
    pub stream: StreamId,
    /// The number of events the stream held before.
    pub first_version: u64,
    /// How many events it holds, at least one.
    pub event_count: u32,
    /// When it was decided.
    pub time: Timestamp,
    /// Who caused it: the token's subject.
    pub actor: &'a str,
    /// W3C traceparent of the call, empty when it was not traced.
    pub traceparent: &'a str,
    digest: &'a [u8],
    command_id: &'a [u8],
    /// The whole payload, in which the events have been found to be well-formed.
    payload: &'a [u8],
}

/// One event of a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event<'a> {
    /// Full name of the payload's message.
    pub type_name: &'a str,
    /// The encoded message.
    pub payload: &'a [u8],
}

/// Why a payload is not a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommitError {
    /// It is not a protobuf encoding.
    NotProtobuf,
    /// A field does not hold what it must.
    InvalidField {
        /// The field's name in `sceau.log.v1.Commit`.
        field: &'static str,
    },
}

impl fmt::Display for CommitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotProtobuf => f.write_str("the payload is not a protobuf encoding: the record is damaged"),
            Self::InvalidField { field } => {
                write!(f, "field `{field}` of the commit is missing or malformed: another program or version wrote it")
            }
        }
    }
}

impl std::error::Error for CommitError {}

impl From<NotProtobuf> for CommitError {
    fn from(_: NotProtobuf) -> Self {
        Self::NotProtobuf
    }
}

/// Reads the payload of a commit record. Fields that it does not know are skipped.
pub fn decode_commit(payload: &[u8]) -> Result<Commit<'_>, CommitError> {
    let (mut stream, mut first_version, mut event_count, mut time) = (None, 0, 0, Timestamp(0));
    let (mut actor, mut traceparent, mut digest, mut command_id) = ("", "", &[][..], &[][..]);
    for field in Fields(payload) {
        match field? {
            (1, Value::Bytes(bytes)) => stream = text(bytes, "stream")?.parse::<StreamId>().ok(),
            (2, Value::Varint(value)) => first_version = value,
            (3, Value::Bytes(bytes)) => {
                event(bytes)?;
                event_count += 1;
            }
            (4, Value::Bytes(bytes)) => command_id = bytes,
            (5, Value::Bytes(bytes)) => digest = bytes,
            (6, Value::Bytes(bytes)) => actor = subject(bytes)?,
            (7, Value::Varint(value)) => time = Timestamp(value as i64),
            (8, Value::Bytes(bytes)) => traceparent = text(bytes, "traceparent")?,
            _ => {}
        }
    }
    if event_count == 0 {
        return Err(CommitError::InvalidField { field: "events" });
    }
    let stream = stream.ok_or(CommitError::InvalidField { field: "stream" })?;
    Ok(Commit { stream, first_version, event_count, time, actor, traceparent, digest, command_id, payload })
}

impl<'a> Commit<'a> {
    /// Version of the stream after the commit: the number of events it then holds.
    pub fn version(&self) -> u64 {
        self.first_version + u64::from(self.event_count)
    }

    /// The events, in order.
    pub fn events(&self) -> Events<'a> {
        Events(Fields(self.payload))
    }

    /// The events as projections and reactors meet them, given where the commit stands.
    pub fn recorded<'s>(&'s self, source: &'s Source, offset: u64) -> impl Iterator<Item = Recorded<'s>> {
        (0_u32..).zip(self.events()).map(move |(index, event)| Recorded {
            source,
            offset,
            index,
            stream: &self.stream,
            version: self.first_version + u64::from(index) + 1,
            time: self.time,
            actor: self.actor,
            type_name: event.type_name,
            payload: event.payload,
        })
    }

    /// The digest of the command.
    pub fn digest(&self) -> CommandDigest {
        CommandDigest::from_bytes(self.digest.to_vec())
    }

    /// What caused it.
    pub fn command_id(&self) -> Result<CommandId, CommitError> {
        command_id(self.command_id)
    }
}

/// The events of a commit.
#[derive(Clone, Debug)]
pub struct Events<'a>(Fields<'a>);

impl<'a> Iterator for Events<'a> {
    type Item = Event<'a>;

    fn next(&mut self) -> Option<Event<'a>> {
        // Every event was found well-formed when the commit was decoded.
        self.0.by_ref().find_map(|field| match field {
            Ok((3, Value::Bytes(bytes))) => event(bytes).ok(),
            _ => None,
        })
    }
}

pub(crate) fn command_id(bytes: &[u8]) -> Result<CommandId, CommitError> {
    for field in Fields(bytes) {
        match field? {
            (1, Value::Bytes(bytes)) => {
                return Uuid::from_slice(bytes)
                    .map(CommandId::Client)
                    .map_err(|_| CommitError::InvalidField { field: "command_id.uuid" });
            }
            (2, Value::Bytes(bytes)) => return reaction(bytes).map(CommandId::Reaction),
            _ => {}
        }
    }
    Err(CommitError::InvalidField { field: "command_id" })
}

pub(crate) fn event(bytes: &[u8]) -> Result<Event<'_>, CommitError> {
    let mut event = Event { type_name: "", payload: &[] };
    for field in Fields(bytes) {
        match field? {
            (1, Value::Bytes(name)) => event.type_name = text(name, "events.type")?,
            (2, Value::Bytes(payload)) => event.payload = payload,
            _ => {}
        }
    }
    Ok(event)
}

fn subject(bytes: &[u8]) -> Result<&str, CommitError> {
    let mut subject = "";
    for field in Fields(bytes) {
        if let (1, Value::Bytes(bytes)) = field? {
            subject = text(bytes, "actor.subject")?;
        }
    }
    Ok(subject)
}

fn reaction(bytes: &[u8]) -> Result<Reaction, CommitError> {
    let narrow =
        |value: u64| u32::try_from(value).map_err(|_| CommitError::InvalidField { field: "command_id.reaction" });
    let mut reaction = Reaction { reactor: "".into(), topic: "".into(), partition: 0, offset: 0, index: 0 };
    for field in Fields(bytes) {
        match field? {
            (1, Value::Bytes(name)) => reaction.reactor = text(name, "command_id.reaction.reactor")?.into(),
            (2, Value::Bytes(name)) => reaction.topic = text(name, "command_id.reaction.topic")?.into(),
            (3, Value::Varint(value)) => reaction.partition = narrow(value)?,
            (4, Value::Varint(value)) => reaction.offset = value,
            (5, Value::Varint(value)) => reaction.index = narrow(value)?,
            _ => {}
        }
    }
    Ok(reaction)
}

fn text<'a>(bytes: &'a [u8], field: &'static str) -> Result<&'a str, CommitError> {
    std::str::from_utf8(bytes).map_err(|_| CommitError::InvalidField { field })
}
