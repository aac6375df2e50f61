//! Several read sides over one log and one store, which ask one another as nodes of a cluster do.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sceau_log::Log;
use sceau_projection::Projection;
use sceau_projector::projector::ProjectorOptions;
use sceau_projector::{AppliedElsewhere, Awaited, Projections, ReadSide, Stale, StartError, WaitError};
use sceau_store::Store;

use crate::engines::Engines;
use crate::toy::{Balances, Totals, source};
use crate::views::soon;

pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// Every node; each is asked in turn until one works on the partition.
#[derive(Default)]
pub(crate) struct Others {
    nodes: Mutex<Vec<ReadSide>>,
    pub(crate) asked: AtomicUsize,
    /// Nobody answers.
    pub(crate) mute: AtomicBool,
}

impl AppliedElsewhere for Others {
    fn wait(&self, awaited: Awaited, deadline: Instant) -> BoxFuture<'_, Result<(), Stale>> {
        async move {
            self.asked.fetch_add(1, Ordering::SeqCst);
            if self.mute.load(Ordering::SeqCst) {
                std::future::pending::<()>().await;
            }
            loop {
                let nodes = self.nodes.lock().unwrap().clone();
                for node in nodes {
                    let Awaited { projection, generation, .. } = awaited;
                    match node.wait_here(projection, generation, &[awaited.position()], deadline).await {
                        Ok(()) => return Ok(()),
                        Err(WaitError::Stale(stale)) => return Err(stale),
                        Err(WaitError::NotHere { .. }) => {}
                        Err(error @ WaitError::Unknown { .. }) => panic!("{error}"),
                    }
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
        .boxed()
    }
}

/// Opens nodes that know of one another.
pub(crate) struct Ground {
    pub(crate) log: Arc<dyn Log>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) others: Arc<Others>,
}

impl Ground {
    pub(crate) fn of(engines: &Engines) -> Self {
        Self { log: engines.log(), store: engines.store(), others: Arc::default() }
    }

    pub(crate) async fn try_open(&self, projections: Projections) -> Result<ReadSide, StartError> {
        let elsewhere = Arc::clone(&self.others) as Arc<dyn AppliedElsewhere>;
        let (log, store) = (Arc::clone(&self.log), Arc::clone(&self.store));
        let node = projections.open(log, store, ProjectorOptions::default(), elsewhere).await?;
        self.others.nodes.lock().unwrap().push(node.clone());
        Ok(node)
    }

    pub(crate) async fn open<P: Projection>(&self) -> ReadSide
    where
        P::Event: Send,
    {
        self.try_open(Projections::new().with::<P>()).await.unwrap()
    }

    /// A node that keeps balances and totals.
    pub(crate) async fn node(&self) -> ReadSide {
        self.try_open(Projections::new().with::<Balances>().with::<Totals>()).await.unwrap()
    }

    /// Two such nodes: the first leads and works on partition 0, the second works on partition 1.
    pub(crate) async fn two(&self) -> [ReadSide; 2] {
        let nodes = [self.node().await, self.node().await];
        nodes[0].lead(true);
        for (number, node) in (0..).zip(&nodes) {
            node.take(&source(number));
        }
        for node in &nodes {
            assert!(node.ready(soon()).await, "{:?}", node.list());
        }
        nodes
    }
}

pub(crate) async fn shut_down(nodes: impl IntoIterator<Item = ReadSide>) {
    for node in nodes {
        assert!(node.shutdown(PATIENCE).await);
    }
}

/// Waits until `fact` holds.
pub(crate) async fn until(what: &str, fact: impl Fn() -> bool) {
    let deadline = soon();
    while !fact() {
        assert!(Instant::now() < deadline, "{what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
