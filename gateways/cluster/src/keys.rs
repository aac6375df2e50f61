//! Whose keys the nodes of a platform share. The first node notes its first key in the store; a node that does not hold
//! that key would be given partitions which no other node could reach.

use std::fmt;

use sceau_projection::{Cell, CellKind, Column, TableSchema};
use sceau_security::TokenAuthority;
use sceau_store::{RowWrite, Store, StoreError};

/// Name of the table.
const TABLE: &str = "platform";
/// The row's key.
const FIRST_KEY: &str = "first_token_key";

/// Why a node is none of the platform's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeysError {
    /// It holds other keys.
    Others {
        /// The key that every node of the platform holds.
        expected: String,
        /// The keys that this one holds, the oldest first.
        held: Vec<String>,
    },
    /// The store could not say.
    Store(StoreError),
}

impl fmt::Display for KeysError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Others { expected, held } => write!(
                f,
                "the nodes of this platform hold token key `{expected}`, `keys.folder` holds {held:?}: give every node \
                 the same keys.folder; if the platform's is lost for good, delete the row `{FIRST_KEY}` of table \
                 `{TABLE}`"
            ),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for KeysError {}

impl From<StoreError> for KeysError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Refuses a node with other keys than the platform's; the first node of a platform notes its own.
pub async fn check_keys(store: &dyn Store, authority: &TokenAuthority) -> Result<(), KeysError> {
    store.ensure(&schema()).await?;
    let held: Vec<String> = authority.keys().into_iter().map(|key| key.kid).collect();
    if noted(store).await?.is_none() {
        let own = held.first().cloned().unwrap_or_default();
        // Of two that note theirs at once one stands, for both.
        let row = RowWrite { key: key(), cells: Some(vec![Cell::Text(own)]), timestamp: 1 };
        store.write(TABLE, vec![row]).await?;
    }
    match noted(store).await? {
        Some(expected) if !held.contains(&expected) => Err(KeysError::Others { expected, held }),
        _ => Ok(()),
    }
}

async fn noted(store: &dyn Store) -> Result<Option<String>, StoreError> {
    let row = store.read(TABLE, vec![key()]).await?.pop().flatten();
    Ok(row.and_then(|cells| match cells.into_iter().next() {
        Some(Cell::Text(kid)) => Some(kid),
        _ => None,
    }))
}

fn key() -> Vec<Cell> {
    vec![Cell::Text(FIRST_KEY.to_owned())]
}

fn schema() -> TableSchema {
    let column = |name| Column { name, kind: CellKind::Text };
    TableSchema {
        name: TABLE.to_owned(),
        key: vec![column("name")],
        partition_columns: 1,
        columns: vec![column("value")],
    }
}
