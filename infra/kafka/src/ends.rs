//! Where partitions end: what is known without asking, and asking for many at once.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use rdkafka::config::FromClientConfigAndContext;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use sceau_log::LogError;
use tokio::sync::oneshot;

use crate::OpenError;
use crate::appender::Place;
use crate::client::Context;
use crate::settings::KafkaSettings;

/// Everything that asks within such a time is answered by one round of questions to the brokers.
const GATHER: Duration = Duration::from_millis(5);
/// How often the client's own news are looked at when nobody asks.
const IDLE: Duration = Duration::from_millis(500);

/// The least end that each partition is known to have.
pub(crate) struct Known(Box<[AtomicU64]>);

impl Known {
    pub(crate) fn new(partitions: usize) -> Self {
        Self((0..partitions).map(|_| AtomicU64::new(0)).collect())
    }

    pub(crate) fn raise(&self, index: usize, end: u64) {
        if let Some(known) = self.0.get(index) {
            known.fetch_max(end, Ordering::AcqRel);
        }
    }

    pub(crate) fn get(&self, index: usize) -> u64 {
        self.0.get(index).map_or(0, |known| known.load(Ordering::Acquire))
    }
}

type Question = (usize, oneshot::Sender<Result<u64, LogError>>);

/// Asks the brokers where partitions end. The thread ends when this is dropped.
pub(crate) struct Ends {
    known: Arc<Known>,
    questions: mpsc::Sender<Question>,
}

impl Ends {
    pub(crate) fn start(
        settings: &KafkaSettings,
        places: Arc<[Place]>,
        known: Arc<Known>,
    ) -> Result<(Self, Arc<BaseConsumer<Context>>), OpenError> {
        let consumer = BaseConsumer::from_config_and_context(&settings.consumer(1 << 20), Context::new(settings))
            .map_err(|error| OpenError::Setting { reason: error.to_string() })?;
        let consumer = Arc::new(consumer);
        let (questions, asked) = mpsc::channel();
        let asker = Asker {
            places,
            known: Arc::clone(&known),
            consumer: Arc::clone(&consumer),
            timeout: settings.answer_timeout,
        };
        thread::Builder::new()
            .name("sceau:kafka-ends".into())
            .spawn(move || asker.run(&asked))
            .map_err(|error| OpenError::Thread { reason: error.to_string() })?;
        Ok((Self { known, questions }, consumer))
    }

    /// The least end that is known without asking.
    pub(crate) fn known(&self, index: usize) -> u64 {
        self.known.get(index)
    }

    /// The end now: at least that of every append reported before the call, to anyone.
    pub(crate) async fn ask(&self, index: usize) -> Result<u64, LogError> {
        let (answer, answered) = oneshot::channel();
        let gone = || LogError::Unavailable { reason: "the log is being closed".to_owned() };
        self.questions.send((index, answer)).map_err(|_| gone())?;
        answered.await.unwrap_or_else(|_| Err(gone()))
    }
}

struct Asker {
    places: Arc<[Place]>,
    known: Arc<Known>,
    consumer: Arc<BaseConsumer<Context>>,
    timeout: Duration,
}

impl Asker {
    fn run(&self, asked: &mpsc::Receiver<Question>) {
        loop {
            hear(&self.consumer);
            let first = match asked.recv_timeout(IDLE) {
                Ok(question) => question,
                Err(mpsc::RecvTimeoutError::Timeout) => continue,
                Err(mpsc::RecvTimeoutError::Disconnected) => return,
            };
            self.answer(std::iter::once(first).chain(asked.try_iter()).collect());
            thread::sleep(GATHER);
        }
    }

    fn answer(&self, questions: Vec<Question>) {
        let mut indices: Vec<usize> = questions.iter().map(|(index, _)| *index).collect();
        indices.sort_unstable();
        indices.dedup();
        let ends = self.ends(&indices);
        for (index, answer) in questions {
            let end = match &ends {
                Ok(ends) => {
                    indices.binary_search(&index).map_or(Err(unavailable("no such partition")), |at| ends[at].clone())
                }
                Err(error) => Err(unavailable(error)),
            };
            // Whoever asked may have gone.
            let _ = answer.send(end);
        }
    }

    fn ends(&self, indices: &[usize]) -> Result<Vec<Result<u64, LogError>>, KafkaError> {
        let mut wanted = TopicPartitionList::with_capacity(indices.len());
        for place in indices.iter().filter_map(|index| self.places.get(*index)) {
            wanted.add_partition_offset(&place.topic, place.number, Offset::End)?;
        }
        let found = self.consumer.offsets_for_times(wanted, self.timeout)?;
        let end = |index: &usize| {
            let place = self.places.get(*index).ok_or_else(|| unavailable("no such partition"))?;
            let found = found.find_partition(&place.topic, place.number).ok_or_else(|| unavailable("no answer"))?;
            found.error().map_err(unavailable)?;
            let Some(end) = found.offset().to_raw().and_then(|end| u64::try_from(end).ok()) else {
                return Err(unavailable(RDKafkaErrorCode::LeaderNotAvailable));
            };
            self.known.raise(*index, end);
            Ok(end)
        };
        Ok(indices.iter().map(end).collect())
    }
}

/// Lets a consumer without partitions hear news and renew its token.
pub(crate) fn hear(consumer: &BaseConsumer<Context>) {
    for _ in 0..16 {
        let _ = consumer.poll(Duration::ZERO);
    }
}

pub(crate) fn unavailable(reason: impl std::fmt::Display) -> LogError {
    LogError::Unavailable { reason: reason.to_string() }
}
