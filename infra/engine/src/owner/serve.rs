//! Deciding: what waits is decided in one go on speculative states and packed into one append; answers go out when the
//! log has what they rest on.
//!
//! An acceptance is true for ever. A refusal is true of a durable state, but an owner that was deposed and does not know
//! it yet may refuse by a state of the past: it learns of it with its next append, and a refusal makes none.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use sceau_kernel::{Domain, Timestamp};
use sceau_log::protocol::{Cursor, EpochEnded, Writer};
use sceau_log::{Body, Delivery, NewRecord, Partition};

use crate::command::{Accepted, Outcome};
use crate::memory::{REMEMBERED, Remembered};
use crate::refused::Refused;
use crate::settings::Settings;

use super::rule::{Before, Ruling, Terms as RuleTerms, rule};
use super::streams::{Content, Entry, Slot, Streams};
use super::{Outbox, Output, Pending, Token, later};

/// Bytes of a usual commit, for making room for a batch of them at once.
const USUAL_COMMIT: usize = 320;

/// What deciding goes by.
pub(super) struct Terms<'a> {
    pub(super) partition: Partition,
    pub(super) settings: &'a Settings,
    pub(super) now: Timestamp,
}

/// One epoch of deciding.
pub(super) struct Serving<D: Domain, T> {
    writer: Writer,
    /// Behind the last commit decided; it and those before may not be durable yet.
    head: Cursor,
    /// Every commit below this offset is durable.
    durable: u64,
    /// Commands whose stream had too many commits on their way and now has fewer; they come first.
    released: VecDeque<(Slot, Box<Pending<D, T>>)>,
    /// Commands whose stream is in memory.
    ready: VecDeque<(Slot, Box<Pending<D, T>>)>,
    /// Commands decided and not answered, in the order of their decisions.
    flights: VecDeque<Flight<D, T>>,
    appends: VecDeque<Append>,
    /// The commits of a batch are encoded one behind the other into one buffer.
    buffer: BytesMut,
}

/// A command that was decided. One that gave no commit waits for those before it, on which its decision may rest.
struct Flight<D: Domain, T> {
    slot: Slot,
    pending: Box<Pending<D, T>>,
    commits: bool,
    outcome: Outcome<D>,
}

/// An append on its way.
struct Append {
    token: Token,
    commits: usize,
    deadline: Timestamp,
    /// Its report, if that came before those of earlier appends.
    report: Option<Vec<Delivery>>,
}

impl<D: Domain, T> Serving<D, T> {
    pub(super) fn new(writer: Writer, head: Cursor) -> Self {
        Self {
            durable: head.next,
            writer,
            head,
            released: VecDeque::new(),
            ready: VecDeque::new(),
            flights: VecDeque::new(),
            appends: VecDeque::new(),
            buffer: BytesMut::new(),
        }
    }

    pub(super) const fn epoch(&self) -> u64 {
        self.writer.epoch()
    }

    pub(super) const fn head(&self) -> Cursor {
        self.head
    }

    pub(super) const fn durable(&self) -> u64 {
        self.durable
    }

    pub(super) fn in_flight(&self) -> usize {
        self.flights.len()
    }

    /// True when the epoch has acknowledged something.
    pub(super) const fn fruitful(&self) -> bool {
        self.durable > self.writer.offset_of(0)
    }

    /// True when an append should have been reported by now.
    pub(super) fn overdue(&self, now: Timestamp) -> bool {
        self.appends.front().is_some_and(|append| append.deadline <= now)
    }

    /// The commands of the epoch that are not answered, those of one stream in their order: `waiting` came after what
    /// was decided and before what is ready.
    pub(super) fn into_commands(self, waiting: Vec<Box<Pending<D, T>>>) -> VecDeque<Box<Pending<D, T>>> {
        let flights = self.flights.into_iter().map(|flight| flight.pending);
        let released = self.released.into_iter().map(|(_, pending)| pending);
        let ready = self.ready.into_iter().map(|(_, pending)| pending);
        flights.chain(released).chain(waiting).chain(ready).collect()
    }

