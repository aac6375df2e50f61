//! Commands that come to a node which does not own their partition.

use sceau_engine::{Accepted, Envelope, Refused, Retold, partition_of};

use crate::counting::{Command, add, command, stream};
use crate::ground::{Ground, Node, Road, Tamper};
use crate::memory::MemoryLog;
use crate::{GRACE, run};

/// Two nodes, of which the second owns the only partition.
async fn owned_by_the_other() -> [Node; 2] {
    let nodes = Ground::over(MemoryLog::new(1), 1).two_nodes().await;
    nodes[1].engine.take(0);
    nodes
}

#[test]
fn what_the_owner_says_is_what_the_caller_is_told() {
    run(async {
        let [near, owner] = owned_by_the_other().await;
        let (near, here) = (near.engine.commands(), owner.engine.commands());
        let first = near.submit(add(1, "a", 60)).await.unwrap();
        assert_eq!(first.topic, "sceau.counting");
        assert_eq!(here.submit(add(1, "a", 60)).await, Ok(Accepted { repeated: true, ..first }));
        assert_eq!(near.submit(add(1, "a", 61)).await, here.submit(add(1, "a", 61)).await, "the id is used");
        let at = |version| Envelope { expected_version: Some(version), ..add(2, "a", 1) };
        assert_eq!(near.submit(at(7)).await, Err(Refused::VersionMismatch { expected: 7, actual: 1 }));
        let huge = || command(3, "a", Command::Pad(2 << 20));
        assert_eq!(near.submit(huge()).await, here.submit(huge()).await, "too large");

        let Err(Refused::Rejected(refusal)) = here.submit(add(4, "a", 60)).await else {
            panic!("60 and 60 are more than 100")
        };
        let told = near.submit(add(4, "a", 60)).await.unwrap_err();
        assert_eq!(told.to_string(), refusal.to_string());
        assert_eq!(told, Refused::RejectedElsewhere(Box::new(Retold::of(&refusal))));
        owner.engine.shutdown(GRACE).await.unwrap();
    });
}

#[test]
fn a_node_that_is_sent_a_command_never_sends_it_on() {
    run(async {
        let [a, b] = Ground::over(MemoryLog::new(1), 1).two_nodes().await;
        assert!(matches!(a.engine.commands().submit(add(1, "a", 1)).await, Err(Refused::Unavailable { .. })));
        assert!(a.road.sent() >= 1);
        assert_eq!(b.road.sent(), 0);
    });
}

#[test]
fn a_command_that_nobody_takes_waits_for_an_owner() {
    run(async {
        for owner in 0..2 {
            let ground = Ground::over(MemoryLog::new(1), 1);
            let nodes = ground.two_nodes_that_chase(GRACE).await;
            let answer = tokio::spawn(nodes[0].engine.commands().submit(add(1, "a", 1)));
            while nodes[0].road.sent() < 2 {
                tokio::task::yield_now().await;
            }
            nodes[owner].engine.take(0);
            assert_eq!(answer.await.unwrap().map(|accepted| accepted.version), Ok(1), "owned by node {owner}");
            nodes[owner].engine.shutdown(GRACE).await.unwrap();
        }
    });
}

#[test]
fn a_command_whose_answer_is_lost_is_not_given_again() {
    run(async {
        let ground = Ground::over(MemoryLog::new(1), 1);
        let [near, owner] = ground.two_nodes().await;
        owner.engine.take(0);
        // More than a stream remembers: given again, the command would be taken for a new one.
        *near.road.lose_answer.lock().unwrap() = Some(40);
        let answer = near.engine.commands().submit(add(1, "a", 1)).await;
        assert!(matches!(answer, Err(Refused::Unavailable { .. })), "{answer:?}");
        assert_eq!((near.road.sent(), ground.landed().await[&1]), (1, 1));
        owner.engine.shutdown(GRACE).await.unwrap();
    });
}

#[test]
fn a_node_that_is_not_reached_makes_its_partitions_unavailable() {
    run(async {
        let ground = Ground::over(MemoryLog::new(1), 1);
        let engine = ground.open("a", Some(Road::new())).await;
        assert!(matches!(engine.commands().submit(add(1, "a", 1)).await, Err(Refused::Unavailable { .. })));
    });
}

/// The header of another version in place of this one's.
fn by_another_version(bytes: &[u8]) -> Vec<u8> {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap();
    [b"sceau-command 1 0.0.0-other".as_slice(), &bytes[end..]].concat()
}

#[test]
fn nodes_of_two_versions_leave_each_others_commands_alone() {
    run(async {
        let ground = Ground::over(MemoryLog::new(1), 1);
        let [near, owner] = ground.two_nodes().await;
        owner.engine.take(0);
        near.road.request.set(by_another_version).unwrap();
        assert!(matches!(near.engine.commands().submit(add(1, "a", 1)).await, Err(Refused::Unavailable { .. })));
        assert_eq!(ground.landed().await.len(), 0);
        owner.engine.shutdown(GRACE).await.unwrap();
    });
}

#[test]
fn an_answer_that_cannot_be_read_is_no_answer() {
    run(async {
        for tamper in [by_another_version as Tamper, |_| Vec::new()] {
            let [near, owner] = owned_by_the_other().await;
            near.road.answer.set(tamper).unwrap();
            let answer = near.engine.commands().submit(add(1, "a", 1)).await;
            assert!(matches!(answer, Err(Refused::Unavailable { .. })), "{answer:?}");
            // It had taken effect, as the same id tells.
            assert!(owner.engine.commands().submit(add(1, "a", 1)).await.unwrap().repeated);
            owner.engine.shutdown(GRACE).await.unwrap();
        }
    });
}

#[test]
fn bytes_that_are_no_command_are_refused_as_such() {
    let tampers: [Tamper; 4] = [
        |_| Vec::new(),
        |_| b"GET / HTTP/1.1\r\n".to_vec(),
        |bytes| bytes[..bytes.len() - 1].to_vec(),
        |bytes| [bytes, b"!"].concat(),
    ];
    run(async {
        for tamper in tampers {
            let ground = Ground::over(MemoryLog::new(1), 1);
            let [near, owner] = ground.two_nodes().await;
            owner.engine.take(0);
            near.road.request.set(tamper).unwrap();
            let answer = near.engine.commands().submit(add(1, "a", 1)).await;
            assert!(matches!(answer, Err(Refused::Malformed { .. })), "{answer:?}");
            assert_eq!(ground.landed().await.len(), 0);
            owner.engine.shutdown(GRACE).await.unwrap();
        }
    });
}

/// The partition of a stream among four.
fn home(name: &str) -> u32 {
    partition_of(&stream(name), 4)
}

#[test]
fn a_node_that_counts_other_partitions_puts_no_stream_where_it_does_not_belong() {
    run(async {
        let ground = Ground::over(MemoryLog::new(4), 4);
        let owner = ground.open("b", None).await;
        for number in 0..4 {
            owner.take(number);
        }
        let road = Road::new();
        road.lead_to(&owner);
        let near = Ground::over(MemoryLog::new(1), 1).open("a", Some(road)).await.commands();
        let name_where =
            |at_0| ["a", "b", "c", "d", "e", "f"].into_iter().find(|name| (home(name) == 0) == at_0).unwrap();
        assert!(near.submit(add(1, name_where(true), 1)).await.is_ok());
        assert!(matches!(near.submit(add(2, name_where(false), 1)).await, Err(Refused::Unavailable { .. })));
        assert_eq!(ground.landed().await.into_keys().collect::<Vec<_>>(), [1]);
        owner.shutdown(GRACE).await.unwrap();
    });
}
