//! The cluster fails under the store and comes back.

use std::time::{Duration, Instant};

use sceau_engines::{Cassandra, Scratch, or_skip};
use sceau_projection::Cell;
use sceau_scylla::{ScyllaSettings, ScyllaStore};
use sceau_store::{Store, StoreError};
use tokio::sync::watch;

use crate::setting::{key, open, settings, visit, visitor, visits};

/// Rows of a write.
const ROWS: i64 = 50;

/// Writes batches until one fails, and tells how many were answered; what the last said.
async fn write_until_it_fails(store: &ScyllaStore, answered: watch::Sender<i64>) -> StoreError {
    for batch in 0.. {
        answered.send_replace(batch);
        let rows = (0..ROWS).map(|n| visit("a", batch * ROWS + n, "ann", batch + 1)).collect();
        if let Err(error) = store.write("visits", rows).await {
            return error;
        }
    }
    unreachable!("the loop has no end")
}

/// The same request until it is answered.
async fn patiently<T>(mut ask: impl AsyncFnMut() -> Result<T, StoreError>) -> T {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        match ask().await {
            Ok(answer) => return answer,
            Err(StoreError::Unavailable { .. }) if Instant::now() < deadline => {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            Err(error) => panic!("{error}"),
        }
    }
}

/// `kill -9` in the middle of writes: they fail as unavailable, what was answered is there after the restart, and the
/// same store works again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_cluster_is_unavailable_and_then_works_again() {
    let folder = Scratch::new().unwrap();
    let Some(cassandra) = or_skip(Cassandra::start(folder.path())).unwrap() else { return };
    let store = open(&settings(&cassandra, "sceau")).await;
    store.ensure(&visits("visits")).await.unwrap();
    let (telling, mut answered) = watch::channel(0);
    let (error, ()) = tokio::join!(write_until_it_fails(&store, telling), async {
        answered.wait_for(|batches| *batches > 5).await.unwrap();
        cassandra.kill();
    });
    let answered = *answered.borrow();
    assert!(matches!(error, StoreError::Unavailable { .. }), "{error:?}");
    cassandra.restart().unwrap();
    let keys: Vec<_> = (0..answered * ROWS).map(|at| key("a", at)).collect();
    let found = patiently(async || store.read("visits", keys.clone()).await).await;
    assert!(found.iter().all(Option::is_some), "every answered row survives the process");
    patiently(async || store.write("visits", vec![visit("b", 1, "ben", 1)]).await).await;
    assert_eq!(visitor(&store, "visits", key("b", 1)).await, Ok(Some(Cell::Text("ben".into()))));
}

/// A node that stands still is given up on after the time a request may take, and used again once it wakes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_stands_still_is_not_waited_for_for_ever() {
    let folder = Scratch::new().unwrap();
    let Some(cassandra) = or_skip(Cassandra::start(folder.path())).unwrap() else { return };
    let settings = ScyllaSettings { request_timeout: Duration::from_secs(1), ..settings(&cassandra, "sceau") };
    let store = open(&settings).await;
    store.ensure(&visits("visits")).await.unwrap();
    cassandra.pause().unwrap();
    let write = store.write("visits", vec![visit("a", 1, "ann", 1)]);
    let stalled = tokio::time::timeout(Duration::from_secs(30), write).await.unwrap();
    assert!(matches!(stalled, Err(StoreError::Unavailable { .. })), "{stalled:?}");
    cassandra.resume().unwrap();
    patiently(async || store.write("visits", vec![visit("a", 2, "ben", 2)]).await).await;
}
