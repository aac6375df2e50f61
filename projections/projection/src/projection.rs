//! The three functions.

use sceau_kernel::{DecodeError, Recorded};

use crate::row::Cells;

/// A read model.
pub trait Projection: Send + Sync + 'static {
    /// Its name, a lower-case word: the table's name without the version.
    const NAME: &'static str;
    /// Raised whenever `interpret`, `route` or `apply` change meaning; the new version is built beside the old.
    const VERSION: u32;
    /// The topics it reads.
    const TOPICS: &'static [&'static str];
    /// How many of the key's columns are the partition key of the table; the rest order the rows within it.
    const PARTITION_COLUMNS: usize;
    /// True when a row is fed by several partitions: the runtime then keeps one partial row for each and merges them
    /// when read.
    const PARTIAL: bool = false;

    /// The events it cares for.
    type Event;
    /// The key of a row.
    type Key: Cells + Clone + Eq + std::hash::Hash + Send;
    /// The rest of a row; the default is the row that no event has touched.
    type Row: Cells + Clone + Default + Send;

    /// The event of a record; `None` when this projection does not care for it, decided by name before decoding.
    fn interpret(record: &Recorded<'_>) -> Option<Result<Self::Event, DecodeError>>;
    /// Which rows it touches.
    fn route(event: &Self::Event, record: &Recorded<'_>) -> Vec<Self::Key>;
    /// Folds it into one of them.
    fn apply(row: &mut Self::Row, key: &Self::Key, event: &Self::Event, record: &Recorded<'_>);
    /// Joins another partition's partial row into this one; only for `PARTIAL` projections.
    fn merge(_row: &mut Self::Row, _other: Self::Row) {}
}
