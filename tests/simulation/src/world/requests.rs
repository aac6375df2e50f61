//! What machines ask of the log, the store and each other.

use sceau_engine::partition_of;
use sceau_kernel::{Actor, CommandId, StreamId};
use sceau_log::NewRecord;
use sceau_projection::Cell;
use sceau_store::RowWrite;

use super::{Address, Event, PARTITIONS, World};
use crate::bank::{BankCommand, digest_of};
use crate::callers::{Told, is_definite};
use crate::machine::{Answer, Envelope, Input, Parcel, Request, Ticket};

/// How long a reader waits at the end of the log.
const READ_WAIT: u64 = 200_000;
/// How long a reactor waits for the answer to a command.
const CALL_TIMEOUT: u64 = 700_000;

impl World {
    pub(super) fn carry_out(&mut self, from: Address, request: Request) {
        match request {
            Request::Append { token, records } => self.append(from, token, records),
            Request::Read { token, from: offset, wait } => {
                let delay = self.latency();
                self.plan(delay, Event::Read { to: from, token, from: offset, wait });
            }
            Request::Load { token, table, keys } => {
                let delay = self.latency();
                self.plan(delay, Event::Load { to: from, token, table, keys });
            }
            Request::Write { token, rows } => self.write(from, token, rows),
            Request::Answer { ticket: Ticket::Caller(sending), answer } => self.answer_caller(from, sending, *answer),
            Request::Answer { ticket: Ticket::Call(call), answer } => {
                let answer =
                    if is_definite(&answer) { Some(answer.map(|_| ()).map_err(|e| e.to_string())) } else { None };
                self.answer_call(call, answer);
            }
            Request::React { ticket, stream, command, id } => self.react(from, ticket, stream, command, id),
        }
    }

    fn append(&mut self, from: Address, token: u64, records: Vec<NewRecord>) {
        let partition = self.seats[from.seat].partition();
        let not_before = self.settled(from);
        let count = records.len();
        let to = (from, token);
        let appended = self.log.append(to, (partition, records), not_before, &self.faults, &mut self.random);
        let flight = appended.flight;
        self.trace.tell(self.agenda.now(), || {
            format!("append {flight}: {count} records of node {}, landing {:?}", from.node, appended.landings)
        });
        self.on_the_way += appended.landings.len();
        for (place, delay) in appended.landings {
            self.plan(delay, Event::Land { flight, place });
        }
        self.plan(appended.report, Event::Report { flight });
        self.settles(from, appended.settled);
    }

    pub(super) fn report(&mut self, flight: usize) {
        if let Some(((to, token), deliveries)) = self.log.report(flight) {
            let (to, token) = (*to, *token);
            self.deliver(to, Input::Delivered { token, deliveries });
        }
    }

    pub(super) fn read(&mut self, to: Address, token: u64, from: u64, wait: bool) {
        let most = self.random.between(1, 20) as usize;
        let records = self.log.read(self.seats[to.seat].partition(), from, most);
        if records.is_empty() && wait {
            self.parked.push((to, token, from));
            self.plan(READ_WAIT, Event::Unpark { to, token });
            return;
        }
        let records = (!self.random.chance(self.faults.failed_read)).then_some(records);
        let delay = self.latency();
        self.plan(delay, Event::Deliver { to, input: Input::Records { token, records } });
    }

    pub(super) fn unpark(&mut self, to: Address, token: u64) {
        if let Some(place) = self.parked.iter().position(|(who, by, _)| (*who, *by) == (to, token)) {
            self.parked.swap_remove(place);
            self.deliver(to, Input::Records { token, records: Some(Vec::new()) });
        }
    }

    pub(super) fn load(&mut self, to: Address, token: u64, table: &str, keys: &[Vec<Cell>]) {
        let rows = keys.iter().map(|key| self.store.read(table, key)).collect();
        let rows = (!self.random.chance(self.faults.failed_load)).then_some(rows);
        let delay = self.latency();
        self.plan(delay, Event::Deliver { to, input: Input::Rows { token, rows } });
    }

