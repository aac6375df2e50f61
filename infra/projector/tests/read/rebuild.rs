//! Building a new table beside the one that serves: by hand, for a new version, over a restart.

use std::time::Duration;

use sceau_projection::{Cell, Projection};
use sceau_projector::projector::ProjectorOptions;
use sceau_projector::{ControlError, Projections, ReadSide, StartError};

use crate::engines::Engines;
use crate::toy::{Balances, BalancesInCents, TOPIC, Writing, account, added};
use crate::views::{at, soon};

const PATIENCE: Duration = Duration::from_secs(5);

async fn start<P: Projection>(engines: &Engines) -> Result<ReadSide, StartError>
where
    P::Event: Send,
{
    Projections::new().with::<P>().start(engines.log(), engines.store(), ProjectorOptions::default()).await
}

/// A platform whose balances serve and include ten accounts.
async fn serving(engines: &Engines) -> ReadSide {
    let mut log = Writing::new();
    for n in 0..10 {
        log.commit(n, &[added(n, i64::from(n))]);
    }
    engines.log.put(TOPIC, 0, log.new_records());
    let read_side = start::<Balances>(engines).await.unwrap();
    let view = read_side.views().reader::<Balances>().unwrap();
    view.wait(&[at(0, 10)], soon()).await.unwrap();
    read_side
}

fn tables(engines: &Engines) -> Vec<String> {
    engines.store.names().into_iter().filter(|name| name.starts_with("balance")).collect()
}

/// Waits until the build has come to the end of the log.
async fn built(read_side: &ReadSide) {
    let deadline = soon();
    while !read_side.list()[0].building.as_ref().is_some_and(|building| building.progress.complete()) {
        assert!(std::time::Instant::now() < deadline, "{:?}", read_side.list());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_rebuild_equals_what_serves_and_takes_its_place() {
    let engines = Engines::new();
    let read_side = serving(&engines).await;
    assert_eq!(tables(&engines), ["balance_v1_g1"]);
    read_side.rebuild("balance").await.unwrap();
    built(&read_side).await;
    assert_eq!(engines.store.rows("balance_v1_g1"), engines.store.rows("balance_v1_g2"));
    assert!(matches!(read_side.rebuild("balance").await, Err(ControlError::Building { .. })));

    let comparison = read_side.switch("balance", false).await.unwrap();
    assert_eq!((comparison.serving, comparison.built, comparison.different), (10, 10, 0));
    assert_eq!(tables(&engines), ["balance_v1_g2"], "the old rows are dropped");
    let view = read_side.views().reader::<Balances>().unwrap();
    assert_eq!(view.get(&account(7)).await.unwrap().unwrap().balance, 7);
    assert_eq!(read_side.switch("balance", false).await, Err(ControlError::NotBuilding));
    assert!(read_side.shutdown(PATIENCE).await);
}

#[tokio::test]
async fn rows_that_differ_are_named_and_need_force() {
    let engines = Engines::new();
    let read_side = serving(&engines).await;
    read_side.rebuild("balance").await.unwrap();
    built(&read_side).await;
    let key = vec![Cell::Text("bank".to_owned()), Cell::Int(3)];
    engines.store.tamper("balance_v1_g1", |rows| {
        rows.get_mut(&key).unwrap().1.as_mut().unwrap()[1] = Cell::Int(999);
    });

    let Err(ControlError::Differs(comparison)) = read_side.switch("balance", false).await else {
        panic!("must differ")
    };
    assert_eq!((comparison.different, comparison.examples), (1, vec![format!("{key:?}")]));
    assert_eq!(read_side.switch("balance", true).await.unwrap().different, 1);
    let view = read_side.views().reader::<Balances>().unwrap();
    assert_eq!(view.get(&account(3)).await.unwrap().unwrap().balance, 3, "the rebuilt row is right");
    assert!(read_side.shutdown(PATIENCE).await);
}

#[tokio::test]
async fn a_rebuild_that_is_behind_is_not_served_and_can_be_cancelled() {
    let engines = Engines::new();
    let read_side = serving(&engines).await;
    engines.log.hold(true);
    read_side.rebuild("balance").await.unwrap();
    assert!(matches!(read_side.switch("balance", true).await, Err(ControlError::Behind { .. })));
    read_side.cancel("balance").await.unwrap();
    assert_eq!(tables(&engines), ["balance_v1_g1"]);
    assert_eq!(read_side.cancel("balance").await, Err(ControlError::NotBuilding));
    let unknown = ControlError::Unknown { projection: "ledger".to_owned(), known: vec!["balance"] };
    assert_eq!(read_side.rebuild("ledger").await, Err(unknown));
    assert!(read_side.shutdown(PATIENCE).await);
}

#[tokio::test]
async fn a_rebuild_goes_on_after_a_restart() {
    let engines = Engines::new();
    let read_side = serving(&engines).await;
    engines.log.hold(true);
    read_side.rebuild("balance").await.unwrap();
    assert!(read_side.shutdown(PATIENCE).await);
    engines.log.hold(false);

    let read_side = start::<Balances>(&engines).await.unwrap();
    assert_eq!(tables(&engines), ["balance_v1_g1", "balance_v1_g2"]);
    built(&read_side).await;
    assert_eq!(read_side.switch("balance", false).await.unwrap().different, 0);
    assert!(read_side.shutdown(PATIENCE).await);

    let read_side = start::<Balances>(&engines).await.unwrap();
    let view = read_side.views().reader::<Balances>().unwrap();
    assert_eq!(view.get(&account(7)).await.unwrap().unwrap().balance, 7, "it serves at once");
    assert!(read_side.shutdown(PATIENCE).await);
}

#[tokio::test]
async fn a_new_version_is_built_and_serves_when_it_is_done() {
    let engines = Engines::new();
    assert!(serving(&engines).await.shutdown(PATIENCE).await);
    let read_side = start::<BalancesInCents>(&engines).await.unwrap();
    let view = read_side.views().reader::<BalancesInCents>().unwrap();
    view.wait(&[at(0, 10)], soon()).await.unwrap();
    assert_eq!(view.get(&account(7)).await.unwrap().unwrap().balance, 700);
    assert!(read_side.shutdown(PATIENCE).await);
    assert_eq!(tables(&engines), ["balance_v2_g2"]);

    let Err(refused) = start::<Balances>(&engines).await else { panic!("an older program must not start") };
    assert_eq!(refused, StartError::Newer { projection: "balance", stored: 2, code: 1 });
}

#[tokio::test]
async fn two_projections_of_one_name_are_refused() {
    let engines = Engines::new();
    let projections = Projections::new().with::<Balances>().with::<BalancesInCents>();
    let refused = projections.start(engines.log(), engines.store(), ProjectorOptions::default()).await.err();
    assert_eq!(refused, Some(StartError::Duplicate { projection: "balance" }));
}
