//! One node decides which table serves and which is built; the others follow.

use std::time::Duration;

use sceau_projection::Projection;
use sceau_projector::projector::ProjectorOptions;
use sceau_projector::{ControlError, Projections, ReadSide, StartError, ViewError};

use crate::engines::Engines;
use crate::nodes::{Ground, shut_down, until};
use crate::toy::{Balances, BalancesInCents, TOPIC, Totals, Writing, account, added, source};
use crate::views::{at, soon, two_partitions};

fn serving(node: &ReadSide) -> Option<u64> {
    node.list()[0].serving.as_ref().map(|serving| serving.number)
}

fn building(node: &ReadSide) -> Option<u64> {
    node.list()[0].building.as_ref().map(|building| building.number)
}

fn tables(engines: &Engines) -> Vec<String> {
    engines.store.names().into_iter().filter(|name| name.starts_with("balance")).collect()
}

async fn value<P: Projection<Key = crate::toy::Account, Row = crate::toy::Balance>>(
    node: &ReadSide,
    number: u32,
) -> i64 {
    node.views().reader::<P>().unwrap().get(&account(number)).await.unwrap().unwrap().balance
}

/// Switches as soon as the build is not behind.
async fn switched(leader: &ReadSide) {
    let deadline = soon();
    loop {
        match leader.switch("balance", false).await {
            Ok(comparison) => return assert_eq!(comparison.different, 0),
            Err(ControlError::Behind { .. }) if std::time::Instant::now() < deadline => {}
            Err(error) => panic!("{error}"),
        }
    }
}

