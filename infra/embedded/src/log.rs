//! The log port on fjall: one keyspace per partition, one writer for all of them.
//!
//! A keyspace per partition means that every flush of it lies behind all that were flushed before, so compaction only
//! ever moves tables, and no record is written twice after the journal. One journal is shared by all, so one fsync
//! makes the appends of all partitions durable.

mod frame;
mod queue;
mod tail;
mod writer;

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use fjall::config::{BlockSizePolicy, CompressionPolicy, FilterPolicy, PinningPolicy};
use fjall::{CompressionType, Database, Keyspace, KeyspaceCreateOptions};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, ready};
use sceau_log::{Delivery, Log, LogError, NewRecord, Partition, Record, Reports};

use crate::folder::Lock;
use crate::{Engine, OpenError, Options, failure};
use frame::Builder;
use queue::{Append, Queue};
use tail::Readable;
use writer::Writer;

/// The log of a folder. Cloning gives another handle to the same log.
///
/// - `append` never waits. What does not fit in the bounded queue, and any record over 16 MiB, is reported
///   [`Delivery::Lost`] before the call returns.
/// - When the disk fails or is full, the batch in work is reported [`Delivery::Unknown`], and everything after it
///   [`Delivery::Lost`] until the folder is opened again: after a failed fsync nobody knows what the disk holds.
///   Reading goes on. [`failure`](Self::failure) says what happened.
/// - Dropping the last handle waits until everything appended is durable and reported.
/// - `read` needs a tokio runtime with a timer.
#[derive(Clone)]
pub struct EmbeddedLog {
    shared: Arc<Shared>,
}

struct Shared {
    partitions: Arc<[Readable]>,
    index: HashMap<Partition, usize>,
    counts: HashMap<&'static str, u32>,
    queue: Arc<Queue>,
    failure: Arc<OnceLock<String>>,
    writer: Option<JoinHandle<()>>,
    _lock: Arc<Lock>,
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.queue.close();
        // A report that held the last handle is run by the writer itself, which cannot wait for itself.
        if let Some(writer) = self.writer.take().filter(|writer| writer.thread().id() != thread::current().id()) {
            let _ = writer.join();
        }
    }
}

impl EmbeddedLog {
    pub(crate) fn open(path: &Path, db: Database, options: Options<'_>, lock: Arc<Lock>) -> Result<Self, OpenError> {
        let failed = |cause| OpenError::of_engine(path, Engine::Log, &cause);
        let topics = db.keyspace("topics", KeyspaceCreateOptions::default).map_err(failed)?;
        let mut partitions = Vec::new();
        for &(topic, asked) in options.topics {
            let found = known_partitions(&topics, topic).map_err(failed)?;
            if let Some(found) = found.filter(|found| *found != asked) {
                return Err(OpenError::OtherPartitions { topic, found, asked });
            }
            for number in 0..asked {
                let rows = db.keyspace(&format!("{topic}-{number}"), keyspace_options).map_err(failed)?;
                partitions.push(Readable::open(Partition { topic, number }, rows).map_err(failed)?);
            }
            // Last, so that a topic that is known has all its partitions.
            if found.is_none() {
                topics.insert(topic, asked.to_le_bytes()).map_err(failed)?;
            }
        }
        Self::start(db, partitions.into(), options, lock).map_err(|cause| OpenError::of_io(path, cause))
    }

    fn start(db: Database, partitions: Arc<[Readable]>, options: Options<'_>, lock: Arc<Lock>) -> io::Result<Self> {
        let queue = Arc::new(Queue::new(options.memory.log_queue));
        let failure = Arc::new(OnceLock::new());
        let (writers_queue, writers_failure) = (Arc::clone(&queue), Arc::clone(&failure));
        let writer = Writer::new(db, Arc::clone(&partitions), writers_queue, writers_failure, options.memory);
        let writer = thread::Builder::new().name("sceau:log".into()).spawn(move || writer.run())?;
        let index = partitions.iter().enumerate().map(|(index, readable)| (readable.partition, index)).collect();
        let counts = options.topics.iter().copied().collect();
        let shared = Shared { partitions, index, counts, queue, failure, writer: Some(writer), _lock: lock };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Why no append is taken any more, if so; it lasts until the folder is opened again.
    pub fn failure(&self) -> Option<&str> {
        self.shared.failure.get().map(String::as_str)
    }

    fn readable(&self, partition: Partition) -> Result<&Readable, LogError> {
        let index = self.shared.index.get(&partition).ok_or(LogError::UnknownPartition { partition })?;
        Ok(&self.shared.partitions[*index])
    }

    async fn read_rows(&self, partition: Partition, from: u64, max_bytes: usize) -> Result<Vec<Record>, LogError> {
        let log = self.clone();
        tokio::task::spawn_blocking(move || log.readable(partition)?.read_rows(from, max_bytes))
            .await
            .unwrap_or_else(|stopped| Err(LogError::Unavailable { reason: stopped.to_string() }))
    }
}

impl Log for EmbeddedLog {
    fn partitions(&self, topic: &'static str) -> BoxFuture<'_, Result<u32, LogError>> {
        let unknown = LogError::UnknownPartition { partition: Partition { topic, number: 0 } };
        ready(self.shared.counts.get(topic).copied().ok_or(unknown)).boxed()
    }

    fn append(&self, partition: Partition, records: Vec<NewRecord>, reports: Reports) {
        let count = records.len();
        let place = self.shared.index.get(&partition).copied().zip(Builder::encode(&records));
        let Some((partition, chunks)) = place else {
            return reports(vec![Delivery::Lost; count]);
        };
        if let Err(refused) = self.shared.queue.push(Append { partition, chunks, count, reports }) {
            refused.report(Delivery::Lost);
        }
    }

    fn read(
        &self,
        partition: Partition,
        from: u64,
        max_bytes: usize,
        wait: Duration,
    ) -> BoxFuture<'_, Result<Vec<Record>, LogError>> {
        async move {
            let readable = self.readable(partition)?;
            if readable.end() <= from {
                let grown = tokio::time::timeout(wait, readable.longer_than(from)).await;
                if grown.is_err() {
                    return Ok(Vec::new());
                }
            }
            match readable.read_tail(from, max_bytes) {
                Some(records) => records,
                None => self.read_rows(partition, from, max_bytes).await,
            }
        }
        .boxed()
    }

    fn end(&self, partition: Partition) -> BoxFuture<'_, Result<u64, LogError>> {
        ready(self.readable(partition).map(Readable::end)).boxed()
    }
}

/// Settings for keys that only grow: no filters, since every read is a range; blocks of a chunk each, compressed.
fn keyspace_options() -> KeyspaceCreateOptions {
    /// Memtables are flushed by their sum (see `memtables`); by itself one never reaches this.
    const NEVER: u64 = 1 << 30;
    KeyspaceCreateOptions::default()
        .max_memtable_size(NEVER)
        .filter_policy(FilterPolicy::disabled())
        .data_block_size_policy(BlockSizePolicy::all(16 << 10))
        .data_block_compression_policy(CompressionPolicy::all(CompressionType::Lz4))
        .index_block_pinning_policy(PinningPolicy::all(false))
}

fn known_partitions(topics: &Keyspace, topic: &str) -> Result<Option<u32>, fjall::Error> {
    let count = topics.get(topic)?;
    Ok(count.and_then(|count| count.as_ref().try_into().ok()).map(u32::from_le_bytes))
}

fn unavailable(error: &fjall::Error) -> LogError {
    LogError::Unavailable { reason: failure::reason(error) }
}
