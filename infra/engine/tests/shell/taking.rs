//! One engine that is given partitions and has them taken away.

use std::time::Duration;

use futures_util::future::join_all;
use sceau_engine::{Accepted, Refused, Situation, Status};

use crate::counting::add;
use crate::ground::{Ground, insist};
use crate::memory::MemoryLog;
use crate::{GRACE, run};

#[test]
fn a_partition_that_is_not_owned_is_unavailable_and_idle() {
    run(async {
        let engine = Ground::embedded(1).open("a", None).await;
        assert!(matches!(engine.commands().submit(add(1, "a", 1)).await, Err(Refused::Unavailable { .. })));
        assert_eq!(engine.status()[0].situation, Situation::Idle);
        assert!(engine.release(0, GRACE).await, "nothing is left to save");
    });
}

#[test]
fn a_partition_taken_again_goes_on_where_it_was_released() {
    run(async {
        let ground = Ground::embedded(1);
        let engine = ground.open("a", None).await;
        let commands = engine.commands();
        engine.take(0);
        let first = commands.submit(add(1, "a", 60)).await.unwrap();
        let owned = engine.status()[0];
        assert_eq!((owned.situation, owned.epoch), (Situation::Serving, Some(0)));

        assert!(engine.release(0, GRACE).await);
        assert_eq!(engine.status()[0], Status::default());
        assert!(matches!(commands.submit(add(2, "a", 1)).await, Err(Refused::Unavailable { .. })));

        engine.take(0);
        assert_eq!(commands.submit(add(1, "a", 60)).await, Ok(Accepted { repeated: true, ..first }));
        assert!(
            matches!(commands.submit(add(2, "a", 60)).await, Err(Refused::Rejected(refusal)) if refusal.count == 60)
        );
        let taken = engine.status()[0];
        assert_eq!((taken.epoch, taken.checkpoint_lag), (Some(2), 1), "all but the fence was saved");
        engine.shutdown(GRACE).await.unwrap();
    });
}

#[test]
fn taking_what_is_owned_changes_nothing() {
    run(async {
        let engine = Ground::embedded(1).open("a", None).await;
        engine.take(0);
        engine.commands().submit(add(1, "a", 1)).await.unwrap();
        engine.take(0);
        assert_eq!(engine.commands().submit(add(2, "a", 1)).await.unwrap().offset, 2, "no second fence");
        engine.shutdown(GRACE).await.unwrap();
    });
}

#[test]
fn what_waits_when_the_partition_is_released_is_decided() {
    run(async {
        let ground = Ground::embedded(1);
        let engine = ground.open("a", None).await;
        let commands = engine.commands();
        engine.take(0);
        let answers: Vec<_> = (0..5000).map(|n| commands.submit(add(n, &(n % 100).to_string(), 1))).collect();
        assert!(engine.release(0, GRACE).await);
        assert!(join_all(answers).await.into_iter().all(|answer| answer.is_ok()));
        let landed = ground.landed().await;
        assert_eq!((landed.len(), landed.values().sum::<u32>()), (5000, 5000));
    });
}

#[test]
fn a_partition_may_be_taken_again_before_its_release_has_ended() {
    run(async {
        let ground = Ground::embedded(1);
        let engine = ground.open("a", None).await;
        let commands = engine.commands();
        engine.take(0);
        let mut answers = Vec::new();
        let mut releases = Vec::new();
        for round in 0..10 {
            answers.extend((0..100).map(|n| commands.submit(add(round * 100 + n, &n.to_string(), 1))));
            releases.push(engine.release(0, GRACE));
            engine.take(0);
        }
        assert!(join_all(answers).await.into_iter().all(|answer| answer.is_ok()));
        assert!(join_all(releases).await.into_iter().all(|saved| saved));
        let commits = commands.submit(add(9999, "0", 1)).await.unwrap();
        assert_eq!(commits.version, 11, "the order of the calls was kept");
        engine.shutdown(GRACE).await.unwrap();
    });
}

#[test]
fn a_release_that_takes_too_long_is_cut_short_and_leaves_nobody_waiting() {
    run(async {
        let log = MemoryLog::new(1);
        let ground = Ground::over(log.clone(), 1);
        let engine = ground.open("a", None).await;
        let commands = engine.commands();
        engine.take(0);
        commands.submit(add(1, "a", 1)).await.unwrap();
        log.fall_silent(true);
        let waiting = commands.submit(add(2, "a", 1));
        assert!(!engine.release(0, Duration::from_millis(20)).await);
        assert!(matches!(waiting.await, Err(Refused::Unavailable { .. })));
        assert_eq!(engine.status()[0].situation, Situation::Idle);
        assert!(engine.release(0, GRACE).await, "it is not owned any more");

        log.fall_silent(false);
        engine.take(0);
        assert_eq!(insist(&commands, || add(2, "a", 1)).await.map(|accepted| accepted.version), Ok(2));
        engine.shutdown(GRACE).await.unwrap();
    });
}

#[test]
fn a_partition_that_does_not_exist_can_be_neither_taken_nor_missed() {
    run(async {
        let engine = Ground::embedded(1).open("a", None).await;
        engine.take(1);
        assert!(engine.release(1, GRACE).await);
        assert_eq!(engine.status().len(), 1);
    });
}
