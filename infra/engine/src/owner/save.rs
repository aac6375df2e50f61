//! Saving states behind the log, so that taking a partition costs its tail and not its history.
//!
//! A *cut* notes how far the log is decided and which streams have changed, then writes their rows a few at a time,
//! each once all it includes is durable. A row may include more than the cut; it says so itself. When every row of the
//! cut is written, and only then, the checkpoint moves to the cut.

use sceau_kernel::{Domain, Timestamp};
use sceau_log::Partition;
use sceau_log::protocol::Cursor;
use sceau_store::RowWrite;

use crate::settings::Settings;
use crate::snapshot::{checkpoint_row, state_row};

use super::streams::{Content, Slot, Streams};
use super::{Outbox, Output, Owner, Phase, Table, Token, later};

/// What is saved, and what is being saved.
pub(super) struct Saver {
    /// The last checkpoint written.
    pub(super) saved: Cursor,
    /// No checkpoint passes this: behind it stands a commit that this version cannot read.
    held: Option<Cursor>,
    /// Where and when the last cut was made.
    last: (u64, Timestamp),
    cut: Option<Cut>,
}

struct Cut {
    /// Where the checkpoint will be.
    cursor: Cursor,
    /// Streams whose rows are not gathered.
    left: Vec<Slot>,
    step: Step,
}

enum Step {
    /// Gather the next rows, not before this.
    Gather(Timestamp),
    /// These rows wait until this offset is durable.
    Hold { rows: Vec<RowWrite>, slots: Vec<Slot>, through: u64 },
    /// The rows of these streams are being written.
    Write { token: Token, slots: Vec<Slot> },
    /// The checkpoint is being written.
    Checkpoint(Token),
}

impl Saver {
    pub(super) const fn new(saved: Cursor, now: Timestamp) -> Self {
        Self { saved, held: None, last: (saved.next, now), cut: None }
    }

    pub(super) const fn busy(&self) -> bool {
        self.cut.is_some()
    }

    /// The commit behind `cursor` cannot be read by this version: a later version will have to begin there.
    pub(super) fn hold_before(&mut self, cursor: Cursor) {
        self.held.get_or_insert(cursor);
    }

    /// True when the checkpoint stands as far as it may.
    fn caught_up(&self, head: Cursor) -> bool {
        self.saved == self.limit(head)
    }

    fn limit(&self, head: Cursor) -> Cursor {
        self.held.map_or(head, |held| held.min(head))
    }

    fn due<D: Domain, T>(&self, head: Cursor, now: Timestamp, settings: &Settings, streams: &Streams<D, T>) -> bool {
        let (offset, time) = self.last;
        head.next.saturating_sub(offset) >= settings.save_records
            || streams.crowded()
            || !streams.dirty.is_empty() && now >= later(time, settings.save_every)
    }

    /// Takes the report of a write.
    pub(super) fn written<D: Domain, T>(
        &mut self,
        token: Token,
        done: bool,
        retry_at: Timestamp,
        streams: &mut Streams<D, T>,
    ) {
        let Some(cut) = &mut self.cut else { return };
        match &mut cut.step {
            Step::Write { token: asked, slots } if *asked == token => {
                let slots = std::mem::take(slots);
                if done {
                    for slot in slots {
                        if let Some(entry) = streams.get_mut(slot) {
                            entry.saving = false;
                        }
                    }
                    cut.step = Step::Gather(Timestamp(0));
                } else {
                    cut.left.extend(slots);
                    cut.step = Step::Gather(retry_at);
                }
            }
            Step::Checkpoint(asked) if *asked == token && done => {
                self.saved = cut.cursor;
                self.cut = None;
            }
            Step::Checkpoint(asked) if *asked == token => cut.step = Step::Gather(retry_at),
            _ => {}
        }
    }

