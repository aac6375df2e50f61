//! Following one partition: which records count, and whether any are missing.

use sceau_commit::Commit;
use sceau_kernel::Source;
use sceau_log::Record;
use sceau_log::protocol::{Cursor, Verdict};

use crate::contiguity::Contiguity;

/// The reading half of a consumer of one partition.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) source: Source,
    /// After the last record passed.
    pub(crate) cursor: Cursor,
    pub(crate) counts: Counts,
    streams: Contiguity,
}

/// What has been passed since the start of this process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Valid events.
    pub events: u64,
    /// Void and foreign records.
    pub void: u64,
    /// Offsets and stream versions that were not there: must be 0.
    pub holes: u64,
    /// Events put aside in the dead letters.
    pub dead_letters: u64,
}

impl Reading {
    pub(crate) fn new(source: Source, cursor: Cursor) -> Self {
        Self { source, cursor, counts: Counts::default(), streams: Contiguity::default() }
    }

    /// Stands before `record`: false when it has been passed before, so is delivered twice. Offsets that are missing
    /// before it are counted as holes and jumped over.
    pub(crate) fn stand_before(&mut self, record: &Record) -> bool {
        let next = self.cursor.next;
        if record.offset > next {
            self.counts.holes += record.offset - next;
            self.cursor.next = record.offset;
        }
        record.offset >= next
    }

    /// What the record before which it stands is, without passing it.
    pub(crate) fn verdict(&self, record: &Record) -> (Verdict, Cursor) {
        let mut after = self.cursor;
        (after.pass(&record.body), after)
    }

    /// Passes the record before which it stands: a fence, or one that does not count.
    pub(crate) fn skip(&mut self, verdict: Verdict, after: Cursor) {
        self.counts.void += u64::from(verdict == Verdict::Void);
        self.cursor = after;
    }

    /// Passes the valid commit before which it stands.
    pub(crate) fn commit(&mut self, commit: &Commit<'_>, after: Cursor) {
        self.counts.events += u64::from(commit.event_count);
        self.counts.holes += u64::from(!self.streams.follows(commit));
        self.cursor = after;
    }
}
