//! The store port on fjall: one keyspace per table, keys in the order of their cells.

mod catalog;
mod key;
mod row;

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, PoisonError};

use fjall::{Database, UserKey, UserValue};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, ready};
use sceau_projection::{Cell, TableSchema};
use sceau_store::{RowWrite, Scan, Store, StoreError, StoredRow};

use crate::folder::Lock;
use crate::{Memory, failure, memtables};
use catalog::{Catalog, Mismatch, Table};

/// The most rows that are read on the caller's thread: a lookup is a few microseconds, a long scan is not.
const ROWS_INLINE: usize = 64;

/// The store of a folder. Cloning gives another handle to the same store.
///
/// - A write is answered when it is in the journal, in order with all other writes of all tables: it survives the
///   process. After a power cut the latest writes may be gone, but never one without those after it.
/// - A deleted row leaves a tombstone of a few bytes, for the life of its table.
/// - Needs a tokio runtime: whatever may wait for the disk runs on its blocking threads.
#[derive(Clone)]
pub struct EmbeddedStore {
    shared: Arc<Shared>,
}

struct Shared {
    catalog: Catalog,
    db: Database,
    memory: Memory,
    _lock: Arc<Lock>,
}

impl EmbeddedStore {
    pub(crate) fn open(db: Database, memory: Memory, lock: Arc<Lock>) -> Result<Self, fjall::Error> {
        let catalog = Catalog::open(db.clone())?;
        Ok(Self { shared: Arc::new(Shared { catalog, db, memory, _lock: lock }) })
    }

    /// Runs `work` where it may block.
    fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Shared) -> Result<T, StoreError> + Send + 'static,
    ) -> BoxFuture<'static, Result<T, StoreError>> {
        let shared = Arc::clone(&self.shared);
        async move {
            tokio::task::spawn_blocking(move || work(&shared))
                .await
                .unwrap_or_else(|stopped| Err(StoreError::Unavailable { reason: stopped.to_string() }))
        }
        .boxed()
    }
}

impl Store for EmbeddedStore {
    fn ensure<'a>(&'a self, table: &'a TableSchema) -> BoxFuture<'a, Result<(), StoreError>> {
        let table = table.clone();
        self.blocking(move |shared| match shared.catalog.ensure(&table) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(Mismatch)) => Err(StoreError::SchemaMismatch { table: table.name }),
            Err(error) => Err(unavailable(&error)),
        })
    }

    fn drop_table<'a>(&'a self, table: &'a str) -> BoxFuture<'a, Result<(), StoreError>> {
        let table = table.to_owned();
        self.blocking(move |shared| shared.catalog.drop_table(&table).map_err(|error| unavailable(&error)))
    }

    fn tables(&self) -> BoxFuture<'_, Result<Vec<String>, StoreError>> {
        ready(Ok(self.shared.catalog.names())).boxed()
    }

    fn write<'a>(&'a self, table: &'a str, rows: Vec<RowWrite>) -> BoxFuture<'a, Result<(), StoreError>> {
        let table = table.to_owned();
        self.blocking(move |shared| shared.write(&table, rows))
    }

    fn read<'a>(
        &'a self,
        table: &'a str,
        keys: Vec<Vec<Cell>>,
    ) -> BoxFuture<'a, Result<Vec<Option<Vec<Cell>>>, StoreError>> {
        if keys.len() <= ROWS_INLINE {
            return ready(self.shared.read(table, &keys)).boxed();
        }
        let table = table.to_owned();
        self.blocking(move |shared| shared.read(&table, &keys))
    }

    fn scan<'a>(&'a self, table: &'a str, scan: Scan) -> BoxFuture<'a, Result<Vec<StoredRow>, StoreError>> {
        if scan.limit <= ROWS_INLINE {
            return ready(self.shared.scan(table, &scan)).boxed();
        }
        let table = table.to_owned();
        self.blocking(move |shared| shared.scan(&table, &scan))
    }
}

impl Shared {
    fn table(&self, name: &str) -> Result<Arc<Table>, StoreError> {
        self.catalog.table(name).ok_or_else(|| StoreError::UnknownTable { table: name.into() })
    }

