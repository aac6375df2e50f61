//! The engines of all domains alike, for a node that does not care what they decide.

use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sceau_kernel::Domain;

use super::Engine;
use crate::status::Status;

/// A topic whose partitions this node may own: an [`Engine`] of whatever domain.
pub trait OwnedTopic: Send + Sync {
    /// Its name.
    fn topic(&self) -> &'static str;
    /// How many partitions it has.
    fn partitions(&self) -> u32;
    /// See [`Engine::take`].
    fn take(&self, number: u32);
    /// See [`Engine::release`].
    fn release(&self, number: u32, grace: Duration) -> BoxFuture<'static, bool>;
    /// Whether commands for the partition are taken here.
    fn owns(&self, number: u32) -> bool;
    /// See [`Commands::decide_here`](crate::Commands::decide_here).
    fn decide_here(&self, number: u32, envelope: Bytes) -> BoxFuture<'static, Bytes>;
    /// What the owner of every partition is doing, in their order. One that is not here is idle.
    fn status(&self) -> Vec<Status>;
}

impl<D: Domain> OwnedTopic for Engine<D> {
    fn topic(&self) -> &'static str {
        D::TOPIC
    }

    fn partitions(&self) -> u32 {
        self.commands.partitions()
    }

    fn take(&self, number: u32) {
        self.take(number);
    }

    fn release(&self, number: u32, grace: Duration) -> BoxFuture<'static, bool> {
        self.release(number, grace).boxed()
    }

    fn owns(&self, number: u32) -> bool {
        self.commands.owns(number)
    }

    fn decide_here(&self, number: u32, envelope: Bytes) -> BoxFuture<'static, Bytes> {
        self.commands.decide_here(number, &envelope).boxed()
    }

    fn status(&self) -> Vec<Status> {
        self.status()
    }
}
