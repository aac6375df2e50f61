//! What a stream remembers of the commands it accepted, so that a repeat returns the first outcome.

use sceau_kernel::uuid::Uuid;
use sceau_kernel::{CommandDigest, CommandId, Reaction, Timestamp};
use serde::{Deserialize, Serialize};

/// How many of its callers' commands a stream remembers. No stream has more commits on their way than this, so whatever
/// was not acknowledged when a node died is recognised when it is sent again.
pub(crate) const REMEMBERED: usize = 32;

/// What came of an accepted command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Remembered {
    /// Offset of its commit.
    pub(crate) offset: u64,
    /// Version of the stream after it.
    pub(crate) version: u64,
    /// How many events it gave.
    pub(crate) events: u32,
    /// When it was decided.
    pub(crate) time: Timestamp,
}

/// What a command id means to a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Recall {
    /// It was not seen, or long ago.
    New,
    /// The same command was accepted before.
    Repeat(Remembered),
    /// Another command was accepted under it, which differs in these fields.
    Reused(Vec<u32>),
}

/// The last commands a stream accepted: 32 of its callers', and the highest of each reactor and source partition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Memory {
    /// Ids apart from the rest: every command looks through all of them.
    ids: Vec<Uuid>,
    commands: Vec<(CommandDigest, Remembered)>,
    /// Commands of callers accepted so far. The next one takes the place of that number, modulo 32.
    accepted: u64,
    reactions: Vec<(Reaction, Remembered)>,
}

impl Memory {
    /// What `id` with `digest` means here.
    pub(crate) fn recall(&self, id: &CommandId, digest: &CommandDigest) -> Recall {
        match id {
            CommandId::Client(uuid) => {
                let place = self.ids.iter().position(|known| known == uuid);
                match place.and_then(|place| self.commands.get(place)) {
                    None => Recall::New,
                    Some((known, outcome)) if known.same_command(digest) => Recall::Repeat(*outcome),
                    Some((known, _)) => Recall::Reused(known.differing_fields(digest)),
                }
            }
            CommandId::Reaction(reaction) => {
                match self.reactions.iter().find(|(mark, _)| same_source(mark, reaction)) {
                    Some((mark, outcome)) if place(reaction) <= place(mark) => Recall::Repeat(*outcome),
                    _ => Recall::New,
                }
            }
        }
    }

    /// Commands of callers accepted so far.
    pub(crate) const fn accepted(&self) -> u64 {
        self.accepted
    }

    /// Whether a command would be known here, had it been accepted when `accepted` others had been.
    pub(crate) const fn would_know(&self, id: &CommandId, accepted: u64) -> bool {
        matches!(id, CommandId::Reaction(_)) || self.accepted <= accepted + REMEMBERED as u64
    }

    /// Remembers an accepted command.
    pub(crate) fn remember(&mut self, id: &CommandId, digest: CommandDigest, outcome: Remembered) {
        match id {
            CommandId::Client(uuid) => {
                let place = (self.accepted % REMEMBERED as u64) as usize;
                self.accepted += 1;
                if let (Some(id), Some(command)) = (self.ids.get_mut(place), self.commands.get_mut(place)) {
                    (*id, *command) = (*uuid, (digest, outcome));
                } else {
                    self.ids.push(*uuid);
                    self.commands.push((digest, outcome));
                }
            }
            CommandId::Reaction(reaction) => {
                match self.reactions.iter_mut().find(|(mark, _)| same_source(mark, reaction)) {
                    Some(mark) => *mark = (reaction.clone(), outcome),
                    None => self.reactions.push((reaction.clone(), outcome)),
                }
            }
        }
    }
}

fn same_source(a: &Reaction, b: &Reaction) -> bool {
    a.partition == b.partition && a.reactor == b.reactor && a.topic == b.topic
}

const fn place(reaction: &Reaction) -> (u64, u32) {
    (reaction.offset, reaction.index)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(head: u8) -> CommandDigest {
        CommandDigest::from_bytes(vec![head, 0, 0, 0, 0, 0, 0, 0, 2, head, 0, 0])
    }

    fn outcome(offset: u64) -> Remembered {
        Remembered { offset, version: offset + 1, events: 1, time: Timestamp(7) }
    }

    fn client(n: u128) -> CommandId {
        CommandId::Client(Uuid::from_u128(n))
    }

    fn reaction(reactor: &str, offset: u64, index: u32) -> CommandId {
        let topic = "sceau.order".into();
        CommandId::Reaction(Reaction { reactor: reactor.into(), topic, partition: 1, offset, index })
    }

    #[test]
    fn a_repeat_returns_the_first_outcome_and_another_body_its_difference() {
        let mut memory = Memory::default();
        assert_eq!(memory.recall(&client(1), &digest(1)), Recall::New);
        memory.remember(&client(1), digest(1), outcome(5));
        assert_eq!(memory.recall(&client(1), &digest(1)), Recall::Repeat(outcome(5)));
        assert_eq!(memory.recall(&client(1), &digest(9)), Recall::Reused(vec![2]));
    }

    #[test]
    fn the_last_32_commands_are_remembered() {
        let mut memory = Memory::default();
        for n in 0..50 {
            memory.remember(&client(n), digest(1), outcome(n as u64));
        }
        let known: Vec<u128> = (0..50).filter(|n| memory.recall(&client(*n), &digest(1)) != Recall::New).collect();
        assert_eq!(known, (18..50).collect::<Vec<_>>());
        assert_eq!(memory.recall(&client(20), &digest(1)), Recall::Repeat(outcome(20)));
    }

    #[test]
    fn a_command_would_be_known_until_32_are_accepted_after_it() {
        let mut memory = Memory::default();
        let before = memory.accepted();
        for n in 0..33 {
            assert!(memory.would_know(&client(0), before), "after {n}");
            assert_eq!(memory.recall(&client(0), &digest(1)) == Recall::New, n == 0, "after {n}");
            memory.remember(&client(n), digest(1), outcome(n as u64));
        }
        assert!(!memory.would_know(&client(0), before));
        assert_eq!(memory.recall(&client(0), &digest(1)), Recall::New);
        assert!(memory.would_know(&reaction("invoice", 7, 1), before));
    }

    #[test]
    fn a_reaction_at_or_below_the_mark_of_its_source_is_a_repeat() {
        let mut memory = Memory::default();
        memory.remember(&reaction("invoice", 7, 1), digest(1), outcome(3));
        for (offset, index) in [(7, 1), (7, 0), (2, 9)] {
            assert_eq!(memory.recall(&reaction("invoice", offset, index), &digest(1)), Recall::Repeat(outcome(3)));
        }
        for id in [reaction("invoice", 7, 2), reaction("invoice", 8, 0), reaction("stamps", 7, 1)] {
            assert_eq!(memory.recall(&id, &digest(1)), Recall::New);
        }
    }
}
