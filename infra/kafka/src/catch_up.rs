//! Reading what the tail no longer has: a few consumers, each at one place in one partition.
//!
//! A reader that catches up reads on from where it was, so its consumer is kept for its next read; who needs one when
//! all are taken gets the one unused for longest. A consumer has threads and connections of its own, so the unused are
//! ended after a while.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rdkafka::config::{ClientConfig, FromClientConfigAndContext};
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use sceau_log::{LogError, Record};
use tokio::sync::Semaphore;

use crate::appender::Place;
use crate::client::Context;
use crate::ends::unavailable;
use crate::record::{RecordReader, weight};
use crate::settings::KafkaSettings;
use crate::tail::unseen;

/// Bytes that a consumer fetches ahead of its reader.
const AHEAD: usize = 8 << 20;
/// A consumer unused for so long is ended.
const UNUSED: Duration = Duration::from_secs(30);

/// The consumers.
pub(crate) struct CatchUp {
    config: ClientConfig,
    context: Context,
    places: Arc<[Place]>,
    patience: Duration,
    turns: Semaphore,
    idle: Mutex<Vec<Reader>>,
}

impl CatchUp {
    pub(crate) fn new(settings: &KafkaSettings, places: Arc<[Place]>) -> Self {
        let mut config = settings.consumer(AHEAD);
        config.set("enable.partition.eof", "true").set("fetch.wait.max.ms", "20");
        Self {
            config,
            context: Context::new(settings),
            places,
            patience: settings.answer_timeout,
            turns: Semaphore::new(settings.catch_up_readers.max(1)),
            idle: Mutex::default(),
        }
    }

    /// Records from `from` on, of a partition that is known to reach further. None means that there is nothing to be
    /// had there: Kafka uses the offsets for itself.
    pub(crate) async fn read(
        self: &Arc<Self>,
        index: usize,
        from: u64,
        max_bytes: usize,
    ) -> Result<Vec<Record>, LogError> {
        let _turn = self.turns.acquire().await.map_err(unavailable)?;
        let this = Arc::clone(self);
        tokio::task::spawn_blocking(move || this.read_blocking(index, from, max_bytes))
            .await
            .unwrap_or_else(|stopped| Err(unavailable(stopped)))
    }

    fn read_blocking(&self, index: usize, from: u64, max_bytes: usize) -> Result<Vec<Record>, LogError> {
        let place = self.places.get(index).ok_or_else(|| unavailable("no such partition"))?;
        let mut reader = match self.take(index, from) {
            Some(reader) => reader,
            None => Reader::start(&self.config, &self.context).map_err(unavailable)?,
        };
        if reader.at != Some((index, from)) {
            reader.go(place, index, from).map_err(unavailable)?;
        }
        let records = reader.read(place, max_bytes, Instant::now() + self.patience)?;
        self.idle().push(reader);
        Ok(records)
    }

    /// The consumer that stands at this place, or one that may be moved there; `None` to make one more.
    fn take(&self, index: usize, from: u64) -> Option<Reader> {
        let mut idle = self.idle();
        let exact = idle.iter().position(|reader| reader.at == Some((index, from)));
        let free = self.turns.available_permits();
        // As many as have a turn are in use; one more may be made while there are fewer than turns in all.
        let oldest = (0..).zip(idle.iter()).min_by_key(|(_, reader)| reader.used).map(|(at, _)| at);
        let at = exact.or_else(|| oldest.filter(|_| idle.len() > free))?;
        Some(idle.swap_remove(at))
    }

