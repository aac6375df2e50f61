//! A keyspace of its own for each test.

use std::sync::atomic::{AtomicU32, Ordering};

use sceau_engines::{Cassandra, Shared};
use sceau_projection::{Cell, CellKind, Column, TableSchema};
use sceau_scylla::{Replication, ScyllaSettings, ScyllaStore};
use sceau_store::{RowWrite, Store, StoreError};
use scylla::client::session::Session;
use scylla::client::session_builder::SessionBuilder;

static CASSANDRA: Shared<Cassandra> = Shared::new();

/// A keyspace that no other test has; `None` where Cassandra cannot run.
pub(crate) fn keyspace() -> Option<ScyllaSettings> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let cassandra = CASSANDRA.get(Cassandra::start).unwrap()?;
    Some(settings(cassandra, &format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed))))
}

/// A keyspace of this Cassandra.
pub(crate) fn settings(cassandra: &Cassandra, keyspace: &str) -> ScyllaSettings {
    ScyllaSettings::new(vec![cassandra.contact().to_string()], keyspace, Replication::Simple { factor: 1 })
}

pub(crate) async fn open(settings: &ScyllaSettings) -> ScyllaStore {
    ScyllaStore::open(settings.clone()).await.unwrap()
}

/// The bare driver beside the store.
pub(crate) async fn session(settings: &ScyllaSettings) -> Session {
    SessionBuilder::new().known_nodes(&settings.contact_points).build().await.unwrap()
}

/// Visits by place and time.
pub(crate) fn visits(name: &str) -> TableSchema {
    let column = |name, kind| Column { name, kind };
    TableSchema {
        name: name.to_owned(),
        key: vec![column("place", CellKind::Text), column("at", CellKind::Time)],
        partition_columns: 1,
        columns: vec![column("visitor", CellKind::Text), column("_offset", CellKind::Int)],
    }
}

pub(crate) fn key(place: &str, at: i64) -> Vec<Cell> {
    vec![Cell::Text(place.to_owned()), Cell::Time(at)]
}

pub(crate) fn visit(place: &str, at: i64, visitor: &str, offset: i64) -> RowWrite {
    let cells = Some(vec![Cell::Text(visitor.to_owned()), Cell::Int(offset)]);
    RowWrite { key: key(place, at), cells, timestamp: offset }
}

/// Who visited then.
pub(crate) async fn visitor(store: &ScyllaStore, table: &str, key: Vec<Cell>) -> Result<Option<Cell>, StoreError> {
    let rows = store.read(table, vec![key]).await?;
    Ok(rows.into_iter().next().flatten().and_then(|cells| cells.into_iter().next()))
}
