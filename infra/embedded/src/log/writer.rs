//! The one thread that writes: takes whatever waits, for all partitions, makes it durable with one fsync, shows it to
//! readers, reports it; the next batch gathers meanwhile.

use std::collections::VecDeque;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use fjall::{Database, Keyspace, PersistMode};
use sceau_log::Delivery;

use super::frame::{Builder, Chunk};
use super::queue::{Append, Queue};
use super::tail::Readable;
use crate::{Memory, failure, memtables};

/// About how much goes into one batch: enough to make the fsync cheap, little enough to be durable within a few
/// milliseconds.
const BATCH_BYTES: usize = 4 << 20;

/// Records in a batch from which on it is likely that others are about to come: their writers wait for an answer before
/// they send the next. The next batch is then begun a moment later and makes one fsync of several (PostgreSQL:
/// `commit_siblings` and `commit_delay`). A lone record never waits, nor does a batch so large that its fsync is cheap.
const CROWD: std::ops::Range<usize> = 4..256;
const GATHER: Duration = Duration::from_micros(100);

pub(super) struct Writer {
    db: Database,
    partitions: Arc<[Readable]>,
    keyspaces: Vec<Keyspace>,
    queue: Arc<Queue>,
    failure: Arc<OnceLock<String>>,
    memory: Memory,
    /// Whose chunks are kept in memory, oldest first, and how many bytes they are.
    kept: VecDeque<usize>,
    kept_bytes: usize,
}

/// An append and the offset of its first record.
struct Placed {
    first: u64,
    append: Append,
}

/// Closes the queue however the thread ends, so that no append waits for a writer that is gone.
struct Closing(Arc<Queue>);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.close();
        while let Some(appends) = self.0.take(usize::MAX) {
            report(appends, Delivery::Lost);
        }
    }
}

impl Writer {
    pub(super) fn new(
        db: Database,
        partitions: Arc<[Readable]>,
        queue: Arc<Queue>,
        failure: Arc<OnceLock<String>>,
        memory: Memory,
    ) -> Self {
        let keyspaces = partitions.iter().map(|partition| partition.rows.clone()).collect();
        Self { db, partitions, keyspaces, queue, failure, memory, kept: VecDeque::new(), kept_bytes: 0 }
    }

    /// Writes until the queue is closed and empty.
    pub(super) fn run(mut self) {
        let _closing = Closing(Arc::clone(&self.queue));
        while let Some(appends) = self.queue.take(BATCH_BYTES) {
            if self.failure.get().is_some() {
                report(appends, Delivery::Lost);
                continue;
            }
            let records = appends.iter().map(|append| append.count).sum();
            self.write(appends);
            if CROWD.contains(&records) {
                std::thread::sleep(GATHER);
            }
        }
    }

    fn write(&mut self, appends: Vec<Append>) {
        let (placed, chunks) = self.place(appends);
        match self.persist(&chunks) {
            Ok(()) => {
                self.publish(chunks);
                placed.into_iter().for_each(report_placed);
                self.settle();
            }
            Err(error) => {
                // A refused batch was never handed to the disk. Of any other error nobody can say what the disk holds.
                let fate = if matches!(error, fjall::Error::Poisoned) { Delivery::Lost } else { Delivery::Unknown };
                self.fail(&error);
                report(placed.into_iter().map(|placed| placed.append), fate);
            }
        }
    }

    /// Gives every record its offset and joins small appends to one partition into chunks.
    fn place(&self, appends: Vec<Append>) -> (Vec<Placed>, Vec<(usize, Chunk)>) {
        let mut ends: Vec<u64> = self.partitions.iter().map(Readable::end).collect();
        let mut open: Vec<Option<(u64, Builder)>> = self.partitions.iter().map(|_| None).collect();
        let (mut placed, mut chunks) = (Vec::with_capacity(appends.len()), Vec::new());
        for mut append in appends {
            let partition = append.partition;
            let first = ends[partition];
            for builder in std::mem::take(&mut append.chunks) {
                let start = ends[partition];
                ends[partition] += u64::from(builder.count());
                open[partition] = match open[partition].take() {
                    None => Some((start, builder)),
                    Some((opened, mut before)) => match before.join(builder) {
                        None => Some((opened, before)),
                        Some(builder) => {
                            chunks.push((partition, before.finish(opened)));
                            Some((start, builder))
                        }
                    },
                };
            }
            placed.push(Placed { first, append });
        }
        for (partition, last) in open.into_iter().enumerate() {
            chunks.extend(last.map(|(first, builder)| (partition, builder.finish(first))));
        }
        (placed, chunks)
    }

    fn persist(&self, chunks: &[(usize, Chunk)]) -> Result<(), fjall::Error> {
        let mut batch = self.db.batch().durability(Some(PersistMode::SyncData));
        for (partition, chunk) in chunks {
            batch.insert(&self.partitions[*partition].rows, chunk.last().to_be_bytes(), chunk.bytes.clone());
        }
        batch.commit()
    }

    fn publish(&mut self, chunks: Vec<(usize, Chunk)>) {
        for (partition, chunk) in chunks {
            self.kept.push_back(partition);
            self.kept_bytes += chunk.bytes.len();
            self.partitions[partition].publish(chunk);
        }
        while self.kept_bytes > self.memory.log_tail
            && let Some(oldest) = self.kept.pop_front()
        {
            self.kept_bytes -= self.partitions[oldest].forget_oldest();
        }
    }

    fn settle(&self) {
        if let Err(error) = memtables::settle(&self.db, &self.keyspaces, self.memory.log_unflushed) {
            self.fail(&error);
        }
    }

    fn fail(&self, error: &fjall::Error) {
        let reason = failure::reason(error);
        tracing::error!(%reason, "the log takes no more appends until it is opened again");
        // Only the first failure is the cause; the others follow from it.
        let _ = self.failure.set(reason);
    }
}

fn report(appends: impl IntoIterator<Item = Append>, fate: Delivery) {
    for append in appends {
        append.report(fate);
    }
}

fn report_placed(Placed { first, append }: Placed) {
    let deliveries = (first..).take(append.count).map(Delivery::At).collect();
    (append.reports)(deliveries);
}
