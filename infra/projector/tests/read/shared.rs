//! Two nodes share the partitions of one log: their rows, and waiting for them across.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use sceau_embedded::{Folder, Memory, Options};
use sceau_log::{Log, NewRecord, Partition};
use sceau_projector::projector::ProjectorOptions;
use sceau_projector::{Position, Projections, ReadSide, Stale, ViewReader, WaitError};

use crate::engines::Engines;
use crate::nodes::{Ground, Others, shut_down, until};
use crate::toy::{Balance, Balances, Event, TOPIC, Totals, Writing, account, added, source};
use crate::views::{at, soon, two_partitions};

async fn balance(node: &ReadSide, number: u32) -> Option<Balance> {
    node.views().reader::<Balances>().unwrap().get(&account(number)).await.unwrap()
}

#[tokio::test]
async fn two_nodes_write_the_rows_that_one_writes() {
    let (shared, alone) = (Engines::new(), Engines::new());
    for engines in [&shared, &alone] {
        two_partitions(engines);
    }
    let [a, b] = Ground::of(&shared).two().await;
    let single = Projections::new().with::<Balances>().with::<Totals>();
    let single = single.start(alone.log(), alone.store(), ProjectorOptions::default()).await.unwrap();
    for node in [&a, &b, &single] {
        node.wait(&[at(0, 5), at(1, 1)], soon()).await.unwrap();
    }
    for table in ["balance_v1_g1", "total_v1_g1"] {
        assert_eq!(shared.store.rows(table), alone.store.rows(table));
    }
    for node in [&a, &b] {
        let totals = node.views().reader::<Totals>().unwrap();
        assert_eq!(totals.get(&account(2)).await, Ok(Some(Balance { balance: 21, changes: 2 })));
    }
    shut_down([a, b, single]).await;
}

#[tokio::test]
async fn a_reader_waits_for_what_another_node_writes() {
    let engines = Engines::new();
    let ground = Ground::of(&engines);
    let [a, b] = ground.two().await;
    let early = Instant::now() + Duration::from_millis(30);
    let stale = b.views().reader::<Balances>().unwrap().wait(&[at(0, 1)], early).await.unwrap_err();
    assert_eq!(stale, Stale { projection: "balance", topic: TOPIC.to_owned(), partition: 0, wanted: 1, applied: 0 });

    let waiting = b.clone();
    let waiting = tokio::spawn(async move { waiting.wait(&[at(0, 1), at(1, 0)], soon()).await });
    let mut log = Writing::new();
    engines.log.put(TOPIC, 1, log.new_records());
    engines.log.put(TOPIC, 0, log.commit(1, &[added(1, 5)]).new_records());
    waiting.await.unwrap().unwrap();
    assert_eq!(balance(&b, 1).await, Some(Balance { balance: 5, changes: 1 }));

    let asked = ground.others.asked.load(Ordering::SeqCst);
    b.wait(&[at(0, 1)], soon()).await.unwrap();
    assert_eq!(ground.others.asked.load(Ordering::SeqCst), asked, "what was learnt is not asked again");
    shut_down([a, b]).await;
}

#[tokio::test]
async fn a_wait_goes_on_when_the_partition_moves_to_another_node() {
    let engines = Engines::new();
    let [a, b] = Ground::of(&engines).two().await;
    let wait = |node: &ReadSide| {
        let node = node.clone();
        tokio::spawn(async move { node.wait(&[at(0, 1)], soon()).await })
    };
    let waiting = [wait(&a), wait(&b)];
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(a.release(&source(0), Duration::from_secs(5)).await);
    b.take(&source(0));
    let mut log = Writing::new();
    engines.log.put(TOPIC, 0, log.commit(1, &[added(1, 5)]).new_records());
    for waiting in waiting {
        waiting.await.unwrap().unwrap();
    }
    assert_eq!(balance(&a, 1).await, Some(Balance { balance: 5, changes: 1 }));
    shut_down([a, b]).await;
}

#[tokio::test]
async fn a_wait_that_nobody_answers_ends_when_the_partition_comes_here() {
    let engines = Engines::new();
    let ground = Ground::of(&engines);
    ground.others.mute.store(true, Ordering::SeqCst);
    let [a, b] = ground.two().await;
    let waiting = b.clone();
    let waiting = tokio::spawn(async move { waiting.wait(&[at(0, 1)], soon()).await });
    until("it is asked for elsewhere", || ground.others.asked.load(Ordering::SeqCst) > 0).await;
    let mut log = Writing::new();
    engines.log.put(TOPIC, 0, log.commit(1, &[added(1, 5)]).new_records());
    b.take(&source(0));
    waiting.await.unwrap().unwrap();
    shut_down([a, b]).await;
}

#[tokio::test]
async fn a_node_answers_for_its_own_partitions_only() {
    let [a, b] = Ground::of(&Engines::new()).two().await;
    let not_here = Err(WaitError::NotHere { projection: "balance" });
    assert_eq!(b.wait_here("balance", 1, &[at(0, 0)], soon()).await, not_here);
    assert_eq!(a.wait_here("balance", 7, &[at(0, 0)], soon()).await, not_here, "a table it does not know");
    let unknown = Err(WaitError::Unknown { projection: "ledger".to_owned() });
    assert_eq!(a.wait_here("ledger", 1, &[at(0, 0)], soon()).await, unknown);
    let early = Instant::now() + Duration::from_millis(10);
    assert!(matches!(a.wait_here("balance", 1, &[at(0, 0)], early).await, Err(WaitError::Stale(_))));
    shut_down([a, b]).await;
}

