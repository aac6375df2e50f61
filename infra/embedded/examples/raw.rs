//! What the engines do by themselves: `cargo run --release -p sceau-embedded --example raw [folder]`.

use std::collections::VecDeque;
use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use bytes::Bytes;
use sceau_embedded::{EmbeddedLog, EmbeddedStore, Folder, Memory, Options};
use sceau_log::{Body, Delivery, Log, NewRecord, Partition};
use sceau_projection::{Cell, CellKind, Column, TableSchema};
use sceau_store::{RowWrite, Scan, Store};
use tokio::sync::oneshot;

const TOPIC: &str = "sceau.raw";
const PARTITIONS: u32 = 4;
const PAYLOAD: usize = 250;
const RUN: Duration = Duration::from_secs(4);
const MB: f64 = 1e6;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "target/raw".into());
    let path = Path::new(&folder);
    let _ = std::fs::remove_dir_all(path);
    let options = Options { topics: &[(TOPIC, PARTITIONS)], memory: Memory::default() };
    {
        let (log, store) = Folder::open(path, options)?;
        println!("append, {PAYLOAD} byte payloads, fsync before each report");
        for (batch, in_flight) in [(1, 1), (1, 64), (64, 1), (64, 16), (1024, 1), (1024, 8)] {
            append(&log, batch, in_flight).await?;
        }
        println!("rows of 3 cells");
        write_rows(&store).await?;
        read_rows(&store).await?;
    }
    let start = Instant::now();
    let (log, _store) = Folder::open(path, options)?;
    println!("open again: {:.0} ms", start.elapsed().as_secs_f64() * 1e3);
    read(&log).await?;
    println!("resident: {}", resident()?);
    Ok(())
}

/// A payload that compresses about as well as an event does.
fn records(batch: usize, turn: u64) -> Vec<NewRecord> {
    let record = |n: u64| {
        let mut payload =
            format!("order placed by company {n:032x} for certificate {:032x} ", n.wrapping_mul(turn)).into_bytes();
        let mut noise = n.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        payload.resize_with(PAYLOAD, || {
            noise = noise.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(turn | 1);
            (noise >> 56) as u8
        });
        let key = format!("tenant/order/{n:032x}").into();
        NewRecord { key, body: Body::Commit { epoch: 0, seq: n, payload: Bytes::from(payload) } }
    };
    (0..batch as u64).map(|n| record(turn * 4096 + n)).collect()
}

/// Appends batches, some of them in flight at a time, over all partitions in turn.
async fn append(log: &EmbeddedLog, batch: usize, in_flight: usize) -> Result<(), Box<dyn Error>> {
    let prepared: Vec<_> = (0..64).map(|turn| records(batch, turn)).collect();
    let bytes: usize = prepared[0].iter().map(|record| record.key.len() + PAYLOAD).sum();
    let (mut flying, mut times, start) = (VecDeque::new(), Vec::new(), Instant::now());
    for turn in 0.. {
        let (report, reported) = oneshot::channel();
        let partition = Partition { topic: TOPIC, number: turn as u32 % PARTITIONS };
        let sent = Instant::now();
        let reports = Box::new(move |deliveries: Vec<Delivery>| drop(report.send((deliveries, sent.elapsed()))));
        log.append(partition, prepared[turn % prepared.len()].clone(), reports);
        flying.push_back(reported);
        if flying.len() >= in_flight
            && let Some(oldest) = flying.pop_front()
        {
            let (deliveries, time) = oldest.await?;
            if !matches!(deliveries[0], Delivery::At(_)) {
                return Err(format!("not delivered: {:?}", log.failure()).into());
            }
            times.push(time);
        }
        if start.elapsed() > RUN {
            break;
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    let rate = (times.len() * batch) as f64 / seconds;
    times.sort();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    let megabytes = rate * bytes as f64 / batch as f64 / MB;
    println!(
        "  {batch:>4} records × {in_flight:>2} in flight: {rate:>9.0} records/s, {megabytes:>6.1} MB/s, \
         p50 {:.2} ms, p99 {:.2} ms, max {:.1} ms",
        at(0.5),
        at(0.99),
        at(1.0)
    );
    Ok(())
}

/// Reads everything back, one partition after the other.
async fn read(log: &EmbeddedLog) -> Result<(), Box<dyn Error>> {
    let (start, mut count, mut bytes) = (Instant::now(), 0_u64, 0);
    for number in 0..PARTITIONS {
        let mut next = 0;
        loop {
            let records = log.read(Partition { topic: TOPIC, number }, next, 1 << 20, Duration::ZERO).await?;
            let Some(last) = records.last() else { break };
            next = last.offset + 1;
            count += records.len() as u64;
            bytes += records.iter().map(|record| record.key.len() + PAYLOAD).sum::<usize>();
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "read back: {count} records, {:.0} records/s, {:.0} MB/s",
        count as f64 / seconds,
        bytes as f64 / seconds / MB
    );
    Ok(())
}

const ROWS: i64 = 400_000;

fn row_key(n: i64) -> Vec<Cell> {
    vec![Cell::Uuid((n as u128).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835))]
}

/// Writes rows in flushes of some thousand, then overwrites them.
async fn write_rows(store: &EmbeddedStore) -> Result<(), Box<dyn Error>> {
    const FLUSH: i64 = 4_000;
    let column = |name, kind| Column { name, kind };
    let columns = vec![column("a", CellKind::Text), column("b", CellKind::Int), column("c", CellKind::Uuid)];
    let key = vec![column("id", CellKind::Uuid)];
    store.ensure(&TableSchema { name: "raw".into(), key, partition_columns: 1, columns }).await?;
    for round in 1..=2 {
        let start = Instant::now();
        for flush in 0..ROWS / FLUSH {
            let cells = |n| vec![Cell::Text(format!("row {n} {:060}", n * round)), Cell::Int(n), Cell::Uuid(n as u128)];
            let row = |n| RowWrite { key: row_key(n), cells: Some(cells(n)), timestamp: round };
            store.write("raw", (flush * FLUSH..(flush + 1) * FLUSH).map(row).collect()).await?;
        }
        println!("  write, round {round}: {:.0} rows/s", ROWS as f64 / start.elapsed().as_secs_f64());
    }
    Ok(())
}

/// Looks single rows up, all of them and a few, and scans for one.
async fn read_rows(store: &EmbeddedStore) -> Result<(), Box<dyn Error>> {
    const READS: i64 = 200_000;
    for (among, hot) in [(ROWS, "all"), (1_000, "1 000")] {
        let start = Instant::now();
        for n in 0..READS {
            store.read("raw", vec![row_key(n * 7919 % among)]).await?;
        }
        println!("  read one of {hot}: {:.0} rows/s", READS as f64 / start.elapsed().as_secs_f64());
    }
    let start = Instant::now();
    for n in 0..READS / 4 {
        let prefix = row_key(n * 7919 % ROWS);
        store.scan("raw", Scan { prefix, after: None, from: None, descending: true, limit: 1 }).await?;
    }
    println!("  scan for one: {:.0} scans/s", (READS / 4) as f64 / start.elapsed().as_secs_f64());
    Ok(())
}

/// Peak and current resident memory, as Linux tells them.
fn resident() -> Result<String, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let lines: Vec<_> = status.lines().filter(|line| line.starts_with("VmHWM") || line.starts_with("VmRSS")).collect();
    Ok(lines.join(", "))
}
