//! Appending: one idempotent producer for all partitions, made anew when it can go on no more.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rdkafka::ClientContext;
use rdkafka::client::OAuthToken;
use rdkafka::config::{ClientConfig, FromClientConfigAndContext, RDKafkaLogLevel};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{DeliveryResult, Message};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer, ProducerContext, PurgeConfig};
use sceau_log::{Body, Delivery, NewRecord, Reports};

use crate::OpenError;
use crate::client::Context;
use crate::ends::Known;
use crate::flight::Flight;
use crate::record::HeaderWriter;
use crate::settings::KafkaSettings;

/// How long the reporting thread sleeps when nothing happens.
const POLL: Duration = Duration::from_millis(100);

/// How long a new producer waits for a broker before it looks after reports.
const WARM_UP: Duration = Duration::from_secs(1);

/// A partition as Kafka names it.
#[derive(Debug)]
pub(crate) struct Place {
    /// The topic's name in Kafka.
    pub(crate) topic: String,
    pub(crate) number: i32,
    /// CloudEvents source of its records.
    source: String,
}

impl Place {
    pub(crate) fn new(topic: String, number: i32) -> Self {
        let source = format!("/{topic}/{number}");
        Self { topic, number, source }
    }
}

/// Appends to partitions, which are known by their place in one list.
pub(crate) struct Appender {
    places: Arc<[Place]>,
    config: ClientConfig,
    context: Context,
    patience: Duration,
    ends: Arc<Known>,
    current: Mutex<Arc<Line>>,
}

impl Appender {
    /// Starts a producer; it connects by and by.
    pub(crate) fn start(settings: &KafkaSettings, places: Arc<[Place]>, ends: Arc<Known>) -> Result<Self, OpenError> {
        let (config, context) = (settings.producer(), Context::new(settings));
        let patience = settings.delivery_timeout;
        let line = Line::start(&config, &context, places.len(), &ends, patience)?;
        Ok(Self { places, config, context, patience, ends, current: Mutex::new(Arc::new(line)) })
    }

    /// Sends `records` after one another to the partition at `index`. What cannot be taken is lost at once, with all
    /// that comes after it in the append.
    pub(crate) fn append(&self, index: usize, records: &[NewRecord], reports: Reports) {
        let line = self.line();
        let (Some(place), Some(lane)) = (self.places.get(index), line.lanes.get(index)) else {
            return reports(vec![Delivery::Lost; records.len()]);
        };
        if records.is_empty() {
            return reports(Vec::new());
        }
        // Records of one append stay together.
        let sending = lane.sending.lock().unwrap_or_else(PoisonError::into_inner);
        let first = lane.flight.enter(records.len(), reports);
        let mut headers = HeaderWriter::new(&place.source);
        for (number, record) in (first..).zip(records) {
            if let Err(error) = line.send(place, Ticket { index, number }, record, &mut headers) {
                tracing::debug!(topic = place.topic, partition = place.number, %error, "append refused");
                drop(sending);
                return lane.flight.settle(number..first + records.len() as u64, Delivery::Lost);
            }
        }
    }

    /// The producer, made anew when the one there was can go on no more.
    fn line(&self) -> Arc<Line> {
        let mut current = self.current();
        if current.broken.load(Ordering::Relaxed) {
            match Line::start(&self.config, &self.context, self.places.len(), &self.ends, self.patience) {
                Ok(line) => {
                    let broken = std::mem::replace(&mut *current, Arc::new(line));
                    // Ending it waits for its thread, which an appender must not.
                    let _ = thread::Builder::new().name("sceau:kafka-end".into()).spawn(move || drop(broken));
                }
                Err(error) => tracing::warn!(%error, "the Kafka producer cannot be made anew"),
            }
        }
        Arc::clone(&current)
    }

    fn current(&self) -> MutexGuard<'_, Arc<Line>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Which record a delivery report is about.
#[derive(Clone, Copy)]
struct Ticket {
    index: usize,
    number: u64,
}

impl Ticket {
    /// A ticket travels through librdkafka as one word: 20 bits of partition, 44 of number. Numbers start anew with a
    /// producer and wrap after 17 million million records.
    const NUMBER_BITS: u32 = 44;
    const NUMBER: u64 = (1 << Self::NUMBER_BITS) - 1;

    const fn pack(self) -> usize {
        self.index << Self::NUMBER_BITS | (self.number & Self::NUMBER) as usize
    }

    const fn unpack(word: usize) -> Self {
        Self { index: word >> Self::NUMBER_BITS, number: word as u64 & Self::NUMBER }
    }
}

/// One producer, what it has in flight, and the thread that hears its reports.
struct Line {
    producer: Arc<BaseProducer<Hearing>>,
    lanes: Arc<[Lane]>,
    broken: Arc<AtomicBool>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Lane {
    sending: Mutex<()>,
    flight: Flight,
}

impl Line {
    fn start(
        config: &ClientConfig,
        context: &Context,
        partitions: usize,
        ends: &Arc<Known>,
        patience: Duration,
    ) -> Result<Self, OpenError> {
        let lanes: Arc<[Lane]> = (0..partitions).map(|_| Lane::default()).collect();
        let (broken, stop) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let hearing = Hearing {
            context: context.clone(),
            lanes: Arc::clone(&lanes),
            broken: Arc::clone(&broken),
            ends: Arc::clone(ends),
            producer: OnceLock::new(),
        };
        let producer = BaseProducer::from_config_and_context(config, hearing)
            .map_err(|error| OpenError::Setting { reason: error.to_string() })?;
        let producer = Arc::new(producer);
        // Set once, here.
        let _ = producer.context().producer.set(Arc::downgrade(&producer));
        let hearer = Hearer { producer: Arc::clone(&producer), lanes: Arc::clone(&lanes), stop: Arc::clone(&stop) };
        let thread = thread::Builder::new().name("sceau:kafka-acks".into()).spawn(move || hearer.run(patience));
        let thread = Some(thread.map_err(|error: io::Error| OpenError::Thread { reason: error.to_string() })?);
        Ok(Self { producer, lanes, broken, stop, thread })
    }

