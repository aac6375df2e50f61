//! Where a worker goes on: its checkpoint, which another node may have moved since this one worked last.

use std::time::Duration;

use sceau_kernel::Source;
use sceau_log::protocol::Cursor;
use sceau_store::{Store, StoreError};
use tokio::sync::watch;

use crate::checkpoint;
use crate::hired::stopped;

/// The checkpoint of `consumer` in `table`, asked for until the store gives it, every `retry_after`; `None` when told
/// to stop before. What goes wrong is told to `trouble`.
pub(crate) async fn resume(
    (store, table): (&dyn Store, &str),
    (consumer, source): (&str, &Source),
    retry_after: Duration,
    stop: &mut watch::Receiver<bool>,
    trouble: impl Fn(String),
) -> Option<Cursor> {
    loop {
        let found = store.read(table, vec![checkpoint::key(consumer, source)]).await;
        let reason = match found.as_ref().map(|rows| checkpoint::cursor(rows.first().and_then(Option::as_deref))) {
            Ok(Some(cursor)) => return Some(cursor),
            Ok(None) => StoreError::Corrupt { table: table.to_owned() }.to_string(),
            Err(error) => error.to_string(),
        };
        tracing::warn!(consumer, reason, "cannot read the checkpoint, trying again");
        trouble(reason);
        tokio::select! {
            () = tokio::time::sleep(retry_after) => {}
            () = stopped(stop) => return None,
        }
    }
}
