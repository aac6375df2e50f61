//! What the embedded log does by itself with the very records that the engine gave it: the same bytes in the same
//! batches.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use sceau_embedded::EmbeddedLog;
use sceau_log::{Body, Delivery, Log, LogError, NewRecord, Partition, Record, Reports};
use tokio::sync::oneshot;

use crate::Result;

/// Bytes of records kept to be appended again.
const SAMPLE: usize = 32 << 20;
/// Appends on their way for one partition; as many as the engine has.
const IN_FLIGHT: usize = 4;

/// A log that keeps some of the appends that go through it.
pub(crate) struct Tap {
    log: EmbeddedLog,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// Bytes that still fit.
    room: usize,
    appends: Vec<Vec<NewRecord>>,
}

impl Tap {
    pub(crate) fn new(log: EmbeddedLog) -> Self {
        Self { log, kept: Mutex::default() }
    }

    /// Keeps appends from now on, until there are enough.
    pub(crate) fn open(&self) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).room = SAMPLE;
    }

    /// The appends kept; no more are.
    pub(crate) fn close(&self) -> Vec<Vec<NewRecord>> {
        std::mem::take(&mut *self.kept.lock().unwrap_or_else(PoisonError::into_inner)).appends
    }

    fn keep(&self, records: &[NewRecord]) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.room > 0 {
            kept.room = kept.room.saturating_sub(records.iter().map(bytes_of).sum());
            kept.appends.push(records.to_vec());
        }
    }
}

fn bytes_of(record: &NewRecord) -> usize {
    let payload = match &record.body {
        Body::Commit { payload, .. } => payload.len(),
        Body::Fence { .. } | Body::Foreign => 0,
    };
    record.key.len() + payload
}

impl Log for Tap {
    fn partitions(&self, topic: &'static str) -> BoxFuture<'_, std::result::Result<u32, LogError>> {
        self.log.partitions(topic)
    }

    fn append(&self, partition: Partition, records: Vec<NewRecord>, reports: Reports) {
        self.keep(&records);
        self.log.append(partition, records, reports);
    }

    fn read(
        &self,
        partition: Partition,
        from: u64,
        max_bytes: usize,
        wait: Duration,
    ) -> BoxFuture<'_, std::result::Result<Vec<Record>, LogError>> {
        self.log.read(partition, from, max_bytes, wait)
    }

    fn end(&self, partition: Partition) -> BoxFuture<'_, std::result::Result<u64, LogError>> {
        self.log.end(partition)
    }
}

/// Appends `sample` again and again to every partition of `topic` for `time`; records per second.
pub(crate) async fn append(
    log: &EmbeddedLog,
    topic: &'static str,
    sample: Arc<[Vec<NewRecord>]>,
    time: Duration,
) -> Result<f64> {
    let begun = Instant::now();
    let mut tasks = Vec::new();
    for number in 0..log.partitions(topic).await? {
        let (log, sample) = (log.clone(), Arc::clone(&sample));
        tasks.push(tokio::spawn(fill(log, Partition { topic, number }, sample, begun + time)));
    }
    let mut records = 0;
    for task in tasks {
        records += task.await??;
    }
    Ok(records as f64 / begun.elapsed().as_secs_f64())
}

async fn fill(log: EmbeddedLog, partition: Partition, sample: Arc<[Vec<NewRecord>]>, until: Instant) -> Result<u64> {
    let (mut flying, mut records) = (VecDeque::new(), 0);
    for batch in sample.iter().cycle().skip(partition.number as usize) {
        if Instant::now() >= until {
            break;
        }
        let (report, reported) = oneshot::channel();
        // Whoever waits for the report is still there.
        log.append(partition, batch.clone(), Box::new(move |deliveries: Vec<Delivery>| drop(report.send(deliveries))));
        flying.push_back(reported);
        if flying.len() >= IN_FLIGHT
            && let Some(oldest) = flying.pop_front()
        {
            records += delivered(oldest).await?;
        }
    }
    for oldest in flying {
        records += delivered(oldest).await?;
    }
    Ok(records)
}

async fn delivered(reported: oneshot::Receiver<Vec<Delivery>>) -> Result<u64> {
    let deliveries = reported.await?;
    if deliveries.iter().any(|delivery| !matches!(delivery, Delivery::At(_))) {
        return Err("the log did not take an append: is the disk full?".into());
    }
    Ok(deliveries.len() as u64)
}
