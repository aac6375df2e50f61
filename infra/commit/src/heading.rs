//! What can be said of a commit without reading it all.

use sceau_kernel::{CommandId, Timestamp};

use crate::decode::{CommitError, command_id, event};
use crate::wire::{Fields, Value};

/// What names a commit to people and to other programs.
#[derive(Clone, Copy, Debug)]
pub struct Heading<'a> {
    /// Full name of the first event's message.
    pub type_name: &'a str,
    /// When it was decided.
    pub time: Timestamp,
    command_id: &'a [u8],
}

impl Heading<'_> {
    /// What caused it.
    pub fn command_id(&self) -> Result<CommandId, CommitError> {
        command_id(self.command_id)
    }
}

/// Reads the heading of a commit record's payload, in a fraction of the time that
/// [`decode_commit`](crate::decode_commit) takes: the writer needs it for every record.
pub fn decode_heading(payload: &[u8]) -> Result<Heading<'_>, CommitError> {
    let (mut first, mut time, mut id) = (None, Timestamp(0), &[][..]);
    for field in Fields(payload) {
        match field? {
            (3, Value::Bytes(bytes)) if first.is_none() => first = Some(event(bytes)?.type_name),
            (4, Value::Bytes(bytes)) => id = bytes,
            (7, Value::Varint(value)) => time = Timestamp(value as i64),
            _ => {}
        }
    }
    let type_name = first.ok_or(CommitError::InvalidField { field: "events" })?;
    Ok(Heading { type_name, time, command_id: id })
}
