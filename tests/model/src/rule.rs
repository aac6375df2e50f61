//! The rules under exploration: the protocol's own, and the alternatives that look as good and are not.

use sceau_log::protocol::{Cursor, EpochEnded, Verdict, Writer};
use sceau_log::{Body, Delivery};

/// By which rule readers tell a valid commit, and writers what they may acknowledge.
///
/// Every alternative sees the same records: what a commit would carry instead of its pair follows from the pair, since
/// a writer that expects no hole expects commit `seq` at `epoch + 1 + seq`, and its predecessor one before that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rule {
    /// What production runs.
    Pair,
    /// A commit of the last fence's epoch is valid, whatever came before it.
    EpochOnly,
    /// A commit is valid if its seq is the number of valid commits since the last fence, whoever wrote it.
    SeqOnly,
    /// A commit carries the offset at which its writer expects it, and is valid there.
    ExpectedOffset,
    /// A commit carries the offset of the fence or commit that it follows, and is valid after that one.
    PredecessorOffset,
    /// Readers count as in production, but a writer acknowledges a commit wherever it landed.
    AcknowledgeAnywhere,
}

/// A reader at the end of the log.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Reader {
    rule: Rule,
    cursor: Cursor,
    /// Offset of the last fence or valid commit; only [`Rule::PredecessorOffset`] looks at it.
    last: u64,
}

impl Reader {
    pub(crate) const fn new(rule: Rule) -> Self {
        Self { rule, cursor: Cursor::START, last: 0 }
    }

    /// The offset of the next record.
    pub(crate) const fn next(&self) -> u64 {
        self.cursor.next
    }

    /// Judges the next record by the rule.
    pub(crate) fn pass(&mut self, body: &Body) -> Verdict {
        let before = self.cursor;
        let verdict = match (self.rule, body) {
            (Rule::Pair | Rule::AcknowledgeAnywhere, _) | (_, Body::Fence { .. } | Body::Foreign) => {
                self.cursor.pass(body)
            }
            (rule, Body::Commit { epoch, seq, .. }) => {
                let valid = match rule {
                    Rule::EpochOnly => before.epoch == Some(*epoch),
                    Rule::SeqOnly => before.epoch.is_some() && before.seq == *seq,
                    Rule::ExpectedOffset => before.next == epoch + 1 + seq,
                    _ => self.last == epoch + seq,
                };
                self.cursor = Cursor { next: before.next + 1, epoch: before.epoch, seq: before.seq + u64::from(valid) };
                if valid { Verdict::Valid } else { Verdict::Void }
            }
        };
        if self.rule == Rule::PredecessorOffset && verdict != Verdict::Void {
            self.last = before.next;
        }
        verdict
    }

    /// Hands the report of commit `seq` to its writer; `Ok` acknowledges it.
    pub(crate) fn report(&self, writer: &mut Writer, seq: u64, delivery: Delivery) -> Result<(), EpochEnded> {
        match (self.rule, delivery) {
            (Rule::AcknowledgeAnywhere, Delivery::At(_)) => writer.delivered(seq, Delivery::At(writer.offset_of(seq))),
            _ => writer.delivered(seq, delivery),
        }
    }
}
