//! What the engine and the queries need of a store.

use std::fmt;

use futures_util::future::BoxFuture;
use sceau_projection::{Cell, TableSchema};

/// A row to write.
#[derive(Clone, Debug, PartialEq)]
pub struct RowWrite {
    /// Cells of the key, all of them.
    pub key: Vec<Cell>,
    /// The other cells, all of them; `None` deletes the row.
    pub cells: Option<Vec<Cell>>,
    /// The write timestamp: of two writes of a row the one with the higher timestamp stands, in whichever order they
    /// arrive. Of two with the same timestamp either may stand; a writer gives one timestamp to one content only.
    pub timestamp: i64,
}

/// A row read.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredRow {
    /// Cells of the key.
    pub key: Vec<Cell>,
    /// The other cells.
    pub cells: Vec<Cell>,
}

/// Some rows of one table partition, in key order.
#[derive(Clone, Debug, PartialEq)]
pub struct Scan {
    /// Cells that the key begins with: the whole partition key, and any clustering columns that are fixed. Empty for
    /// all rows of the table, partition by partition in the store's own order, ascending only and from nowhere but
    /// `after`.
    pub prefix: Vec<Cell>,
    /// Begin after this key (before it when `descending`); it has `prefix` as its beginning.
    pub after: Option<Vec<Cell>>,
    /// Begin at this key, itself included, when `after` is not set.
    pub from: Option<Vec<Cell>>,
    /// From the highest key to the lowest.
    pub descending: bool,
    /// At most this many rows.
    pub limit: usize,
}

/// Why a store could not answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// It cannot be reached, refuses, or its disk fails; trying again later may help. A write may have happened.
    Unavailable {
        /// What the engine underneath said.
        reason: String,
    },
    /// There is no such table.
    UnknownTable {
        /// Its name.
        table: String,
    },
    /// A table of this name exists with other columns.
    SchemaMismatch {
        /// Its name.
        table: String,
    },
    /// A stored row cannot be decoded.
    Corrupt {
        /// Its table.
        table: String,
    },
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable { reason } => write!(f, "the store is unavailable: {reason}"),
            Self::UnknownTable { table } => write!(f, "there is no table `{table}`"),
            Self::SchemaMismatch { table } => {
                write!(f, "table `{table}` has other columns: it was written by another version, rebuild or drop it")
            }
            Self::Corrupt { table } => write!(f, "a row of table `{table}` cannot be decoded: rebuild it"),
        }
    }
}

impl std::error::Error for StoreError {}

/// Wide-column rows.
pub trait Store: Send + Sync + 'static {
    /// Creates the table if it is missing; refuses one that exists with other columns.
    fn ensure<'a>(&'a self, table: &'a TableSchema) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Drops the table and its rows; fine when there is none.
    fn drop_table<'a>(&'a self, table: &'a str) -> BoxFuture<'a, Result<(), StoreError>>;

    /// The names of all tables, sorted.
    fn tables(&self) -> BoxFuture<'_, Result<Vec<String>, StoreError>>;

    /// Writes rows. They are not atomic together: after an error any of them may have been written. A write that was
    /// answered survives the process, and no earlier one is lost while a later one is kept.
    fn write<'a>(&'a self, table: &'a str, rows: Vec<RowWrite>) -> BoxFuture<'a, Result<(), StoreError>>;

    /// The cells of these keys, in their order; `None` where there is no row.
    fn read<'a>(
        &'a self,
        table: &'a str,
        keys: Vec<Vec<Cell>>,
    ) -> BoxFuture<'a, Result<Vec<Option<Vec<Cell>>>, StoreError>>;

    /// Some rows of a partition.
    fn scan<'a>(&'a self, table: &'a str, scan: Scan) -> BoxFuture<'a, Result<Vec<StoredRow>, StoreError>>;
}
