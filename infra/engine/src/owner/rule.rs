//! One command and one stream: the whole rule by which it is accepted or not, without a queue or a log in sight.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use sceau_commit::{NewCommit, encode_commit};
use sceau_kernel::{Domain, EncodedEvent};

use crate::memory::{Recall, Remembered};
use crate::refused::Refused;
use crate::snapshot::Stream;

use super::Pending;

/// What becomes of a command.
pub(super) enum Ruling<R> {
    /// It is accepted and gives this commit; the stream has already moved on.
    Commit(Bytes, Remembered),
    /// It is accepted and there is nothing to write: it was accepted before, or what it asks for holds already.
    Nothing(Remembered, Before),
    /// It is not accepted.
    Refused(Refused<R>),
}

/// Whether a command that gives no commit was accepted before.
pub(super) enum Before {
    /// It was: this is the first outcome.
    Repeated,
    /// It was not: what it asks for holds already.
    Holds,
}

/// Where and how a commit may be made.
pub(super) struct Terms {
    /// The offset at which it will land, if it lands.
    pub(super) offset: u64,
    /// An offset that is durable, to answer for a stream without commits.
    pub(super) floor: u64,
    /// Bytes that it may have.
    pub(super) limit: usize,
    /// What a caller is told who cannot be answered.
    pub(super) retry_after: Duration,
    /// False when the memory of the stream is left out, by a test.
    pub(super) deduplicate: bool,
}

/// Rules on `pending` in `stream`, in this order: a repeat is answered whatever has happened since, then the caller's
/// expectation is checked, then the domain decides.
pub(super) fn rule<D: Domain, T>(
    stream: &mut Stream<D::State>,
    pending: &Pending<D, T>,
    terms: &Terms,
    buffer: &mut BytesMut,
) -> Ruling<D::Refusal> {
    let context = &pending.context;
    let recall =
        if terms.deduplicate { stream.memory.recall(&context.command_id, &pending.digest) } else { Recall::New };
    match recall {
        // It was on its way when an epoch ended, and may have landed so long ago that the stream has forgotten it.
        Recall::New if pending.sent.is_some_and(|sent| !stream.memory.would_know(&context.command_id, sent)) => {
            return Ruling::Refused(Refused::Unavailable { retry_after: terms.retry_after });
        }
        Recall::New => {}
        Recall::Repeat(first) => return Ruling::Nothing(first, Before::Repeated),
        Recall::Reused(fields) => return Ruling::Refused(Refused::IdReused { fields }),
    }
    if let Some(expected) = pending.expected_version
        && expected != stream.version
    {
        return Ruling::Refused(Refused::VersionMismatch { expected, actual: stream.version });
    }
    let events = match D::decide(&stream.state, &pending.command, context) {
        Ok(events) => events,
        Err(refusal) => return Ruling::Refused(Refused::Rejected(refusal)),
    };
    let outcome = |stream: &Stream<D::State>, offset| Remembered {
        offset,
        version: stream.version,
        events: events.len() as u32,
        time: context.time,
    };
    if events.is_empty() {
        return Ruling::Nothing(outcome(stream, stream.offset.unwrap_or(terms.floor)), Before::Holds);
    }
    let encoded: Vec<EncodedEvent> = events.iter().map(D::encode).collect();
    let commit = NewCommit {
        stream: &pending.stream,
        first_version: stream.version,
        events: &encoded,
        command_id: &context.command_id,
        digest: &pending.digest,
        actor: &context.actor,
        time: context.time,
        traceparent: &pending.traceparent,
    };
    let size = commit.encoded_len();
    if size > terms.limit {
        return Ruling::Refused(Refused::TooLarge { size, limit: terms.limit });
    }
    let payload = encode_commit(&commit, buffer);
    for event in &events {
        D::evolve(&mut stream.state, event);
    }
    stream.version += events.len() as u64;
    stream.offset = Some(terms.offset);
    let outcome = outcome(stream, terms.offset);
    stream.memory.remember(&context.command_id, pending.digest.clone(), outcome);
    Ruling::Commit(payload, outcome)
}
