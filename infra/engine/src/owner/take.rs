//! Taking the partition: fence, read where to begin, fold the tail through the own fence, and only then serve.

use bytes::Bytes;
use sceau_kernel::{Domain, Timestamp};
use sceau_log::protocol::{Cursor, Verdict, Writer};
use sceau_log::{Body, NewRecord, Record};
use sceau_projection::Cell;

use crate::refused::Refused;
use crate::snapshot::{Stream, checkpoint_key, read_checkpoint, read_state, state_key};

use super::fold::fold;
use super::save::Saver;
use super::serve::Serving;
use super::streams::{Content, Slot};
use super::{Output, Owner, Phase, Table, Token, later};

/// Loads on their way at the same time.
const LOADS: usize = 4;

/// The fence is on its way.
pub(super) struct Fencing {
    pub(super) token: Token,
    pub(super) deadline: Timestamp,
}

/// The checkpoint is on its way.
pub(super) struct Restoring {
    pub(super) epoch: u64,
    pub(super) token: Token,
}

/// The tail of the log is being folded.
pub(super) struct Reading {
    pub(super) epoch: u64,
    /// The read on its way.
    pub(super) token: Option<Token>,
    /// Behind the last record read, and at the end behind the own fence.
    cursor: Cursor,
    /// Behind the last record folded.
    pub(super) folded: Cursor,
    /// Valid commits between the two.
    batch: Vec<Tail>,
}

/// A valid commit of the tail, to be folded once its stream's row is there.
struct Tail {
    slot: Slot,
    offset: u64,
    payload: Bytes,
    /// The place before it.
    before: Cursor,
}

impl<D: Domain, T> Owner<D, T> {
    pub(super) fn begin_take(&mut self) {
        self.forget();
        let token = self.outbox.token();
        let fence = Body::Fence { node: self.node.clone(), address: self.address.clone() };
        self.outbox.push(Output::Append { token, records: vec![NewRecord { key: Bytes::new(), body: fence }] });
        let deadline = later(self.now, self.settings.append_timeout);
        self.phase = Phase::Fencing(Fencing { token, deadline });
    }

    /// Waits a while before the next take. Callers who have waited through several are not kept any longer.
    pub(super) fn take_failed(&mut self) {
        self.forget();
        self.failures += 1;
        self.phase = Phase::Waiting { until: later(self.now, self.settings.retry_after) };
        if self.finishing {
            self.phase = Phase::Idle;
        }
        if self.finishing || self.failures >= self.settings.patience {
            self.refuse_backlog();
        }
    }

    /// Ends the epoch: what landed is learnt by taking the partition again.
    pub(super) fn end_epoch(&mut self) {
        self.epochs_ended += 1;
        let Phase::Serving(serving) = &self.phase else { return };
        // An epoch that acknowledged something shows that the log works; otherwise try less eagerly.
        if serving.fruitful() {
            self.begin_take();
        } else {
            self.take_failed();
        }
    }

    pub(super) fn restore(&mut self, epoch: u64) {
        let token = self.outbox.token();
        let keys = vec![checkpoint_key::<D>(self.partition)];
        self.outbox.push(Output::Load { token, table: Table::Checkpoints, keys });
        self.phase = Phase::Restoring(Restoring { epoch, token });
    }

    pub(super) fn read_tail(&mut self, checkpoint: Option<Vec<Cell>>) {
        let Phase::Restoring(Restoring { epoch, .. }) = self.phase else {
            return;
        };
        let own = Cursor { next: epoch + 1, epoch: Some(epoch), seq: 0 };
        let checkpoint = read_checkpoint(checkpoint);
        let cursor = if self.settings.without_reading() { own } else { checkpoint };
        if cursor.next > own.next {
            return self.deposed();
        }
        self.saver = Saver::new(checkpoint, self.now);
        self.phase = Phase::Reading(Reading { epoch, token: None, cursor, folded: cursor, batch: Vec::new() });
    }

    /// Passes records of the tail, and asks for the rows of the streams they belong to.
    pub(super) fn read(&mut self, records: &[Record]) {
        let Phase::Reading(reading) = &mut self.phase else {
            return;
        };
        reading.token = None;
        for record in records {
            if record.offset > reading.epoch {
                if matches!(record.body, Body::Fence { .. }) {
                    return self.deposed();
                }
                continue;
            }
            let before = reading.cursor;
            if record.offset != before.next {
                return self.take_failed();
            }
            let verdict = self.settings.pass(&mut reading.cursor, &record.body);
            match (verdict, &record.body) {
                (Verdict::Valid, Body::Commit { payload, .. }) => {
                    self.streams.make_room();
                    let slot = match self.streams.find(&record.key) {
                        Some(slot) => slot,
                        // A copy: the key as it was read holds on to all the bytes it was read with.
                        None => self.streams.insert(Bytes::copy_from_slice(&record.key)),
                    };
                    self.streams.pin(slot);
                    reading.batch.push(Tail { slot, offset: record.offset, payload: payload.clone(), before });
                }
                (Verdict::Void, _) => self.void += 1,
                _ => {}
            }
        }
    }

