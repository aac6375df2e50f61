//! The newest records of every partition somebody reads, in memory, fed by one consumer for all readers.
//!
//! A partition is followed from the moment it is first read, and no longer once nobody has read it for a while. What
//! is kept is bounded over all partitions; the oldest arrivals go first.

mod follower;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rdkafka::config::FromClientConfigAndContext;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use sceau_log::{Body, LogError, Record};
use tokio::sync::Notify;

use crate::OpenError;
use crate::appender::Place;
use crate::catch_up::CatchUp;
use crate::client::Context;
use crate::ends::{Known, unavailable};
use crate::record::weight;
use crate::settings::KafkaSettings;
use follower::Follower;

/// A partition that nobody has read for so long is no longer followed.
const FORGOTTEN: Duration = Duration::from_secs(60);
/// A gap longer than this is not filled record by record: the tail begins anew behind it.
const LONG_GAP: u64 = 10_000;

/// The tails of all partitions, which are known by their place in one list.
pub(crate) struct Tails {
    consumer: Arc<BaseConsumer<Context>>,
    places: Arc<[Place]>,
    of: Arc<[Tail]>,
    stop: Arc<AtomicBool>,
}

/// What the tail of a partition says to a reader.
pub(crate) enum Look {
    /// Here they are.
    Records(Vec<Record>),
    /// It does not reach back so far.
    Behind,
    /// Nothing has arrived there yet.
    AtEnd,
    /// The partition is not followed.
    Idle,
}

/// The tail of one partition.
#[derive(Default)]
struct Tail {
    state: Mutex<Option<Following>>,
    grown: Notify,
}

/// A partition that is being followed.
struct Following {
    /// Without a gap up to `next`.
    records: VecDeque<Record>,
    next: u64,
    read: Instant,
    /// A reader found nothing at the first of these offsets though the partition ends at the second: a transaction's
    /// marker stands there, which nobody is shown.
    vain: Option<(u64, u64)>,
}

impl Tails {
    pub(crate) fn start(
        settings: &KafkaSettings,
        places: Arc<[Place]>,
        known: Arc<Known>,
        catch_up: Arc<CatchUp>,
    ) -> Result<Self, OpenError> {
        let consumer = BaseConsumer::from_config_and_context(&settings.consumer(16 << 20), Context::new(settings))
            .map_err(|error| OpenError::Setting { reason: error.to_string() })?;
        let consumer = Arc::new(consumer);
        let tails: Arc<[Tail]> = places.iter().map(|_| Tail::default()).collect();
        let stop = Arc::new(AtomicBool::new(false));
        let follower = Follower::new(
            Arc::clone(&consumer),
            Arc::clone(&places),
            Arc::clone(&tails),
            known,
            catch_up,
            settings.tail_bytes,
        );
        let stopped = Arc::clone(&stop);
        thread::Builder::new()
            .name("sceau:kafka-tail".into())
            .spawn(move || follower.run(&stopped))
            .map_err(|error| OpenError::Thread { reason: error.to_string() })?;
        Ok(Self { consumer, places, of: tails, stop })
    }

    /// The records from `from` on, if they are here.
    pub(crate) fn look(&self, index: usize, from: u64, max_bytes: usize) -> Look {
        let Some(tail) = self.of.get(index) else { return Look::Idle };
        let mut state = tail.state();
        let Some(following) = state.as_mut() else { return Look::Idle };
        following.read = Instant::now();
        if from >= following.next {
            return Look::AtEnd;
        }
        let first = following.first();
        if from < first {
            return Look::Behind;
        }
        let start = usize::try_from(from - first).unwrap_or(usize::MAX);
        let mut bytes = 0;
        let fits = |record: &&Record| {
            let fits = bytes == 0 || bytes + weight(record) <= max_bytes;
            bytes += weight(record);
            fits
        };
        Look::Records(following.records.range(start..).take_while(fits).cloned().collect())
    }

    /// Waits until something has arrived at or behind `from`, or the partition is no longer followed.
    pub(crate) async fn grown(&self, index: usize, from: u64) {
        let Some(tail) = self.of.get(index) else { return };
        loop {
            let mut grown = std::pin::pin!(tail.grown.notified());
            grown.as_mut().enable();
            if tail.state().as_ref().is_none_or(|following| following.next > from) {
                return;
            }
            grown.await;
        }
    }

    /// Follows the partition from `end` on, unless it is followed already.
    pub(crate) async fn follow(&self, index: usize, end: u64) -> Result<(), LogError> {
        let Some((tail, place)) = self.of.get(index).zip(self.places.get(index)) else { return Ok(()) };
        {
            let mut state = tail.state();
            if state.is_some() {
                return Ok(());
            }
            let read = Instant::now();
            *state = Some(Following { records: VecDeque::new(), next: end, read, vain: None });
        }
        let mut wanted = TopicPartitionList::with_capacity(1);
        let offset = Offset::from_raw(i64::try_from(end).unwrap_or(i64::MAX));
        wanted.add_partition_offset(&place.topic, place.number, offset).map_err(unavailable)?;
        let consumer = Arc::clone(&self.consumer);
        let assigned = tokio::task::spawn_blocking(move || consumer.incremental_assign(&wanted)).await;
        let failed = match assigned {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(error)) => unavailable(error),
            Err(stopped) => unavailable(stopped),
        };
        *tail.state() = None;
        Err(failed)
    }

    /// Whether nothing is to be had at `from` though the partition ends at `end`.
    pub(crate) fn is_vain(&self, index: usize, from: u64, end: u64) -> bool {
        let vain = self.of.get(index).and_then(|tail| tail.state().as_ref().and_then(|following| following.vain));
        vain.is_some_and(|(at, known)| at == from && end <= known)
    }

    /// Remembers that nothing is to be had at `from` though the partition ends at `end`.
    pub(crate) fn set_vain(&self, index: usize, from: u64, end: u64) {
        if let Some(following) = self.of.get(index).map(Tail::state).as_deref_mut().and_then(|state| state.as_mut()) {
            following.vain = Some((from, end));
        }
    }
}

impl Drop for Tails {
    fn drop(&mut self) {
        // Its thread sees this within one poll and takes the consumer with it.
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl Tail {
    fn state(&self) -> MutexGuard<'_, Option<Following>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a record that arrived, and fills the gap before it; says how many records and bytes that added.
    fn push(&self, record: Record) -> (usize, usize) {
        self.state().as_mut().map_or((0, 0), |following| following.push(record))
    }

    /// Drops the oldest `count` records.
    fn forget(&self, count: usize) {
        if let Some(following) = self.state().as_mut() {
            following.records.drain(..count.min(following.records.len()));
        }
    }
}

impl Following {
    fn first(&self) -> u64 {
        self.next - self.records.len() as u64
    }

    fn push(&mut self, record: Record) -> (usize, usize) {
        let offset = record.offset;
        if offset < self.next {
            return (0, 0);
        }
        if offset - self.next > LONG_GAP {
            self.records.clear();
            self.next = offset;
        }
        let before = self.records.len();
        self.records.extend((self.next..offset).map(unseen));
        let bytes = (self.records.len() - before) * weight(&unseen(0)) + weight(&record);
        self.records.push_back(record);
        self.next = offset + 1;
        (self.records.len() - before, bytes)
    }
}

/// An offset that Kafka uses for itself: a marker at the end of a transaction, say.
pub(crate) fn unseen(offset: u64) -> Record {
    Record { offset, key: bytes::Bytes::new(), body: Body::Foreign }
}
