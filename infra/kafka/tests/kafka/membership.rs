//! The group shares the partitions, hands them over, and notices who does not belong.

use std::collections::BTreeSet;
use std::time::Duration;

use sceau_kafka::{Change, KafkaSettings, Membership, MembershipError, MembershipSettings};
use sceau_log::Partition;
use sceau_log::contract::{PARTITIONS, TOPIC};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::timeout;

use crate::environment::{TOPICS, kafka, open, settings};

const PATIENCE: Duration = Duration::from_secs(60);

/// A member that hands over at once.
struct Node {
    membership: Membership,
    changes: UnboundedReceiver<Change>,
    owned: BTreeSet<Partition>,
}

impl Node {
    async fn join(settings: &KafkaSettings, name: &str) -> Self {
        let membership =
            MembershipSettings { session_timeout: Duration::from_secs(6), ..MembershipSettings::new(name) };
        let (membership, changes) = Membership::join(settings, membership, TOPICS).await.unwrap();
        Self { membership, changes, owned: BTreeSet::new() }
    }

    /// Takes the next change; says why the membership has ended, if it has.
    async fn next(&mut self) -> Option<MembershipError> {
        match timeout(PATIENCE, self.changes.recv()).await.unwrap().unwrap() {
            Change::Gained(partitions) => self.owned.extend(partitions),
            Change::Lost { partitions, .. } => {
                for partition in partitions {
                    assert!(self.owned.remove(&partition), "{partition} is lost by who owns it");
                }
            }
            Change::Ended(error) => return Some(error),
        }
        None
    }

    async fn until_it_owns(&mut self, count: usize) {
        while self.owned.len() != count {
            assert_eq!(self.next().await, None);
        }
    }
}

fn all() -> BTreeSet<Partition> {
    (0..PARTITIONS).map(|number| Partition { topic: TOPIC, number }).collect()
}

#[tokio::test]
async fn members_share_the_partitions_and_hand_them_over() {
    let Some(kafka) = kafka() else { return };
    let settings = settings(kafka.bootstrap());
    let _log = open(&settings).await;
    let mut first = Node::join(&settings, "first").await;
    first.until_it_owns(4).await;
    assert_eq!(first.owned, all());

    let mut second = Node::join(&settings, "second").await;
    first.until_it_owns(2).await;
    second.until_it_owns(2).await;
    assert_eq!(&first.owned | &second.owned, all());

    let Node { membership, mut changes, .. } = first;
    let listening = tokio::spawn(async move { while changes.recv().await.is_some() {} });
    timeout(PATIENCE, membership.leave()).await.unwrap();
    second.until_it_owns(4).await;
    assert_eq!(second.owned, all());
    timeout(PATIENCE, listening).await.unwrap().unwrap();
    timeout(PATIENCE, second.membership.leave()).await.unwrap();
}

#[tokio::test]
async fn a_partition_is_given_away_only_once_it_is_handed_over() {
    let Some(kafka) = kafka() else { return };
    let settings = settings(kafka.bootstrap());
    let _log = open(&settings).await;
    let mut first = Node::join(&settings, "first").await;
    first.until_it_owns(4).await;
    let mut second = Node::join(&settings, "second").await;
    let Change::Lost { partitions, handover, late: false } =
        timeout(PATIENCE, first.changes.recv()).await.unwrap().unwrap()
    else {
        panic!("the first member gives some up")
    };
    let waited = timeout(Duration::from_secs(2), second.until_it_owns(partitions.len())).await;
    assert!(waited.is_err(), "nobody gets them before they are handed over");
    drop(handover);
    second.until_it_owns(partitions.len()).await;
    assert_eq!(second.owned, partitions.into_iter().collect());
}

#[tokio::test]
async fn a_node_that_takes_the_name_of_another_ends_it() {
    let Some(kafka) = kafka() else { return };
    let settings = settings(kafka.bootstrap());
    let _log = open(&settings).await;
    let mut first = Node::join(&settings, "same").await;
    first.until_it_owns(4).await;
    let mut second = Node::join(&settings, "same").await;
    let ended = loop {
        if let Some(ended) = first.next().await {
            break ended;
        }
    };
    assert_eq!(ended, MembershipError::NodeTwice { node: "same".to_owned() });
    assert!(ended.to_string().contains("another node has joined as `same`"));
    assert_eq!(first.owned, BTreeSet::new(), "what it owned was lost first");
    second.until_it_owns(4).await;
}

#[tokio::test]
async fn a_group_of_another_platform_is_refused() {
    let Some(kafka) = kafka() else { return };
    let ours = settings(kafka.bootstrap());
    let _log = open(&ours).await;
    let mut node = Node::join(&ours, "ours").await;
    node.until_it_owns(4).await;

    let theirs = KafkaSettings { group: ours.group.clone(), ..settings(kafka.bootstrap()) };
    let _their_log = open(&theirs).await;
    let refused = Membership::join(&theirs, MembershipSettings::new("theirs"), TOPICS).await.unwrap_err();
    let MembershipError::OtherPlatform { group, topics, .. } = &refused else { panic!("{refused}") };
    assert_eq!(*group, ours.group);
    assert_eq!(*topics, [format!("{}contract", ours.topic_prefix)]);
}