    fn send(
        &self,
        place: &Place,
        ticket: Ticket,
        record: &NewRecord,
        headers: &mut HeaderWriter<'_>,
    ) -> Result<(), KafkaError> {
        let foreign = matches!(record.body, Body::Foreign);
        let (headers, value) = headers.write(record);
        let message = BaseRecord {
            topic: &place.topic,
            partition: Some(place.number),
            payload: Some(value),
            key: (!record.key.is_empty()).then_some(&record.key[..]),
            timestamp: None,
            headers: (!foreign).then_some(headers),
            delivery_opaque: ticket.pack(),
        };
        self.producer.send(message).map_err(|(error, _)| {
            if error.rdkafka_error_code() == Some(RDKafkaErrorCode::Fatal) {
                self.broken.store(true, Ordering::Relaxed);
            }
            error
        })
    }
}

impl Drop for Line {
    /// Waits until what was sent is reported, or its time is up.
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // A report that held the last handle is run by the thread itself, which cannot wait for itself.
        if let Some(thread) = self.thread.take().filter(|other| other.thread().id() != thread::current().id()) {
            let _ = thread.join();
        }
    }
}

/// The thread in which delivery reports arrive.
struct Hearer {
    producer: Arc<BaseProducer<Hearing>>,
    lanes: Arc<[Lane]>,
    stop: Arc<AtomicBool>,
}

impl Hearer {
    fn run(self, patience: Duration) {
        // With the answer librdkafka asks for its producer id at once; else it would look for a broker twice a second.
        let _ = self.producer.client().fetch_metadata(None, WARM_UP);
        while !self.stop.load(Ordering::Relaxed) {
            self.producer.poll(POLL);
        }
        let _ = self.producer.flush(patience);
        self.lanes.iter().for_each(|lane| lane.flight.abandon());
    }
}

/// Takes what the producer reports.
struct Hearing {
    context: Context,
    lanes: Arc<[Lane]>,
    broken: Arc<AtomicBool>,
    ends: Arc<Known>,
    producer: OnceLock<Weak<BaseProducer<Self>>>,
}

impl Hearing {
    /// Ends the producer's work at once. After a time-out librdkafka would go on under a new producer id, and send
    /// anew what the brokers may have written under the old one.
    fn give_up(&self) {
        if !self.broken.swap(true, Ordering::Relaxed)
            && let Some(producer) = self.producer.get().and_then(Weak::upgrade)
        {
            producer.purge(PurgeConfig::default().queue().inflight());
        }
    }

    fn is_at_its_end(&self) -> bool {
        let producer = self.producer.get().and_then(Weak::upgrade);
        producer.is_some_and(|producer| producer.client().fatal_error().is_some())
    }
}

impl ClientContext for Hearing {
    const ENABLE_REFRESH_OAUTH_TOKEN: bool = Context::ENABLE_REFRESH_OAUTH_TOKEN;

    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        self.context.log(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        if error.rdkafka_error_code() == Some(RDKafkaErrorCode::Fatal) {
            tracing::warn!(reason, "the Kafka producer cannot go on: it is made anew");
            self.give_up();
        }
        self.context.error(error, reason);
    }

    fn generate_oauth_token(&self, config: Option<&str>) -> Result<OAuthToken, Box<dyn std::error::Error>> {
        self.context.generate_oauth_token(config)
    }
}

impl ProducerContext for Hearing {
    type DeliveryOpaque = usize;

    fn delivery(&self, result: &DeliveryResult<'_>, word: usize) {
        let Ticket { index, number } = Ticket::unpack(word);
        let delivery = match result {
            Ok(message) => u64::try_from(message.offset()).map_or(Delivery::Unknown, Delivery::At),
            Err((error, _)) => {
                let code = error.rdkafka_error_code();
                tracing::debug!(%error, "append failed");
                if code == Some(RDKafkaErrorCode::MessageTimedOut) || self.is_at_its_end() {
                    self.give_up();
                }
                fate(code)
            }
        };
        if let Delivery::At(offset) = delivery {
            self.ends.raise(index, offset + 1);
        }
        if let Some(lane) = self.lanes.get(index) {
            lane.flight.settle(number..number + 1, delivery);
        }
    }
}

/// What a failed delivery says about the record. An attempt before the last may have reached the log, so only what
/// every attempt must have met is a loss.
const fn fate(code: Option<RDKafkaErrorCode>) -> Delivery {
    match code {
        Some(RDKafkaErrorCode::MessageSizeTooLarge) => Delivery::Lost,
        _ => Delivery::Unknown,
    }
}

#[cfg(test)]
mod tests;
