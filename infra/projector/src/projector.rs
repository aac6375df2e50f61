//! The projection runtime of one partition, as a state machine without I/O.
//!
//! Inputs go in by [`Projector::take`], what is to be done comes out of [`Projector::next_action`]; there is at most
//! one action of each kind under way, and each is answered by the input of its kind or by [`Input::Failed`]. The async
//! shell feeds it from the engines, the simulation from a seeded scheduler.
//!
//! The order that makes it effectively once on a store without transactions: rows are written as absolute values with
//! the offset they include, and only when they are in the store does a checkpoint pass them. What happens twice after
//! a crash is skipped row by row.

mod cache;
mod flush;
mod fold;

use std::collections::VecDeque;
use std::time::Duration;

use sceau_kernel::{Source, Timestamp};
use sceau_log::Record;
use sceau_log::protocol::Cursor;
use sceau_projection::{Cell, Projection};
use sceau_store::RowWrite;

use crate::reading::{Counts, Reading};
use crate::under::Under;
use crate::weaken::Weaken;

use cache::Cache;
use flush::Flush;

/// Bounds and intervals of a projector.
#[derive(Clone, Copy, Debug)]
pub struct ProjectorOptions {
    /// Rows kept in memory; about twice `flush_rows` may be held on top while the store is slow.
    pub cached_rows: usize,
    /// While there is more to read, rows are written when so many have changed. At the end of the log they are written
    /// at once.
    pub flush_rows: usize,
    /// A read of at least half as many bytes means that there is more to read.
    pub read_bytes: usize,
    /// At the end of the log, a read that found more than one record is followed by the next after so long: under load
    /// one read and one flush serve many events, and a lone event does not wait.
    pub pause: Duration,
    /// Checkpoints are at least this far apart in time, except the last one.
    pub checkpoint_every: Duration,
    /// How long to wait before trying again what failed.
    pub retry_after: Duration,
    /// Rules switched off.
    pub weaken: Weaken,
}

impl Default for ProjectorOptions {
    fn default() -> Self {
        Self {
            cached_rows: 32_768,
            flush_rows: 8192,
            read_bytes: 256 << 10,
            pause: Duration::from_millis(8),
            checkpoint_every: Duration::from_millis(500),
            retry_after: Duration::from_millis(250),
            weaken: Weaken::default(),
        }
    }
}

/// What a projector is told.
#[derive(Debug)]
pub enum Input {
    /// The records read from the offset asked for; none at the end of the log.
    Records(Vec<Record>),
    /// The rows asked for, in the order of their keys.
    Rows(Vec<Option<Vec<Cell>>>),
    /// The rows and dead letters are in the store.
    Written,
    /// The checkpoint is in the store.
    Checkpointed,
    /// An action failed; a write may have happened all the same.
    Failed(Step, String),
    /// The time.
    Tick(Timestamp),
    /// Read no more; write what is left.
    ShutDown,
}

/// The kinds of action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// [`Action::Read`].
    Read,
    /// [`Action::Load`].
    Load,
    /// [`Action::Write`].
    Write,
    /// [`Action::Checkpoint`].
    Checkpoint,
}

/// What a projector wants done.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Read on from an offset.
    Read {
        /// The offset.
        from: u64,
        /// Whether to wait for more at the end of the log.
        wait: bool,
    },
    /// Load rows of the projection's table.
    Load {
        /// Their keys.
        keys: Vec<Vec<Cell>>,
    },
    /// Write rows, in any order.
    Write {
        /// Into the projection's table.
        rows: Vec<RowWrite>,
        /// Into [`DEAD_LETTERS`](crate::dead_letter::DEAD_LETTERS).
        dead_letters: Vec<RowWrite>,
    },
    /// Write the checkpoint, see [`checkpoint::row`](crate::checkpoint::row).
    Checkpoint {
        /// The place to go on from.
        cursor: Cursor,
    },
}

/// What a projector is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Situation {
    Folding,
    /// A stored row does not fit the code: nothing is folded any more.
    Broken,
    /// Told to shut down: what has been folded is still to be written.
    Ending,
}

/// Folds one partition into the rows of one table.
pub struct Projector<P: Projection> {
    options: ProjectorOptions,
    consumer: String,
    reading: Reading,
    /// Records read and not yet folded: at most two batches.
    inbox: VecDeque<VecDeque<Record>>,
    /// The last read came back short: the end of the log is near, so rows are written at once.
    at_tail: bool,
    cache: Cache<P::Key, P::Row>,
    /// A row that is not in memory is not in the store either: the table began empty and nothing has left the cache.
    all_cached: bool,
    dirty: Vec<cache::Place>,
    dead_letters: Vec<RowWrite>,
    /// Keys of the rows being loaded; nothing is folded meanwhile.
    loading: Vec<P::Key>,
    flush: Option<Flush>,
    /// Everything before it is in the store.
    stored: Cursor,
    checkpointed: Cursor,
    /// The checkpoint being written.
    checkpoint: Cursor,
    next_checkpoint: Timestamp,
    read: Under,
    load: Under,
    write: Under,
    checkpointing: Under,
    now: Timestamp,
    situation: Situation,
    flushes: u64,
    rows: u64,
    /// What failed last and has not succeeded since.
    trouble: Option<(Step, String)>,
    routed: Vec<fold::Routed<P>>,
}

