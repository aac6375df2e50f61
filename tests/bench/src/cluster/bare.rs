//! What the client library does by itself: a bare producer that writes the very records that the platform wrote, read
//! back from Kafka with their keys and headers, and set as the platform's is.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rdkafka::ClientContext;
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaError;
use rdkafka::message::{DeliveryResult, Message, OwnedMessage};
use rdkafka::producer::{BaseRecord, Producer, ProducerContext, ThreadedProducer};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

use super::engines::PARTITIONS;
use crate::Result;

/// Bytes of records kept to be written again.
const SAMPLE: usize = 32 << 20;
/// How long a broker may keep silent.
const PATIENCE: Duration = Duration::from_secs(10);

/// The first records of a topic that hold a commit, in the order of each partition: 32 MiB, or all there are.
pub(super) fn sample(brokers: &str, topic: &str) -> Result<Vec<OwnedMessage>> {
    let mut config = client(brokers);
    let consumer: BaseConsumer = config.set("group.id", "bare").set("enable.partition.eof", "true").create()?;
    let mut places = TopicPartitionList::new();
    for number in 0..PARTITIONS {
        places.add_partition_offset(topic, i32::try_from(number)?, Offset::Beginning)?;
    }
    consumer.assign(&places)?;
    let (mut kept, mut bytes, mut ended) = (Vec::new(), 0, 0);
    while bytes < SAMPLE && ended < PARTITIONS {
        match consumer.poll(PATIENCE) {
            Some(Ok(message)) => {
                let Some(value) = message.payload() else { continue };
                bytes += value.len();
                kept.push(message.detach());
            }
            Some(Err(KafkaError::PartitionEOF(_))) => ended += 1,
            Some(Err(error)) => return Err(error.into()),
            None => return Err(format!("{topic} cannot be read: the broker is silent").into()),
        }
    }
    Ok(kept)
}

/// A producer with settings as the platform's: idempotent, acknowledged by all, without lingering.
pub(super) struct Bare {
    producer: ThreadedProducer<Acknowledgements>,
    topic: &'static str,
}

impl Bare {
    /// One that writes to `topic`, which is there.
    pub(super) fn new(brokers: &str, topic: &'static str) -> Result<Self> {
        let mut config = client(brokers);
        config.set("enable.idempotence", "true").set("acks", "all").set("linger.ms", "0");
        config.set("queue.buffering.max.messages", "0");
        let producer = config.create_with_context(Acknowledgements::default())?;
        Ok(Self { producer, topic })
    }

    /// Writes `records` again and again for `time`, each to the partition that it came from, with up to `in_flight` on
    /// their way; records per second.
    pub(super) fn crowd(&self, records: &[OwnedMessage], in_flight: u64, time: Duration) -> Result<f64> {
        let begun = Instant::now();
        let mut sent = 0_u64;
        for record in records.iter().cycle() {
            self.send(record)?;
            sent += 1;
            if sent.is_multiple_of(in_flight / 2) {
                if begun.elapsed() >= time {
                    break;
                }
                self.acknowledgements().wait_until(in_flight / 2)?;
            }
        }
        self.acknowledgements().wait_until(0)?;
        Ok(sent as f64 / begun.elapsed().as_secs_f64())
    }

    /// Writes one record and waits until it is acknowledged.
    pub(super) fn lone(&self, record: &OwnedMessage) -> Result<()> {
        self.send(record)?;
        self.acknowledgements().wait_until(0)
    }

    fn send(&self, record: &OwnedMessage) -> Result<()> {
        let message = BaseRecord::<[u8], [u8]> {
            topic: self.topic,
            partition: Some(record.partition()),
            payload: record.payload(),
            key: record.key(),
            timestamp: None,
            headers: record.headers().cloned(),
            delivery_opaque: (),
        };
        self.acknowledgements().begin();
        self.producer.send(message).map_err(|(error, _)| error.into())
    }

    fn acknowledgements(&self) -> &Acknowledgements {
        self.producer.context()
    }
}

fn client(brokers: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", brokers).set("allow.auto.create.topics", "false");
    config
}

/// What is on its way.
#[derive(Default)]
struct Acknowledgements {
    state: Mutex<State>,
    reached: Condvar,
}

#[derive(Default)]
struct State {
    on_their_way: u64,
    /// So few the producer waits for.
    awaited: u64,
    failed: Option<KafkaError>,
}

impl Acknowledgements {
    fn begin(&self) {
        self.state().on_their_way += 1;
    }

    /// Waits until at most `count` are on their way.
    fn wait_until(&self, count: u64) -> Result<()> {
        let mut state = self.state();
        state.awaited = count;
        let (mut state, waited) = self
            .reached
            .wait_timeout_while(state, PATIENCE, |state| state.on_their_way > count && state.failed.is_none())
            .unwrap_or_else(PoisonError::into_inner);
        match state.failed.take() {
            Some(error) => Err(error.into()),
            None if waited.timed_out() => Err("the broker acknowledges nothing".into()),
            None => Ok(()),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ClientContext for Acknowledgements {}

impl ProducerContext for Acknowledgements {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        let mut state = self.state();
        state.on_their_way -= 1;
        if let Err((error, _)) = result {
            state.failed = Some(error.clone());
        }
        if state.on_their_way <= state.awaited || state.failed.is_some() {
            self.reached.notify_one();
        }
    }
}
