//! A log and a store that are maps in memory.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, ready};
use sceau_log::{Delivery, Log, LogError, NewRecord, Partition, Record, Reports};
use sceau_projection::{Cell, TableSchema};
use sceau_store::{RowWrite, Scan, Store, StoreError, StoredRow};

pub(crate) struct MemoryLog {
    partitions: Vec<Mutex<Vec<Record>>>,
    lose: AtomicBool,
    silent: AtomicBool,
}

impl MemoryLog {
    pub(crate) fn new(partitions: usize) -> Arc<Self> {
        let partitions = (0..partitions).map(|_| Mutex::default()).collect();
        Arc::new(Self { partitions, lose: AtomicBool::new(false), silent: AtomicBool::new(false) })
    }

    /// The next append is lost.
    pub(crate) fn lose_next(&self) {
        self.lose.store(true, Ordering::SeqCst);
    }

    /// While it is silent, appends neither land nor are reported.
    pub(crate) fn fall_silent(&self, silent: bool) {
        self.silent.store(silent, Ordering::SeqCst);
    }

    fn partition(&self, partition: Partition) -> &Mutex<Vec<Record>> {
        &self.partitions[partition.number as usize]
    }
}

impl Log for MemoryLog {
    fn partitions(&self, _: &'static str) -> BoxFuture<'_, Result<u32, LogError>> {
        ready(Ok(self.partitions.len() as u32)).boxed()
    }

    fn append(&self, partition: Partition, records: Vec<NewRecord>, reports: Reports) {
        if self.lose.swap(false, Ordering::SeqCst) {
            return reports(vec![Delivery::Lost; records.len()]);
        }
        if self.silent.load(Ordering::SeqCst) {
            return;
        }
        let mut log = self.partition(partition).lock().unwrap();
        let first = log.len() as u64;
        let deliveries = (first..).take(records.len()).map(Delivery::At).collect();
        log.extend((first..).zip(records).map(|(offset, NewRecord { key, body })| Record { offset, key, body }));
        drop(log);
        reports(deliveries);
    }

    fn read(
        &self,
        partition: Partition,
        from: u64,
        _: usize,
        _: Duration,
    ) -> BoxFuture<'_, Result<Vec<Record>, LogError>> {
        let records = self.partition(partition).lock().unwrap().iter().skip(from as usize).cloned().collect();
        ready(Ok(records)).boxed()
    }

    fn end(&self, partition: Partition) -> BoxFuture<'_, Result<u64, LogError>> {
        ready(Ok(self.partition(partition).lock().unwrap().len() as u64)).boxed()
    }
}

type Rows = BTreeMap<Vec<Cell>, (i64, Option<Vec<Cell>>)>;

pub(crate) struct MemoryStore(Mutex<BTreeMap<String, Rows>>);

impl MemoryStore {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::default()))
    }
}

impl Store for MemoryStore {
    fn ensure<'a>(&'a self, table: &'a TableSchema) -> BoxFuture<'a, Result<(), StoreError>> {
        self.0.lock().unwrap().entry(table.name.clone()).or_default();
        ready(Ok(())).boxed()
    }

    fn drop_table<'a>(&'a self, table: &'a str) -> BoxFuture<'a, Result<(), StoreError>> {
        self.0.lock().unwrap().remove(table);
        ready(Ok(())).boxed()
    }

    fn tables(&self) -> BoxFuture<'_, Result<Vec<String>, StoreError>> {
        ready(Ok(self.0.lock().unwrap().keys().cloned().collect())).boxed()
    }

    fn write<'a>(&'a self, table: &'a str, rows: Vec<RowWrite>) -> BoxFuture<'a, Result<(), StoreError>> {
        let mut tables = self.0.lock().unwrap();
        let table = tables.get_mut(table).unwrap();
        for row in rows {
            let place = table.entry(row.key).or_default();
            if place.0 <= row.timestamp {
                *place = (row.timestamp, row.cells);
            }
        }
        ready(Ok(())).boxed()
    }

    fn read<'a>(
        &'a self,
        table: &'a str,
        keys: Vec<Vec<Cell>>,
    ) -> BoxFuture<'a, Result<Vec<Option<Vec<Cell>>>, StoreError>> {
        let tables = self.0.lock().unwrap();
        let rows = keys.iter().map(|key| tables[table].get(key).and_then(|(_, cells)| cells.clone())).collect();
        ready(Ok(rows)).boxed()
    }

    /// The engine never scans.
    fn scan<'a>(&'a self, table: &'a str, _: Scan) -> BoxFuture<'a, Result<Vec<StoredRow>, StoreError>> {
        ready(Err(StoreError::UnknownTable { table: table.to_owned() })).boxed()
    }
}
