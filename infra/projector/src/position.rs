//! Places in the log that a reader waits for.

use std::fmt;

use sceau_kernel::Source;

/// A place in the log, as a command's receipt names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position<'a> {
    /// Topic name.
    pub topic: &'a str,
    /// Partition number within the topic.
    pub partition: u32,
    /// Dense offset within the partition.
    pub offset: u64,
}

/// How far a consumer has come in one partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The partition.
    pub source: Source,
    /// Everything before this offset is in the rows.
    pub next: u64,
}

/// A view did not reach a position before the deadline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stale {
    /// The projection that is behind.
    pub projection: &'static str,
    /// The topic waited for.
    pub topic: String,
    /// The partition waited for.
    pub partition: u32,
    /// The offset that was to be included.
    pub wanted: u64,
    /// Everything before this offset is included.
    pub applied: u64,
}

impl fmt::Display for Stale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { projection, topic, partition, wanted, applied } = self;
        write!(
            f,
            "view `{projection}` has {topic}/{partition} up to offset {applied} only, {wanted} was asked for: \
             give a longer deadline or ask again"
        )
    }
}

impl std::error::Error for Stale {}
