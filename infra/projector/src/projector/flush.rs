//! From changed rows to the store: rows first, the checkpoint after.

use sceau_log::protocol::Cursor;
use sceau_projection::Projection;
use sceau_store::RowWrite;

use super::cache::Place;
use super::{Action, Projector, Situation, Under};
use crate::table::Layout;
use crate::weaken::Rule;

/// The rows being written.
pub(super) struct Flush {
    places: Vec<Place>,
    dead_letters: Vec<RowWrite>,
    /// Once they are in the store, so is everything before it.
    cut: Cursor,
}

impl<P: Projection> Projector<P> {
    /// So many rows wait to be written that no more may change: what waits and what is being written fill the cache.
    pub(super) fn must_flush(&self) -> bool {
        self.dirty.len() + self.dead_letters.len() >= self.options.flush_rows
    }

    /// Begins to write what has changed, while folding goes on. Between two flushes at the end of the log there is no
    /// pause; far from it rows are gathered, since most change again soon.
    pub(super) fn next_write(&mut self) -> Option<Action> {
        let waiting = !self.dirty.is_empty() || !self.dead_letters.is_empty();
        let due = self.at_tail && self.inbox.is_empty() || self.must_flush() || self.situation == Situation::Ending;
        if !waiting || !due || !self.write.may_begin(self.now) {
            return None;
        }
        self.write = Under::Way;
        let places = std::mem::take(&mut self.dirty);
        let rows: Vec<RowWrite> = places.iter().filter_map(|place| self.row_write(*place)).collect();
        let dead_letters = std::mem::take(&mut self.dead_letters);
        self.flushes += 1;
        self.rows += rows.len() as u64;
        self.flush = Some(Flush { places, dead_letters: dead_letters.clone(), cut: self.reading.cursor });
        Some(Action::Write { rows, dead_letters })
    }

    /// The rows are in the store.
    pub(super) fn written(&mut self) {
        let Some(flush) = self.flush.take() else { return };
        for place in flush.places {
            if let Some(slot) = self.cache.at(place) {
                slot.flushing = false;
            }
        }
        self.stored = flush.cut;
    }

    /// The rows may or may not be in the store: they wait again, and are written as they are then.
    pub(super) fn unwritten(&mut self) {
        let Some(flush) = self.flush.take() else { return };
        for place in flush.places {
            if let Some(slot) = self.cache.at(place) {
                slot.flushing = false;
                if !slot.dirty {
                    slot.dirty = true;
                    self.dirty.push(place);
                }
            }
        }
        self.dead_letters.extend(flush.dead_letters);
    }

    /// Saves the place to go on from, now and then: rows know what they include, so an old checkpoint costs time only.
    pub(super) fn next_checkpoint(&mut self) -> Option<Action> {
        let cursor =
            if self.options.weaken.leaves_out(Rule::RowsBeforeCheckpoint) { self.reading.cursor } else { self.stored };
        let due = self.now >= self.next_checkpoint || self.situation == Situation::Ending;
        if cursor == self.checkpointed || !due || !self.checkpointing.may_begin(self.now) {
            return None;
        }
        self.checkpointing = Under::Way;
        self.checkpoint = cursor;
        self.next_checkpoint = self.now.plus_micros(self.options.checkpoint_every.as_micros() as i64);
        Some(Action::Checkpoint { cursor })
    }

    fn row_write(&mut self, place: Place) -> Option<RowWrite> {
        let slot = self.cache.at(place)?;
        slot.dirty = false;
        slot.flushing = true;
        let watermark = slot.watermark();
        Some(RowWrite {
            key: Layout::<P>::key(&slot.key, &self.reading.source),
            cells: Some(Layout::<P>::cells(&slot.row, watermark)),
            timestamp: watermark as i64,
        })
    }
}
