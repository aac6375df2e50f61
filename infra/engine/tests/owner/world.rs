//! A log and a store that do as they are told, one step at a time.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use sceau_commit::{NewCommit, encode_commit};
use sceau_engine::{Accepted, Envelope, Outcome, Output, Owner, Refused, Settings, Situation, Table, Token};
use sceau_kernel::{Domain, Timestamp};
use sceau_log::{Body, Delivery, NewRecord, Partition, Record};
use sceau_projection::Cell;
use sceau_store::{RowWrite, StoreError};

use crate::counting::{Counting, Event, TooHigh, add};

pub(crate) const PARTITION: Partition = Partition { topic: "sceau.counting", number: 0 };
pub(crate) const RETRY: Duration = Duration::from_millis(200);

type Cells = Vec<Cell>;
type Tables = BTreeMap<(bool, Cells), (i64, Cells)>;

/// An owner, the log and store it lives on, and what it asked for that was not done yet.
pub(crate) struct World {
    pub(crate) owner: Owner<Counting, u32>,
    pub(crate) log: Vec<Record>,
    rows: Tables,
    /// Appends that have not landed.
    pub(crate) appends: VecDeque<(Token, Vec<NewRecord>)>,
    /// Writes that have not been done, while they are held back.
    pub(crate) writes: VecDeque<(Token, Table, Vec<RowWrite>)>,
    pub(crate) hold_writes: bool,
    /// Offsets from which the log was read.
    pub(crate) reads: Vec<u64>,
    /// Streams whose rows were asked for.
    pub(crate) loads: Vec<String>,
    pub(crate) fail_loads: bool,
    pub(crate) answers: Vec<(u32, Outcome<Counting>)>,
    tickets: u32,
    now: Timestamp,
}

pub(crate) fn settings() -> Settings {
    Settings { appends_in_flight: 2, retry_after: RETRY, ..Settings::default() }
}