    /// Rows reach the store one by one. When the write fails, each of them does so in time, much later, or never.
    fn write(&mut self, from: Address, token: u64, rows: Vec<(String, RowWrite)>) {
        let well = !self.random.chance(self.faults.failed_write);
        if !well {
            self.census.count("failed write");
        }
        let mut last = self.latency();
        for (table, row) in rows {
            let delay = match if well { 0 } else { self.random.below(3) } {
                0 => self.latency(),
                1 => self.random.between(10_000, 1_000_000),
                _ => continue,
            };
            if well {
                last = last.max(delay + 1);
            }
            self.on_the_way += 1;
            self.plan(delay, Event::Write { table, row });
        }
        self.plan(last, Event::Deliver { to: from, input: Input::Written { token, well } });
    }

    /// An owner answers a caller. It counts from this moment on, whether the caller hears it or not.
    fn answer_caller(&mut self, from: Address, sending: usize, answer: Answer) {
        let partition = self.seats[from.seat].partition();
        let landed = self.log.records(partition).len() as u64;
        self.trace.tell(self.agenda.now(), || format!("node {} answers sending {sending}: {answer:?}", from.node));
        self.trace.mark(&[self.agenda.now(), sending as u64, u64::from(answer.is_ok())]);
        self.census.count_answer(&answer);
        let definite = is_definite(&answer);
        self.callers.told.push(Told { sending, landed, answer });
        if !self.random.chance(self.faults.lost_message) {
            let delay = self.latency();
            self.plan(delay, Event::Heard { sending, definite });
        }
    }

    /// A reactor's command goes to the node that should own the stream.
    fn react(&mut self, from: Address, ticket: u64, stream: StreamId, command: BankCommand, id: CommandId) {
        self.census.count("reaction");
        let call = self.calls.len();
        self.calls.push(Some((from, ticket)));
        self.plan(CALL_TIMEOUT, Event::Expire { call });
        let partition = partition_of(&stream, PARTITIONS as u32) as usize;
        let parcel = Parcel(Box::new(Envelope {
            stream,
            command,
            command_id: id,
            digest: digest_of(command),
            expected_version: None,
            actor: Actor::system(),
            traceparent: "".into(),
        }));
        self.submit(partition, parcel, Ticket::Call(call));
    }

    /// Sends a command to the node that is thought to own the partition.
    pub(super) fn submit(&mut self, partition: usize, parcel: Parcel, ticket: Ticket) {
        if self.random.chance(self.faults.lost_message) {
            return;
        }
        let misled = self.random.chance(self.faults.lost_message);
        let node = if misled { self.random.index(self.nodes.len()) } else { self.holders[self.owner_seat(partition)] };
        let delay = self.latency();
        self.plan(delay, Event::Arrive { node, partition, parcel, ticket });
    }

    pub(super) fn arrive(&mut self, node: usize, partition: usize, parcel: Parcel, ticket: Ticket) {
        match (self.address(node, self.owner_seat(partition)), ticket) {
            (Some(to), _) => {
                if let Ticket::Caller(sending) = ticket {
                    self.callers.arrive(sending, to.instance);
                }
                self.deliver(to, Input::Submit { parcel, ticket });
            }
            (None, Ticket::Call(call)) => self.answer_call(call, None),
            (None, Ticket::Caller(_)) => {}
        }
    }

    /// A reactor's command is answered, once; the answer may be that nobody answered.
    pub(super) fn answer_call(&mut self, call: usize, answer: Option<Result<(), String>>) {
        if let Some((to, ticket)) = self.calls[call].take() {
            let delay = self.latency();
            self.plan(delay, Event::Deliver { to, input: Input::Reacted { ticket, answer } });
        }
    }

    /// The place of the owner's seat among all seats.
    fn owner_seat(&self, partition: usize) -> usize {
        let owns = |seat: &crate::machine::Seat| *seat == crate::machine::Seat::Owner { partition };
        self.seats.iter().position(owns).unwrap_or_default()
    }
}
