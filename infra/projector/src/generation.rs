//! One table of a projection and how far it has come, shared between its workers and its readers.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Instant;

use sceau_kernel::Source;
use tokio::sync::Notify;

use crate::position::{Applied, Position, Stale};
use crate::status::{PartitionStatus, Progress};

/// One partition of a generation: what its worker publishes.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) source: Source,
    applied: AtomicU64,
    status: Mutex<PartitionStatus>,
}

impl Part {
    fn new(source: Source) -> Self {
        let status = PartitionStatus::new(source.clone());
        Self { source, applied: AtomicU64::new(0), status: Mutex::new(status) }
    }

    pub(crate) fn applied(&self) -> u64 {
        self.applied.load(Ordering::Acquire)
    }

    pub(crate) fn status(&self) -> PartitionStatus {
        self.status.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes the published status.
    pub(crate) fn publish(&self, change: impl FnOnce(&mut PartitionStatus)) {
        let mut status = self.status.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut status);
        self.applied.store(status.applied, Ordering::Release);
    }
}

/// One table of a projection.
#[derive(Debug)]
pub(crate) struct Generation {
    pub(crate) number: u64,
    pub(crate) version: u32,
    pub(crate) table: String,
    pub(crate) parts: Vec<Part>,
    pub(crate) began: Instant,
}

impl Generation {
    pub(crate) fn new(projection: &str, version: u32, number: u64, sources: &[Source]) -> Self {
        Self {
            number,
            version,
            table: crate::table::name(projection, version, number),
            parts: sources.iter().cloned().map(Part::new).collect(),
            began: Instant::now(),
        }
    }

    pub(crate) fn applied(&self) -> Vec<Applied> {
        self.parts.iter().map(|part| Applied { source: part.source.clone(), next: part.applied() }).collect()
    }

    /// The first of `positions` that is not included yet. Those of topics the projection does not read are.
    pub(crate) fn lacks<'a>(&self, positions: &[Position<'a>]) -> Option<(Position<'a>, u64)> {
        positions.iter().find_map(|position| {
            let of = |part: &&Part| part.source.topic == position.topic && part.source.partition == position.partition;
            let applied = self.parts.iter().find(of)?.applied();
            (applied <= position.offset).then_some((*position, applied))
        })
    }

    pub(crate) fn progress(&self) -> Progress {
        let (mut done, mut total, mut begun) = (0, 0, true);
        for part in &self.parts {
            let status = part.status();
            done += status.applied;
            total += status.end.max(status.applied);
            begun &= status.known;
        }
        Progress { done, total, known: begun, elapsed: self.began.elapsed() }
    }
}

/// What readers of a projection share.
#[derive(Debug)]
pub(crate) struct Served {
    pub(crate) projection: &'static str,
    pub(crate) sources: Vec<Source>,
    serving: RwLock<Option<Arc<Generation>>>,
    building: RwLock<Option<Arc<Generation>>>,
    /// Told when a part has come further and when another generation serves.
    pub(crate) moved: Arc<Notify>,
}

impl Served {
    pub(crate) fn new(projection: &'static str, sources: Vec<Source>) -> Self {
        Self { projection, sources, serving: RwLock::new(None), building: RwLock::new(None), moved: Arc::default() }
    }

    pub(crate) fn serving(&self) -> Option<Arc<Generation>> {
        self.serving.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn building(&self) -> Option<Arc<Generation>> {
        self.building.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set(&self, serving: Option<Arc<Generation>>, building: Option<Arc<Generation>>) {
        *self.serving.write().unwrap_or_else(PoisonError::into_inner) = serving;
        *self.building.write().unwrap_or_else(PoisonError::into_inner) = building;
        self.moved.notify_waiters();
    }

    /// Waits until a generation serves; false when none does at the deadline.
    pub(crate) async fn ready(&self, deadline: Instant) -> bool {
        loop {
            let moved = self.moved.notified();
            tokio::pin!(moved);
            moved.as_mut().enable();
            if self.serving().is_some() {
                return true;
            }
            if tokio::time::timeout_at(deadline.into(), moved).await.is_err() {
                return false;
            }
        }
    }

    /// Waits until the serving generation includes `positions`.
    pub(crate) async fn wait(&self, positions: &[Position<'_>], deadline: Instant) -> Result<(), Stale> {
        let deadline = tokio::time::Instant::from_std(deadline);
        loop {
            // Listening begins before looking, so that a move between the look and the wait is not missed.
            let moved = self.moved.notified();
            tokio::pin!(moved);
            moved.as_mut().enable();
            let lacking = match self.serving() {
                Some(generation) => generation.lacks(positions),
                None => positions.first().map(|position| (*position, 0)),
            };
            let Some((position, applied)) = lacking else {
                return Ok(());
            };
            tokio::select! {
                () = moved => {}
                () = tokio::time::sleep_until(deadline) => {
                    let Position { topic, partition, offset: wanted } = position;
                    return Err(Stale { projection: self.projection, topic: topic.to_owned(), partition, wanted, applied });
                }
            }
        }
    }
}
