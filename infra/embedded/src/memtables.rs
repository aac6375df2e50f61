//! Keeps what is not yet in tables within bounds, over all keyspaces of a database together.

use std::thread;
use std::time::Duration;

use fjall::{AbstractTree, Database, Keyspace, PersistMode};

/// More flushes waiting than this, and the writer waits too. With one in work and two waiting no keyspace ever has the
/// four sealed memtables at which fjall stops writers for a tenth of a second at a time.
const WAITING_FLUSHES: usize = 1;

/// Flushes the largest memtables until all together are within `budget` bytes. fjall bounds each keyspace by itself
/// only, which for twenty keyspaces means twenty times the memory.
pub(crate) fn settle(db: &Database, keyspaces: &[Keyspace], budget: u64) -> Result<(), fjall::Error> {
    let size = |keyspace: &Keyspace| keyspace.tree.active_memtable().size();
    while keyspaces.iter().map(size).sum::<u64>() > budget {
        // A failed flush stays in the queue for ever: persist() is how fjall says so.
        while db.outstanding_flushes() > WAITING_FLUSHES {
            db.persist(PersistMode::Buffer)?;
            thread::sleep(Duration::from_millis(1));
        }
        let Some(largest) = keyspaces.iter().max_by_key(|keyspace| size(keyspace)) else {
            break;
        };
        largest.rotate_memtable()?;
    }
    Ok(())
}
