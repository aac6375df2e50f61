//! What is hurt: three brokers, each behind a link, Cassandra, and three nodes.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle, sleep};
use std::time::Duration;

use sceau_engines::{Cassandra, Kafka};

use crate::error::FaultsError;
use crate::node::{Node, Setting};

pub(crate) const BROKERS: usize = 3;
pub(crate) const NODES: usize = 3;
/// How soon a node that ended by itself is started again.
const LOOK: Duration = Duration::from_millis(500);

/// Everything that runs; it ends when this is dropped, and with this process.
pub(crate) struct Cluster {
    pub(crate) nodes: Vec<Node>,
    pub(crate) kafka: Kafka,
    pub(crate) cassandra: Cassandra,
}

impl Cluster {
    /// Starts the engines and all nodes at once, and waits until every node is ready.
    pub(crate) fn start(sceau: &Path, folder: &Path) -> Result<Self, FaultsError> {
        let kafka = Kafka::start_behind_links(BROKERS, folder)?;
        let cassandra = Cassandra::start(folder)?;
        let scylla = cassandra.contact().to_string();
        let setting = Setting { sceau, folder, kafka: kafka.bootstrap(), scylla };
        let nodes = (1..=NODES).map(|number| Node::new(&setting, number)).collect::<Result<Vec<_>, _>>()?;
        let cluster = Self { nodes, kafka, cassandra };
        for node in &cluster.nodes {
            node.start()?;
        }
        for node in &cluster.nodes {
            node.wait_until_ready()?;
        }
        Ok(cluster)
    }

    /// How often nodes ended though they should run.
    pub(crate) fn ended_by_themselves(&self) -> u64 {
        self.nodes.iter().map(Node::ended_by_itself).sum()
    }
}

/// Starts nodes again that end by themselves, until it is dropped.
pub(crate) struct Keeper {
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
    trouble: Arc<Mutex<Option<FaultsError>>>,
}

impl Keeper {
    pub(crate) fn of(cluster: &Arc<Cluster>) -> Self {
        let (over, trouble) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(None)));
        let thread = thread::spawn({
            let (cluster, over, trouble) = (Arc::clone(cluster), Arc::clone(&over), Arc::clone(&trouble));
            move || {
                while !over.load(Ordering::Relaxed) {
                    if let Err(error) = cluster.nodes.iter().try_for_each(Node::revive) {
                        trouble.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                    }
                    sleep(LOOK);
                }
            }
        });
        Self { over, thread: Some(thread), trouble }
    }

    /// Looks no more; the first error there was.
    pub(crate) fn end(mut self) -> Result<(), FaultsError> {
        self.join();
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).take().map_or(Ok(()), Err)
    }

    fn join(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.join();
    }
}
