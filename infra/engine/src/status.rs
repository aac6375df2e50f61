//! What an owner is doing, for metrics and people.

/// The situation of an owner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Situation {
    /// It does not own the partition.
    #[default]
    Idle,
    /// A take failed; it waits to try again.
    Waiting,
    /// Its fence is on its way.
    Fencing,
    /// It reads where to begin.
    Restoring,
    /// It folds the tail of the log.
    Reading,
    /// It decides commands.
    Serving,
}

/// One owner at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Its situation.
    pub situation: Situation,
    /// Its epoch: the offset of its fence.
    pub epoch: Option<u64>,
    /// Offset up to which the log is durable and known to it, exclusive.
    pub durable: u64,
    /// Commands waiting for a decision.
    pub queued: usize,
    /// Commands decided and not yet answered.
    pub in_flight: usize,
    /// Streams in memory.
    pub cached: usize,
    /// Streams changed since they were last saved.
    pub dirty: usize,
    /// Records behind the last checkpoint: what a restart would read.
    pub checkpoint_lag: u64,
    /// Streams that hold what this version cannot read.
    pub unreadable: usize,
    /// Commits in the tail that it found void.
    pub void: u64,
    /// Epochs that ended by a hole, a loss, an unknown outcome or a time-out.
    pub epochs_ended: u64,
}
