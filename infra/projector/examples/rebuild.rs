//! How fast rows are built from the embedded log, and how soon a lone event is in them:
//! `cargo run --release -p sceau-projector --example rebuild [events] [folder]`.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use sceau_commit::{NewCommit, encode_commit};
use sceau_embedded::{EmbeddedLog, EmbeddedStore, Folder, Memory, Options};
use sceau_kernel::prost::Message;
use sceau_kernel::sceau_proto::common::v1::Money;
use sceau_kernel::uuid::Uuid;
use sceau_kernel::{Actor, CommandDigest, CommandId, DecodeError, EncodedEvent, Recorded, StreamId, Tenant, Timestamp};
use sceau_log::{Body, Delivery, Log, NewRecord, Partition};
use sceau_projection::{Projection, Row};
use sceau_projector::projector::ProjectorOptions;
use sceau_projector::{Position, Projections};
use tokio::sync::oneshot;

const TOPIC: &str = "sceau.example";
const PARTITIONS: u32 = 4;
const BATCH: u64 = 1024;
const MONEY: &str = "sceau.common.v1.Money";

#[derive(Clone, Debug, PartialEq, Eq, Hash, Row)]
struct Key {
    tenant: String,
    id: Uuid,
}

#[derive(Clone, Debug, Default, Row)]
struct Total {
    minor: i64,
    currency: String,
    events: u64,
    changed_at: Timestamp,
}

/// Sums of money over `$streams` streams.
macro_rules! totals {
    ($name:ident, $table:literal, $key:expr) => {
        struct $name;
        impl Projection for $name {
            const NAME: &'static str = $table;
            const VERSION: u32 = 1;
            const TOPICS: &'static [&'static str] = &[TOPIC];
            const PARTITION_COLUMNS: usize = 1;
            type Event = Money;
            type Key = Key;
            type Row = Total;
            fn interpret(record: &Recorded<'_>) -> Option<Result<Money, DecodeError>> {
                let malformed = |reason: sceau_kernel::prost::DecodeError| DecodeError::Malformed {
                    type_name: MONEY.to_owned(),
                    reason: reason.to_string(),
                };
                (record.type_name == MONEY).then(|| Money::decode(record.payload).map_err(malformed))
            }
            fn route(_: &Money, record: &Recorded<'_>) -> Vec<Key> {
                let key: fn(&Recorded<'_>) -> Uuid = $key;
                vec![Key { tenant: record.stream.tenant().to_owned(), id: key(record) }]
            }
            fn apply(row: &mut Total, _: &Key, event: &Money, record: &Recorded<'_>) {
                row.minor += event.minor;
                row.currency.clone_from(&event.currency);
                row.events += 1;
                row.changed_at = record.time;
            }
        }
    };
}
totals!(PerStream, "per_stream", |record| record.stream.id().parse().unwrap_or_default());
totals!(PerFour, "per_four", |record| {
    Uuid::from_u128(u128::from(record.source.partition) << 64 | u128::from(record.offset / 4))
});

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let events = arguments.next().map_or(Ok(1_000_000), |events| events.parse::<u64>())?;
    let folder = arguments.next().unwrap_or_else(|| "target/rebuild".into());
    let _ = std::fs::remove_dir_all(&folder);
    let options = Options { topics: &[(TOPIC, PARTITIONS)], memory: Memory::default() };
    let (log, store) = Folder::open(Path::new(&folder), options)?;
    let log = Arc::new(log);
    let begun = Instant::now();
    let ends = fill(&log, events).await?;
    println!("{events} events of 10 000 streams appended in {:.1} s", begun.elapsed().as_secs_f64());
    build::<PerStream>(&log, &store, events, &ends).await?;
    build::<PerFour>(&log, &store, events, &ends).await?;
    follow(&log, &store, events / u64::from(PARTITIONS)).await
}

/// Appends `events` commits of one event each; gives the last position of each partition.
async fn fill(log: &EmbeddedLog, events: u64) -> Result<Vec<Position<'static>>, Box<dyn Error>> {
    let mut ends = Vec::new();
    for number in 0..PARTITIONS {
        let partition = Partition { topic: TOPIC, number };
        let fence = NewRecord { key: Bytes::new(), body: Body::Fence { node: "a".into(), address: "".into() } };
        append(log, partition, vec![fence]).await?;
        let mut buffer = BytesMut::new();
        let mine = events / u64::from(PARTITIONS);
        for first in (0..mine).step_by(BATCH as usize) {
            let record = |seq| commit(u64::from(number), seq, &mut buffer);
            append(log, partition, (first..mine.min(first + BATCH)).map(record).collect()).await?;
        }
        ends.push(Position { topic: TOPIC, partition: number, offset: mine });
    }
    Ok(ends)
}

