//! The contract of the port as a suite, run on every adapter.
//!
//! An adapter implements [`Fixture`] in its tests and writes `sceau_log::log_contract!(its_fixture());`: one test per
//! promise of the port. Every wait is bounded.

use std::collections::BTreeSet;
use std::future::Future;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::join_all;
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::{Body, Delivery, Log, LogError, NewRecord, Partition, Record};

/// The topic that a fixture offers, with at least [`PARTITIONS`] empty partitions.
pub const TOPIC: &str = "sceau.contract";
/// How many partitions the suite uses.
pub const PARTITIONS: u32 = 4;

const PATIENCE: Duration = Duration::from_secs(30);
const NO_WAIT: Duration = Duration::ZERO;
const PLENTY: usize = 1 << 30;

/// An adapter with data of its own, empty at first.
pub trait Fixture {
    /// The adapter.
    type Log: Log;
    /// Opens the data. Before each further call the log opened before has been dropped.
    fn open(&self) -> impl Future<Output = Self::Log>;
}

/// One test per promise. The fixture expression is evaluated once in each.
#[macro_export]
macro_rules! log_contract {
    ($fixture:expr) => {
        $crate::log_contract! { $fixture;
            a_topic_has_its_partitions,
            an_unknown_partition_is_named,
            offsets_are_dense_and_in_the_order_of_the_calls,
            every_kind_of_record_is_read_as_it_was_appended,
            what_was_reported_survives_opening_again,
            partitions_do_not_see_each_other,
            concurrent_appenders_share_the_offsets,
            a_read_gives_no_more_than_asked_but_one_record_at_least,
            a_read_at_the_end_waits_no_longer_than_asked,
            a_waiting_read_is_woken_by_an_append,
            large_records_are_kept,
            appending_nothing_is_reported,
        }
    };
    ($fixture:expr; $($promise:ident),* $(,)?) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $promise() {
            let fixture = $fixture;
            $crate::contract::$promise(&fixture).await;
        }
    )*};
}

/// The partition of this number.
pub const fn partition(number: u32) -> Partition {
    Partition { topic: TOPIC, number }
}

/// A commit that says `payload`.
pub fn commit(payload: impl Into<Bytes>) -> NewRecord {
    NewRecord {
        key: Bytes::from_static(b"tenant/kind/id"),
        body: Body::Commit { epoch: 7, seq: 9, payload: payload.into() },
    }
}

/// Appends and waits for the reports.
pub async fn append(log: &impl Log, partition: Partition, records: Vec<NewRecord>) -> Vec<Delivery> {
    let (report, reported) = oneshot::channel();
    log.append(partition, records, Box::new(move |deliveries| drop(report.send(deliveries))));
    timeout(PATIENCE, reported).await.expect("reports come in time").expect("reports come")
}

