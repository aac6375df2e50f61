//! The async shell over a log and a store that are maps in memory.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(dead_code, reason = "the counting domain serves the machine's tests too")]

#[path = "support/counting.rs"]
mod counting;
#[path = "support/memory.rs"]
mod memory;

use std::sync::Arc;
use std::time::Duration;

use counting::{Counting, add, stream};
use futures_util::future::join_all;
use memory::{MemoryLog, MemoryStore};
use sceau_engine::{Accepted, Engine, Refused, Settings, Situation, partition_of};

const GRACE: Duration = Duration::from_secs(10);

async fn start(log: &Arc<MemoryLog>, store: &Arc<MemoryStore>) -> Engine<Counting> {
    Engine::start(log.clone(), store.clone(), "a".into(), "".into(), Settings::default()).await.unwrap()
}

/// Runs a test with a bound on its time.
fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build().unwrap();
    runtime.block_on(async { tokio::time::timeout(Duration::from_secs(30), test).await.unwrap() });
}

#[test]
fn commands_of_many_streams_are_accepted_each_in_its_order() {
    run(async {
        let (log, store) = (MemoryLog::new(4), MemoryStore::new());
        let engine = start(&log, &store).await;
        let commands = engine.commands();
        let answers = (0..2000_u32).map(|n| {
            let name = (n % 50).to_string();
            let answer = commands.submit(add(n.into(), &name, 1));
            async move { (n, name, answer.await.unwrap()) }
        });
        for (n, name, accepted) in join_all(answers.collect::<Vec<_>>()).await {
            assert_eq!(accepted.version, u64::from(n / 50) + 1, "stream {name}");
            assert_eq!(accepted.partition, partition_of(&stream(&name), 4));
        }
        engine.shutdown(GRACE).await.unwrap();
    });
}

#[test]
fn what_was_accepted_is_there_after_a_restart() {
    run(async {
        let (log, store) = (MemoryLog::new(2), MemoryStore::new());
        let engine = start(&log, &store).await;
        let first = engine.commands().submit(add(1, "a", 60)).await.unwrap();
        engine.shutdown(GRACE).await.unwrap();

        let engine = start(&log, &store).await;
        let commands = engine.commands();
        assert_eq!(commands.submit(add(1, "a", 60)).await, Ok(Accepted { repeated: true, ..first }));
        assert!(
            matches!(commands.submit(add(2, "a", 60)).await, Err(Refused::Rejected(refusal)) if refusal.count == 60)
        );
        engine.shutdown(GRACE).await.unwrap();
    });
}

#[test]
fn an_engine_that_has_shut_down_refuses_and_leaves_nothing_unsaved() {
    run(async {
        let (log, store) = (MemoryLog::new(1), MemoryStore::new());
        let engine = start(&log, &store).await;
        let commands = engine.commands();
        let answer = commands.submit(add(1, "a", 1));
        engine.shutdown(GRACE).await.unwrap();
        // It came before the shutdown was known, or after: either way it is answered.
        let _ = answer.await;
        assert!(matches!(commands.submit(add(2, "a", 1)).await, Err(Refused::Unavailable { .. })));
        let status = commands.status()[0];
        assert_eq!((status.situation, status.dirty), (Situation::Idle, 0));
    });
}

#[test]
fn a_log_that_loses_an_append_costs_a_new_epoch_and_no_command() {
    run(async {
        let (log, store) = (MemoryLog::new(1), MemoryStore::new());
        let engine = start(&log, &store).await;
        let commands = engine.commands();
        commands.submit(add(1, "a", 1)).await.unwrap();
        log.lose_next();
        let accepted = commands.submit(add(2, "a", 1)).await.unwrap();
        assert_eq!((accepted.version, accepted.offset), (2, 3), "behind a second fence");
        engine.shutdown(GRACE).await.unwrap();
    });
}
