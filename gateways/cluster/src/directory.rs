//! Who owns which partition: one row each in the store, written by the owner when it serves.
//!
//! The write timestamp is the epoch, so what a deposed owner writes late loses. A row may be out of date for a moment;
//! whoever follows it to a node that does not own the partition any more is told so, and looks again.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use sceau_log::Partition;
use sceau_projection::{Cell, CellKind, Column, TableSchema};
use sceau_store::{RowWrite, Scan, Store, StoreError};

/// Name of the table.
const TABLE: &str = "partition_owner";

/// The owner of a partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerOf {
    /// The partition.
    pub partition: Partition,
    /// The node's name.
    pub node: Arc<str>,
    /// Where its gRPC API is reached: `http://host:port`.
    pub address: Arc<str>,
    /// Its epoch: the offset of its fence.
    pub epoch: u64,
}

/// The owners of all partitions, as last read.
pub struct Directory {
    store: Arc<dyn Store>,
    topics: &'static [&'static str],
    known: RwLock<HashMap<Partition, OwnerOf>>,
}

impl Directory {
    /// Prepares the table and reads it.
    pub async fn open(store: Arc<dyn Store>, topics: &'static [&'static str]) -> Result<Self, StoreError> {
        store.ensure(&schema()).await?;
        let directory = Self { store, topics, known: RwLock::default() };
        directory.refresh().await?;
        Ok(directory)
    }

    /// The owner last read.
    pub fn owner(&self, partition: Partition) -> Option<OwnerOf> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).get(&partition).cloned()
    }

    /// All owners last read, by partition.
    pub fn all(&self) -> Vec<OwnerOf> {
        let mut all: Vec<_> = self.known.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect();
        all.sort_by_key(|owner| owner.partition);
        all
    }

    /// Reads them anew.
    pub async fn refresh(&self) -> Result<(), StoreError> {
        let mut found = HashMap::new();
        for topic in self.topics {
            let prefix = vec![Cell::Text((*topic).to_owned())];
            let scan = Scan { prefix, after: None, from: None, descending: false, limit: 10_000 };
            for row in self.store.scan(TABLE, scan).await? {
                let owner = owner_of(topic, &row.key, &row.cells);
                let owner = owner.ok_or_else(|| StoreError::Corrupt { table: TABLE.to_owned() })?;
                found.insert(owner.partition, owner);
            }
        }
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = found;
        Ok(())
    }

    /// Tells everybody that this owner serves.
    pub async fn publish(&self, owner: OwnerOf) -> Result<(), StoreError> {
        let OwnerOf { partition, node, address, epoch } = &owner;
        let row = RowWrite {
            key: vec![Cell::Text(partition.topic.to_owned()), Cell::Int(i64::from(partition.number))],
            cells: Some(vec![Cell::Text(node.to_string()), Cell::Text(address.to_string()), Cell::Int(*epoch as i64)]),
            timestamp: *epoch as i64 + 1,
        };
        self.store.write(TABLE, vec![row]).await?;
        self.known.write().unwrap_or_else(PoisonError::into_inner).insert(owner.partition, owner);
        Ok(())
    }
}

fn schema() -> TableSchema {
    let column = |name, kind| Column { name, kind };
    TableSchema {
        name: TABLE.to_owned(),
        key: vec![column("topic", CellKind::Text), column("partition", CellKind::Int)],
        partition_columns: 1,
        columns: vec![
            column("node", CellKind::Text),
            column("address", CellKind::Text),
            column("epoch", CellKind::Int),
        ],
    }
}

fn owner_of(topic: &'static str, key: &[Cell], cells: &[Cell]) -> Option<OwnerOf> {
    match (key, cells) {
        ([_, Cell::Int(number)], [Cell::Text(node), Cell::Text(address), Cell::Int(epoch)]) => Some(OwnerOf {
            partition: Partition { topic, number: u32::try_from(*number).ok()? },
            node: node.as_str().into(),
            address: address.as_str().into(),
            epoch: u64::try_from(*epoch).ok()?,
        }),
        _ => None,
    }
}
