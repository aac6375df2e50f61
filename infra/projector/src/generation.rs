//! One table of a projection and how far it has come, shared between its workers and its readers.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use sceau_kernel::Source;

use crate::position::{Applied, Position};
use crate::status::{PartitionStatus, Progress};

/// One partition of a generation: what its worker publishes, or what is known of a worker on another node.
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

    /// Changes the published status. What is applied never becomes less: rows in the store stay there, also when a
    /// worker goes on from a checkpoint behind them.
    pub(crate) fn publish(&self, change: impl FnOnce(&mut PartitionStatus)) {
        let mut status = self.status.lock().unwrap_or_else(PoisonError::into_inner);
        let before = status.applied;
        change(&mut status);
        status.applied = status.applied.max(before);
        self.applied.store(status.applied, Ordering::Release);
    }

    /// Everything before offset `next` is in the rows, somebody else has found.
    pub(crate) fn learn(&self, next: u64) {
        self.publish(|status| status.applied = next);
    }
}

/// One table of a projection.
#[derive(Debug)]
pub(crate) struct Generation {
    pub(crate) number: u64,
    pub(crate) version: u32,
    pub(crate) table: String,
    /// One for each source of the projection, in their order.
    pub(crate) parts: Vec<Part>,
    pub(crate) began: Instant,
}

/// A position that rows do not include yet.
pub(crate) struct Lacking<'a> {
    pub(crate) position: Position<'a>,
    /// Which part of the generation feeds it.
    pub(crate) part: usize,
    /// Everything before this offset is included.
    pub(crate) applied: u64,
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

    /// The first of `positions` that is not included yet, as far as is known here. Those of topics the projection does
    /// not read are.
    pub(crate) fn lacks<'a>(&self, positions: &[Position<'a>]) -> Option<Lacking<'a>> {
        positions.iter().find_map(|position| {
            let of = |part: &Part| part.source.topic == position.topic && part.source.partition == position.partition;
            let part = self.parts.iter().position(of)?;
            let applied = self.parts.get(part)?.applied();
            (applied <= position.offset).then_some(Lacking { position: *position, part, applied })
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
