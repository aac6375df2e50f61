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

/// No answer came: the owner is not known, cannot be reached, or was silent for too long. The command may have arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotReached;

impl fmt::Display for NotReached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the owner of the partition did not answer: send the same command id again")
    }
}

impl std::error::Error for NotReached {}
