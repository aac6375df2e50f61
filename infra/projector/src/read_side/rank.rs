//! Who decides, and how long it takes until all nodes know what was decided.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Where a node stands in its cluster.
#[derive(Clone)]
pub(super) struct Rank {
    /// There is no other node.
    pub(super) alone: bool,
    leads: Arc<AtomicBool>,
}

impl Rank {
    /// Alone, a process decides; a node of a cluster when it is told to.
    pub(super) fn new(alone: bool) -> Self {
        Self { alone, leads: Arc::new(AtomicBool::new(alone)) }
    }

    /// From now on this node decides, or does not; true when that is news.
    pub(super) fn lead(&self, leads: bool) -> bool {
        self.leads.swap(leads, Ordering::AcqRel) != leads
    }

    /// How long the workers of a generation go on that does not serve any more: other nodes learn of it within half a
    /// second, and until then they read it, and wait for positions in it.
    pub(super) fn retirement(&self) -> Duration {
        if self.alone { Duration::ZERO } else { Duration::from_secs(2) }
    }

    /// How long a table is kept that the control row does not name any more: no worker writes it then, and no query
    /// that found it serving is still under way.
    pub(super) fn keeping(&self) -> Duration {
        if self.alone { Duration::ZERO } else { Duration::from_secs(5) }
    }

    /// Whether this node decides.
    pub(super) fn leads(&self) -> bool {
        self.leads.load(Ordering::Acquire)
    }
}
