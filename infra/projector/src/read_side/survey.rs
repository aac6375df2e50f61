//! How far the rows have come that other nodes write: their checkpoints tell, a little late.

use std::collections::BTreeMap;

use sceau_kernel::Source;
use sceau_log::{Log, LogError, Partition};
use sceau_store::{Store, StoreError};

use crate::checkpoint::{self, PROJECTION_CHECKPOINTS};
use crate::generation::{Generation, Part};

/// The ends of partitions.
pub(super) type Ends = BTreeMap<Source, u64>;

/// The ends of `sources`.
pub(super) async fn ends(log: &dyn Log, sources: impl IntoIterator<Item = &Source>) -> Result<Ends, LogError> {
    let mut ends = Ends::new();
    for source in sources {
        if !ends.contains_key(source) {
            let end = log.end(Partition { topic: source.topic, number: source.partition }).await?;
            ends.insert(source.clone(), end);
        }
    }
    Ok(ends)
}

/// Learns how far `parts` of a generation have come.
pub(super) async fn applied(store: &dyn Store, generation: &Generation, parts: &[usize]) -> Result<(), StoreError> {
    let parts: Vec<&Part> = parts.iter().filter_map(|part| generation.parts.get(*part)).collect();
    if parts.is_empty() {
        return Ok(());
    }
    let keys = parts.iter().map(|part| checkpoint::key(&generation.table, &part.source)).collect();
    let rows = store.read(PROJECTION_CHECKPOINTS, keys).await?;
    for (part, cells) in parts.into_iter().zip(rows) {
        let cursor = checkpoint::cursor(cells.as_deref());
        let cursor = cursor.ok_or_else(|| StoreError::Corrupt { table: PROJECTION_CHECKPOINTS.to_owned() })?;
        part.learn(cursor.next);
    }
    Ok(())
}