    /// Goes on with the cut as far as it can.
    fn progress<D: Domain, T>(&mut self, world: &World<'_>, streams: &mut Streams<D, T>, outbox: &mut Outbox<D, T>) {
        while let Some(cut) = &mut self.cut {
            match &mut cut.step {
                Step::Gather(not_before) if *not_before > world.now => return,
                Step::Gather(_) if cut.left.is_empty() => {
                    if world.durable < cut.cursor.next {
                        return;
                    }
                    let token = outbox.token();
                    let rows = vec![checkpoint_row::<D>(world.partition, cut.cursor)];
                    outbox.push(Output::Write { token, table: Table::Checkpoints, rows });
                    cut.step = Step::Checkpoint(token);
                }
                Step::Gather(_) => {
                    let first = cut.left.len().saturating_sub(world.settings.write_rows);
                    let slots = cut.left.split_off(first);
                    match gather(&slots, world.partition, streams) {
                        Some((rows, through)) => cut.step = Step::Hold { rows, slots, through },
                        None => return self.abandon(slots, streams),
                    }
                }
                Step::Hold { through, .. } if *through >= world.durable => return,
                Step::Hold { rows, slots, .. } => {
                    let (rows, slots) = (std::mem::take(rows), std::mem::take(slots));
                    let token = outbox.token();
                    outbox.push(Output::Write { token, table: Table::States, rows });
                    cut.step = Step::Write { token, slots };
                }
                Step::Write { .. } | Step::Checkpoint(_) => return,
            }
        }
    }

    /// Gives the cut up: a state has no encoding, so that the checkpoint must not pass it. The lag shows it.
    fn abandon<D: Domain, T>(&mut self, mut slots: Vec<Slot>, streams: &mut Streams<D, T>) {
        slots.extend(self.cut.take().map(|cut| cut.left).unwrap_or_default());
        for slot in slots {
            streams.touch(slot);
        }
    }
}

/// What saving goes by.
struct World<'a> {
    partition: Partition,
    settings: &'a Settings,
    now: Timestamp,
    durable: u64,
}

impl<D: Domain, T> Owner<D, T> {
    /// Begins a cut when one is due, and goes on with the one there is.
    pub(super) fn save(&mut self) {
        let (head, durable) = match &self.phase {
            Phase::Reading(reading) => (reading.folded, reading.folded.next),
            Phase::Serving(serving) => (serving.head(), serving.durable()),
            _ => return,
        };
        let at_the_end = self.finishing && self.outbox.held == 0 && !self.saved(head);
        if !self.saver.busy() && (at_the_end || self.saver.due(head, self.now, &self.settings, &self.streams)) {
            let left = self.streams.gather_dirty();
            let cursor = self.saver.limit(head);
            self.saver.last = (head.next, self.now);
            self.saver.cut = Some(Cut { cursor, left, step: Step::Gather(Timestamp(0)) });
            if self.settings.without_rows_first() {
                let token = self.outbox.token();
                let rows = vec![checkpoint_row::<D>(self.partition, cursor)];
                self.outbox.push(Output::Write { token, table: Table::Checkpoints, rows });
            }
        }
        let world = World { partition: self.partition, settings: &self.settings, now: self.now, durable };
        self.saver.progress(&world, &mut self.streams, &mut self.outbox);
    }

    /// True when everything up to `head` is saved.
    pub(super) fn saved(&self, head: Cursor) -> bool {
        !self.saver.busy() && self.streams.dirty.is_empty() && self.saver.caught_up(head)
    }
}

/// The rows of these streams, and the highest offset they include; `None` when a state has no encoding.
fn gather<D: Domain, T>(slots: &[Slot], partition: Partition, streams: &Streams<D, T>) -> Option<(Vec<RowWrite>, u64)> {
    let mut rows = Vec::with_capacity(slots.len());
    let mut through = 0;
    for entry in slots.iter().filter_map(|slot| streams.get(*slot)) {
        if let Content::Ready(stream) = &entry.content
            && let Some(offset) = stream.offset
        {
            rows.push(state_row::<D>(partition, entry.name(), offset, stream)?);
            through = through.max(offset);
        }
    }
    Some((rows, through))
}