    /// Folds what was read once its rows are there, then reads on, or serves when the own fence is passed.
    pub(super) fn read_on(&mut self) {
        let Phase::Reading(reading) = &mut self.phase else {
            return;
        };
        if reading.token.is_some() || !self.loads.is_empty() || !self.streams.wanted.is_empty() {
            return;
        }
        for Tail { slot, offset, payload, before } in reading.batch.drain(..) {
            self.streams.unpin(slot);
            let Some(entry) = self.streams.get_mut(slot) else {
                continue;
            };
            let folded = match &mut entry.content {
                Content::Ready(stream) if entry.unreadable.is_none() => {
                    fold::<D>(stream, offset, &payload, !self.settings.without_watermark()).ok()
                }
                _ => None,
            };
            match folded {
                Some(true) => self.streams.touch(slot),
                Some(false) => {}
                None => {
                    let first = entry.unreadable.is_none() && !matches!(entry.content, Content::Broken);
                    entry.unreadable.get_or_insert(offset);
                    self.streams.unreadable += usize::from(first);
                    self.saver.hold_before(before);
                }
            }
        }
        reading.folded = reading.cursor;
        if reading.cursor.next > reading.epoch {
            let (epoch, head) = (reading.epoch, reading.cursor);
            self.serve(epoch, head);
        } else if !(self.streams.full() && self.saver.busy()) {
            let token = self.outbox.token();
            reading.token = Some(token);
            self.outbox.push(Output::Read { token, from: reading.cursor.next });
        }
    }

    fn serve(&mut self, epoch: u64, head: Cursor) {
        let mut serving = Serving::new(Writer::new(epoch), head);
        for pending in self.backlog.drain(..) {
            serving.route(pending, &mut self.streams, &mut self.outbox, self.settings.retry_after);
        }
        self.phase = Phase::Serving(Box::new(serving));
        self.request_loads();
    }

    /// Another node has taken the partition since.
    fn deposed(&mut self) {
        self.take_failed();
        self.refuse_backlog();
    }

    /// Asks for the rows of streams that are not in memory.
    pub(super) fn request_loads(&mut self) {
        while self.loads.len() < LOADS && !self.streams.wanted.is_empty() {
            let count = self.streams.wanted.len().min(self.settings.load_keys);
            let slots: Vec<Slot> = self.streams.wanted.drain(..count).collect();
            let name = |slot: &Slot| self.streams.get(*slot).map_or("", |entry| entry.name());
            let keys = slots.iter().map(|slot| state_key(self.partition, name(slot))).collect();
            let token = self.outbox.token();
            self.outbox.push(Output::Load { token, table: Table::States, keys });
            self.loads.push((token, slots));
        }
    }

    pub(super) fn rows_loaded(&mut self, slots: Vec<Slot>, rows: Vec<Option<Vec<Cell>>>) {
        for (slot, row) in slots.into_iter().zip(rows) {
            let Some(entry) = self.streams.get_mut(slot) else {
                continue;
            };
            let stream = match row {
                None => entry.initial().map(Stream::new),
                Some(cells) => read_state::<D>(cells).ok(),
            };
            entry.content = stream.map_or(Content::Broken, Content::Ready);
            let broken = matches!(entry.content, Content::Broken);
            let waiting = std::mem::take(&mut entry.waiting);
            self.streams.unreadable += usize::from(broken);
            if let Phase::Serving(serving) = &mut self.phase {
                for pending in waiting {
                    serving.route(pending, &mut self.streams, &mut self.outbox, self.settings.retry_after);
                }
            }
        }
    }

    pub(super) fn load_failed(&mut self, slots: Vec<Slot>) {
        if matches!(self.phase, Phase::Reading(_)) {
            return self.take_failed();
        }
        let retry_after = self.settings.retry_after;
        for entry in slots.into_iter().filter_map(|slot| self.streams.remove(slot)) {
            for pending in entry.waiting {
                self.outbox.answer(pending.ticket, Err(Refused::Unavailable { retry_after }));
            }
        }
    }
}
