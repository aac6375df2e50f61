//! What those who keep the tables of a projection tell its readers.

use std::future::Future;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use sceau_kernel::Source;
use tokio::sync::Notify;

use crate::elsewhere::{AppliedElsewhere, Awaited, WaitError};
use crate::generation::{Generation, Lacking};
use crate::position::{Applied, Position, Stale};

/// How long a reader whose table is gone waits to learn which one serves instead.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// What a node has to do with the other nodes of its cluster.
#[derive(Clone)]
pub(crate) struct Cluster {
    pub(crate) elsewhere: Arc<dyn AppliedElsewhere>,
    /// Asks for a look at the control rows before it is due.
    pub(crate) look: Arc<Notify>,
}

/// Where a view stands: what was read of it stays true for as long as this does not change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The number of the table that serves.
    pub generation: u64,
    /// How often partitions have been taken and released by this process.
    pub tenure: u64,
    /// How much of the log the table holds.
    pub applied: Vec<Applied>,
}

/// The generations of a projection that have workers, and on which partitions they work here.
#[derive(Default)]
pub(crate) struct Shown {
    pub(crate) serving: Option<Arc<Generation>>,
    pub(crate) building: Option<Arc<Generation>>,
    /// Those that served until a moment ago: readers on other nodes may still read them.
    pub(crate) retired: Vec<Arc<Generation>>,
    /// Which of the sources are worked on here.
    pub(crate) here: Vec<bool>,
    tenure: u64,
}

/// What readers of a projection share.
pub(crate) struct Served {
    pub(crate) projection: &'static str,
    pub(crate) sources: Vec<Source>,
    shown: RwLock<Shown>,
    /// Told when a part has come further, when another generation serves, and when a source is taken or released.
    pub(crate) moved: Arc<Notify>,
    cluster: Option<Cluster>,
}

impl Served {
    /// Alone, a process works on every source; in a cluster on none until it takes them.
    pub(crate) fn new(projection: &'static str, sources: Vec<Source>, cluster: Option<Cluster>) -> Self {
        let here = vec![cluster.is_none(); sources.len()];
        let shown = RwLock::new(Shown { here, ..Shown::default() });
        Self { projection, sources, shown, moved: Arc::default(), cluster }
    }

    fn shown(&self) -> RwLockReadGuard<'_, Shown> {
        self.shown.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn serving(&self) -> Option<Arc<Generation>> {
        self.shown().serving.clone()
    }

    pub(crate) fn building(&self) -> Option<Arc<Generation>> {
        self.shown().building.clone()
    }

    pub(crate) fn works_on(&self, part: usize) -> bool {
        self.shown().here.get(part).copied().unwrap_or_default()
    }

    /// The parts that other nodes work on.
    pub(crate) fn parts_elsewhere(&self) -> Vec<usize> {
        (0..).zip(&self.shown().here).filter(|(_, here)| !**here).map(|(part, _)| part).collect()
    }

    /// Changes what is shown, and tells those who wait.
    pub(crate) fn show<T>(&self, change: impl FnOnce(&mut Shown) -> T) -> T {
        let changed = change(&mut self.shown.write().unwrap_or_else(PoisonError::into_inner));
        self.moved.notify_waiters();
        changed
    }

    /// Where the view stands; `None` before the first build is done, and when rows are written by other nodes, so that
    /// it may move without this process knowing.
    pub(crate) fn standing(&self) -> Option<Standing> {
        let shown = self.shown();
        let serving = shown.serving.as_ref().filter(|_| shown.here.iter().all(|here| *here))?;
        Some(Standing { generation: serving.number, tenure: shown.tenure, applied: serving.applied() })
    }

    /// Waits until a generation serves; false when none does at the deadline.
    pub(crate) async fn ready(&self, deadline: Instant) -> bool {
        self.until(deadline, || self.serving()).await.is_some()
    }

