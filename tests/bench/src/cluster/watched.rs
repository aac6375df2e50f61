//! A store that takes note of when rows of one table are written.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sceau_projection::{Cell, TableSchema};
use sceau_scylla::ScyllaStore;
use sceau_store::{RowWrite, Scan, Store, StoreError, StoredRow};

type Answer<'a, T> = BoxFuture<'a, std::result::Result<T, StoreError>>;

/// The store, and what was written to the table.
pub(super) struct Watched {
    store: ScyllaStore,
    table: &'static str,
    written: Mutex<Option<Written>>,
}

#[derive(Clone, Copy)]
struct Written {
    first_begun: Instant,
    last_ended: Instant,
    rows: usize,
}

impl Watched {
    pub(super) fn new(store: ScyllaStore, table: &'static str) -> Self {
        Self { store, table, written: Mutex::new(None) }
    }

    /// Rows per second from the begin of the first write to the end of the last; 0 when there was none.
    pub(super) fn rows_per_second(&self) -> f64 {
        let written = *self.written.lock().unwrap_or_else(PoisonError::into_inner);
        written.map_or(0.0, |written| {
            written.rows as f64 / written.last_ended.duration_since(written.first_begun).as_secs_f64()
        })
    }

    fn note(&self, begun: Instant, rows: usize) {
        let last_ended = Instant::now();
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let before = written.unwrap_or(Written { first_begun: begun, last_ended, rows: 0 });
        let first_begun = before.first_begun.min(begun);
        *written = Some(Written { first_begun, last_ended, rows: before.rows + rows });
    }
}

impl Store for Watched {
    fn ensure<'a>(&'a self, table: &'a TableSchema) -> Answer<'a, ()> {
        self.store.ensure(table)
    }

    fn drop_table<'a>(&'a self, table: &'a str) -> Answer<'a, ()> {
        self.store.drop_table(table)
    }

    fn tables(&self) -> Answer<'_, Vec<String>> {
        self.store.tables()
    }

    fn write<'a>(&'a self, table: &'a str, rows: Vec<RowWrite>) -> Answer<'a, ()> {
        async move {
            let (begun, count) = (Instant::now(), rows.len());
            let written = self.store.write(table, rows).await;
            if table == self.table {
                self.note(begun, count);
            }
            written
        }
        .boxed()
    }

    fn read<'a>(&'a self, table: &'a str, keys: Vec<Vec<Cell>>) -> Answer<'a, Vec<Option<Vec<Cell>>>> {
        self.store.read(table, keys)
    }

    fn scan<'a>(&'a self, table: &'a str, scan: Scan) -> Answer<'a, Vec<StoredRow>> {
        self.store.scan(table, scan)
    }
}