/// Appends one commit for each payload and demands the offset of the first.
async fn append_at(log: &impl Log, partition: Partition, first: u64, payloads: &[&'static str]) {
    let records = payloads.iter().map(|payload| commit(*payload)).collect();
    let expected: Vec<_> = (first..).take(payloads.len()).map(Delivery::At).collect();
    assert_eq!(append(log, partition, records).await, expected);
}

/// All records from `from` on, in as many reads as it takes.
pub async fn read_all(log: &impl Log, partition: Partition, from: u64) -> Vec<Record> {
    let mut records = Vec::new();
    loop {
        let next = from + records.len() as u64;
        let batch = bounded(log.read(partition, next, 1 << 16, NO_WAIT)).await.expect("the log can be read");
        if batch.is_empty() {
            return records;
        }
        records.extend(batch);
    }
}

/// What the commits among these say.
fn payloads(records: &[Record]) -> Vec<Bytes> {
    let payload = |record: &Record| match &record.body {
        Body::Commit { payload, .. } => Some(payload.clone()),
        Body::Fence { .. } | Body::Foreign => None,
    };
    records.iter().filter_map(payload).collect()
}

async fn bounded<T>(work: impl Future<Output = T>) -> T {
    timeout(PATIENCE, work).await.expect("an answer comes in time")
}

/// `partitions` counts those of the topic, and each ends at 0 as long as nothing was appended.
pub async fn a_topic_has_its_partitions(fixture: &impl Fixture) {
    let log = fixture.open().await;
    assert!(bounded(log.partitions(TOPIC)).await.expect("the topic is there") >= PARTITIONS);
    for number in 0..PARTITIONS {
        assert_eq!(bounded(log.end(partition(number))).await, Ok(0));
        assert_eq!(read_all(&log, partition(number), 0).await, []);
    }
}

/// Asking for a topic or partition that does not exist is an error of its own, and appending to it is a loss.
pub async fn an_unknown_partition_is_named(fixture: &impl Fixture) {
    let log = fixture.open().await;
    let nowhere = Partition { topic: "sceau.nowhere", number: 0 };
    let unknown = LogError::UnknownPartition { partition: nowhere };
    assert_eq!(bounded(log.partitions(nowhere.topic)).await, Err(unknown.clone()));
    assert_eq!(bounded(log.end(nowhere)).await, Err(unknown.clone()));
    assert_eq!(bounded(log.read(nowhere, 0, PLENTY, NO_WAIT)).await, Err(unknown));
    assert_eq!(append(&log, nowhere, vec![commit("lost")]).await, [Delivery::Lost]);
}

/// Offsets are 0, 1, 2 … with nothing between, over single appends, batches and appends not waited for.
pub async fn offsets_are_dense_and_in_the_order_of_the_calls(fixture: &impl Fixture) {
    let log = fixture.open().await;
    append_at(&log, partition(0), 0, &["a"]).await;
    append_at(&log, partition(0), 1, &["b", "c", "d"]).await;
    let pipelined = (0..200_u32).map(|n| append(&log, partition(0), vec![commit(n.to_string())]));
    let expected: Vec<_> = (4..204).map(|offset| vec![Delivery::At(offset)]).collect();
    assert_eq!(join_all(pipelined).await, expected);

    let records = read_all(&log, partition(0), 0).await;
    assert!(records.iter().map(|record| record.offset).eq(0..204));
    assert!(payloads(&records)[4..].iter().cloned().eq((0..200_u32).map(|n| Bytes::from(n.to_string()))));
    assert_eq!(bounded(log.end(partition(0))).await, Ok(204));
    assert_eq!(read_all(&log, partition(0), 150).await, records[150..]);
}

/// Fences and commits come back with their key and every field, empty and binary ones too.
pub async fn every_kind_of_record_is_read_as_it_was_appended(fixture: &impl Fixture) {
    let log = fixture.open().await;
    let fence = |node: &str, address: &str| NewRecord {
        key: Bytes::new(),
        body: Body::Fence { node: node.into(), address: address.into() },
    };
    let commit = |epoch, seq, payload: Vec<u8>| Body::Commit { epoch, seq, payload: payload.into() };
    let appended = vec![
        fence("node-é", "http://[::1]:7000"),
        NewRecord { key: "t/k/i".into(), body: commit(0, 0, Vec::new()) },
        NewRecord { key: "t/k/i".into(), body: commit(u64::MAX, u64::MAX, (0..=255).collect()) },
        fence("", ""),
        NewRecord { key: "k".repeat(1000).into(), body: commit(1, 2, vec![0; 100]) },
    ];
    append(&log, partition(0), appended.clone()).await;
    let read = read_all(&log, partition(0), 0).await;
    let read: Vec<_> = read.into_iter().map(|record| NewRecord { key: record.key, body: record.body }).collect();
    assert_eq!(read, appended);
}

/// What was reported at an offset is there after opening again, and offsets go on behind it.
pub async fn what_was_reported_survives_opening_again(fixture: &impl Fixture) {
    for round in 0..3 {
        let log = fixture.open().await;
        assert_eq!(bounded(log.end(partition(1))).await, Ok(round * 2));
        append_at(&log, partition(1), round * 2, &["x", "y"]).await;
    }
    let log = fixture.open().await;
    assert_eq!(payloads(&read_all(&log, partition(1), 0).await), ["x", "y", "x", "y", "x", "y"]);
    assert_eq!(payloads(&read_all(&log, partition(1), 3).await), ["y", "x", "y"]);
}

/// Each partition has offsets and records of its own.
pub async fn partitions_do_not_see_each_other(fixture: &impl Fixture) {
    let log = fixture.open().await;
    append_at(&log, partition(0), 0, &["zero"]).await;
    append_at(&log, partition(3), 0, &["three", "three"]).await;
    assert_eq!(payloads(&read_all(&log, partition(0), 0).await), ["zero"]);
    assert_eq!(payloads(&read_all(&log, partition(3), 0).await), ["three", "three"]);
    assert_eq!(bounded(log.end(partition(1))).await, Ok(0));
}

/// Appenders at the same time get offsets without gap or repeat, and each finds its own in its own order.
pub async fn concurrent_appenders_share_the_offsets(fixture: &impl Fixture) {
    const APPENDERS: usize = 8;
    const ROUNDS: u32 = 15;
    let log = fixture.open().await;
    let log = &log;
    let appender = |name: usize| async move {
        let mut offsets = Vec::new();
        for round in 0..ROUNDS {
            for number in 0..PARTITIONS {
                let records = vec![commit(format!("{name} {round} a")), commit(format!("{name} {round} b"))];
                let deliveries = append(log, partition(number), records).await;
                let [Delivery::At(first), Delivery::At(second)] = deliveries[..] else {
                    panic!("not delivered: {deliveries:?}")
                };
                assert_eq!(second, first + 1, "records of one append stay together");
                offsets.extend([(number, first), (number, second)]);
            }
        }
        offsets
    };
    let offsets = join_all((0..APPENDERS).map(appender)).await.concat();
    let each = 2 * u64::from(ROUNDS) * APPENDERS as u64;
    let expected: BTreeSet<_> = (0..PARTITIONS).flat_map(|number| (0..each).map(move |at| (number, at))).collect();
    assert_eq!(offsets.len(), expected.len());
    assert_eq!(BTreeSet::from_iter(offsets), expected);

    let said = payloads(&read_all(log, partition(2), 0).await);
    for name in 0..APPENDERS {
        let own = said.iter().filter(|said| said.starts_with(format!("{name} ").as_bytes()));
        let expected =
            (0..ROUNDS).flat_map(|round| ["a", "b"].map(|half| Bytes::from(format!("{name} {round} {half}"))));
        assert!(own.cloned().eq(expected), "appender {name} finds its records in the order of its calls");
    }
}

/// `max_bytes` bounds a read, and a record larger than it is read all the same.
pub async fn a_read_gives_no_more_than_asked_but_one_record_at_least(fixture: &impl Fixture) {
    let log = fixture.open().await;
    append(&log, partition(0), (0..100).map(|_| commit(vec![1; 1000])).collect()).await;
    let read = async |from, max_bytes| {
        bounded(log.read(partition(0), from, max_bytes, NO_WAIT)).await.expect("the log can be read").len()
    };
    assert_eq!(read(0, 1).await, 1);
    assert_eq!(read(42, 1).await, 1);
    let some = read(42, 10_500).await;
    assert!((2..=11).contains(&some), "{some} records of 1 000 bytes in 10 500");
    assert!(read(0, PLENTY).await > 1);
}

/// At the end a read waits as long as asked, then gives nothing; behind the end as well.
pub async fn a_read_at_the_end_waits_no_longer_than_asked(fixture: &impl Fixture) {
    let log = fixture.open().await;
    append_at(&log, partition(0), 0, &["a"]).await;
    for from in [1, 5] {
        assert_eq!(bounded(log.read(partition(0), from, PLENTY, NO_WAIT)).await, Ok(vec![]));
        assert_eq!(bounded(log.read(partition(0), from, PLENTY, Duration::from_millis(20))).await, Ok(vec![]));
    }
}

/// Readers that wait at the end, however many, get the record when it is appended.
pub async fn a_waiting_read_is_woken_by_an_append(fixture: &impl Fixture) {
    let log = fixture.open().await;
    for round in 0..20 {
        let readers = join_all((0..3).map(|_| log.read(partition(0), round, PLENTY, PATIENCE)));
        let (read, ()) =
            bounded(futures_util::future::join(readers, append_at(&log, partition(0), round, &["w"]))).await;
        for records in read {
            let records = records.expect("the log can be read");
            assert_eq!(records.first().map(|record| record.offset), Some(round));
        }
    }
}

/// A record of some megabytes among small ones.
pub async fn large_records_are_kept(fixture: &impl Fixture) {
    let large: Bytes = (0..3_000_000_u32).map(|n| (n.wrapping_mul(n) >> 7) as u8).collect();
    {
        let log = fixture.open().await;
        append_at(&log, partition(0), 0, &["before"]).await;
        assert_eq!(append(&log, partition(0), vec![commit(large.clone())]).await, [Delivery::At(1)]);
        append_at(&log, partition(0), 2, &["after"]).await;
        assert_eq!(payloads(&read_all(&log, partition(0), 1).await), [large.clone(), "after".into()]);
    }
    let log = fixture.open().await;
    assert_eq!(payloads(&read_all(&log, partition(0), 0).await), ["before".into(), large, "after".into()]);
}

/// An append of no records is reported with no deliveries and changes nothing.
pub async fn appending_nothing_is_reported(fixture: &impl Fixture) {
    let log = fixture.open().await;
    assert_eq!(append(&log, partition(0), Vec::new()).await, []);
    append_at(&log, partition(0), 0, &["a"]).await;
}
