//! Durable commands per second through the engine on the embedded engines:
//! `cargo run --release -p sceau-engine --example throughput [folder]`.

#![allow(dead_code, clippy::unwrap_used, reason = "the counting domain is made for the tests")]

#[path = "../tests/support/counting.rs"]
mod counting;

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use counting::{Counting, command};
use sceau_embedded::{Folder, Memory, Options};
use sceau_engine::{Commands, Engine, Envelope, Settings};

const PARTITIONS: u32 = 4;
const STREAMS: u128 = 10_000;
/// Bytes of an event, about those of an order line.
const EVENT: usize = 60;
const RUN: Duration = Duration::from_secs(6);

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "target/throughput".into());
    let path = Path::new(&folder);
    let _ = std::fs::remove_dir_all(path);
    let engine = open(path).await?;
    println!("{STREAMS} streams, {PARTITIONS} partitions, {EVENT} bytes an event, fsync before the answer");
    lone(&engine.commands()).await;
    for (callers, window) in [(4, 64), (4, 512), (4, 2048)] {
        crowd(&engine.commands(), callers, window).await?;
    }
    for (number, status) in engine.status().iter().enumerate() {
        println!("{number}: {status:?}");
    }
    let start = Instant::now();
    engine.shutdown(Duration::from_mins(1)).await?;
    println!("shutdown: {:?}", start.elapsed());
    let start = Instant::now();
    let engine = open(path).await?;
    engine.commands().submit(nth(u128::MAX)).await?;
    println!("open to first answer: {:?}", start.elapsed());
    engine.shutdown(Duration::from_mins(1)).await?;
    Ok(())
}

async fn open(path: &Path) -> Result<Engine<Counting>, Box<dyn Error>> {
    let options = Options { topics: &[("sceau.counting", PARTITIONS)], memory: Memory::default() };
    let (log, store) = Folder::open(path, options)?;
    Ok(Engine::start(Arc::new(log), Arc::new(store), "bench".into(), "".into(), Settings::default()).await?)
}

/// The nth command, to one of the streams.
fn nth(n: u128) -> Envelope<Counting> {
    // Streams in no order that a cache could guess.
    let stream = n.wrapping_mul(0x9E37_79B9_7F4A_7C15) % STREAMS;
    command(n, &format!("7d0c9f1e-5b1a-4c62-9d0e-{stream:012}"), counting::Command::Pad(EVENT))
}

/// One command at a time.
async fn lone(commands: &Commands<Counting>) {
    let mut times = Vec::new();
    for n in 0..2000 {
        let start = Instant::now();
        let _ = commands.submit(nth(u128::MAX - 1 - n)).await;
        times.push(start.elapsed());
    }
    times.sort();
    println!("lone: p50 {:?}, p99 {:?}", times[1000], times[1980]);
}

/// Callers that each keep up to `window` commands on their way.
async fn crowd(commands: &Commands<Counting>, callers: u128, window: u128) -> Result<(), Box<dyn Error>> {
    let (start, busy) = (Instant::now(), cpu()?);
    let tasks: Vec<_> = (0..callers)
        .map(|caller| {
            let commands = commands.clone();
            tokio::spawn(async move {
                let base = (window << 96) + (caller << 64);
                let (mut done, mut refused) = (0_u128, 0_u64);
                while start.elapsed() < RUN {
                    let answers: Vec<_> = (0..window).map(|n| commands.submit(nth(base + done + n))).collect();
                    done += window;
                    for answer in answers {
                        refused += u64::from(answer.await.is_err());
                    }
                }
                (done, refused)
            })
        })
        .collect();
    let (mut done, mut refused) = (0, 0);
    for task in tasks {
        let (more, errors) = task.await?;
        done += more;
        refused += errors;
    }
    let seconds = start.elapsed().as_secs_f64();
    let busy = cpu()? - busy;
    let each = busy / done as f64 * 1e6;
    println!(
        "{callers} callers x {window}: {:.0}/s, {refused} refused, {each:.2} us of cpu each",
        done as f64 / seconds
    );
    Ok(())
}

/// Seconds of processor time this process has used (`proc_pid_stat(5)`, fields 14 and 15, in hundredths).
fn cpu() -> Result<f64, Box<dyn Error>> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let ticks = stat.split(' ').skip(13).take(2).map(str::parse::<f64>).sum::<Result<f64, _>>()?;
    Ok(ticks / 100.0)
}
