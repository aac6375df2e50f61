//! All projections of a platform: starting, sharing them out over nodes, rebuilding, switching, stopping.

mod chase;
mod error;
mod keeper;
mod rank;
mod survey;
mod teams;
mod tender;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sceau_kernel::Source;
use sceau_log::{Log, LogError};
use sceau_projection::Projection;
use sceau_store::Store;
use tokio::sync::Notify;

use crate::checkpoint::{self, PROJECTION_CHECKPOINTS};
use crate::compare::Comparison;
use crate::elsewhere::{AppliedElsewhere, WaitError};
use crate::hired::Hired;
use crate::position::{Applied, Position, Stale};
use crate::projector::ProjectorOptions;
use crate::served::{Cluster, Served};
use crate::status::ProjectionStatus;
use crate::team::{Engines, Of, Registered};
use crate::view::Views;
use crate::{control, dead_letter};

pub use error::{ControlError, StartError};
use keeper::Keeper;
use rank::Rank;
use tender::Tender;

/// The projections that a platform is to have.
#[derive(Default)]
pub struct Projections {
    registered: Vec<Arc<dyn Registered>>,
}

impl Projections {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// These and `P`.
    #[must_use]
    pub fn with<P: Projection>(mut self) -> Self
    where
        P::Event: Send,
    {
        self.registered.push(Arc::new(Of::<P>(PhantomData)));
        self
    }

    /// Prepares the tables and sets every projection to work on every partition, in a process that is alone with them.
    /// A projection whose rows are missing or of an older version is built, and serves as soon as it has come to the end
    /// of the log.
    pub async fn start(
        self,
        log: Arc<dyn Log>,
        store: Arc<dyn Store>,
        options: ProjectorOptions,
    ) -> Result<ReadSide, StartError> {
        self.run(Engines { log, store, options }, None).await
    }

    /// Prepares the tables and serves queries as one of several nodes over the same log and store. It works on no
    /// partition until it is given some by [`ReadSide::take`], and decides nothing until told to by
    /// [`ReadSide::lead`]. What others work on is asked of `elsewhere`.
    pub async fn open(
        self,
        log: Arc<dyn Log>,
        store: Arc<dyn Store>,
        options: ProjectorOptions,
        elsewhere: Arc<dyn AppliedElsewhere>,
    ) -> Result<ReadSide, StartError> {
        let cluster = Cluster { elsewhere, look: Arc::default() };
        self.run(Engines { log, store, options }, Some(cluster)).await
    }

    async fn run(self, engines: Engines, cluster: Option<Cluster>) -> Result<ReadSide, StartError> {
        let store = Arc::clone(&engines.store);
        for schema in [control::schema(), dead_letter::schema(), checkpoint::schema(PROJECTION_CHECKPOINTS)] {
            store.ensure(&schema).await?;
        }
        let mut names = BTreeSet::new();
        if let Some(twice) = self.registered.iter().find(|projection| !names.insert(projection.name())) {
            return Err(StartError::Duplicate { projection: twice.name() });
        }
        let rank = Rank::new(cluster.is_none());
        let look = cluster.as_ref().map_or_else(Arc::default, |cluster| Arc::clone(&cluster.look));
        let mut keepers: BTreeMap<&'static str, Arc<Keeper>> = BTreeMap::new();
        for projection in self.registered {
            let name = projection.name();
            let sources = sources(engines.log.as_ref(), projection.topics()).await?;
            let served = Arc::new(Served::new(name, sources, cluster.clone()));
            let keeper = Keeper::start(projection, engines.clone(), rank.clone(), served).await?;
            keepers.insert(name, Arc::new(keeper));
        }
        let served = Arc::new(keepers.iter().map(|(name, keeper)| (*name, Arc::clone(keeper.served()))).collect());
        let keepers = Arc::new(keepers);
        let tender = Tender { store, keepers: Arc::clone(&keepers), rank: rank.clone(), look: Arc::clone(&look) };
        let tender = Arc::new(Mutex::new(Some(Hired::new(|stop| tender.run(stop)))));
        Ok(ReadSide { engines, keepers, served, rank, look, tender })
    }
}

