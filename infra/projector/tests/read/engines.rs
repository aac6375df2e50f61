//! A log and a store in memory, as the ports describe them.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sceau_log::{Delivery, Log, LogError, NewRecord, Partition, Record, Reports};
use sceau_projection::{Cell, TableSchema};
use sceau_store::{RowWrite, Scan, Store, StoreError, StoredRow};
use tokio::sync::Notify;

/// Two partitions per topic.
#[derive(Default)]
pub(crate) struct MemoryLog {
    partitions: Mutex<HashMap<Partition, Vec<Record>>>,
    grown: Notify,
    /// Reads give nothing while it is set.
    pub(crate) held: AtomicBool,
}

impl MemoryLog {
    pub(crate) fn put(&self, topic: &'static str, number: u32, records: Vec<NewRecord>) {
        self.append(Partition { topic, number }, records, Box::new(|_| {}));
    }

    pub(crate) fn hold(&self, held: bool) {
        self.held.store(held, Ordering::SeqCst);
        self.grown.notify_waiters();
    }

    fn after(&self, partition: Partition, from: u64, max_bytes: usize) -> Vec<Record> {
        if self.held.load(Ordering::SeqCst) {
            return Vec::new();
        }
        let partitions = self.partitions.lock().unwrap();
        let records = partitions.get(&partition).map(Vec::as_slice).unwrap_or_default();
        records.iter().skip(from as usize).take(max_bytes / 100).cloned().collect()
    }
}

impl Log for MemoryLog {
    fn partitions(&self, _: &'static str) -> BoxFuture<'_, Result<u32, LogError>> {
        async { Ok(2) }.boxed()
    }

    fn append(&self, partition: Partition, records: Vec<NewRecord>, reports: Reports) {
        let mut partitions = self.partitions.lock().unwrap();
        let there = partitions.entry(partition).or_default();
        let mut deliveries = Vec::new();
        for NewRecord { key, body } in records {
            let offset = there.len() as u64;
            there.push(Record { offset, key, body });
            deliveries.push(Delivery::At(offset));
        }
        drop(partitions);
        self.grown.notify_waiters();
        reports(deliveries);
    }

    fn read(
        &self,
        partition: Partition,
        from: u64,
        max_bytes: usize,
        wait: Duration,
    ) -> BoxFuture<'_, Result<Vec<Record>, LogError>> {
        async move {
            let deadline = tokio::time::Instant::now() + wait;
            loop {
                let grown = self.grown.notified();
                tokio::pin!(grown);
                grown.as_mut().enable();
                let records = self.after(partition, from, max_bytes);
                if !records.is_empty() || tokio::time::timeout_at(deadline, grown).await.is_err() {
                    return Ok(records);
                }
            }
        }
        .boxed()
    }

    fn end(&self, partition: Partition) -> BoxFuture<'_, Result<u64, LogError>> {
        async move { Ok(self.partitions.lock().unwrap().get(&partition).map_or(0, |records| records.len() as u64)) }
            .boxed()
    }
}

type Rows = BTreeMap<Vec<Cell>, (i64, Option<Vec<Cell>>)>;

#[derive(Default)]
pub(crate) struct MemoryStore {
    tables: Mutex<BTreeMap<String, (TableSchema, Rows)>>,
    /// Writes fail while it is set.
    pub(crate) failing: AtomicBool,
}

impl MemoryStore {
    /// Changes a stored row behind everybody's back.
    pub(crate) fn tamper(&self, table: &str, change: impl FnOnce(&mut Rows)) {
        change(&mut self.tables.lock().unwrap().get_mut(table).unwrap().1);
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.tables.lock().unwrap().keys().cloned().collect()
    }

    pub(crate) fn rows(&self, table: &str) -> Rows {
        self.tables.lock().unwrap().get(table).map(|(_, rows)| rows.clone()).unwrap_or_default()
    }