    /// Brings a command to its stream, and asks for the stream's row if it is not in memory.
    pub(super) fn route(
        &mut self,
        pending: Box<Pending<D, T>>,
        streams: &mut Streams<D, T>,
        outbox: &mut Outbox<D, T>,
        retry_after: Duration,
    ) {
        let name = pending.stream.as_str().as_bytes();
        let slot = match streams.find(name) {
            Some(slot) => slot,
            None if streams.make_room() => streams.insert(Bytes::copy_from_slice(name)),
            None => return outbox.answer(pending.ticket, Err(Refused::Unavailable { retry_after })),
        };
        let Some(entry) = streams.get_mut(slot) else { return };
        match (&entry.content, entry.unreadable) {
            (Content::Loading, _) => entry.waiting.push_back(pending),
            (Content::Ready(_), None) => {
                entry.pins += 1;
                self.ready.push_back((slot, pending));
            }
            (Content::Broken, offset) | (Content::Ready(_), offset @ Some(_)) => {
                outbox.answer(pending.ticket, Err(Refused::Unreadable { offset }));
            }
        }
    }

    /// Decides what waits, one append after the other, as long as the log takes more.
    pub(super) fn decide_waiting(&mut self, terms: &Terms<'_>, streams: &mut Streams<D, T>, outbox: &mut Outbox<D, T>) {
        while self.appends.len() < terms.settings.appends_in_flight {
            let records = self.decide_batch(terms, streams, outbox);
            if records.is_empty() {
                return;
            }
            let token = outbox.token();
            let deadline = later(terms.now, terms.settings.append_timeout);
            self.appends.push_back(Append { token, commits: records.len(), deadline, report: None });
            outbox.push(Output::Append { token, records });
        }
    }

    fn decide_batch(
        &mut self,
        terms: &Terms<'_>,
        streams: &mut Streams<D, T>,
        outbox: &mut Outbox<D, T>,
    ) -> Vec<NewRecord> {
        let expected = self.ready.len().min(terms.settings.batch_commands);
        let mut records = Vec::with_capacity(expected);
        self.buffer.reserve(expected * USUAL_COMMIT);
        let mut bytes = 0;
        while records.len() < terms.settings.batch_commands && bytes < terms.settings.batch_bytes {
            let released = self.released.pop_front();
            let in_turn = released.is_some();
            let Some((slot, pending)) = released.or_else(|| self.ready.pop_front()) else {
                break;
            };
            let Some(entry) = streams.get_mut(slot) else { continue };
            if !in_turn && (entry.in_flight >= REMEMBERED || !entry.waiting.is_empty()) {
                entry.pins -= 1;
                entry.waiting.push_back(pending);
                continue;
            }
            match self.decide(slot, pending, entry, terms, outbox) {
                Some((key, seq, payload)) => {
                    bytes += key.len() + payload.len();
                    records.push(NewRecord { key, body: Body::Commit { epoch: self.epoch(), seq, payload } });
                    streams.touch(slot);
                }
                // Its turn goes to the next one.
                None if in_turn => self.release(slot, entry),
                None => {}
            }
        }
        records
    }