impl<P: Projection> Projector<P> {
    /// The projector that folds `source` into `table`, from `checkpoint` on. `fresh` says that at the beginning no row
    /// need be looked for in the table. Should a worker before have written some and no checkpoint, folding makes the
    /// same ones again, and until it has come as far those in the store stand, being newer.
    pub fn new(options: ProjectorOptions, table: &str, source: Source, checkpoint: Cursor, fresh: bool) -> Self {
        Self {
            options,
            consumer: table.to_owned(),
            reading: Reading::new(source, checkpoint),
            inbox: VecDeque::new(),
            at_tail: false,
            cache: Cache::new(),
            all_cached: fresh && checkpoint == Cursor::START,
            dirty: Vec::new(),
            dead_letters: Vec::new(),
            loading: Vec::new(),
            flush: None,
            stored: checkpoint,
            checkpointed: checkpoint,
            checkpoint,
            next_checkpoint: Timestamp(i64::MIN),
            read: Under::Idle,
            load: Under::Idle,
            write: Under::Idle,
            checkpointing: Under::Idle,
            now: Timestamp(i64::MIN),
            situation: Situation::Folding,
            flushes: 0,
            rows: 0,
            trouble: None,
            routed: Vec::new(),
        }
    }

    /// Takes what has happened.
    pub fn take(&mut self, input: Input) {
        match input {
            Input::Records(records) => {
                self.read = self.succeeded(Step::Read);
                self.received(records);
            }
            Input::Rows(rows) => {
                self.load = self.succeeded(Step::Load);
                self.loaded(rows);
            }
            Input::Written => {
                self.write = self.succeeded(Step::Write);
                self.written();
            }
            Input::Checkpointed => {
                self.checkpointing = self.succeeded(Step::Checkpoint);
                self.checkpointed = self.checkpoint;
            }
            Input::Failed(step, reason) => self.failed(step, reason),
            Input::Tick(now) => self.now = now,
            Input::ShutDown => {
                self.situation = Situation::Ending;
                self.inbox.clear();
                self.loading.clear();
            }
        }
        self.fold();
        if self.dirty.is_empty() && self.dead_letters.is_empty() && self.flush.is_none() {
            self.stored = self.reading.cursor;
        }
    }

    /// The next thing to do, if there is any.
    pub fn next_action(&mut self) -> Option<Action> {
        self.next_load().or_else(|| self.next_write()).or_else(|| self.next_checkpoint()).or_else(|| self.next_read())
    }

    /// Everything before this offset is in the store.
    pub fn applied(&self) -> u64 {
        self.stored.next
    }

    /// What has been passed.
    pub fn counts(&self) -> Counts {
        self.reading.counts
    }

    /// Flushes so far, and rows in them.
    pub fn flushed(&self) -> (u64, u64) {
        (self.flushes, self.rows)
    }

    /// What went wrong last, while it is being tried again.
    pub fn trouble(&self) -> Option<&str> {
        self.trouble.as_ref().map(|(_, reason)| reason.as_str())
    }

    /// After [`Input::ShutDown`]: everything folded is in the store and behind the checkpoint. False for ever while
    /// the store fails.
    pub fn is_done(&self) -> bool {
        self.situation == Situation::Ending && self.checkpointed == self.reading.cursor
    }

    fn received(&mut self, records: Vec<Record>) {
        let weight = |record: &Record| match &record.body {
            sceau_log::Body::Commit { payload, .. } => payload.len() + record.key.len(),
            _ => 0,
        };
        let bytes: usize = records.iter().map(weight).sum();
        self.at_tail = bytes < self.options.read_bytes / 2;
        if self.situation == Situation::Folding && !records.is_empty() {
            self.inbox.push_back(records.into());
        }
    }

    fn succeeded(&mut self, step: Step) -> Under {
        self.trouble = self.trouble.take().filter(|(failed, _)| *failed != step);
        Under::Idle
    }

    fn failed(&mut self, step: Step, reason: String) {
        self.trouble = Some((step, reason));
        let again = Under::Trouble(self.now.plus_micros(self.options.retry_after.as_micros() as i64));
        match step {
            Step::Read => self.read = again,
            Step::Load => self.load = again,
            Step::Checkpoint => self.checkpointing = again,
            Step::Write => {
                self.write = again;
                self.unwritten();
            }
        }
    }

    fn next_read(&mut self) -> Option<Action> {
        let wanted = self.inbox.len() < 2 && self.situation == Situation::Folding;
        if !wanted || !self.read.may_begin(self.now) {
            return None;
        }
        self.read = Under::Way;
        let read = self.inbox.back().and_then(VecDeque::back).map(|record| record.offset + 1);
        Some(Action::Read { from: read.unwrap_or(self.reading.cursor.next), wait: self.at_tail })
    }
}
