//! From records to changed rows.

use std::collections::HashSet;

use sceau_commit::{Commit, decode_commit};
use sceau_kernel::{Source, Timestamp};
use sceau_log::protocol::{Cursor, Verdict};
use sceau_log::{Body, Record};
use sceau_projection::{Cell, Projection};
use sceau_store::RowWrite;

use super::cache::Place;
use super::{Action, Projector, Situation, Step, Under};
use crate::dead_letter::DeadLetter;
use crate::table::Layout;
use crate::weaken::Rule;

/// An event and the rows it touches.
pub(super) struct Routed<P: Projection> {
    index: u32,
    event: P::Event,
    keys: Vec<(P::Key, Option<Place>)>,
}

/// How a record was taken.
enum Taken {
    Passed,
    /// Rows it touches are neither in memory nor known to be absent.
    Wants,
}

impl<P: Projection> Projector<P> {
    /// Folds what has been read, until rows must be loaded or written first.
    pub(super) fn fold(&mut self) {
        while self.loading.is_empty() && self.situation == Situation::Folding && !self.must_flush() {
            let Some(batch) = self.inbox.front_mut() else { return };
            let Some(record) = batch.pop_front() else {
                self.inbox.pop_front();
                continue;
            };
            match self.fold_record(&record) {
                Taken::Passed => {}
                Taken::Wants => {
                    if let Some(batch) = self.inbox.front_mut() {
                        batch.push_front(record);
                    }
                    self.look_for_rows();
                }
            }
        }
    }

    /// Rows that came from the store; those that are not there begin as the default.
    pub(super) fn loaded(&mut self, rows: Vec<Option<Vec<Cell>>>) {
        for (key, cells) in std::mem::take(&mut self.loading).into_iter().zip(rows) {
            let (row, watermark) = match cells.map(Layout::<P>::row_of).transpose() {
                Ok(stored) => stored.unwrap_or_default(),
                Err(error) => {
                    self.situation = Situation::Broken;
                    self.trouble = Some((Step::Load, error.to_string()));
                    return;
                }
            };
            let watermark = if self.options.weaken.leaves_out(Rule::RowWatermark) { 0 } else { watermark };
            self.cache.insert(key, row, (watermark, 0));
        }
    }

    pub(super) fn next_load(&mut self) -> Option<Action> {
        if self.loading.is_empty() || !self.load.may_begin(self.now) {
            return None;
        }
        self.load = Under::Way;
        let source = &self.reading.source;
        Some(Action::Load { keys: self.loading.iter().map(|key| Layout::<P>::key(key, source)).collect() })
    }

    fn fold_record(&mut self, record: &Record) -> Taken {
        if !self.reading.stand_before(record) {
            return Taken::Passed;
        }
        let (verdict, after) = self.reading.verdict(record);
        match &record.body {
            Body::Commit { payload, .. } if verdict == Verdict::Valid => match decode_commit(payload) {
                Ok(commit) => self.fold_commit(record.offset, &commit, after),
                Err(error) => {
                    self.put_aside_commit(record, &error.to_string(), after);
                    Taken::Passed
                }
            },
            _ => {
                self.reading.skip(verdict, after);
                Taken::Passed
            }
        }
    }

    /// Folds a commit whole or not at all, so that a row never holds half of one.
    fn fold_commit(&mut self, offset: u64, commit: &Commit<'_>, after: Cursor) -> Taken {
        let mut routed = std::mem::take(&mut self.routed);
        routed.clear();
        let mut poison = Vec::new();
        route(&mut routed, &mut poison, &self.consumer, &self.reading.source, offset, commit);
        let mut cached = true;
        for (key, place) in routed.iter_mut().flat_map(|event| &mut event.keys) {
            *place = self.cache.find(key);
            cached &= place.is_some();
        }
        let taken = if cached || self.all_cached && self.cache.len() < self.options.cached_rows {
            self.apply(&mut routed, offset, commit);
            self.reading.counts.dead_letters += poison.len() as u64;
            self.dead_letters.append(&mut poison);
            self.reading.commit(commit, after);
            Taken::Passed
        } else {
            Taken::Wants
        };
        self.routed = routed;
        taken
    }

    fn apply(&mut self, routed: &mut [Routed<P>], offset: u64, commit: &Commit<'_>) {
        let mut events = routed.iter_mut().peekable();
        for record in commit.recorded(&self.reading.source, offset) {
            let Some(event) = events.next_if(|event| event.index == record.index) else {
                continue;
            };
            for (key, place) in &mut event.keys {
                let place = place.or_else(|| self.cache.find(key));
                let place = place.unwrap_or_else(|| self.cache.insert(key.clone(), P::Row::default(), (0, 0)));
                let Some(slot) = self.cache.at(place) else { continue };
                if slot.mark > (offset, record.index) {
                    continue;
                }
                slot.mark = (offset, record.index + 1);
                P::apply(&mut slot.row, key, &event.event, &record);
                if !slot.dirty {
                    slot.dirty = true;
                    self.dirty.push(place);
                }
            }
        }
    }

    /// Finds the rows that the records read so far touch and that are not in memory, so that they are loaded together.
    fn look_for_rows(&mut self) {
        self.all_cached = false;
        let most = self.options.cached_rows / 2;
        // Rows leave the cache only here, before the look: what the look finds is there when it is folded.
        self.cache.make_room(most);
        let mut missing = HashSet::with_hasher(foldhash::fast::FixedState::default());
        let mut cursor = self.reading.cursor;
        let mut routed: Vec<Routed<P>> = Vec::new();
        for record in self.inbox.iter().flatten() {
            if record.offset != cursor.next || missing.len() >= most.max(1) {
                break;
            }
            let Body::Commit { payload, .. } = &record.body else {
                cursor.pass(&record.body);
                continue;
            };
            if cursor.pass(&record.body) == Verdict::Valid
                && let Ok(commit) = decode_commit(payload)
            {
                let source = &self.reading.source;
                route(&mut routed, &mut Vec::new(), &self.consumer, source, record.offset, &commit);
                for (key, _) in routed.drain(..).flat_map(|event| event.keys) {
                    if self.cache.find(&key).is_none() {
                        missing.insert(key);
                    }
                }
            }
        }
        self.loading = missing.into_iter().collect();
    }

    /// A valid record whose payload is not a commit: it is put aside whole.
    fn put_aside_commit(&mut self, record: &Record, reason: &str, after: Cursor) {
        let letter = DeadLetter {
            consumer: &self.consumer,
            source: &self.reading.source,
            offset: record.offset,
            place: 0,
            stream: &String::from_utf8_lossy(&record.key),
            type_name: "sceau.log.v1.Commit",
            reason: reason.to_owned(),
            time: Timestamp(0),
        };
        self.dead_letters.push(letter.row());
        self.reading.counts.dead_letters += 1;
        self.reading.cursor = after;
    }
}

/// The events of `commit` that `P` cares for, and apart from them those it cannot read.
fn route<P: Projection>(
    routed: &mut Vec<Routed<P>>,
    poison: &mut Vec<RowWrite>,
    consumer: &str,
    source: &Source,
    offset: u64,
    commit: &Commit<'_>,
) {
    for record in commit.recorded(source, offset) {
        match P::interpret(&record) {
            None => {}
            Some(Ok(event)) => {
                let keys = P::route(&event, &record).into_iter().map(|key| (key, None)).collect();
                routed.push(Routed { index: record.index, event, keys });
            }
            Some(Err(error)) => poison.push(DeadLetter::of(consumer, &record, error.to_string()).row()),
        }
    }
}