fn commit(partition: u64, seq: u64, buffer: &mut BytesMut) -> NewRecord {
    const STREAMS: u64 = 2500;
    let (stream, version) = (seq % STREAMS, seq / STREAMS);
    let tenant: Tenant = "ci".parse().unwrap_or_else(|_| unreachable!("a tenant"));
    let stream = StreamId::new(&tenant, "total", &Uuid::from_u64_pair(partition, stream));
    let event = Money { minor: 5, currency: "XOF".to_owned() };
    let commit = NewCommit {
        stream: &stream,
        first_version: version,
        events: &[EncodedEvent { type_name: MONEY, payload: event.encode_to_vec() }],
        command_id: &CommandId::Client(Uuid::from_u64_pair(seq, 1)),
        digest: &CommandDigest::from_bytes(vec![7; 24]),
        actor: &Actor::system(),
        time: Timestamp(seq as i64),
        traceparent: "",
    };
    let payload = encode_commit(&commit, buffer);
    NewRecord { key: Bytes::copy_from_slice(stream.as_str().as_bytes()), body: Body::Commit { epoch: 0, seq, payload } }
}

async fn append(log: &EmbeddedLog, partition: Partition, records: Vec<NewRecord>) -> Result<(), Box<dyn Error>> {
    let (sender, receiver) = oneshot::channel();
    log.append(partition, records, Box::new(|deliveries| drop(sender.send(deliveries))));
    match receiver.await?.last() {
        Some(Delivery::At(_)) => Ok(()),
        other => Err(format!("not appended: {other:?}").into()),
    }
}

/// Builds one projection from nothing and prints how long it took.
async fn build<P: Projection>(
    log: &Arc<EmbeddedLog>,
    store: &EmbeddedStore,
    events: u64,
    ends: &[Position<'_>],
) -> Result<(), Box<dyn Error>>
where
    P::Event: Send,
{
    let begun = Instant::now();
    let read_side = Projections::new()
        .with::<P>()
        .start(Arc::clone(log) as Arc<dyn Log>, Arc::new(store.clone()), ProjectorOptions::default())
        .await?;
    read_side.wait(ends, Instant::now() + Duration::from_mins(10)).await?;
    let took = begun.elapsed().as_secs_f64();
    let (flushes, rows, holes) = read_side
        .list()
        .iter()
        .flat_map(|status| status.serving.iter().flat_map(|serving| serving.partitions.clone()))
        .fold((0, 0, 0), |sum, part| (sum.0 + part.flushes, sum.1 + part.rows, sum.2 + part.holes));
    println!(
        "{}: {:.0} events/s ({took:.2} s), {rows} rows written in {flushes} flushes, {holes} holes",
        P::NAME,
        events as f64 / took
    );
    read_side.shutdown(Duration::from_secs(10)).await;
    Ok(())
}

/// Appends one event after another and prints how long each takes from durable to readable.
async fn follow(log: &Arc<EmbeddedLog>, store: &EmbeddedStore, written: u64) -> Result<(), Box<dyn Error>> {
    const ROUNDS: u64 = 1000;
    let read_side = Projections::new()
        .with::<PerStream>()
        .with::<PerFour>()
        .start(Arc::clone(log) as Arc<dyn Log>, Arc::new(store.clone()), ProjectorOptions::default())
        .await?;
    let mut buffer = BytesMut::new();
    let mut took = Vec::new();
    for seq in written..written + ROUNDS {
        append(log, Partition { topic: TOPIC, number: 0 }, vec![commit(0, seq, &mut buffer)]).await?;
        let durable = Instant::now();
        let position = Position { topic: TOPIC, partition: 0, offset: seq + 1 };
        read_side.wait(&[position], durable + Duration::from_secs(10)).await?;
        took.push(durable.elapsed().as_secs_f64() * 1e3);
    }
    took.sort_by(f64::total_cmp);
    let at = |share: usize| took.get(took.len() * share / 100).copied().unwrap_or_default();
    println!("durable to readable in both: p50 {:.2} ms, p99 {:.2} ms", at(50), at(99));
    read_side.shutdown(Duration::from_secs(10)).await;
    Ok(())
}
