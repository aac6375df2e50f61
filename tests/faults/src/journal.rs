//! The log, read by a reader that owes nothing to the platform's: a plain Kafka consumer, the rule of validity told a
//! second time, and the published message of a commit.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use prost::Message as _;
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::message::{BorrowedMessage, Headers, Message};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use sceau_proto::log::v1::Commit;

use crate::error::FaultsError;

/// How long brokers may take to answer, or to bring the next record.
const PATIENCE: Duration = Duration::from_secs(60);
/// What the platform's topics begin with.
const PREFIX: &str = "sceau.";

/// Topic, partition, offset.
pub(crate) type Place = (String, u32, u64);

/// A commit that counts.
#[derive(Clone, Debug)]
pub(crate) struct Valid {
    pub(crate) place: Place,
    pub(crate) commit: Commit,
}

impl Valid {
    /// Version of its stream after it.
    pub(crate) fn version(&self) -> u64 {
        self.commit.first_version + self.commit.events.len() as u64
    }

    /// Kind and id of its stream: `<tenant>/<kind>/<id>`.
    pub(crate) fn stream(&self) -> (&str, &str) {
        let mut parts = self.commit.stream.splitn(3, '/').skip(1);
        (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
    }
}

/// Everything in the log.
#[derive(Clone, Debug, Default)]
pub(crate) struct Journal {
    /// What counts, partition by partition in the order of the log.
    pub(crate) valid: Vec<Valid>,
    /// How often a partition was taken.
    pub(crate) fences: u64,
    /// Commits that count for nobody: of a deposed writer, or behind a hole.
    pub(crate) void: u64,
    /// What should not be in a log: missing offsets, commits that cannot be read, records of nobody.
    pub(crate) faults: Vec<String>,
}

/// What a record is by its headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Fence,
    Commit { epoch: u64, seq: u64 },
    Foreign,
}

/// How far a partition has been read.
#[derive(Clone, Copy, Debug, Default)]
struct Progress {
    next: u64,
    end: u64,
    /// The pair that the next commit must carry to count: the offset of the last fence, and how many commits have
    /// counted since.
    expected: Option<(u64, u64)>,
}

impl Journal {
    /// Reads every topic of the platform from its first record to its last.
    pub(crate) fn read(bootstrap: &str) -> Result<Self, FaultsError> {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", bootstrap).set("group.id", "judge").set("enable.auto.commit", "false");
        config.set("auto.offset.reset", "error").set("check.crcs", "true");
        let consumer: BaseConsumer = config.create()?;
        let mut partitions = BTreeMap::new();
        let mut list = TopicPartitionList::new();
        for topic in consumer.fetch_metadata(None, PATIENCE)?.topics() {
            for partition in topic.partitions().iter().filter(|_| topic.name().starts_with(PREFIX)) {
                let (_, end) = consumer.fetch_watermarks(topic.name(), partition.id(), PATIENCE)?;
                list.add_partition_offset(topic.name(), partition.id(), Offset::Offset(0))?;
                let progress = Progress { end: end as u64, ..Progress::default() };
                partitions.insert((topic.name().to_owned(), partition.id() as u32), progress);
            }
        }
        consumer.assign(&list)?;
        let mut journal = Self::default();
        let mut heard = Instant::now();
        while partitions.values().any(|progress| progress.next < progress.end) {
            match consumer.poll(Duration::from_millis(200)) {
                Some(message) => {
                    journal.take(&message?, &mut partitions);
                    heard = Instant::now();
                }
                None if heard.elapsed() > PATIENCE => {
                    return Err(FaultsError::LogEnds { missing: format!("{partitions:?}") });
                }
                None => {}
            }
        }
        journal.valid.sort_by(|left, right| left.place.cmp(&right.place));
        Ok(journal)
    }

    fn take(&mut self, message: &BorrowedMessage<'_>, partitions: &mut BTreeMap<(String, u32), Progress>) {
        let (topic, partition) = (message.topic().to_owned(), message.partition() as u32);
        let Some(progress) = partitions.get_mut(&(topic.clone(), partition)) else { return };
        let offset = message.offset() as u64;
        if offset != progress.next {
            self.faults.push(format!("{topic}/{partition} goes on with {offset} where {} should be", progress.next));
        }
        progress.next = offset + 1;
        match kind(message) {
            Kind::Fence => {
                self.fences += 1;
                progress.expected = Some((offset, 0));
            }
            Kind::Commit { epoch, seq } if progress.expected == Some((epoch, seq)) => {
                progress.expected = Some((epoch, seq + 1));
                match Commit::decode(message.payload().unwrap_or_default()) {
                    Ok(commit) => self.valid.push(Valid { place: (topic, partition, offset), commit }),
                    Err(error) => self.faults.push(format!("{topic}/{partition}@{offset} cannot be read: {error}")),
                }
            }
            Kind::Commit { .. } => self.void += 1,
            Kind::Foreign => self.faults.push(format!("{topic}/{partition}@{offset} was written by nobody")),
        }
    }
}

fn kind(message: &BorrowedMessage<'_>) -> Kind {
    let text = |name: &str| {
        let headers = message.headers()?;
        let header = headers.iter().find(|header| header.key == name)?;
        str::from_utf8(header.value?).ok()
    };
    let number = |name: &str| text(name)?.parse::<u64>().ok();
    match (number("sceau-epoch"), number("sceau-seq"), text("sceau-node")) {
        (Some(epoch), Some(seq), None) => Kind::Commit { epoch, seq },
        (None, None, Some(_)) => Kind::Fence,
        _ => Kind::Foreign,
    }
}