/// Every partition of `topics`.
pub(crate) async fn sources(log: &dyn Log, topics: &[&'static str]) -> Result<Vec<Source>, LogError> {
    let mut sources = Vec::new();
    for topic in topics {
        let partitions = log.partitions(topic).await?;
        sources.extend((0..partitions).map(|partition| Source { topic, partition }));
    }
    Ok(sources)
}

/// The running projections; cheap to clone.
#[derive(Clone)]
pub struct ReadSide {
    engines: Engines,
    keepers: Arc<BTreeMap<&'static str, Arc<Keeper>>>,
    served: Arc<HashMap<&'static str, Arc<Served>>>,
    rank: Rank,
    look: Arc<Notify>,
    tender: Arc<Mutex<Option<Hired>>>,
}

impl ReadSide {
    /// Readers of their rows.
    pub fn views(&self) -> Views {
        Views::new(Arc::clone(&self.engines.store), Arc::clone(&self.served))
    }

    /// Works on a partition from now on, in every table of every projection that reads it, from where the workers
    /// before it have come to. To be called within a tokio runtime. Two nodes that work on one partition for a moment
    /// write the same rows.
    pub fn take(&self, source: &Source) {
        self.keepers.values().for_each(|keeper| keeper.teams().take(source));
    }

    /// Ends the work on a partition: writes its rows and checkpoints within `patience`. True when nothing was left
    /// over; what was is done again by who takes it next.
    pub async fn release(&self, source: &Source, patience: Duration) -> bool {
        let deadline = tokio::time::Instant::now() + patience;
        let dismissed = self.keepers.values().flat_map(|keeper| keeper.teams().release(source)).collect();
        Hired::end(dismissed, deadline).await
    }

    /// Tells whether this node decides about projections from now on: what serves, what is built, what is dropped. Of
    /// the nodes of a cluster one should; which one is decided by who owns a partition that all of them agree on. When
    /// two do for a moment the later decision stands, and all nodes follow it. May be told again and again.
    pub fn lead(&self, leads: bool) {
        if self.rank.lead(leads) {
            self.look.notify_one();
        }
    }

    /// How every projection fares, by name. How far other nodes have come is as it was when it was last looked up, see
    /// [`ReadSide::survey`].
    pub fn list(&self) -> Vec<ProjectionStatus> {
        self.keepers.values().map(|keeper| keeper.status()).collect()
    }

    /// How every projection fares, by name, with how far other nodes have come by their checkpoints, which are about
    /// [`ProjectorOptions::checkpoint_every`] behind what they have written.
    pub async fn survey(&self) -> Result<Vec<ProjectionStatus>, StartError> {
        let elsewhere = |served: &Arc<Served>| -> Vec<Source> {
            served.parts_elsewhere().into_iter().filter_map(|part| served.sources.get(part).cloned()).collect()
        };
        let sources: BTreeSet<Source> = self.served.values().flat_map(elsewhere).collect();
        let ends = survey::ends(self.engines.log.as_ref(), &sources).await?;
        for keeper in self.keepers.values() {
            keeper.survey(&ends).await?;
        }
        Ok(self.list())
    }

    /// Begins to build the rows of a projection anew, beside those that serve.
    pub async fn rebuild(&self, projection: &str) -> Result<(), ControlError> {
        self.keeper(projection)?.rebuild().await
    }

    /// Gives a rebuild up and drops what it has made.
    pub async fn cancel(&self, projection: &str) -> Result<(), ControlError> {
        self.keeper(projection)?.cancel().await
    }

    /// Serves what was rebuilt and drops the old rows. Both are compared first; rows that differ are a refusal unless
    /// `force` is given.
    pub async fn switch(&self, projection: &str, force: bool) -> Result<Comparison, ControlError> {
        self.keeper(projection)?.switch(force).await
    }

    /// Waits until every projection has rows to serve; false when one has none at the deadline.
    pub async fn ready(&self, deadline: Instant) -> bool {
        for served in self.served.values() {
            if !served.ready(deadline).await {
                return false;
            }
        }
        true
    }

    /// Waits until every projection includes `positions`.
    pub async fn wait(&self, positions: &[Position<'_>], deadline: Instant) -> Result<(), Stale> {
        for served in self.served.values() {
            served.wait(positions, deadline).await?;
        }
        Ok(())
    }

    /// Waits until table `generation` of a projection includes `positions`, in place of a node that works on none of
    /// their partitions: what [`AppliedElsewhere::wait`] calls on the node that does.
    pub async fn wait_here(
        &self,
        projection: &str,
        generation: u64,
        positions: &[Position<'_>],
        deadline: Instant,
    ) -> Result<(), WaitError> {
        let unknown = || WaitError::Unknown { projection: projection.to_owned() };
        self.served.get(projection).ok_or_else(unknown)?.wait_here(generation, positions, deadline).await
    }

    /// How far the serving rows of a projection have come.
    pub fn applied(&self, projection: &str) -> Vec<Applied> {
        let serving = self.served.get(projection).and_then(|served| served.serving());
        serving.map(|generation| generation.applied()).unwrap_or_default()
    }

    /// Writes all rows and checkpoints and ends, within about `patience`. True when nothing was left over; what was is
    /// done again at the next start.
    pub async fn shutdown(&self, patience: Duration) -> bool {
        let deadline = tokio::time::Instant::now() + patience;
        let tender = self.tender.lock().unwrap_or_else(PoisonError::into_inner).take();
        Hired::end(tender.into_iter().collect(), deadline).await;
        self.keepers.values().for_each(|keeper| keeper.teams().ask_to_stop());
        let mut all = true;
        for keeper in self.keepers.values() {
            all &= keeper.stop(deadline).await;
        }
        all
    }

    fn keeper(&self, projection: &str) -> Result<&Keeper, ControlError> {
        self.keepers.get(projection).map(Arc::as_ref).ok_or_else(|| ControlError::Unknown {
            projection: projection.to_owned(),
            known: self.keepers.keys().copied().collect(),
        })
    }
}
