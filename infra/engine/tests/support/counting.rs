//! A domain for tests: streams that count up to 100.

use std::fmt;

use sceau_engine::Envelope;
use sceau_kernel::uuid::Uuid;
use sceau_kernel::{
    Actor, CommandDigest, CommandId, Context, DecodeError, Domain, EncodedEvent, Refusal, RefusalKind, StreamId,
};
use serde::{Deserialize, Serialize};

pub(crate) struct Counting;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Count(pub(crate) i64);

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Command {
    /// Adds this; refused when the count would pass 100, nothing to do when it is 0.
    Add(i64),
    /// Adds 1 with so many bytes beside it.
    Pad(usize),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Event {
    Added(i64),
    Padded(usize),
}

/// The count would pass 100.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TooHigh {
    pub(crate) count: i64,
}

impl fmt::Display for TooHigh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the count is {} and may not pass 100: add less", self.count)
    }
}

impl std::error::Error for TooHigh {}

impl Refusal for TooHigh {
    fn code(&self) -> &'static str {
        "TOO_HIGH"
    }
    fn kind(&self) -> RefusalKind {
        RefusalKind::Precondition
    }
}

impl Domain for Counting {
    const TOPIC: &'static str = "sceau.counting";
    type State = Count;
    type Command = Command;
    type Event = Event;
    type Refusal = TooHigh;

    fn initial(kind: &str) -> Option<Count> {
        (kind == "count").then(Count::default)
    }

    fn decide(state: &Count, command: &Command, _: &Context) -> Result<Vec<Event>, TooHigh> {
        match command {
            Command::Add(0) => Ok(vec![]),
            Command::Add(n) if state.0 + n > 100 => Err(TooHigh { count: state.0 }),
            Command::Add(n) => Ok(vec![Event::Added(*n)]),
            Command::Pad(size) => Ok(vec![Event::Padded(*size)]),
        }
    }

    fn evolve(state: &mut Count, event: &Event) {
        state.0 += match event {
            Event::Added(n) => *n,
            Event::Padded(_) => 1,
        };
    }

    fn encode(event: &Event) -> EncodedEvent {
        match event {
            Event::Added(n) => EncodedEvent { type_name: "counting.Added", payload: n.to_le_bytes().to_vec() },
            Event::Padded(size) => EncodedEvent { type_name: "counting.Padded", payload: vec![0; *size] },
        }
    }

    fn decode(type_name: &str, payload: &[u8]) -> Result<Event, DecodeError> {
        match (type_name, payload.try_into()) {
            ("counting.Added", Ok(bytes)) => Ok(Event::Added(i64::from_le_bytes(bytes))),
            ("counting.Padded", _) => Ok(Event::Padded(payload.len())),
            _ => Err(DecodeError::UnknownType { type_name: type_name.to_owned() }),
        }
    }
}

/// The stream `ci/count/<name>`.
pub(crate) fn stream(name: &str) -> StreamId {
    format!("ci/count/{name}").parse().unwrap()
}

/// A command to `ci/count/<name>` under this id, with a digest of its own content.
pub(crate) fn command(id: u128, name: &str, command: Command) -> Envelope<Counting> {
    let content = match &command {
        Command::Add(n) => *n as u8,
        Command::Pad(_) => 255,
    };
    Envelope {
        stream: stream(name),
        command,
        command_id: CommandId::Client(Uuid::from_u128(id)),
        digest: CommandDigest::of(&[8, content & 0x7f], 0),
        expected_version: None,
        actor: Actor::system(),
        traceparent: "".into(),
    }
}

/// Adds `n` to `ci/count/<name>`.
pub(crate) fn add(id: u128, name: &str, n: i64) -> Envelope<Counting> {
    command(id, name, Command::Add(n))
}
