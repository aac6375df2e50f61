//! The contract of the port as a suite, run on every adapter.
//!
//! An adapter implements [`Fixture`] in its tests and writes `sceau_store::store_contract!(its_fixture());`: one test
//! per promise of the port.

mod row;
mod scan;
mod table;

use std::future::Future;

use sceau_projection::{Cell, CellKind, Column, TableSchema};

use crate::{RowWrite, Scan, Store, StoredRow};

pub use row::*;
pub use scan::*;
pub use table::*;

/// An adapter with data of its own, empty at first.
pub trait Fixture {
    /// The adapter.
    type Store: Store;
    /// Opens the data. Before each further call the store opened before has been dropped.
    fn open(&self) -> impl Future<Output = Self::Store>;
}

/// One test per promise. The fixture expression is evaluated once in each.
#[macro_export]
macro_rules! store_contract {
    ($fixture:expr) => {
        $crate::store_contract! { $fixture;
            tables_are_made_listed_and_dropped,
            a_table_with_other_columns_is_refused,
            an_unknown_table_is_named,
            a_dropped_table_comes_back_empty,
            rows_are_read_as_they_were_written,
            keys_are_answered_in_their_order,
            the_higher_timestamp_stands_in_either_order,
            a_deleted_row_is_gone_and_an_older_write_stays_out,
            what_was_written_survives_opening_again,
            a_scan_gives_one_partition_in_the_order_of_its_keys,
            a_scan_begins_where_it_is_told,
            a_scan_pages_through_everything_in_both_directions,
            a_scan_passes_over_deleted_rows,
            keys_of_every_kind_are_in_order,
            tables_do_not_see_each_other,
            concurrent_writers_leave_the_highest_timestamp,
        }
    };
    ($fixture:expr; $($promise:ident),* $(,)?) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $promise() {
            let fixture = $fixture;
            $crate::contract::$promise(&fixture).await;
        }
    )*};
}

const VISITS: &str = "visits_v1";

/// Visits by place (the partition) and by time and number within it.
fn visits() -> TableSchema {
    let column = |name, kind| Column { name, kind };
    TableSchema {
        name: VISITS.into(),
        key: vec![column("place", CellKind::Text), column("at", CellKind::Time), column("number", CellKind::Int)],
        partition_columns: 1,
        columns: vec![column("visitor", CellKind::Text), column("badge", CellKind::Bytes)],
    }
}

fn key(place: &str, at: i64, number: i64) -> Vec<Cell> {
    vec![Cell::Text(place.into()), Cell::Time(at), Cell::Int(number)]
}

fn says(visitor: &str) -> Vec<Cell> {
    vec![Cell::Text(visitor.into()), Cell::Null]
}

fn row(key: Vec<Cell>, visitor: &str, timestamp: i64) -> RowWrite {
    RowWrite { key, cells: Some(says(visitor)), timestamp }
}

fn place(name: &str) -> Scan {
    Scan { prefix: vec![Cell::Text(name.into())], after: None, from: None, descending: false, limit: 1000 }
}

async fn with_visits<F: Fixture>(fixture: &F) -> F::Store {
    let store = fixture.open().await;
    store.ensure(&visits()).await.expect("the table is made");
    store
}

async fn write(store: &impl Store, rows: Vec<RowWrite>) {
    store.write(VISITS, rows).await.expect("rows are written");
}

async fn read_one(store: &impl Store, key: Vec<Cell>) -> Option<Vec<Cell>> {
    let mut rows = store.read(VISITS, vec![key]).await.expect("rows are read");
    assert_eq!(rows.len(), 1);
    rows.pop().flatten()
}

async fn scan(store: &impl Store, scan: Scan) -> Vec<StoredRow> {
    store.scan(VISITS, scan).await.expect("rows are scanned")
}

/// The visitors of a scan.
async fn visitors(store: &impl Store, asked: Scan) -> Vec<String> {
    let text = |row: StoredRow| match row.cells.into_iter().next() {
        Some(Cell::Text(text)) => text,
        other => format!("not a visitor: {other:?}"),
    };
    scan(store, asked).await.into_iter().map(text).collect()
}