#[tokio::test]
async fn where_a_view_stands_is_known_only_to_a_node_that_writes_all_of_it() {
    let [a, b] = Ground::of(&Engines::new()).two().await;
    let views = [&a, &b].map(|node| node.views().reader::<Balances>().unwrap());
    assert_eq!(views.each_ref().map(ViewReader::standing), [None, None]);
    assert!(b.release(&source(1), Duration::from_secs(5)).await);
    a.take(&source(1));
    let before = views[0].standing().expect("it writes all of it");
    assert!(a.release(&source(1), Duration::from_secs(5)).await);
    assert_eq!(views[0].standing(), None);
    a.take(&source(1));
    let after = views[0].standing().expect("it writes all of it again");
    assert_eq!(before.applied, after.applied);
    assert_ne!(before, after, "another may have written meanwhile");
    shut_down([a, b]).await;
}

#[tokio::test]
async fn how_far_others_have_come_is_looked_up() {
    let engines = Engines::new();
    two_partitions(&engines);
    let [a, b] = Ground::of(&engines).two().await;
    let deadline = soon();
    loop {
        let serving = a.survey().await.unwrap()[0].serving.clone().unwrap();
        if serving.progress.complete() {
            let parts: Vec<_> = serving.partitions.iter().map(|part| (part.here, part.applied, part.end)).collect();
            assert_eq!(parts, [(true, 6, 6), (false, 2, 2)]);
            break;
        }
        assert!(Instant::now() < deadline, "{serving:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    shut_down([a, b]).await;
}

/// Appends a commit every few hundred microseconds until told to stop; gives the balances.
async fn load(log: Arc<dyn Log>, mut stop: tokio::sync::oneshot::Receiver<()>) -> (BTreeMap<u32, Balance>, u64) {
    let (mut writing, mut rows) = (Writing::new(), BTreeMap::<u32, Balance>::new());
    let mut appended = 0;
    for n in 0_u32.. {
        let events = match n % 3 {
            0 => vec![Event::Moved { from: n % 7, to: 7 + n % 5, amount: 3 }],
            _ => vec![added(n % 7, i64::from(n)), added(7 + n % 5, 1)],
        };
        let mut put = |account: u32, amount: i64| {
            let row = rows.entry(account).or_default();
            row.balance += amount;
            row.changes += 1;
        };
        for event in &events {
            match event {
                Event::Added { account, amount } => put(*account, *amount),
                Event::Moved { from, to, amount } => {
                    put(*from, -amount);
                    put(*to, *amount);
                }
                Event::Noted | Event::Damaged => {}
            }
        }
        writing.commit(n % 7, &events);
        let records: Vec<NewRecord> = writing.new_records().split_off(appended);
        appended = writing.records.len();
        log.append(Partition { topic: TOPIC, number: 0 }, records, Box::new(|_| {}));
        if n % 8 == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        if stop.try_recv().is_ok() {
            break;
        }
    }
    (rows, appended as u64)
}

fn holes(node: &ReadSide) -> u64 {
    let serving = node.list().into_iter().filter_map(|status| status.serving);
    serving.flat_map(|serving| serving.partitions).map(|part| part.holes).sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_partition_moved_back_and_forth_under_load_leaves_rows_that_equal_the_fold() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { topics: &[(TOPIC, 2)], memory: Memory::default() };
    let (log, store) = Folder::open(Path::new(folder.path()), options).unwrap();
    let ground = Ground { log: Arc::new(log), store: Arc::new(store), others: Arc::<Others>::default() };
    let nodes = ground.two().await;
    let (stop, stopped) = tokio::sync::oneshot::channel();
    let writing = tokio::spawn(load(Arc::clone(&ground.log), stopped));
    for round in 0..12 {
        tokio::time::sleep(Duration::from_millis(40)).await;
        let (from, to) = (&nodes[round % 2], &nodes[(round + 1) % 2]);
        if round % 3 == 0 {
            // The next one has it before the last one knows.
            to.take(&source(0));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        // Every fourth time without patience: what was read is read again.
        let patience = if round % 4 == 0 { Duration::ZERO } else { Duration::from_secs(5) };
        from.release(&source(0), patience).await;
        to.take(&source(0));
    }
    stop.send(()).unwrap();
    let (rows, appended) = writing.await.unwrap();
    let last = Position { topic: TOPIC, partition: 0, offset: appended - 1 };
    for node in &nodes {
        node.wait(&[last], soon()).await.unwrap();
        for (number, row) in &rows {
            assert_eq!(balance(node, *number).await.as_ref(), Some(row), "account {number}");
        }
        assert_eq!(holes(node), 0);
    }
    shut_down(nodes).await;
}

#[tokio::test]
async fn nodes_that_start_at_once_on_an_empty_store_agree() {
    let engines = Engines::new();
    two_partitions(&engines);
    let ground = Ground::of(&engines);
    let (a, b, c) = tokio::join!(ground.node(), ground.node(), ground.node());
    // All of them think that they lead, for a moment.
    for node in [&a, &b, &c] {
        node.lead(true);
        node.take(&source(0));
    }
    b.take(&source(1));
    for node in [&a, &b] {
        node.lead(false);
    }
    for node in [&a, &b, &c] {
        node.wait(&[at(0, 5), at(1, 1)], soon()).await.unwrap();
    }
    let serving = |node: &ReadSide| {
        node.list().iter().map(|status| status.serving.as_ref().map(|one| one.number)).collect::<Vec<_>>()
    };
    until("all serve the same", || serving(&a) == serving(&c) && serving(&b) == serving(&c)).await;
    shut_down([a, b, c]).await;
}