    /// Decides one command; the key, seq and payload of its commit if it gave one.
    fn decide(
        &mut self,
        slot: Slot,
        mut pending: Box<Pending<D, T>>,
        entry: &mut Entry<D, T>,
        terms: &Terms<'_>,
        outbox: &mut Outbox<D, T>,
    ) -> Option<(Bytes, u64, Bytes)> {
        let Content::Ready(stream) = &mut entry.content else {
            return None;
        };
        pending.context.time = terms.now;
        let rule_terms = RuleTerms {
            offset: self.head.next,
            floor: self.writer.epoch(),
            limit: terms.settings.commit_bytes,
            retry_after: terms.settings.retry_after,
            deduplicate: !terms.settings.without_deduplication(),
        };
        let accepted_before = stream.memory.accepted();
        // A row may include more than this owner has read, when another has decided since. Then there is nothing to
        // wait for: rows hold what is durable.
        let in_flight = self.head.next > self.durable;
        let rests_on = stream.offset.filter(|_| in_flight && !terms.settings.without_waiting());
        let (outcome, rests_on) = match rule(stream, &pending, &rule_terms, &mut self.buffer) {
            Ruling::Commit(payload, outcome) => {
                let seq = self.writer.issue();
                self.head.next += 1;
                self.head.seq += 1;
                entry.in_flight += 1;
                let outcome = Ok(accepted(terms.partition, outcome, false));
                pending.sent = Some(accepted_before);
                self.flights.push_back(Flight { slot, pending, commits: true, outcome });
                return Some((entry.name.clone(), seq, payload));
            }
            // A repeat rests on its own commit only. It must not wait longer: it might be forgotten meanwhile.
            Ruling::Nothing(first, Before::Repeated) => {
                (Ok(accepted(terms.partition, first, true)), rests_on.map(|_| first.offset))
            }
            Ruling::Nothing(outcome, Before::Holds) => (Ok(accepted(terms.partition, outcome, false)), rests_on),
            Ruling::Refused(refused) => (Err(refused), rests_on),
        };
        if rests_on.is_some_and(|offset| offset >= self.durable) {
            self.flights.push_back(Flight { slot, pending, commits: false, outcome });
        } else {
            entry.pins -= 1;
            outbox.answer(pending.ticket, outcome);
        }
        None
    }

    /// Gives the next command that waited for its stream's commits to land its turn.
    fn release(&mut self, slot: Slot, entry: &mut Entry<D, T>) {
        if let Some(pending) = entry.waiting.pop_front() {
            entry.pins += 1;
            self.released.push_back((slot, pending));
        }
    }

    /// Takes the report of an append and answers what it settles. The number of commits it acknowledged.
    pub(super) fn delivered(
        &mut self,
        token: Token,
        deliveries: Vec<Delivery>,
        check_offsets: bool,
        streams: &mut Streams<D, T>,
        outbox: &mut Outbox<D, T>,
    ) -> Result<u64, EpochEnded> {
        let Some(append) = self.appends.iter_mut().find(|append| append.token == token) else {
            return Ok(0);
        };
        append.report = Some(deliveries);
        let before = self.durable;
        while let Some(deliveries) = self.appends.front_mut().and_then(|append| append.report.take()) {
            let Some(append) = self.appends.pop_front() else { break };
            let unreported = std::iter::repeat(Delivery::Unknown);
            for delivery in deliveries.into_iter().chain(unreported).take(append.commits) {
                self.acknowledge(delivery, check_offsets, streams, outbox)?;
            }
        }
        Ok(self.durable - before)
    }

    fn acknowledge(
        &mut self,
        delivery: Delivery,
        check_offsets: bool,
        streams: &mut Streams<D, T>,
        outbox: &mut Outbox<D, T>,
    ) -> Result<(), EpochEnded> {
        let seq = self.durable - self.writer.offset_of(0);
        let delivery = match delivery {
            Delivery::At(_) if !check_offsets => Delivery::At(self.durable),
            delivery => delivery,
        };
        self.writer.delivered(seq, delivery)?;
        self.durable += 1;
        let mut acknowledged = false;
        while let Some(flight) = self.flights.pop_front_if(|flight| !(flight.commits && acknowledged)) {
            acknowledged |= flight.commits;
            outbox.answer(flight.pending.ticket, flight.outcome);
            let Some(entry) = streams.get_mut(flight.slot) else {
                continue;
            };
            entry.pins -= 1;
            if flight.commits {
                entry.in_flight -= 1;
                self.release(flight.slot, entry);
            }
        }
        Ok(())
    }
}

fn accepted(partition: Partition, outcome: Remembered, repeated: bool) -> Accepted {
    Accepted {
        topic: partition.topic,
        partition: partition.number,
        offset: outcome.offset,
        version: outcome.version,
        events: outcome.events,
        repeated,
        time: outcome.time,
    }
}
