//! Brokers that die, stand still and come back, and a producer that can go on no more.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use sceau_engines::{Kafka, Scratch, or_skip};
use sceau_kafka::{KafkaLog, KafkaSettings};
use sceau_log::contract::{append, commit, partition, read_all};
use sceau_log::{Body, Delivery, Log, LogError, Record};

use crate::environment::{open, settings};

/// Appends numbers one after another, three at a time, until told to stop; says which were reported where.
async fn append_numbers(log: KafkaLog, stop: Arc<AtomicU64>) -> Vec<(u64, Delivery)> {
    let reported = Arc::new(Mutex::new(Vec::new()));
    let (mut number, mut waiting) = (0, Vec::new());
    while stop.load(Ordering::Relaxed) == 0 {
        let numbers = number..number + 3;
        number += 3;
        let (done, answered) = tokio::sync::oneshot::channel();
        let reports = {
            let reported = Arc::clone(&reported);
            let numbers = numbers.clone();
            move |deliveries: Vec<Delivery>| {
                reported.lock().unwrap().extend(numbers.zip(deliveries));
                let _ = done.send(());
            }
        };
        log.append(partition(0), numbers.map(|number| commit(number.to_string())).collect(), Box::new(reports));
        waiting.push(answered);
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    for answered in waiting {
        tokio::time::timeout(Duration::from_secs(60), answered).await.unwrap().unwrap();
    }
    let reported = reported.lock().unwrap();
    reported.clone()
}

fn said(record: &Record) -> u64 {
    let Body::Commit { payload, .. } = &record.body else { panic!("{record:?}") };
    std::str::from_utf8(payload).unwrap().parse().unwrap()
}

/// Whatever was reported somewhere is there; nothing is there twice; nothing that was lost is there.
fn judge(reported: &[(u64, Delivery)], records: &[Record]) {
    assert!(records.iter().zip(0..).all(|(record, offset)| record.offset == offset), "offsets are dense");
    let mut numbers: Vec<_> = records.iter().map(said).collect();
    for (number, delivery) in reported {
        match delivery {
            Delivery::At(offset) => assert_eq!(said(&records[*offset as usize]), *number),
            Delivery::Lost => assert!(!numbers.contains(number), "{number} was lost and is there"),
            Delivery::Unknown => {}
        }
    }
    let count = numbers.len();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), count, "a record is there once");
}

/// Appends go on while the broker is hurt, twice; then everything is judged.
async fn hurt(kafka: &Kafka, settings: &KafkaSettings, wound: impl Fn()) {
    let log = open(settings).await;
    let stop = Arc::new(AtomicU64::new(0));
    let appending = tokio::spawn(append_numbers(log.clone(), Arc::clone(&stop)));
    for _ in 0..2 {
        tokio::time::sleep(Duration::from_millis(500)).await;
        tokio::task::block_in_place(&wound);
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    stop.store(1, Ordering::Relaxed);
    let reported = appending.await.unwrap();
    let delivered = reported.iter().filter(|(_, delivery)| matches!(delivery, Delivery::At(_))).count();
    assert!(delivered > 0, "of {} none was delivered", reported.len());
    judge(&reported, &read_until_it_answers(&log).await);
    // The reader that followed all the while and one that comes new see the same.
    assert_eq!(read_until_it_answers(&log).await, read_until_it_answers(&open(settings).await).await);
    assert_eq!(kafka.brokers(), 1);
}

async fn read_until_it_answers(log: &KafkaLog) -> Vec<Record> {
    let deadline = Instant::now() + Duration::from_secs(60);
    while log.end(partition(0)).await.is_err() {
        assert!(Instant::now() < deadline, "the broker answers in time");
    }
    read_all(log, partition(0), 0).await
}

#[tokio::test(flavor = "multi_thread")]
async fn appends_survive_a_broker_that_is_killed_and_comes_back() {
    let scratch = Scratch::new().unwrap();
    let Some(kafka) = or_skip(Kafka::start(1, scratch.path())).unwrap() else { return };
    hurt(&kafka, &settings(kafka.bootstrap()), || kafka.restart(0).unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn appends_to_a_broker_that_stands_still_are_unknown_and_never_doubled() {
    let scratch = Scratch::new().unwrap();
    let Some(kafka) = or_skip(Kafka::start(1, scratch.path())).unwrap() else { return };
    let settings = KafkaSettings { delivery_timeout: Duration::from_secs(1), ..settings(kafka.bootstrap()) };
    let wound = || {
        kafka.pause(0).unwrap();
        std::thread::sleep(Duration::from_secs(3));
        kafka.resume(0).unwrap();
    };
    hurt(&kafka, &settings, wound).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_no_broker_answers_reads_fail_and_appends_are_not_delivered() {
    let scratch = Scratch::new().unwrap();
    let Some(kafka) = or_skip(Kafka::start(1, scratch.path())).unwrap() else { return };
    let short = Duration::from_secs(2);
    let settings = KafkaSettings {
        delivery_timeout: short,
        answer_timeout: Duration::from_secs(10),
        ..settings(kafka.bootstrap())
    };
    let log = open(&settings).await;
    assert_eq!(append(&log, partition(0), vec![commit("before")]).await, [Delivery::At(0)]);
    tokio::task::block_in_place(|| kafka.kill(0));
    let none = append(&log, partition(0), vec![commit("none")]).await;
    assert_eq!(none, [Delivery::Unknown]);
    assert!(matches!(log.end(partition(0)).await, Err(LogError::Unavailable { .. })));
    tokio::task::block_in_place(|| kafka.restart(0)).unwrap();
    let after = append(&log, partition(0), vec![commit("after")]).await;
    assert!(matches!(after[..], [Delivery::At(_)]), "{after:?}");
}