#[tokio::test]
async fn a_follower_serves_what_the_leader_switches_to_and_old_rows_stay_for_a_while() {
    let engines = Engines::new();
    two_partitions(&engines);
    let [a, b] = Ground::of(&engines).two().await;
    assert_eq!(b.rebuild("balance").await, Err(ControlError::NotLeading));
    a.rebuild("balance").await.unwrap();
    until("the follower builds, too", || building(&b) == Some(2)).await;
    assert_eq!(b.cancel("balance").await, Err(ControlError::NotLeading));
    assert_eq!(b.switch("balance", true).await, Err(ControlError::NotLeading));
    switched(&a).await;
    assert_eq!(tables(&engines), ["balance_v1_g1", "balance_v1_g2"], "queries may be reading the old rows");
    let mut log = Writing::new();
    log.commit(9, &[]).commit(9, &[]).commit(8, &[added(8, 1)]);
    engines.log.put(TOPIC, 1, log.new_records().split_off(2));
    while serving(&b) == Some(1) {
        b.wait(&[at(1, 2)], soon()).await.unwrap();
        assert_eq!(value::<Balances>(&b, 3).await, 30);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!((serving(&b), building(&b)), (Some(2), None));
    until("the old rows are dropped in the end", || tables(&engines) == ["balance_v1_g2"]).await;
    assert_eq!(value::<Balances>(&b, 3).await, 30);
    shut_down([a, b]).await;
}

#[tokio::test]
async fn a_rebuild_that_is_cancelled_is_given_up_by_the_follower() {
    let engines = Engines::new();
    let [a, b] = Ground::of(&engines).two().await;
    a.rebuild("balance").await.unwrap();
    until("the follower builds, too", || building(&b) == Some(2)).await;
    a.cancel("balance").await.unwrap();
    until("the follower gives it up", || building(&b).is_none()).await;
    until("its table is dropped", || tables(&engines) == ["balance_v1_g1"]).await;
    shut_down([a, b]).await;
}

#[tokio::test]
async fn another_leader_takes_a_rebuild_over() {
    let engines = Engines::new();
    two_partitions(&engines);
    let [a, b] = Ground::of(&engines).two().await;
    engines.log.hold(true);
    a.rebuild("balance").await.unwrap();
    // The first leader is gone before its build is done, and before the other has heard of it.
    shut_down([a]).await;
    b.lead(true);
    b.take(&source(0));
    until("the build goes on", || building(&b) == Some(2)).await;
    assert!(matches!(b.rebuild("balance").await, Err(ControlError::Building { .. })));
    engines.log.hold(false);
    switched(&b).await;
    assert_eq!((serving(&b), value::<Balances>(&b, 3).await), (Some(2), 30));
    until("the new leader drops the old rows", || tables(&engines) == ["balance_v1_g2"]).await;
    shut_down([b]).await;
}

#[tokio::test]
async fn two_that_think_they_lead_come_to_one_decision() {
    let engines = Engines::new();
    let [a, b] = Ground::of(&engines).two().await;
    b.lead(true);
    let (first, second) = tokio::join!(a.rebuild("balance"), b.rebuild("balance"));
    assert!(first.is_ok() || second.is_ok(), "{first:?} {second:?}");
    until("both build the same", || building(&a).is_some() && building(&a) == building(&b)).await;
    shut_down([a, b]).await;
}

#[tokio::test]
async fn a_reader_whose_table_is_gone_reads_the_one_that_serves_instead() {
    let engines = Engines::new();
    two_partitions(&engines);
    let alone = Projections::new().with::<Balances>();
    let alone = alone.start(engines.log(), engines.store(), ProjectorOptions::default()).await.unwrap();
    alone.wait(&[at(0, 5)], soon()).await.unwrap();
    let follower = Ground::of(&engines).open::<Balances>().await;
    for generation in 2..5 {
        alone.rebuild("balance").await.unwrap();
        switched(&alone).await;
        assert_eq!(tables(&engines), [format!("balance_v1_g{generation}")], "one that is alone drops at once");
        assert_eq!(value::<Balances>(&follower, 3).await, 30);
        assert_eq!(serving(&follower), Some(generation));
    }
    shut_down([follower, alone]).await;
}

#[tokio::test]
async fn nodes_of_two_versions_serve_their_own_rows_until_the_newer_ones_do() {
    let engines = Engines::new();
    two_partitions(&engines);
    let ground = Ground::of(&engines);
    let old = ground.open::<Balances>().await;
    old.lead(true);
    for number in [0, 1] {
        old.take(&source(number));
    }
    old.wait(&[at(0, 5), at(1, 1)], soon()).await.unwrap();

    // The next one to be restarted leads, with a newer program.
    old.lead(false);
    let new = ground.open::<BalancesInCents>().await;
    new.lead(true);
    new.take(&source(0));
    until("the newer rows are built", || building(&new) == Some(2)).await;
    assert_eq!(value::<Balances>(&old, 3).await, 30, "the older rows are kept for those who read them");
    new.take(&source(1));
    assert!(new.ready(soon()).await);
    assert_eq!(value::<BalancesInCents>(&new, 3).await, 3000);

    until("the older program has no rows", || serving(&old).is_none()).await;
    let answer = old.views().reader::<Balances>().unwrap().get(&account(3)).await;
    assert!(matches!(answer, Err(ViewError::Building { .. })), "{answer:?}");
    let refused = ground.try_open(Projections::new().with::<Balances>()).await.err();
    assert_eq!(refused, Some(StartError::Newer { projection: "balance", stored: 2, code: 1 }));
    old.lead(true);
    until("older rows are dropped", || tables(&engines) == ["balance_v2_g2"]).await;
    shut_down([old, new]).await;
}

#[tokio::test]
async fn a_first_build_serves_though_the_log_grows_under_it() {
    let engines = Engines::new();
    let [mut first, mut second] = [Writing::new(), Writing::new()];
    engines.log.put(TOPIC, 0, first.new_records());
    engines.log.put(TOPIC, 1, second.new_records());
    let growing = {
        let log = engines.log();
        tokio::spawn(async move {
            for n in 0.. {
                for (number, writing) in [(0, &mut first), (1, &mut second)] {
                    let before = writing.records.len();
                    let records = writing.commit(n % 5, &[added(n % 5, 1)]).new_records().split_off(before);
                    log.append(sceau_log::Partition { topic: TOPIC, number }, records, Box::new(|_| {}));
                }
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        })
    };
    let ground = Ground::of(&engines);
    let nodes = [ground.open::<Totals>().await, ground.open::<Totals>().await];
    nodes[0].lead(true);
    for (number, node) in (0..).zip(&nodes) {
        node.take(&source(number));
    }
    for node in &nodes {
        assert!(node.ready(soon()).await, "{:?}", node.list());
    }
    growing.abort();
    shut_down(nodes).await;
}