    /// Waits until the serving generation includes `positions`: of sources worked on here by listening to the workers,
    /// of others by asking the nodes that work on them.
    pub(crate) async fn wait(&self, positions: &[Position<'_>], deadline: Instant) -> Result<(), Stale> {
        loop {
            // Listening begins before looking, so that a move between the look and the wait is not missed.
            let mut moved = std::pin::pin!(self.moved.notified());
            moved.as_mut().enable();
            let serving = self.serving();
            let lacking = match &serving {
                Some(generation) => generation.lacks(positions),
                None => positions.first().map(|position| Lacking { position: *position, part: 0, applied: 0 }),
            };
            let Some(lacking) = lacking else { return Ok(()) };
            match serving {
                Some(generation) if !self.works_on(lacking.part) => {
                    self.wait_elsewhere(&generation, &lacking, deadline).await?;
                }
                _ if before(deadline, moved).await.is_none() => return Err(self.stale(&lacking)),
                _ => {}
            }
        }
    }

    /// Waits until the node that works on a part includes what is lacking. It ends as well when there is another one
    /// to ask or to wait for.
    async fn wait_elsewhere(
        &self,
        generation: &Generation,
        lacking: &Lacking<'_>,
        deadline: Instant,
    ) -> Result<(), Stale> {
        let part = generation.parts.get(lacking.part).ok_or_else(|| self.stale(lacking))?;
        let (source, offset) = (part.source.clone(), lacking.position.offset);
        let awaited = Awaited { projection: self.projection, generation: generation.number, source, offset };
        let mut answer: BoxFuture<'_, Result<(), Stale>> = match &self.cluster {
            Some(cluster) => cluster.elsewhere.wait(awaited, deadline),
            None => Box::pin(std::future::pending()),
        };
        let another = || {
            let switched = self.serving().is_none_or(|serving| serving.number != generation.number);
            (switched || self.works_on(lacking.part)).then_some(())
        };
        tokio::select! {
            answer = &mut answer => answer.map(|()| part.learn(offset + 1)),
            another = self.until(deadline, another) => another.ok_or_else(|| self.stale(lacking)),
        }
    }

    /// Waits until generation `number` includes `positions`, all of which must be of sources worked on here.
    pub(crate) async fn wait_here(
        &self,
        number: u64,
        positions: &[Position<'_>],
        deadline: Instant,
    ) -> Result<(), WaitError> {
        loop {
            let mut moved = std::pin::pin!(self.moved.notified());
            moved.as_mut().enable();
            let Some(generation) = self.generation(number) else {
                self.look();
                return Err(WaitError::NotHere { projection: self.projection });
            };
            let Some(lacking) = generation.lacks(positions) else { return Ok(()) };
            if !self.works_on(lacking.part) {
                return Err(WaitError::NotHere { projection: self.projection });
            }
            if before(deadline, moved).await.is_none() {
                return Err(WaitError::Stale(self.stale(&lacking)));
            }
        }
    }

    /// The generation that serves instead of `gone`, whose table another node has dropped.
    pub(crate) async fn instead_of(&self, gone: &Generation) -> Option<Arc<Generation>> {
        let another = || self.serving().filter(|serving| serving.number != gone.number);
        self.look();
        let patience = if self.cluster.is_some() { LOOK_AGAIN } else { Duration::ZERO };
        self.until(Instant::now() + patience, another).await
    }

    fn look(&self) {
        if let Some(cluster) = &self.cluster {
            cluster.look.notify_one();
        }
    }

    fn generation(&self, number: u64) -> Option<Arc<Generation>> {
        let shown = self.shown();
        let mut all = [&shown.serving, &shown.building].into_iter().flatten().chain(&shown.retired);
        all.find(|generation| generation.number == number).cloned()
    }

    /// What `find` gives, as soon as it does; `None` when it has not at the deadline.
    async fn until<T>(&self, deadline: Instant, find: impl Fn() -> Option<T>) -> Option<T> {
        loop {
            let mut moved = std::pin::pin!(self.moved.notified());
            moved.as_mut().enable();
            let found = find();
            if found.is_some() {
                return found;
            }
            before(deadline, moved).await?;
        }
    }

    fn stale(&self, lacking: &Lacking<'_>) -> Stale {
        let Lacking { position: Position { topic, partition, offset: wanted }, applied, .. } = *lacking;
        Stale { projection: self.projection, topic: topic.to_owned(), partition, wanted, applied }
    }
}

impl Shown {
    /// Marks a source as worked on here, or not any more; false when it was so already.
    pub(crate) fn mark(&mut self, part: usize, here: bool) -> bool {
        let Some(marked) = self.here.get_mut(part).filter(|marked| **marked != here) else { return false };
        *marked = here;
        self.tenure += 1;
        true
    }
}

async fn before<T>(deadline: Instant, event: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout_at(deadline.into(), event).await.ok()
}
