//! Which tables there are, and with which columns.
//!
//! Each table has a keyspace of its own: dropping it is then removing some files, whatever its size, and a scan never
//! passes another table's rows. What many keyspaces would cost in memory, `memtables` bounds over all of them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};

use fjall::config::{CompressionPolicy, FilterPolicy, FilterPolicyEntry, PartitioningPolicy};
use fjall::{CompressionType, Database, Keyspace, KeyspaceCreateOptions};
use sceau_projection::{CellKind, Column, TableSchema};

/// A table.
pub(super) struct Table {
    pub(super) rows: Keyspace,
    /// Held while a write looks up what is there and replaces it, so that of two writers the later timestamp stands.
    pub(super) writing: Mutex<()>,
    columns: String,
}

pub(super) struct Catalog {
    db: Database,
    /// Name to columns.
    schemas: Keyspace,
    tables: RwLock<BTreeMap<String, Arc<Table>>>,
}

/// A table of the name has other columns.
pub(super) struct Mismatch;

impl Catalog {
    pub(super) fn open(db: Database) -> Result<Self, fjall::Error> {
        let schemas = db.keyspace("schemas", KeyspaceCreateOptions::default)?;
        let mut tables = BTreeMap::new();
        for entry in schemas.iter() {
            let (name, columns) = entry.into_inner()?;
            let name = String::from_utf8_lossy(&name).into_owned();
            if db.keyspace_exists(&keyspace_name(&name)) {
                let columns = String::from_utf8_lossy(&columns).into_owned();
                tables.insert(name.clone(), open_table(&db, &name, columns)?);
            } else {
                // Dropping it was cut off after its rows were gone.
                schemas.remove(name)?;
            }
        }
        Ok(Self { db, schemas, tables: RwLock::new(tables) })
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.read().keys().cloned().collect()
    }

    pub(super) fn table(&self, name: &str) -> Option<Arc<Table>> {
        self.read().get(name).cloned()
    }

    /// The keyspaces of all tables.
    pub(super) fn keyspaces(&self) -> Vec<Keyspace> {
        self.read().values().map(|table| table.rows.clone()).collect()
    }

    pub(super) fn ensure(&self, schema: &TableSchema) -> Result<Result<(), Mismatch>, fjall::Error> {
        let columns = columns_of(schema);
        let mut tables = self.tables.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(table) = tables.get(&schema.name) {
            return Ok(if table.columns == columns { Ok(()) } else { Err(Mismatch) });
        }
        // The keyspace first: a schema without one counts as dropped.
        let table = open_table(&self.db, &schema.name, columns)?;
        self.schemas.insert(schema.name.as_str(), table.columns.as_str())?;
        tables.insert(schema.name.clone(), table);
        Ok(Ok(()))
    }

    pub(super) fn drop_table(&self, name: &str) -> Result<(), fjall::Error> {
        let mut tables = self.tables.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(table) = tables.get(name) {
            // The rows first: were the schema gone and they not, a new table of the name would find them.
            self.db.delete_keyspace(table.rows.clone())?;
            tables.remove(name);
            self.schemas.remove(name)?;
        }
        Ok(())
    }

    fn read(&self) -> RwLockReadGuard<'_, BTreeMap<String, Arc<Table>>> {
        self.tables.read().unwrap_or_else(PoisonError::into_inner)
    }
}

fn open_table(db: &Database, name: &str, columns: String) -> Result<Arc<Table>, fjall::Error> {
    let rows = db.keyspace(&keyspace_name(name), keyspace_options)?;
    Ok(Arc::new(Table { rows, writing: Mutex::new(()), columns }))
}

fn keyspace_name(table: &str) -> String {
    format!("rows-{table}")
}

/// Settings for rows that are overwritten and looked up by key, often in vain, so a filter for every level. Filters and
/// indices are cut into pages: of a large table either is too large for the cache to take whole, and would be read from
/// the file again at every lookup.
fn keyspace_options() -> KeyspaceCreateOptions {
    /// Memtables are flushed by their sum (see `memtables`); by itself one never reaches this.
    const NEVER: u64 = 1 << 30;
    let filter = FilterPolicyEntry::Bloom(fjall::config::BloomConstructionPolicy::BitsPerKey(10.0));
    KeyspaceCreateOptions::default()
        .max_memtable_size(NEVER)
        .filter_policy(FilterPolicy::all(filter))
        .filter_block_partitioning_policy(PartitioningPolicy::all(true))
        .index_block_partitioning_policy(PartitioningPolicy::all(true))
        .data_block_compression_policy(CompressionPolicy::new([CompressionType::None, CompressionType::Lz4]))
}

/// The columns as text: equal for equal tables only.
fn columns_of(schema: &TableSchema) -> String {
    let list = |columns: &[Column]| {
        let columns: Vec<_> = columns.iter().map(|column| format!("{} {}", column.name, word(column.kind))).collect();
        columns.join(", ")
    };
    format!("({}) first {} / ({})", list(&schema.key), schema.partition_columns, list(&schema.columns))
}

const fn word(kind: CellKind) -> &'static str {
    match kind {
        CellKind::Bool => "boolean",
        CellKind::Int => "bigint",
        CellKind::Time => "timestamp",
        CellKind::Uuid => "uuid",
        CellKind::Text => "text",
        CellKind::Bytes => "blob",
    }
}