    fn write(&self, name: &str, rows: Vec<RowWrite>) -> Result<(), StoreError> {
        let table = self.table(name)?;
        let mut newest: BTreeMap<Vec<u8>, RowWrite> = BTreeMap::new();
        for row in rows {
            let key = key::encode(&row.key);
            if newest.get(&key).is_none_or(|other| other.timestamp < row.timestamp) {
                newest.insert(key, row);
            }
        }
        {
            let _writing = table.writing.lock().unwrap_or_else(PoisonError::into_inner);
            let mut batch = self.db.batch();
            for (key, row) in newest {
                let there = table.rows.get(&key).map_err(|error| unavailable(&error))?;
                let there = there.map(|bytes| row::timestamp(&bytes)).transpose().map_err(|_| corrupt(name))?;
                if there.is_none_or(|there| there < row.timestamp) {
                    batch.insert(&table.rows, key, row::encode(row.timestamp, row.cells.as_deref()));
                }
            }
            batch.commit().map_err(|error| unavailable(&error))?;
        }
        memtables::settle(&self.db, &self.catalog.keyspaces(), self.memory.store_unflushed)
            .map_err(|error| unavailable(&error))
    }

    fn read(&self, name: &str, keys: &[Vec<Cell>]) -> Result<Vec<Option<Vec<Cell>>>, StoreError> {
        let table = self.table(name)?;
        keys.iter()
            .map(|key| match table.rows.get(key::encode(key)).map_err(|error| unavailable(&error))? {
                Some(bytes) => row::cells(&bytes).map_err(|_| corrupt(name)),
                None => Ok(None),
            })
            .collect()
    }

    fn scan(&self, name: &str, scan: &Scan) -> Result<Vec<StoredRow>, StoreError> {
        let table = self.table(name)?;
        let entries = table.rows.range(bounds(scan));
        let rows: &mut dyn Iterator<Item = fjall::Guard> =
            if scan.descending { &mut entries.rev() } else { &mut { entries } };
        rows.map(|entry| {
            let (key, value) = entry.into_inner().map_err(|error| unavailable(&error))?;
            stored_row(&key, &value).ok_or_else(|| corrupt(name))
        })
        .filter_map(Result::transpose)
        .take(scan.limit)
        .collect()
    }
}

/// The outer `None` is an undecodable row, the inner one a deleted row.
#[expect(clippy::option_option, reason = "two different absences, told apart where it is called")]
fn stored_row(key: &UserKey, value: &UserValue) -> Option<Option<StoredRow>> {
    let cells = row::cells(value).ok()?;
    let Some(cells) = cells else { return Some(None) };
    Some(Some(StoredRow { key: key::decode(key)?, cells }))
}

/// The bytes between which the rows of a scan lie. `after` and `from` may be whole keys or the beginning of one: then
/// they stand for all keys that begin so.
fn bounds(scan: &Scan) -> (Bound<Vec<u8>>, Bound<Vec<u8>>) {
    let at = |cells: &[Cell]| Bound::Included(key::encode(cells));
    let beyond = |cells: &[Cell]| key::above(key::encode(cells));
    let below = |end: Option<Vec<u8>>| end.map_or(Bound::Unbounded, Bound::Excluded);
    let (mut low, mut high) = (at(&scan.prefix), below(beyond(&scan.prefix)));
    match (&scan.after, &scan.from, scan.descending) {
        (Some(after), _, false) => low = beyond(after).map_or(Bound::Excluded(key::encode(after)), Bound::Included),
        (Some(after), _, true) => high = Bound::Excluded(key::encode(after)),
        (None, Some(from), false) => low = at(from),
        (None, Some(from), true) => high = below(beyond(from)),
        (None, None, _) => {}
    }
    (low, high)
}

fn unavailable(error: &fjall::Error) -> StoreError {
    StoreError::Unavailable { reason: failure::reason(error) }
}

fn corrupt(table: &str) -> StoreError {
    StoreError::Corrupt { table: table.into() }
}