    fn with<T>(&self, table: &str, ask: impl FnOnce(&mut Rows) -> T) -> Result<T, StoreError> {
        let mut tables = self.tables.lock().unwrap();
        let (_, rows) = tables.get_mut(table).ok_or_else(|| StoreError::UnknownTable { table: table.to_owned() })?;
        Ok(ask(rows))
    }
}

impl Store for MemoryStore {
    fn ensure<'a>(&'a self, table: &'a TableSchema) -> BoxFuture<'a, Result<(), StoreError>> {
        let mut tables = self.tables.lock().unwrap();
        let (schema, _) = tables.entry(table.name.clone()).or_insert_with(|| (table.clone(), Rows::new()));
        let same = schema == table;
        let answer = if same { Ok(()) } else { Err(StoreError::SchemaMismatch { table: table.name.clone() }) };
        async { answer }.boxed()
    }

    fn drop_table<'a>(&'a self, table: &'a str) -> BoxFuture<'a, Result<(), StoreError>> {
        self.tables.lock().unwrap().remove(table);
        async { Ok(()) }.boxed()
    }

    fn tables(&self) -> BoxFuture<'_, Result<Vec<String>, StoreError>> {
        async { Ok(self.names()) }.boxed()
    }

    fn write<'a>(&'a self, table: &'a str, writes: Vec<RowWrite>) -> BoxFuture<'a, Result<(), StoreError>> {
        async move {
            tokio::task::yield_now().await;
            if self.failing.load(Ordering::SeqCst) {
                return Err(StoreError::Unavailable { reason: "switched off".to_owned() });
            }
            self.with(table, |rows| {
                for RowWrite { key, cells, timestamp } in writes {
                    let there = rows.get(&key).map_or(i64::MIN, |(timestamp, _)| *timestamp);
                    if timestamp > there {
                        rows.insert(key, (timestamp, cells));
                    }
                }
            })
        }
        .boxed()
    }

    fn read<'a>(
        &'a self,
        table: &'a str,
        keys: Vec<Vec<Cell>>,
    ) -> BoxFuture<'a, Result<Vec<Option<Vec<Cell>>>, StoreError>> {
        let found = self
            .with(table, |rows| keys.iter().map(|key| rows.get(key).and_then(|(_, cells)| cells.clone())).collect());
        async { found }.boxed()
    }

    fn scan<'a>(&'a self, table: &'a str, scan: Scan) -> BoxFuture<'a, Result<Vec<StoredRow>, StoreError>> {
        let found = self.with(table, |rows| {
            let wanted = |key: &Vec<Cell>| {
                let side = |other: &Vec<Cell>| {
                    if scan.descending { other.cmp(key) } else { key.cmp(other) }
                };
                key.starts_with(&scan.prefix)
                    && scan.after.as_ref().is_none_or(|after| side(after).is_gt())
                    && scan.from.as_ref().is_none_or(|from| side(from).is_ge())
            };
            let mut found: Vec<_> = rows
                .iter()
                .filter(|(key, _)| wanted(key))
                .filter_map(|(key, (_, cells))| Some(StoredRow { key: key.clone(), cells: cells.clone()? }))
                .collect();
            if scan.descending {
                found.reverse();
            }
            found.truncate(scan.limit);
            found
        });
        async { found }.boxed()
    }
}

/// Both, as the shells take them.
pub(crate) struct Engines {
    pub(crate) log: Arc<MemoryLog>,
    pub(crate) store: Arc<MemoryStore>,
}

impl Engines {
    pub(crate) fn new() -> Self {
        Self { log: Arc::default(), store: Arc::default() }
    }

    pub(crate) fn log(&self) -> Arc<dyn Log> {
        Arc::clone(&self.log) as Arc<dyn Log>
    }

    pub(crate) fn store(&self) -> Arc<dyn Store> {
        Arc::clone(&self.store) as Arc<dyn Store>
    }
}
