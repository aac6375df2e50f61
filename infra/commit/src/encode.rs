//! From an accepted command to the bytes of its commit.

use bytes::{Bytes, BytesMut};
use sceau_kernel::{Actor, CommandDigest, CommandId, EncodedEvent, Reaction, StreamId, Timestamp};

use crate::wire::{
    bytes_field_len, message_field_len, put_bytes_field, put_message_header, put_varint_field, varint_field_len,
};

/// One accepted command, on its way to the log.
#[derive(Clone, Copy, Debug)]
pub struct NewCommit<'a> {
    /// The stream.
    pub stream: &'a StreamId,
    /// The number of events the stream held before.
    pub first_version: u64,
    /// The events, at least one.
    pub events: &'a [EncodedEvent],
    /// What caused it.
    pub command_id: &'a CommandId,
    /// For telling a repeat from another command under the same id.
    pub digest: &'a CommandDigest,
    /// Who caused it.
    pub actor: &'a Actor,
    /// When it was decided.
    pub time: Timestamp,
    /// W3C traceparent of the call, empty when it was not traced.
    pub traceparent: &'a str,
}

impl NewCommit<'_> {
    /// Bytes that the commit takes when encoded.
    pub fn encoded_len(&self) -> usize {
        let events: usize = self.events.iter().map(|event| message_field_len(event_len(event))).sum();
        bytes_field_len(self.stream.as_str().len())
            + varint_field_len(self.first_version)
            + events
            + message_field_len(command_id_len(self.command_id))
            + bytes_field_len(self.digest.as_bytes().len())
            + message_field_len(actor_len(self.actor))
            + varint_field_len(self.time.0 as u64)
            + bytes_field_len(self.traceparent.len())
    }
}

/// Encodes `commit` at the end of `buffer` and splits it off. A batch of commits shares one buffer, and so one
/// allocation for many.
pub fn encode_commit(commit: &NewCommit<'_>, buffer: &mut BytesMut) -> Bytes {
    buffer.reserve(commit.encoded_len());
    put_bytes_field(buffer, 1, commit.stream.as_str().as_bytes());
    put_varint_field(buffer, 2, commit.first_version);
    for event in commit.events {
        put_message_header(buffer, 3, event_len(event));
        put_bytes_field(buffer, 1, event.type_name.as_bytes());
        put_bytes_field(buffer, 2, &event.payload);
    }
    put_command_id(buffer, commit.command_id);
    put_bytes_field(buffer, 5, commit.digest.as_bytes());
    put_actor(buffer, commit.actor);
    put_varint_field(buffer, 7, commit.time.0 as u64);
    put_bytes_field(buffer, 8, commit.traceparent.as_bytes());
    buffer.split().freeze()
}

fn event_len(event: &EncodedEvent) -> usize {
    bytes_field_len(event.type_name.len()) + bytes_field_len(event.payload.len())
}

fn command_id_len(id: &CommandId) -> usize {
    match id {
        CommandId::Client(_) => message_field_len(16),
        CommandId::Reaction(reaction) => message_field_len(reaction_len(reaction)),
    }
}

fn reaction_len(reaction: &Reaction) -> usize {
    bytes_field_len(reaction.reactor.len())
        + bytes_field_len(reaction.topic.len())
        + varint_field_len(reaction.partition.into())
        + varint_field_len(reaction.offset)
        + varint_field_len(reaction.index.into())
}

fn put_command_id(buffer: &mut BytesMut, id: &CommandId) {
    put_message_header(buffer, 4, command_id_len(id));
    match id {
        CommandId::Client(uuid) => put_bytes_field(buffer, 1, uuid.as_bytes()),
        CommandId::Reaction(reaction) => {
            put_message_header(buffer, 2, reaction_len(reaction));
            put_bytes_field(buffer, 1, reaction.reactor.as_bytes());
            put_bytes_field(buffer, 2, reaction.topic.as_bytes());
            put_varint_field(buffer, 3, reaction.partition.into());
            put_varint_field(buffer, 4, reaction.offset);
            put_varint_field(buffer, 5, reaction.index.into());
        }
    }
}

fn actor_len(actor: &Actor) -> usize {
    bytes_field_len(actor.subject.len())
        + bytes_field_len(actor.role.name().len())
        + bytes_field_len(actor.party.as_deref().unwrap_or_default().len())
}

fn put_actor(buffer: &mut BytesMut, actor: &Actor) {
    put_message_header(buffer, 6, actor_len(actor));
    put_bytes_field(buffer, 1, actor.subject.as_bytes());
    put_bytes_field(buffer, 2, actor.role.name().as_bytes());
    put_bytes_field(buffer, 3, actor.party.as_deref().unwrap_or_default().as_bytes());
}
