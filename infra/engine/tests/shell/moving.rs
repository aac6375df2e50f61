//! Two nodes over one log and one store, and partitions that move between them under load.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::join_all;
use sceau_engine::{Commands, OwnedTopic};

use crate::counting::{Counting, add};
use crate::ground::{Ground, Node, insist};
use crate::{GRACE, run};

const PARTITIONS: u32 = 4;
/// Callers at each node.
const CALLERS: u128 = 8;
/// Commands to one stream.
const COMMANDS: u128 = 50;

/// Gives one command after the other, to one stream after the other, and one stream at least, until told to stop. Each is
/// accepted, and as the next of its stream. The ids of all of them.
async fn call(caller: u128, commands: Commands<Counting>, stop: Arc<AtomicBool>) -> Vec<u128> {
    let mut ids = Vec::new();
    loop {
        let stream = format!("{caller}-{}", ids.len());
        for version in 1..=COMMANDS {
            let id = (caller << 64) + ids.len() as u128;
            let accepted = insist(&commands, || add(id, &stream, 1)).await.unwrap();
            assert_eq!(u128::from(accepted.version), version, "{stream}");
            ids.push(id);
        }
        if stop.load(Ordering::SeqCst) {
            return ids;
        }
    }
}

/// Callers at both nodes while `move_about` runs: every command of theirs landed once.
async fn hold_under_load(ground: &Ground, nodes: &[Node; 2], move_about: impl Future<Output = ()>) {
    let stop = Arc::new(AtomicBool::new(false));
    let callers: Vec<_> = (0..2 * CALLERS)
        .map(|caller| {
            let commands = nodes[caller as usize % 2].engine.commands();
            tokio::spawn(call(caller, commands, stop.clone()))
        })
        .collect();
    move_about.await;
    stop.store(true, Ordering::SeqCst);
    let given: BTreeMap<u128, u32> =
        join_all(callers).await.into_iter().flat_map(Result::unwrap).map(|id| (id, 1)).collect();
    assert_eq!(ground.landed().await, given);
    for node in nodes {
        node.engine.shutdown(GRACE).await.unwrap();
    }
}

#[test]
fn commands_land_once_whichever_node_they_come_to() {
    run(async {
        let ground = Ground::embedded(PARTITIONS);
        let nodes = ground.two_nodes().await;
        for number in 0..PARTITIONS {
            nodes[number as usize % 2].engine.take(number);
        }
        hold_under_load(&ground, &nodes, async {}).await;
        assert!(nodes.iter().all(|node| node.road.sent() > 0), "both sent some to the other");
    });
}

#[test]
fn no_command_is_lost_or_doubled_while_partitions_are_handed_over() {
    run(async {
        let ground = Ground::embedded(PARTITIONS);
        let nodes = ground.two_nodes().await;
        let topics = nodes.each_ref().map(|node| node.engine.clone() as Arc<dyn OwnedTopic>);
        (0..PARTITIONS).for_each(|number| topics[0].take(number));
        hold_under_load(&ground, &nodes, async {
            for round in 0..20 {
                let [from, to] = [&topics[round % 2], &topics[(round + 1) % 2]];
                for number in 0..PARTITIONS {
                    assert!(from.release(number, GRACE).await, "all is saved");
                    to.take(number);
                }
            }
        })
        .await;
    });
}

#[test]
fn no_command_is_lost_or_doubled_while_two_nodes_believe_that_they_own_a_partition() {
    run(async {
        let ground = Ground::embedded(PARTITIONS);
        let nodes = ground.two_nodes().await;
        let topics = nodes.each_ref().map(|node| node.engine.clone() as Arc<dyn OwnedTopic>);
        (0..PARTITIONS).for_each(|number| topics[0].take(number));
        hold_under_load(&ground, &nodes, async {
            for round in 0..20 {
                let [from, to] = [&topics[round % 2], &topics[(round + 1) % 2]];
                for number in 0..PARTITIONS {
                    to.take(number);
                    from.release(number, GRACE).await;
                }
            }
        })
        .await;
    });
}