    /// Ends the consumers that nobody has used for a while.
    pub(crate) fn sweep(&self) {
        let unused: Vec<Reader> = self.idle().extract_if(.., |reader| reader.used.elapsed() > UNUSED).collect();
        if !unused.is_empty() {
            // Closing a consumer can take a while.
            let _ = thread::Builder::new().name("sceau:kafka-end".into()).spawn(move || drop(unused));
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Reader>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A consumer at one place.
struct Reader {
    consumer: BaseConsumer<Context>,
    /// Partition, and offset of the next record to give.
    at: Option<(usize, u64)>,
    /// Fetched, and too large for the last read.
    held: Option<Record>,
    records: RecordReader,
    used: Instant,
}

impl Reader {
    fn start(config: &ClientConfig, context: &Context) -> Result<Self, KafkaError> {
        let consumer = BaseConsumer::from_config_and_context(config, context.clone())?;
        Ok(Self { consumer, at: None, held: None, records: RecordReader::default(), used: Instant::now() })
    }

    fn go(&mut self, place: &Place, index: usize, from: u64) -> Result<(), KafkaError> {
        let mut wanted = TopicPartitionList::with_capacity(1);
        let offset = Offset::from_raw(i64::try_from(from).unwrap_or(i64::MAX));
        wanted.add_partition_offset(&place.topic, place.number, offset)?;
        (self.at, self.held) = (None, None);
        self.consumer.assign(&wanted)?;
        self.at = Some((index, from));
        Ok(())
    }

    fn read(&mut self, place: &Place, max_bytes: usize, deadline: Instant) -> Result<Vec<Record>, LogError> {
        let Some((index, mut next)) = self.at.take() else { return Ok(Vec::new()) };
        self.used = Instant::now();
        let (mut records, mut bytes, mut again) = (Vec::new(), 0, false);
        loop {
            let record = match self.next(place, if records.is_empty() { deadline } else { Instant::now() }) {
                Ok(Next::Record(record)) if record.offset < next => continue,
                Ok(Next::Record(record)) => record,
                // The news of an end may be older than what has been appended since: only a fresh look tells.
                Ok(Next::End) if records.is_empty() && !again => {
                    again = true;
                    self.go(place, index, next).map_err(unavailable)?;
                    continue;
                }
                Ok(Next::NotYet) if records.is_empty() => return Err(silent(place)),
                Ok(Next::End | Next::NotYet) => break,
                Err(error) if records.is_empty() => return Err(error),
                Err(_) => return Ok(records),
            };
            while next < record.offset && (bytes < max_bytes || records.is_empty()) {
                records.push(unseen(next));
                bytes += weight(&unseen(next));
                next += 1;
            }
            if next < record.offset || !records.is_empty() && bytes + weight(&record) > max_bytes {
                self.held = Some(record);
                break;
            }
            bytes += weight(&record);
            next += 1;
            records.push(record);
        }
        self.at = Some((index, next));
        Ok(records)
    }

    fn next(&mut self, place: &Place, deadline: Instant) -> Result<Next, LogError> {
        if let Some(held) = self.held.take() {
            return Ok(Next::Record(held));
        }
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.consumer.poll(left) {
                Some(Ok(message)) => return Ok(Next::Record(self.records.read(&message))),
                Some(Err(KafkaError::PartitionEOF(_))) => return Ok(Next::End),
                Some(Err(error)) if is_passing(&error) && !left.is_zero() => {}
                Some(Err(error)) => return Err(gone(place, &error)),
                None if left.is_zero() => return Ok(Next::NotYet),
                None => {}
            }
        }
    }
}

enum Next {
    Record(Record),
    End,
    NotYet,
}

/// Errors that librdkafka goes on after.
fn is_passing(error: &KafkaError) -> bool {
    matches!(
        error.rdkafka_error_code(),
        Some(
            RDKafkaErrorCode::BrokerTransportFailure
                | RDKafkaErrorCode::AllBrokersDown
                | RDKafkaErrorCode::OperationTimedOut
                | RDKafkaErrorCode::Resolve
        )
    )
}

fn silent(place: &Place) -> LogError {
    unavailable(format!("no broker gives the records of topic `{}`, partition {}", place.topic, place.number))
}

fn gone(place: &Place, error: &KafkaError) -> LogError {
    let (topic, number) = (&place.topic, place.number);
    unavailable(match error.rdkafka_error_code() {
        Some(RDKafkaErrorCode::AutoOffsetReset | RDKafkaErrorCode::OffsetOutOfRange) => format!(
            "Kafka no longer has the record of topic `{topic}`, partition {number}, that is to be read next: retention \
             or an operator has removed it"
        ),
        _ => format!("topic `{topic}`, partition {number}: {error}"),
    })
}
