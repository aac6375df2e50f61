//! The way to the other nodes, as far as an engine knows it.

use std::fmt;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use sceau_log::Partition;

/// Brings commands to the nodes that own their partitions.
pub trait Elsewhere: Send + Sync + 'static {
    /// Sends `envelope` to the owner of `partition`, to be given to its
    /// [`Commands::decide_here`](crate::Commands::decide_here), and brings back what that gives. It sends it at most
    /// once, and bounds the time itself.
    fn submit(&self, partition: Partition, envelope: Bytes) -> BoxFuture<'static, Result<Bytes, NotReached>>;
}

/// Why no answer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotReached {
    /// Nobody took the command: the owner is not known, could not be connected to, or owns the partition no more.
    /// Nothing was done, so it may be given again. Said only by who is certain.
    NotTaken,
    /// It was sent, and the owner was silent or lost. It may take effect.
    Unanswered,
}

impl fmt::Display for NotReached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotTaken => "no node took the command: give it again",
            Self::Unanswered => "the owner of the partition did not answer: the same command id again tells",
        })
    }
}

impl std::error::Error for NotReached {}
