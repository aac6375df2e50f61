//! What may go wrong in a run, and how likely.
//!
//! Swarm testing (A. Groce et al., "Swarm Testing", ISSTA 2012): each run leaves out many kinds of fault altogether and
//! draws the likelihood of the others, so that rare combinations get runs of their own.

use crate::random::Random;

/// Likelihoods in permille, drawn once per run. All are zero once faults stop.
#[derive(Clone, Debug, Default)]
pub(crate) struct Faults {
    /// An append takes long to land, perhaps longer than its sender has patience.
    pub(crate) slow_append: u64,
    /// A record of an append never lands.
    pub(crate) lost_record: u64,
    /// A record of an append lands a second time.
    pub(crate) doubled_record: u64,
    /// Records of an append land in any order, each in its own time.
    pub(crate) torn_append: u64,
    /// The report says "unknown" before anybody could know.
    pub(crate) unknown_report: u64,
    /// The report never comes.
    pub(crate) silent_report: u64,
    /// A read of the log fails.
    pub(crate) failed_read: u64,
    /// A load from the store fails.
    pub(crate) failed_load: u64,
    /// A write to the store fails, and any of its rows are written, now or much later.
    pub(crate) failed_write: u64,
    /// Anything that passes between machines takes long.
    pub(crate) slow_message: u64,
    /// A message between a caller and a node is lost.
    pub(crate) lost_message: u64,
    /// A caller sends a command to two nodes at once.
    pub(crate) doubled_submit: u64,
    /// A caller sends a command again that was answered.
    pub(crate) repeated_command: u64,
    /// A caller sends another command under an id that was used.
    pub(crate) reused_id: u64,
    /// Whenever chaos acts: a node dies.
    pub(crate) crash: u64,
    /// Whenever chaos acts: a node stands still for a while.
    pub(crate) pause: u64,
    /// Whenever chaos acts: a partition is given to another node.
    pub(crate) move_partition: u64,
    /// Whenever chaos acts: the node that a partition is taken from is not told.
    pub(crate) untold_loss: u64,
    /// Whenever chaos acts: the clock of a node jumps.
    pub(crate) clock_jump: u64,
    /// Whenever chaos acts: somebody else's record lands in a partition.
    pub(crate) foreign_record: u64,
    /// Microseconds by which the clocks of nodes may be off.
    pub(crate) clock_skew: u64,
}

impl Faults {
    /// Draws the faults of a run.
    pub(crate) fn drawn(random: &mut Random) -> Self {
        let mut draw = |most: u64| if random.chance(500) { random.between(1, most) } else { 0 };
        Self {
            slow_append: draw(150),
            lost_record: draw(60),
            doubled_record: draw(80),
            torn_append: draw(150),
            unknown_report: draw(60),
            silent_report: draw(60),
            failed_read: draw(100),
            failed_load: draw(100),
            failed_write: draw(300),
            slow_message: draw(100),
            lost_message: draw(100),
            doubled_submit: draw(200),
            repeated_command: draw(300),
            reused_id: draw(200),
            crash: draw(400),
            pause: draw(300),
            move_partition: draw(400),
            untold_loss: draw(500),
            clock_jump: draw(100),
            foreign_record: draw(100),
            clock_skew: draw(3_000_000),
        }
    }
}
