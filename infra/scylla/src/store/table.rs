//! A table with its prepared statements.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use sceau_store::RowWrite;
use scylla::client::session::Session;
use scylla::statement::prepared::PreparedStatement;
use scylla::statement::unprepared::Statement;
use scylla::value::CqlValue;

use super::cell::{Misfit, Values};
use super::layout::Layout;
use crate::failure::Failure;

/// Rows of a scan that come at once. A null cell counts as a tombstone when it is read, and Cassandra refuses to pass
/// over 100 000 in one page.
const PAGE: i32 = 500;

/// A table that is there.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) layout: Arc<Layout>,
    insert: PreparedStatement,
    delete: PreparedStatement,
    pub(crate) select: PreparedStatement,
    /// By their text: as many as there are shapes of scans.
    scans: RwLock<HashMap<String, Arc<PreparedStatement>>>,
}

impl Table {
    pub(crate) async fn prepare(session: &Session, layout: Arc<Layout>) -> Result<Self, Failure> {
        Ok(Self {
            insert: prepare(session, layout.insert()).await?,
            delete: prepare(session, layout.delete()).await?,
            select: prepare(session, layout.select()).await?,
            scans: RwLock::default(),
            layout,
        })
    }

    pub(crate) fn name(&self) -> &str {
        &self.layout.schema.name
    }

    /// The statement that writes `row`, and its values.
    pub(crate) fn write(&self, row: RowWrite) -> Result<(&PreparedStatement, Values), Misfit> {
        let timestamp = Some(CqlValue::BigInt(row.timestamp));
        let mut values = Values::new();
        match row.cells {
            Some(cells) => {
                self.layout.put_whole_key(&mut values, row.key)?;
                self.layout.put_cells(&mut values, cells)?;
                values.push(timestamp);
                Ok((&self.insert, values))
            }
            None => {
                values.push(timestamp);
                self.layout.put_whole_key(&mut values, row.key)?;
                Ok((&self.delete, values))
            }
        }
    }

    /// A scan, prepared when it is met for the first time.
    pub(crate) async fn scan(&self, session: &Session, cql: &str) -> Result<Arc<PreparedStatement>, Failure> {
        if let Some(scan) = self.scans.read().unwrap_or_else(PoisonError::into_inner).get(cql) {
            return Ok(Arc::clone(scan));
        }
        let scan = Arc::new(prepare(session, cql.to_owned()).await?);
        self.scans.write().unwrap_or_else(PoisonError::into_inner).insert(cql.to_owned(), Arc::clone(&scan));
        Ok(scan)
    }
}

/// All statements may be repeated: rows are written as absolute values under timestamps of their own.
async fn prepare(session: &Session, cql: String) -> Result<PreparedStatement, Failure> {
    let mut statement = session.prepare(Statement::new(cql).with_page_size(PAGE)).await?;
    statement.set_is_idempotent(true);
    Ok(statement)
}
