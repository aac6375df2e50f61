//! What a node of a cluster asks of the others: whether rows that they write have come up to a position.

use std::fmt;
use std::time::Instant;

use futures_util::future::BoxFuture;
use sceau_kernel::Source;

use crate::position::{Position, Stale};

/// What a reader waits for on the node that works on a partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Awaited {
    /// The projection.
    pub projection: &'static str,
    /// The number of its table that the reader is going to read. While another is switched to, nodes serve different
    /// ones for a moment, and only the reader knows which of them has to include the offset.
    pub generation: u64,
    /// The partition.
    pub source: Source,
    /// The offset within it that the rows are to include.
    pub offset: u64,
}

impl Awaited {
    /// The position waited for.
    pub fn position(&self) -> Position<'_> {
        Position { topic: self.source.topic, partition: self.source.partition, offset: self.offset }
    }
}

/// The other nodes. The binary implements it with calls from node to node.
pub trait AppliedElsewhere: Send + Sync + 'static {
    /// Waits until the rows include what is awaited, by [`ReadSide::wait_here`](crate::ReadSide::wait_here) on the node
    /// that works on the partition. While that node says "not here", or cannot be reached, it is looked for and asked
    /// again after a short pause; [`Stale`] is answered at the deadline, not before.
    ///
    /// The future is dropped when the answer is not needed any more: the partition has come here, or another table
    /// serves.
    fn wait(&self, awaited: Awaited, deadline: Instant) -> BoxFuture<'_, Result<(), Stale>>;
}

/// Why a node did not wait for a position in place of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WaitError {
    /// This program has no such projection: the other node is of another version.
    Unknown {
        /// The name given.
        projection: String,
    },
    /// Another node works on the partition, or this one has not come to know the table yet, or not any more: look
    /// again who it is, and ask again.
    NotHere {
        /// The projection.
        projection: &'static str,
    },
    /// The rows have not come up to the position before the deadline.
    Stale(Stale),
}

impl fmt::Display for WaitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { projection } => {
                write!(f, "there is no projection `{projection}` in this version of the program")
            }
            Self::NotHere { projection } => {
                write!(f, "this node does not write these rows of `{projection}`: ask the owner of the partition")
            }
            Self::Stale(stale) => stale.fmt(f),
        }
    }
}

impl std::error::Error for WaitError {}
