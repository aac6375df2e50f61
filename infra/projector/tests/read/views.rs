//! Reading rows that two partitions feed, and waiting for them.

use std::time::{Duration, Instant};

use sceau_projection::Cell;
use sceau_projector::projector::ProjectorOptions;
use sceau_projector::{Position, Projections, Range, ReadSide, Stale, ViewError};

use crate::engines::Engines;
use crate::toy::{Balance, Balances, Event, TOPIC, Totals, Writing, account, added};

pub(crate) fn soon() -> Instant {
    Instant::now() + Duration::from_secs(20)
}

pub(crate) fn at(partition: u32, offset: u64) -> Position<'static> {
    Position { topic: TOPIC, partition, offset }
}

async fn start(engines: &Engines) -> ReadSide {
    let projections = Projections::new().with::<Balances>().with::<Totals>();
    projections.start(engines.log(), engines.store(), ProjectorOptions::default()).await.unwrap()
}

/// Partition 0 holds accounts 1 to 5, partition 1 moves from account 9 to account 2.
pub(crate) fn two_partitions(engines: &Engines) {
    let mut first = Writing::new();
    for n in 1..=5 {
        first.commit(n, &[added(n, i64::from(n) * 10)]);
    }
    let mut second = Writing::new();
    second.commit(9, &[Event::Moved { from: 9, to: 2, amount: 1 }]);
    engines.log.put(TOPIC, 0, first.new_records());
    engines.log.put(TOPIC, 1, second.new_records());
}

#[tokio::test]
async fn partial_rows_are_joined_when_read() {
    let engines = Engines::new();
    two_partitions(&engines);
    let read_side = start(&engines).await;
    let view = read_side.views().reader::<Totals>().unwrap();
    view.wait(&[at(0, 5), at(1, 1)], soon()).await.unwrap();

    let row = |balance, changes| Balance { balance, changes };
    assert_eq!(view.get(&account(2)).await, Ok(Some(row(21, 2))));
    let keys = [account(9), account(77), account(1)];
    assert_eq!(view.get_many(&keys).await, Ok(vec![Some(row(-1, 1)), None, Some(row(10, 1))]));
    assert!(read_side.shutdown(Duration::from_secs(5)).await);
}

#[tokio::test]
async fn a_range_is_read_from_either_end_and_goes_on_after_a_key() {
    let engines = Engines::new();
    two_partitions(&engines);
    let read_side = start(&engines).await;
    let view = read_side.views().reader::<Totals>().unwrap();
    view.wait(&[at(0, 5), at(1, 1)], soon()).await.unwrap();

    let bank = || vec![Cell::Text("bank".to_owned())];
    let accounts =
        async |range| -> Vec<u32> { view.scan(range).await.unwrap().into_iter().map(|(key, _)| key.account).collect() };
    assert_eq!(accounts(Range::of(bank(), 3)).await, [1, 2, 3]);
    assert_eq!(accounts(Range::of(bank(), 2).after(account(2))).await, [3, 4]);
    assert_eq!(accounts(Range::of(bank(), 2).from(account(2))).await, [2, 3]);
    assert_eq!(accounts(Range::of(bank(), 2).descending()).await, [9, 5]);
    assert_eq!(accounts(Range::of(bank(), 2).descending().after(account(3))).await, [2, 1]);
    assert_eq!(accounts(Range::of(bank(), 1).descending().from(account(7))).await, [5], "the floor of 7");
    let second = view.scan(Range::of(bank(), 1).from(account(2))).await.unwrap();
    assert_eq!(second[0].1.balance, 21, "joined in a range too");
    assert!(read_side.shutdown(Duration::from_secs(5)).await);
}

#[tokio::test]
async fn a_reader_waits_for_its_own_writes_and_gives_up_at_the_deadline() {
    let engines = Engines::new();
    let read_side = start(&engines).await;
    let view = read_side.views().reader::<Balances>().unwrap();
    let other_topic = Position { topic: "test.other", partition: 0, offset: 1_000_000 };
    view.wait(&[other_topic], soon()).await.unwrap();

    let deadline = Instant::now() + Duration::from_millis(30);
    let stale = view.wait(&[at(0, 1)], deadline).await.unwrap_err();
    let expected = Stale { projection: "balance", topic: TOPIC.to_owned(), partition: 0, wanted: 1, applied: 0 };
    assert_eq!(stale, expected);

    let mut log = Writing::new();
    log.commit(1, &[added(1, 5)]);
    engines.log.put(TOPIC, 0, log.new_records());
    view.wait(&[at(0, 1)], soon()).await.unwrap();
    assert_eq!(view.get(&account(1)).await, Ok(Some(Balance { balance: 5, changes: 1 })));
    assert!(read_side.shutdown(Duration::from_secs(5)).await);
}

#[tokio::test]
async fn a_view_that_is_being_built_says_so() {
    let engines = Engines::new();
    two_partitions(&engines);
    engines.log.hold(true);
    let read_side = start(&engines).await;
    let view = read_side.views().reader::<Balances>().unwrap();
    let answer = view.get(&account(1)).await;
    assert!(matches!(answer, Err(ViewError::Building { projection: "balance", .. })), "{answer:?}");
    engines.log.hold(false);
    view.wait(&[at(0, 5)], soon()).await.unwrap();
    assert_eq!(view.get(&account(1)).await.unwrap().unwrap().balance, 10);
    assert!(read_side.shutdown(Duration::from_secs(5)).await);
}

#[tokio::test]
async fn a_failing_store_holds_the_rows_back_and_loses_none() {
    let engines = Engines::new();
    let read_side = start(&engines).await;
    let view = read_side.views().reader::<Balances>().unwrap();
    assert!(read_side.ready(soon()).await);
    engines.store.failing.store(true, std::sync::atomic::Ordering::SeqCst);
    two_partitions(&engines);
    let deadline = Instant::now() + Duration::from_millis(100);
    assert!(view.wait(&[at(0, 5)], deadline).await.is_err());
    let troubled = read_side.list().iter().any(|projection| {
        let serving = projection.serving.as_ref().unwrap();
        serving.partitions.iter().any(|partition| partition.trouble.is_some())
    });
    assert!(troubled, "{:?}", read_side.list());
    engines.store.failing.store(false, std::sync::atomic::Ordering::SeqCst);
    view.wait(&[at(0, 5)], soon()).await.unwrap();
    assert_eq!(view.get(&account(5)).await.unwrap().unwrap().balance, 50);
    assert!(read_side.shutdown(Duration::from_secs(5)).await);
}
