//! All projections of a platform: starting, rebuilding, switching, stopping.

mod keeper;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sceau_kernel::Source;
use sceau_log::{Log, LogError};
use sceau_projection::Projection;
use sceau_store::{Store, StoreError};

use crate::checkpoint::{self, PROJECTION_CHECKPOINTS};
use crate::compare::Comparison;
use crate::generation::Served;
use crate::position::{Applied, Position, Stale};
use crate::projector::ProjectorOptions;
use crate::status::{Progress, ProjectionStatus};
use crate::team::{Engines, Of, Registered};
use crate::view::Views;
use crate::{control, dead_letter};

use keeper::Keeper;

/// Why the read side cannot start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StartError {
    /// Two projections have the same name.
    Duplicate {
        /// The name.
        projection: &'static str,
    },
    /// The rows that serve were made by a newer version of the code.
    Newer {
        /// The projection.
        projection: &'static str,
        /// The version of the rows.
        stored: u32,
        /// The version of this code.
        code: u32,
    },
    /// The log could not be asked for its partitions.
    Log(LogError),
    /// The store could not be prepared.
    Store(StoreError),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Duplicate { projection } => write!(f, "two projections are named `{projection}`: rename one"),
            Self::Newer { projection, stored, code } => write!(
                f,
                "the rows of projection `{projection}` are of version {stored}, this program makes version {code}: \
                 run the newer program"
            ),
            Self::Log(error) => error.fmt(f),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for StartError {}

impl From<LogError> for StartError {
    fn from(error: LogError) -> Self {
        Self::Log(error)
    }
}

impl From<StoreError> for StartError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Why a rebuild could not be begun, cancelled or switched to.
#[derive(Clone, Debug, PartialEq)]
pub enum ControlError {
    /// There is no such projection.
    Unknown {
        /// The name given.
        projection: String,
        /// The names there are.
        known: Vec<&'static str>,
    },
    /// It is being built already.
    Building {
        /// How far the build has come.
        progress: Progress,
    },
    /// Nothing is being built.
    NotBuilding,
    /// What is being built is the first to serve, so it cannot be cancelled.
    Indispensable,
    /// What is being built has not come as far as what serves.
    Behind {
        /// How far the build has come.
        progress: Progress,
    },
    /// What was built differs from what serves.
    Differs(Comparison),
    /// The store could not answer.
    Store(StoreError),
}

impl fmt::Display for ControlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { projection, known } => {
                write!(f, "there is no projection `{projection}`, there are: {}", known.join(", "))
            }
            Self::Building { progress: Progress { done, total, .. } } => {
                write!(f, "it is being built, {done} of {total} records done: wait for it or cancel it")
            }
            Self::NotBuilding => f.write_str("nothing is being built: begin a rebuild first"),
            Self::Indispensable => f.write_str("the build cannot be cancelled: there are no other rows to serve"),
            Self::Behind { progress: Progress { done, total, .. } } => {
                write!(f, "the build is behind, {done} of {total} records done: wait for it")
            }
            Self::Differs(comparison) => {
                write!(f, "{comparison}: find out why, then cancel the build or force the switch")
            }
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ControlError {}

impl From<StoreError> for ControlError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

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

    /// Prepares the tables and sets every projection to work. A projection whose rows are missing or of an older
    /// version is built, and serves as soon as it has come to the end of the log.
    pub async fn start(
        self,
        log: Arc<dyn Log>,
        store: Arc<dyn Store>,
        options: ProjectorOptions,
    ) -> Result<ReadSide, StartError> {
        for schema in [control::schema(), dead_letter::schema(), checkpoint::schema(PROJECTION_CHECKPOINTS)] {
            store.ensure(&schema).await?;
        }
        let mut names = BTreeSet::new();
        if let Some(twice) = self.registered.iter().find(|projection| !names.insert(projection.name())) {
            return Err(StartError::Duplicate { projection: twice.name() });
        }
        let engines = Engines { log, store, options };
        let mut keepers: BTreeMap<&'static str, Arc<Keeper>> = BTreeMap::new();
        for projection in self.registered {
            let name = projection.name();
            let sources = sources(engines.log.as_ref(), projection.topics()).await?;
            let keeper = Keeper::start(projection, engines.clone(), Arc::new(Served::new(name, sources))).await?;
            keepers.insert(name, keeper);
        }
        let served = keepers.iter().map(|(name, keeper)| (*name, Arc::clone(keeper.served()))).collect();
        Ok(ReadSide { store: engines.store, keepers: Arc::new(keepers), served: Arc::new(served) })
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
    store: Arc<dyn Store>,
    keepers: Arc<BTreeMap<&'static str, Arc<Keeper>>>,
    served: Arc<HashMap<&'static str, Arc<Served>>>,
}

impl ReadSide {
    /// Readers of their rows.
    pub fn views(&self) -> Views {
        Views::new(Arc::clone(&self.store), Arc::clone(&self.served))
    }

    /// How every projection fares, by name.
    pub fn list(&self) -> Vec<ProjectionStatus> {
        self.keepers.values().map(|keeper| keeper.status()).collect()
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

    /// How far the serving rows of a projection have come.
    pub fn applied(&self, projection: &str) -> Vec<Applied> {
        let serving = self.served.get(projection).and_then(|served| served.serving());
        serving.map(|generation| generation.applied()).unwrap_or_default()
    }

    /// Writes all rows and checkpoints and ends, within about `patience`. True when nothing was left over; what was is
    /// done again at the next start.
    pub async fn shutdown(&self, patience: Duration) -> bool {
        let deadline = tokio::time::Instant::now() + patience;
        for keeper in self.keepers.values() {
            keeper.ask_to_stop().await;
        }
        let mut all = true;
        for keeper in self.keepers.values() {
            all &= keeper.stop(deadline.saturating_duration_since(tokio::time::Instant::now())).await;
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
