//! The fenced single writer: the rules, as pure values.
//!
//! Kafka has no compare-and-set, so the log itself arbitrates who may decide for a partition. A node *takes* it by
//! appending a fence; the offset at which the fence lands is its epoch. Every commit carries `(epoch, seq)`: the epoch
//! of its writer and its place among the commits of that epoch. A pair is used for one content only, ever.
//!
//! A reader counts: a commit is valid if its pair is exactly (offset of the last fence passed, number of valid commits
//! seen since). Anything else is void, for every reader alike. A writer acknowledges a commit only when it and every
//! one before it in the epoch were reported at exactly `epoch + 1 + seq`. Anything else ends the epoch.
//!
//! Both halves of the pair are needed; the exhaustive model in `tests/model` breaks each half alone.

use crate::{Body, Delivery};

/// A place in a partition and what is needed to go on reading from it. Whatever remembers a place remembers all three.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cursor {
    /// Offset of the next record to read.
    pub next: u64,
    /// Offset of the last fence passed; `None` before the first.
    pub epoch: Option<u64>,
    /// Valid commits seen since that fence.
    pub seq: u64,
}

/// What a record is, given all records before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// A new epoch begins.
    Fence,
    /// The commit counts.
    Valid,
    /// The record is skipped by all readers.
    Void,
}

impl Cursor {
    /// The beginning of a partition.
    pub const START: Self = Self { next: 0, epoch: None, seq: 0 };

    /// Passes the record at `self.next` and says what it is.
    pub fn pass(&mut self, body: &Body) -> Verdict {
        let offset = self.next;
        self.next += 1;
        match body {
            Body::Fence { .. } => {
                self.epoch = Some(offset);
                self.seq = 0;
                Verdict::Fence
            }
            Body::Commit { epoch, seq, .. } if self.epoch == Some(*epoch) && self.seq == *seq => {
                self.seq += 1;
                Verdict::Valid
            }
            Body::Commit { .. } | Body::Foreign => Verdict::Void,
        }
    }
}

/// The writing half of one epoch: hands out `(epoch, seq)` pairs and says what may be acknowledged.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Writer {
    epoch: u64,
    issued: u64,
    acknowledged: u64,
    ended: bool,
}

/// The epoch is over: acknowledge nothing more, take the partition again, read, and learn what landed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EpochEnded;

impl Writer {
    /// The writer of the epoch whose fence landed at `epoch`.
    pub const fn new(epoch: u64) -> Self {
        Self { epoch, issued: 0, acknowledged: 0, ended: false }
    }

    /// The epoch.
    pub const fn epoch(&self) -> u64 {
        self.epoch
    }

    /// The seq of the next commit. Once issued, the pair belongs to that commit for ever.
    pub fn issue(&mut self) -> u64 {
        let seq = self.issued;
        self.issued += 1;
        seq
    }

    /// Commits issued and not yet acknowledged.
    pub const fn in_flight(&self) -> u64 {
        self.issued - self.acknowledged
    }

    /// The only offset at which commit `seq` may be acknowledged.
    pub const fn offset_of(&self, seq: u64) -> u64 {
        self.epoch + 1 + seq
    }

    /// Takes the report of commit `seq`. `Ok` acknowledges it: it and all before it are at their offsets. Reports come
    /// in order of `seq`; one that does not is a hole, and ends the epoch.
    pub fn delivered(&mut self, seq: u64, delivery: Delivery) -> Result<(), EpochEnded> {
        let in_place = seq == self.acknowledged && seq < self.issued && delivery == Delivery::At(self.offset_of(seq));
        if self.ended || !in_place {
            self.ended = true;
            return Err(EpochEnded);
        }
        self.acknowledged += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn fence() -> Body {
        Body::Fence { node: "a".into(), address: "".into() }
    }

    fn commit(epoch: u64, seq: u64) -> Body {
        Body::Commit { epoch, seq, payload: Bytes::new() }
    }

    fn verdicts(bodies: &[Body]) -> Vec<Verdict> {
        let mut cursor = Cursor::START;
        bodies.iter().map(|body| cursor.pass(body)).collect()
    }

    #[test]
    fn commits_of_the_current_epoch_in_order_are_valid() {
        use Verdict::{Fence, Valid};
        assert_eq!(
            verdicts(&[fence(), commit(0, 0), commit(0, 1), fence(), commit(3, 0)]),
            [Fence, Valid, Valid, Fence, Valid]
        );
    }

    #[test]
    fn a_zombies_commit_is_void() {
        use Verdict::{Fence, Valid, Void};
        assert_eq!(
            verdicts(&[fence(), commit(0, 0), fence(), commit(0, 1), commit(2, 0)]),
            [Fence, Valid, Fence, Void, Valid]
        );
    }

    #[test]
    fn a_commit_after_a_hole_or_a_repeat_is_void() {
        use Verdict::{Fence, Valid, Void};
        assert_eq!(
            verdicts(&[fence(), commit(0, 1), commit(0, 0), commit(0, 0), commit(0, 1)]),
            [Fence, Void, Valid, Void, Valid]
        );
    }

    #[test]
    fn a_commit_before_any_fence_is_void() {
        assert_eq!(verdicts(&[commit(0, 0), Body::Foreign]), [Verdict::Void, Verdict::Void]);
    }

    #[test]
    fn only_an_unbroken_run_at_its_offsets_is_acknowledged() {
        let mut writer = Writer::new(7);
        assert_eq!((writer.issue(), writer.issue(), writer.issue()), (0, 1, 2));
        assert_eq!(writer.delivered(0, Delivery::At(8)), Ok(()));
        assert_eq!(writer.delivered(1, Delivery::At(10)), Err(EpochEnded));
        assert_eq!(writer.delivered(2, Delivery::At(10)), Err(EpochEnded));
    }

    #[test]
    fn a_lost_or_unknown_delivery_ends_the_epoch() {
        for delivery in [Delivery::Lost, Delivery::Unknown] {
            let mut writer = Writer::new(0);
            writer.issue();
            assert_eq!(writer.delivered(0, delivery), Err(EpochEnded));
        }
    }
}