impl World {
    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            owner: Owner::new(PARTITION, "a".into(), "".into(), settings),
            log: Vec::new(),
            rows: BTreeMap::new(),
            appends: VecDeque::new(),
            writes: VecDeque::new(),
            hold_writes: false,
            reads: Vec::new(),
            loads: Vec::new(),
            fail_loads: false,
            answers: Vec::new(),
            tickets: 0,
            now: Timestamp(1_000_000),
        }
    }

    /// A world in which the owner serves.
    pub(crate) fn serving(settings: Settings) -> Self {
        let mut world = Self::new(settings);
        world.take();
        world
    }

    /// The same log and store, and an owner that has just been started.
    pub(crate) fn restarted(self, settings: Settings) -> Self {
        Self { log: self.log, rows: self.rows, ..Self::new(settings) }
    }

    /// Takes the partition and serves.
    pub(crate) fn take(&mut self) {
        self.begin_take();
        self.land_all();
        assert_eq!(self.owner.status().situation, Situation::Serving);
    }

    /// Asks for the partition; the fence has not landed.
    pub(crate) fn begin_take(&mut self) {
        self.owner.tick(self.now);
        self.owner.take();
        self.settle();
    }

    /// Gives a command; the ticket it has.
    pub(crate) fn submit(&mut self, envelope: Envelope<Counting>) -> u32 {
        let ticket = self.queue(envelope);
        self.settle();
        ticket
    }

    /// Gives a command together with whatever comes before the next [`settle`](Self::settle).
    pub(crate) fn queue(&mut self, envelope: Envelope<Counting>) -> u32 {
        self.tickets += 1;
        self.owner.submit(self.tickets, envelope);
        self.tickets
    }

    /// Lets time pass.
    pub(crate) fn wait(&mut self, time: Duration) {
        self.now = self.now.plus_micros(time.as_micros() as i64);
        self.owner.tick(self.now);
        self.settle();
    }

    /// Drives the owner and does what it asks, but for landing appends and what is held back.
    pub(crate) fn settle(&mut self) {
        self.owner.drive();
        while let Some(output) = self.owner.next_output() {
            match output {
                Output::Append { token, records } => self.appends.push_back((token, records)),
                Output::Answer { ticket, outcome } => self.answers.push((ticket, outcome)),
                Output::Read { token, from } => {
                    self.reads.push(from);
                    // A short read, so that a tail takes several.
                    let records = self.log.iter().skip(from as usize).take(3).cloned().collect();
                    self.owner.records(token, Ok(records));
                }
                Output::Load { token, table, keys } => self.load(token, table, &keys),
                Output::Write { token, table, rows } if self.hold_writes => self.writes.push_back((token, table, rows)),
                Output::Write { token, table, rows } => self.write(token, table, rows),
            }
            self.owner.drive();
        }
    }

    fn load(&mut self, token: Token, table: Table, keys: &[Cells]) {
        if table == Table::States {
            self.loads.extend(keys.iter().map(|key| match &key[..] {
                [Cell::Int(0), Cell::Text(stream)] => stream.clone(),
                other => panic!("not the key of a state: {other:?}"),
            }));
            if self.fail_loads {
                return self.owner.loaded(token, Err(unavailable()));
            }
        }
        let row = |key: &Cells| self.rows.get(&(table == Table::States, key.clone())).map(|(_, cells)| cells.clone());
        self.owner.loaded(token, Ok(keys.iter().map(row).collect()));
    }

    fn write(&mut self, token: Token, table: Table, rows: Vec<RowWrite>) {
        for row in rows {
            let place = self.rows.entry((table == Table::States, row.key)).or_insert((0, Vec::new()));
            if place.0 <= row.timestamp {
                *place = (row.timestamp, row.cells.unwrap());
            }
        }
        self.owner.written(token, Ok(()));
    }

    /// Does the oldest write that is held back.
    pub(crate) fn release_write(&mut self) {
        let (token, table, rows) = self.writes.pop_front().unwrap();
        self.write(token, table, rows);
        self.settle();
    }

    /// Fails the oldest write that is held back.
    pub(crate) fn fail_write(&mut self) {
        let (token, ..) = self.writes.pop_front().unwrap();
        self.owner.written(token, Err(unavailable()));
        self.settle();
    }

    /// The oldest append lands and is reported.
    pub(crate) fn land(&mut self) {
        let (token, deliveries) = self.land_silently();
        self.deliver(token, deliveries);
    }

    /// Everything on its way lands and is reported, and what follows from it too.
    pub(crate) fn land_all(&mut self) {
        while !self.appends.is_empty() {
            self.land();
        }
    }

    /// The oldest append lands and is not reported.
    pub(crate) fn land_silently(&mut self) -> (Token, Vec<Delivery>) {
        let (token, records) = self.appends.pop_front().unwrap();
        let deliveries = records.into_iter().map(|record| self.push(record.key, record.body)).collect();
        (token, deliveries)
    }

    /// The oldest append is reported so, and did not land.
    pub(crate) fn lose(&mut self, delivery: Delivery) {
        let (token, records) = self.appends.pop_front().unwrap();
        self.deliver(token, vec![delivery; records.len()]);
    }

    pub(crate) fn deliver(&mut self, token: Token, deliveries: Vec<Delivery>) {
        self.owner.delivered(token, deliveries);
        self.settle();
    }

    /// Another writer's record lands.
    pub(crate) fn push(&mut self, key: Bytes, body: Body) -> Delivery {
        let offset = self.log.len() as u64;
        self.log.push(Record { offset, key, body });
        Delivery::At(offset)
    }

    /// Another node's fence lands.
    pub(crate) fn foreign_fence(&mut self) {
        self.push(Bytes::new(), Body::Fence { node: "b".into(), address: "".into() });
    }

    /// Another owner's commit lands: 1 is added to the stream `name`, which was at `version`.
    pub(crate) fn foreign_commit(&mut self, epoch: u64, seq: u64, name: &str, version: u64) {
        let Envelope { stream, command_id, digest, actor, .. } = add(1_000 + u128::from(seq), name, 1);
        let commit = NewCommit {
            stream: &stream,
            first_version: version,
            events: &[Counting::encode(&Event::Added(1))],
            command_id: &command_id,
            digest: &digest,
            actor: &actor,
            time: Timestamp(1_000_000),
            traceparent: "",
        };
        let payload = encode_commit(&commit, &mut BytesMut::new());
        self.push(Bytes::copy_from_slice(stream.as_str().as_bytes()), Body::Commit { epoch, seq, payload });
    }

    /// The answers since they were last taken.
    pub(crate) fn answered(&mut self) -> Vec<(u32, Outcome<Counting>)> {
        std::mem::take(&mut self.answers)
    }

    /// Lets everything land; the one answer there is.
    #[track_caller]
    pub(crate) fn only_answer(&mut self) -> Outcome<Counting> {
        self.land_all();
        let mut answers = self.answered();
        assert_eq!(answers.len(), 1, "{answers:?}");
        answers.remove(0).1
    }

    /// How many commits there are in the log, valid or not.
    pub(crate) fn commits(&self) -> usize {
        self.log.iter().filter(|record| matches!(record.body, Body::Commit { .. })).count()
    }
}

/// The answer to a new command whose commit stands at `offset`.
pub(crate) fn accepted(offset: u64, version: u64) -> Outcome<Counting> {
    Ok(Accepted {
        topic: PARTITION.topic,
        partition: 0,
        offset,
        version,
        events: 1,
        repeated: false,
        time: Timestamp(1_000_000),
    })
}

/// The answer to a command that had been accepted before.
pub(crate) fn repeated(offset: u64, version: u64) -> Outcome<Counting> {
    accepted(offset, version).map(|accepted| Accepted { repeated: true, ..accepted })
}

pub(crate) fn rejected(count: i64) -> Outcome<Counting> {
    Err(Refused::Rejected(TooHigh { count }))
}

pub(crate) fn unserved() -> Outcome<Counting> {
    Err(Refused::Unavailable { retry_after: RETRY })
}

fn unavailable() -> StoreError {
    StoreError::Unavailable { reason: "told to fail".to_owned() }
}
