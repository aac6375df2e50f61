//! The thread that feeds the tails.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{BorrowedMessage, Message};
use rdkafka::topic_partition_list::TopicPartitionList;

use super::{FORGOTTEN, Tail};
use crate::appender::Place;
use crate::catch_up::CatchUp;
use crate::client::Context;
use crate::ends::Known;
use crate::record::RecordReader;

const POLL: Duration = Duration::from_millis(100);
/// Readers are woken after at most so many records.
const BATCH: usize = 512;
/// How often it is looked for partitions that nobody reads.
const SWEEP: Duration = Duration::from_secs(5);

pub(super) struct Follower {
    consumer: Arc<BaseConsumer<Context>>,
    places: Arc<[Place]>,
    tails: Arc<[Tail]>,
    known: Arc<Known>,
    catch_up: Arc<CatchUp>,
    /// Place in the list of the partitions of each topic, by number.
    index: HashMap<String, HashMap<i32, usize>>,
    reader: RecordReader,
    /// What arrived and is still kept: partition, records, bytes.
    kept: VecDeque<(usize, usize, usize)>,
    kept_bytes: usize,
    room: usize,
}

impl Follower {
    pub(super) fn new(
        consumer: Arc<BaseConsumer<Context>>,
        places: Arc<[Place]>,
        tails: Arc<[Tail]>,
        known: Arc<Known>,
        catch_up: Arc<CatchUp>,
        room: usize,
    ) -> Self {
        let mut index: HashMap<String, HashMap<i32, usize>> = HashMap::new();
        for (at, place) in places.iter().enumerate() {
            index.entry(place.topic.clone()).or_default().insert(place.number, at);
        }
        let (reader, kept) = (RecordReader::default(), VecDeque::new());
        Self { consumer, places, tails, known, catch_up, index, reader, kept, kept_bytes: 0, room }
    }

    pub(super) fn run(mut self, stop: &AtomicBool) {
        let consumer = Arc::clone(&self.consumer);
        let mut swept = Instant::now();
        while !stop.load(Ordering::Relaxed) {
            let mut arrived = Vec::new();
            let mut polled = consumer.poll(POLL);
            while let Some(message) = polled {
                match message {
                    Ok(message) => self.take(&message, &mut arrived),
                    Err(error) => self.trouble(&error),
                }
                polled = if arrived.len() < BATCH { consumer.poll(Duration::ZERO) } else { None };
            }
            self.publish(arrived);
            if swept.elapsed() > SWEEP {
                self.sweep();
                self.catch_up.sweep();
                swept = Instant::now();
            }
        }
    }

    fn take(&mut self, message: &BorrowedMessage<'_>, arrived: &mut Vec<(usize, usize, usize)>) {
        let index = self.index.get(message.topic()).and_then(|topic| topic.get(&message.partition())).copied();
        let Some((index, tail)) = index.and_then(|index| Some((index, self.tails.get(index)?))) else { return };
        let record = self.reader.read(message);
        self.known.raise(index, record.offset + 1);
        let (records, bytes) = tail.push(record);
        match arrived.last_mut() {
            Some((last, all_records, all_bytes)) if *last == index => {
                *all_records += records;
                *all_bytes += bytes;
            }
            _ => arrived.push((index, records, bytes)),
        }
    }

    fn publish(&mut self, arrived: Vec<(usize, usize, usize)>) {
        for (index, records, bytes) in arrived {
            if let Some(tail) = self.tails.get(index) {
                tail.grown.notify_waiters();
            }
            self.kept.push_back((index, records, bytes));
            self.kept_bytes += bytes;
        }
        while self.kept_bytes > self.room
            && let Some((index, records, bytes)) = self.kept.pop_front()
        {
            self.kept_bytes -= bytes;
            if let Some(tail) = self.tails.get(index) {
                tail.forget(records);
            }
        }
    }

    /// librdkafka reconnects by itself; what it cannot mend is a place that is not there any more. It does not say of
    /// which partition, so all are let go, and whoever reads one begins anew.
    fn trouble(&mut self, error: &KafkaError) {
        match error.rdkafka_error_code() {
            Some(
                RDKafkaErrorCode::BrokerTransportFailure
                | RDKafkaErrorCode::AllBrokersDown
                | RDKafkaErrorCode::OperationTimedOut
                | RDKafkaErrorCode::Resolve,
            ) => tracing::debug!(%error, "following the Kafka log"),
            _ => {
                tracing::warn!(%error, "the newest Kafka records cannot be followed: beginning anew");
                self.forget(&(0..self.places.len()).collect::<Vec<_>>());
            }
        }
    }

    /// Lets go of partitions that nobody reads.
    fn sweep(&mut self) {
        let unread = |tail: &Tail| tail.state().as_ref().is_some_and(|following| following.read.elapsed() > FORGOTTEN);
        let forgotten: Vec<usize> =
            (0..).zip(self.tails.iter()).filter(|(_, tail)| unread(tail)).map(|(at, _)| at).collect();
        if !forgotten.is_empty() {
            self.forget(&forgotten);
        }
    }

    fn forget(&mut self, indices: &[usize]) {
        let mut unwanted = TopicPartitionList::with_capacity(indices.len());
        for index in indices {
            let Some((tail, place)) = self.tails.get(*index).zip(self.places.get(*index)) else { continue };
            if tail.state().take().is_some() {
                unwanted.add_partition(&place.topic, place.number);
            }
            tail.grown.notify_waiters();
        }
        if unwanted.count() > 0
            && let Err(error) = self.consumer.incremental_unassign(&unwanted)
        {
            tracing::warn!(%error, "Kafka partitions cannot be let go");
        }
        self.kept.retain(|(index, ..)| !indices.contains(index));
        self.kept_bytes = self.kept.iter().map(|(.., bytes)| bytes).sum();
    }
}
