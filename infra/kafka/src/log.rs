//! The log port on Kafka.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, ready};
use sceau_log::{Delivery, Log, LogError, NewRecord, Partition, Record, Reports};

use crate::OpenError;
use crate::appender::{Appender, Place};
use crate::catch_up::CatchUp;
use crate::ends::{Ends, Known, unavailable};
use crate::settings::KafkaSettings;
use crate::tail::{Look, Tails};
use crate::topics::{TopicSpec, prepare};

/// Records that are known to be in a partition reach its tail within this time; after it they are read another way.
const TAIL_LAG: Duration = Duration::from_millis(250);

/// How often a read tries to have its partition followed.
const ATTEMPTS: u32 = 3;

/// The log on Kafka. Cloning gives another handle to the same log.
///
/// - `append` never waits. What does not fit in the bounded queue, any record over 16 MiB, and anything for a partition
///   that is not there is reported [`Delivery::Lost`] before the call returns.
/// - A delivery that fails or takes longer than the delivery time-out is [`Delivery::Unknown`]: a broker may have, or
///   may yet write it.
/// - Offsets that Kafka uses for itself (markers of somebody's transactions) and records without our headers are read
///   as [`Body::Foreign`](sceau_log::Body::Foreign).
/// - Dropping the last handle waits until everything appended is reported.
/// - `read` and `end` need a tokio runtime with a timer.
#[derive(Clone)]
pub struct KafkaLog {
    shared: Arc<Shared>,
}

struct Shared {
    appender: Appender,
    ends: Ends,
    tails: Tails,
    catch_up: Arc<CatchUp>,
    /// Place of the first partition of each topic in the list of all, and how many there are.
    topics: HashMap<&'static str, (usize, u32)>,
}

impl KafkaLog {
    /// Connects, makes the topics that are missing, and refuses those that would lose records.
    pub async fn open(settings: KafkaSettings, topics: &[TopicSpec]) -> Result<Self, OpenError> {
        if let Some(reason) = settings.security.unreadable_file() {
            return Err(OpenError::Setting { reason });
        }
        let mut places = Vec::new();
        let mut first = HashMap::new();
        for spec in topics {
            first.insert(spec.name, (places.len(), spec.partitions));
            let place = |number| Place::new(settings.topic(spec.name), i32::try_from(number).unwrap_or(i32::MAX));
            places.extend((0..spec.partitions).map(place));
        }
        let places: Arc<[Place]> = places.into();
        let known = Arc::new(Known::new(places.len()));
        let (ends, consumer) = Ends::start(&settings, Arc::clone(&places), Arc::clone(&known))?;
        prepare(&settings, topics, consumer).await?;
        let appender = Appender::start(&settings, Arc::clone(&places), Arc::clone(&known))?;
        let catch_up = Arc::new(CatchUp::new(&settings, Arc::clone(&places)));
        let tails = Tails::start(&settings, places, known, Arc::clone(&catch_up))?;
        Ok(Self { shared: Arc::new(Shared { appender, ends, tails, catch_up, topics: first }) })
    }
}

impl Shared {
    fn index(&self, partition: Partition) -> Result<usize, LogError> {
        match self.topics.get(partition.topic) {
            Some((first, count)) if partition.number < *count => Ok(first + partition.number as usize),
            _ => Err(LogError::UnknownPartition { partition }),
        }
    }

    async fn read(&self, index: usize, from: u64, max_bytes: usize, wait: Duration) -> Result<Vec<Record>, LogError> {
        let deadline = Instant::now() + wait;
        let mut begun = 0;
        loop {
            match self.tails.look(index, from, max_bytes) {
                Look::Records(records) => return Ok(records),
                Look::Behind => return self.catch_up.read(index, from, max_bytes).await,
                Look::Idle if begun == ATTEMPTS => return Err(unavailable("the newest records cannot be followed")),
                Look::Idle => {
                    begun += 1;
                    let end = self.ends.ask(index).await?;
                    self.tails.follow(index, end).await?;
                    continue;
                }
                Look::AtEnd => {}
            }
            let known = self.ends.known(index);
            let due = known > from && !self.tails.is_vain(index, from, known);
            let left = if due { TAIL_LAG } else { deadline.saturating_duration_since(Instant::now()) };
            if tokio::time::timeout(left, self.tails.grown(index, from)).await.is_ok() {
                continue;
            }
            if due {
                let records = self.catch_up.read(index, from, max_bytes).await?;
                if !records.is_empty() {
                    return Ok(records);
                }
                self.tails.set_vain(index, from, known);
            } else if self.ends.ask(index).await? <= known {
                return Ok(Vec::new());
            }
        }
    }
}

impl Log for KafkaLog {
    fn partitions(&self, topic: &'static str) -> BoxFuture<'_, Result<u32, LogError>> {
        let unknown = LogError::UnknownPartition { partition: Partition { topic, number: 0 } };
        ready(self.shared.topics.get(topic).map(|(_, count)| *count).ok_or(unknown)).boxed()
    }

    fn append(&self, partition: Partition, records: Vec<NewRecord>, reports: Reports) {
        match self.shared.index(partition) {
            Ok(index) => self.shared.appender.append(index, &records, reports),
            Err(_) => reports(vec![Delivery::Lost; records.len()]),
        }
    }

    fn read(
        &self,
        partition: Partition,
        from: u64,
        max_bytes: usize,
        wait: Duration,
    ) -> BoxFuture<'_, Result<Vec<Record>, LogError>> {
        async move { self.shared.read(self.shared.index(partition)?, from, max_bytes, wait).await }.boxed()
    }

    fn end(&self, partition: Partition) -> BoxFuture<'_, Result<u64, LogError>> {
        async move { self.shared.ends.ask(self.shared.index(partition)?).await }.boxed()
    }
}
