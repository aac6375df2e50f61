//! What the read side says of itself, for metrics and for people.

use std::time::Duration;

use sceau_kernel::Source;

use crate::reading::Counts;

/// How one partition of a projection or reactor fares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionStatus {
    /// The partition.
    pub source: Source,
    /// This process works on it. Of the others `applied` and `end` are as they were looked up last, and nothing else is
    /// known.
    pub here: bool,
    /// Everything before this offset is done.
    pub applied: u64,
    /// The end of the log when it was last asked.
    pub end: u64,
    /// True once `end` has been asked.
    pub known: bool,
    /// Valid events passed since the start of this process.
    pub events: u64,
    /// Void and foreign records skipped since the start of this process.
    pub void: u64,
    /// Records and stream versions missing from the log as it was read: must be 0.
    pub holes: u64,
    /// Events that could not be read or were refused, put aside in the dead letters.
    pub dead_letters: u64,
    /// Row flushes (or commands sent, for a reactor) since the start of this process.
    pub flushes: u64,
    /// Rows of those flushes together.
    pub rows: u64,
    /// What went wrong last and is being tried again; `None` when all is well.
    pub trouble: Option<String>,
}

impl PartitionStatus {
    pub(crate) fn new(source: Source) -> Self {
        Self {
            source,
            here: false,
            applied: 0,
            end: 0,
            known: false,
            events: 0,
            void: 0,
            holes: 0,
            dead_letters: 0,
            flushes: 0,
            rows: 0,
            trouble: None,
        }
    }

    /// What a worker has passed and written so far, on top of what those `before` it have.
    pub(crate) fn count(&mut self, before: &Self, counts: Counts, (flushes, rows): (u64, u64)) {
        self.events = before.events + counts.events;
        self.void = before.void + counts.void;
        self.holes = before.holes + counts.holes;
        self.dead_letters = before.dead_letters + counts.dead_letters;
        self.flushes = before.flushes + flushes;
        self.rows = before.rows + rows;
    }

    /// Records that are in the log and not done yet.
    pub fn lag(&self) -> u64 {
        self.end.saturating_sub(self.applied)
    }
}

/// How far a build has come, in log records over all its partitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Records done.
    pub done: u64,
    /// Records there are.
    pub total: u64,
    /// False until the ends of all partitions have been asked; `total` is too low until then.
    pub known: bool,
    /// Time since the build began or was resumed.
    pub elapsed: Duration,
}

impl Progress {
    /// Nothing is left to do.
    pub fn complete(&self) -> bool {
        self.known && self.done >= self.total
    }

    /// Records per second so far.
    pub fn rate(&self) -> f64 {
        self.done as f64 / self.elapsed.as_secs_f64().max(0.001)
    }

    /// Time left at that rate; `None` before the first record.
    pub fn left(&self) -> Option<Duration> {
        (self.done > 0).then(|| Duration::from_secs_f64(self.total.saturating_sub(self.done) as f64 / self.rate()))
    }
}

/// How a projection fares.
#[derive(Clone, Debug)]
pub struct ProjectionStatus {
    /// Its name.
    pub name: &'static str,
    /// The version of its code.
    pub version: u32,
    /// The generation that queries read, with its table and partitions; `None` before the first is built.
    pub serving: Option<GenerationStatus>,
    /// The generation that is being built beside it.
    pub building: Option<GenerationStatus>,
}

/// How a generation of a projection fares.
#[derive(Clone, Debug)]
pub struct GenerationStatus {
    /// Its number, from 1.
    pub number: u64,
    /// The version of the code that made it.
    pub version: u32,
    /// Its table.
    pub table: String,
    /// How far it has come.
    pub progress: Progress,
    /// Its partitions.
    pub partitions: Vec<PartitionStatus>,
}

/// How a reactor fares.
#[derive(Clone, Debug)]
pub struct ReactorStatus {
    /// Its name.
    pub name: &'static str,
    /// Its partitions.
    pub partitions: Vec<PartitionStatus>,
}
