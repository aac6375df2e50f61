//! One partition as readers see it: where it ends, its recent chunks in memory, the rest in the engine.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use fjall::Keyspace;
use sceau_log::{LogError, Partition, Record};
use tokio::sync::Notify;

use super::frame::{Chunk, Undecodable};

pub(super) struct Readable {
    pub(super) partition: Partition,
    pub(super) rows: Keyspace,
    end: AtomicU64,
    /// The newest chunks, without a gap up to `end`.
    tail: Mutex<VecDeque<Chunk>>,
    grown: Notify,
}

impl Readable {
    /// The partition kept in `rows`; finds its end by looking at the last entry.
    pub(super) fn open(partition: Partition, rows: Keyspace) -> Result<Self, fjall::Error> {
        let end = match rows.last_key_value() {
            Some(entry) => offset_of(&entry.key()?).map_or(0, |last| last + 1),
            None => 0,
        };
        let (end, tail, grown) = (AtomicU64::new(end), Mutex::default(), Notify::new());
        Ok(Self { partition, rows, end, tail, grown })
    }

    pub(super) fn end(&self) -> u64 {
        self.end.load(Ordering::Acquire)
    }

    /// Shows a durable chunk to readers.
    pub(super) fn publish(&self, chunk: Chunk) {
        let end = chunk.last() + 1;
        self.tail().push_back(chunk);
        self.end.store(end, Ordering::Release);
        self.grown.notify_waiters();
    }

    /// Drops the oldest chunk from memory; says how many bytes that frees.
    pub(super) fn forget_oldest(&self) -> usize {
        self.tail().pop_front().map_or(0, |chunk| chunk.bytes.len())
    }

    /// Waits until the partition is longer than `offset`.
    pub(super) async fn longer_than(&self, offset: u64) {
        loop {
            let mut grown = std::pin::pin!(self.grown.notified());
            grown.as_mut().enable();
            if self.end() > offset {
                return;
            }
            grown.await;
        }
    }

    /// Records from memory; `None` when it does not reach back to `from`.
    pub(super) fn read_tail(&self, from: u64, max_bytes: usize) -> Option<Result<Vec<Record>, LogError>> {
        let chunks: Vec<_> = {
            let tail = self.tail();
            if tail.front().is_none_or(|oldest| oldest.first > from) {
                return None;
            }
            let start = tail.partition_point(|chunk| chunk.last() < from);
            let mut bytes = 0;
            tail.range(start..)
                .take_while(|chunk| {
                    let enough = bytes > max_bytes;
                    bytes += if chunk.first >= from { chunk.bytes.len() } else { 0 };
                    !enough
                })
                .cloned()
                .collect()
        };
        Some(self.cut(chunks.into_iter().map(Ok), from, max_bytes))
    }

    /// Records from the engine. This reads the disk.
    pub(super) fn read_rows(&self, from: u64, max_bytes: usize) -> Result<Vec<Record>, LogError> {
        let chunks = self.rows.range(from.to_be_bytes()..).map(|entry| {
            let (key, value) = entry.into_inner().map_err(|error| super::unavailable(&error))?;
            let last = offset_of(&key).ok_or(Undecodable { offset: from });
            last.and_then(|last| Chunk::stored(last, value.into())).map_err(|wrong| self.corrupt(&wrong))
        });
        self.cut(chunks, from, max_bytes)
    }

    fn cut(
        &self,
        chunks: impl Iterator<Item = Result<Chunk, LogError>>,
        from: u64,
        max_bytes: usize,
    ) -> Result<Vec<Record>, LogError> {
        let (mut records, mut room) = (Vec::new(), max_bytes);
        for chunk in chunks {
            chunk?.records(from, &mut room, &mut records).map_err(|wrong| self.corrupt(&wrong))?;
            if room == 0 {
                break;
            }
        }
        Ok(records)
    }

    fn corrupt(&self, wrong: &Undecodable) -> LogError {
        LogError::Corrupt { partition: self.partition, offset: wrong.offset }
    }

    fn tail(&self) -> MutexGuard<'_, VecDeque<Chunk>> {
        self.tail.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The offset that a key of the engine stands for: that of the last record of its chunk.
fn offset_of(key: &[u8]) -> Option<u64> {
    key.try_into().ok().map(u64::from_be_bytes)
}
