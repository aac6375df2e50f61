//! The simulated log: what has landed, and what is on its way.

use bytes::Bytes;
use sceau_log::{Body, Delivery, NewRecord, Record};

use crate::faults::Faults;
use crate::random::Random;

/// An append on its way. Its sender's name for it is kept with it, so that the report finds home.
pub(crate) struct Flight<S> {
    pub(crate) sender: S,
    pub(crate) partition: usize,
    records: Vec<Flying>,
    silent: bool,
}

struct Flying {
    record: NewRecord,
    /// Where it landed first.
    landed: Option<u64>,
    lost: bool,
}

/// What an append comes to, as delays from now.
pub(crate) struct Appended {
    /// Names the append.
    pub(crate) flight: usize,
    /// Which of its records land when; one may land twice, or never.
    pub(crate) landings: Vec<(usize, u64)>,
    /// When it is reported.
    pub(crate) report: u64,
    /// What the same sender appends afterwards lands after this.
    pub(crate) settled: u64,
}

/// The log of the one topic.
pub(crate) struct SimLog<S> {
    partitions: Vec<Vec<Record>>,
    flights: Vec<Flight<S>>,
}

impl<S> SimLog<S> {
    pub(crate) fn new(partitions: usize) -> Self {
        Self { partitions: vec![Vec::new(); partitions], flights: Vec::new() }
    }

    /// What has landed in a partition.
    pub(crate) fn records(&self, partition: usize) -> &[Record] {
        &self.partitions[partition]
    }

    /// Some of the records from offset `from` on.
    pub(crate) fn read(&self, partition: usize, from: u64, most: usize) -> Vec<Record> {
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        self.partitions[partition].iter().skip(from).take(most).cloned().collect()
    }

    /// Takes an append on its way and says what happens when. Appends of one sender land in order, each after
    /// `not_before`, unless one is torn.
    pub(crate) fn append(
        &mut self,
        sender: S,
        (partition, records): (usize, Vec<NewRecord>),
        not_before: u64,
        faults: &Faults,
        random: &mut Random,
    ) -> Appended {
        let base = not_before + transit(faults, random);
        let torn = random.chance(faults.torn_append);
        let (mut landings, mut last, mut flying) = (Vec::new(), base, Vec::new());
        for (place, record) in records.into_iter().enumerate() {
            let lost = random.chance(faults.lost_record);
            let delay = if torn { transit(faults, random) } else { base + place as u64 };
            if !lost {
                landings.push((place, delay));
                last = last.max(delay);
            }
            if !lost && random.chance(faults.doubled_record) {
                landings.push((place, delay + random.between(1, 400_000)));
            }
            flying.push(Flying { record, landed: None, lost });
        }
        let early = random.chance(faults.unknown_report);
        let report = if early { random.between(1, base) } else { last + random.between(100, 200) };
        self.flights.push(Flight { sender, partition, records: flying, silent: random.chance(faults.silent_report) });
        Appended {
            flight: self.flights.len() - 1,
            landings,
            report,
            settled: if torn { not_before } else { last + 200 },
        }
    }

    /// A copy of a record lands.
    pub(crate) fn land(&mut self, flight: usize, place: usize) -> &Record {
        let flight = &mut self.flights[flight];
        let partition = &mut self.partitions[flight.partition];
        let flying = &mut flight.records[place];
        let offset = partition.len() as u64;
        flying.landed.get_or_insert(offset);
        partition.push(Record { offset, key: flying.record.key.clone(), body: flying.record.body.clone() });
        &partition[partition.len() - 1]
    }

    /// A record that no machine appended lands.
    pub(crate) fn intrude(&mut self, partition: usize) {
        let partition = &mut self.partitions[partition];
        partition.push(Record { offset: partition.len() as u64, key: Bytes::new(), body: Body::Foreign });
    }

    /// What is known of an append now; `None` when nobody tells its sender.
    pub(crate) fn report(&self, flight: usize) -> Option<(&S, Vec<Delivery>)> {
        let flight = &self.flights[flight];
        let known = |flying: &Flying| match flying {
            Flying { landed: Some(offset), .. } => Delivery::At(*offset),
            Flying { lost: true, .. } => Delivery::Lost,
            Flying { .. } => Delivery::Unknown,
        };
        (!flight.silent).then(|| (&flight.sender, flight.records.iter().map(known).collect()))
    }
}

/// How long something is under way to the log.
fn transit(faults: &Faults, random: &mut Random) -> u64 {
    if random.chance(faults.slow_append) { random.between(20_000, 900_000) } else { random.between(300, 3_000) }
}
