//! What the engine needs of a log.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;

/// One partition of one topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Partition {
    /// Topic name, for example `sceau.order`.
    pub topic: &'static str,
    /// Partition number.
    pub number: u32,
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.topic, self.number)
    }
}

/// What a record is to the protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// A node takes the partition; the offset at which this lands is the node's epoch.
    Fence {
        /// The node's id.
        node: Arc<str>,
        /// Where commands for the partition can be sent.
        address: Arc<str>,
    },
    /// An accepted command.
    Commit {
        /// Epoch of its writer.
        epoch: u64,
        /// Its place, 0, 1, 2 …, among the commits of that epoch.
        seq: u64,
        /// The encoded `sceau.log.v1.Commit`.
        payload: Bytes,
    },
    /// A record that this platform did not write; it is counted, reported and skipped.
    Foreign,
}

/// A record to append.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRecord {
    /// The stream id; empty for a fence.
    pub key: Bytes,
    /// What it is.
    pub body: Body,
}

/// A record read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its dense offset in the partition.
    pub offset: u64,
    /// The stream id; empty for a fence.
    pub key: Bytes,
    /// What it is.
    pub body: Body,
}

/// What became of one appended record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// It is durable at this offset.
    At(u64),
    /// It is not in the log and never will be.
    Lost,
    /// It may or may not be, or may come to be, in the log.
    Unknown,
}

/// Where the deliveries of one append go: called once, from any thread, with one entry per record in their order. A
/// call that never comes is a delivery that stays unknown. It must not block.
pub type Reports = Box<dyn FnOnce(Vec<Delivery>) + Send>;

/// Why a log could not answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogError {
    /// The log cannot be reached or its disk fails; trying again later may help.
    Unavailable {
        /// What the engine underneath said.
        reason: String,
    },
    /// Such a topic or partition does not exist.
    UnknownPartition {
        /// The partition asked for.
        partition: Partition,
    },
    /// A record that cannot be decoded.
    Corrupt {
        /// Where it stands.
        partition: Partition,
        /// Its offset.
        offset: u64,
    },
}

impl fmt::Display for LogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable { reason } => write!(f, "the log is unavailable: {reason}"),
            Self::UnknownPartition { partition } => write!(f, "there is no partition {partition}"),
            Self::Corrupt { partition, offset } => write!(f, "the record at {partition}@{offset} cannot be decoded"),
        }
    }
}

impl std::error::Error for LogError {}

/// A partitioned, ordered, append-only log.
///
/// - Records appended by one caller to one partition land in the order of the calls, or not at all.
/// - Offsets are dense: 0, 1, 2 … with nothing between.
/// - A record reported [`Delivery::At`] is durable, and every reader sees it at that offset for ever.
/// - What has been read is durable.
pub trait Log: Send + Sync + 'static {
    /// Partitions of `topic`, from 0.
    fn partitions(&self, topic: &'static str) -> BoxFuture<'_, Result<u32, LogError>>;

    /// Appends `records` after one another. Returns at once; `reports` is called when their fate is known.
    fn append(&self, partition: Partition, records: Vec<NewRecord>, reports: Reports);

    /// The records from offset `from` on, up to about `max_bytes` (at least one record if there is one). At the end of
    /// the log it waits up to `wait` for more, then answers with none.
    fn read(
        &self,
        partition: Partition,
        from: u64,
        max_bytes: usize,
        wait: Duration,
    ) -> BoxFuture<'_, Result<Vec<Record>, LogError>>;

    /// The offset that the next record will have.
    fn end(&self, partition: Partition) -> BoxFuture<'_, Result<u64, LogError>>;
}
