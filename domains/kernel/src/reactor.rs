//! Events as readers meet them, and the process managers that answer events with commands.

use prost::Message;

use crate::wire::{Text, Wire};
use crate::{DecodeError, StreamId, Timestamp};

/// One partition of one topic.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Source {
    /// Topic name.
    pub topic: &'static str,
    /// Partition number.
    pub partition: u32,
}

/// A valid event as a projection or a reactor meets it.
#[derive(Clone, Debug)]
pub struct Recorded<'a> {
    /// Where it was read.
    pub source: &'a Source,
    /// Offset of its commit.
    pub offset: u64,
    /// Place within its commit.
    pub index: u32,
    /// Its stream.
    pub stream: &'a StreamId,
    /// The stream's version with this event: its first event has version 1.
    pub version: u64,
    /// When it was decided.
    pub time: Timestamp,
    /// Who caused it: the token's subject.
    pub actor: &'a str,
    /// Full name of its message.
    pub type_name: &'a str,
    /// The encoded message.
    pub payload: &'a [u8],
}

impl Recorded<'_> {
    /// The event, when its name is already known to be `E`'s.
    pub fn read<E: Wire<Proto: Message + Default>>(&self) -> Result<E, DecodeError> {
        let proto = E::Proto::decode(self.payload).map_err(|error| self.malformed(error.to_string()))?;
        E::from_wire(proto).map_err(|faults| DecodeError::Invalid { type_name: self.type_name.to_owned(), faults })
    }

    /// The id of the thing whose stream this is.
    pub fn id<T: Text>(&self) -> Result<T, DecodeError> {
        T::parse(self.stream.id())
            .ok_or_else(|| self.malformed(format!("its stream `{}` is not named by {}", self.stream, T::WHAT)))
    }

    fn malformed(&self, reason: String) -> DecodeError {
        DecodeError::Malformed { type_name: self.type_name.to_owned(), reason }
    }
}

/// A process manager: turns events into commands to other streams, of this domain or another.
///
/// It keeps no state: an event carries what its reactions need. The engine gives each command an id derived from the
/// event's position ([`Reaction`](crate::Reaction)), so a repeat is harmless, and sends the commands to one stream in
/// log order, one at a time.
pub trait Reactor: Send + Sync + 'static {
    /// Its name, a lower-case word.
    const NAME: &'static str;
    /// The topics it reads.
    const TOPICS: &'static [&'static str];
    /// A command to any of the domains it speaks to.
    type Command: Send + 'static;

    /// The commands that this event gives rise to, each with the stream it goes to.
    fn react(record: &Recorded<'_>) -> Result<Vec<(StreamId, Self::Command)>, DecodeError>;
}
