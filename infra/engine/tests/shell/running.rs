//! An engine that owns all its partitions, from its start to its end.

use std::sync::Arc;

use futures_util::future::join_all;
use sceau_engine::{Accepted, Engine, Refused, Settings, Situation, partition_of};

use crate::counting::{Counting, add, stream};
use crate::memory::{MemoryLog, MemoryStore};
use crate::{GRACE, run};

async fn start(log: &Arc<MemoryLog>, store: &Arc<MemoryStore>) -> Engine<Counting> {
    Engine::start(log.clone(), store.clone(), "a".into(), "".into(), Settings::default()).await.unwrap()
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
