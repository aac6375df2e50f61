//! The port.

mod cell;
mod layout;
mod query;
mod table;

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::{Arc, PoisonError, RwLock};

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt, TryStreamExt, stream};
use sceau_projection::{Cell, TableSchema};
use sceau_store::{RowWrite, Scan, Store, StoreError, StoredRow};
use scylla::client::session::Session;
use scylla::response::PagingState;
use scylla::response::query_result::QueryResult;
use scylla::statement::prepared::PreparedStatement;
use scylla::value::Row;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep};

use crate::connect::{OpenError, connect};
use crate::failure::{Failure, rows};
use crate::keyspace::{Described, Keyspace, LOOK};
use crate::settings::{SchemaRole, ScyllaSettings};
use cell::{Misfit, Undecodable, Values};
use layout::Layout;
use query::Query;
use table::Table;

/// The store of a keyspace. Cloning gives another handle to the same store.
#[derive(Clone)]
pub struct ScyllaStore {
    shared: Arc<Shared>,
}

struct Shared {
    session: Session,
    keyspace: Keyspace,
    /// Those that were ensured here.
    tables: RwLock<HashMap<String, Arc<Table>>>,
    /// One for each request that may be under way.
    permits: Semaphore,
    in_flight: usize,
}

impl ScyllaStore {
    /// Connects to the cluster, and makes the keyspace or, as a member, waits for it.
    pub async fn open(settings: ScyllaSettings) -> Result<Self, OpenError> {
        let (session, keyspace) = connect(&settings).await?;
        let permits = Semaphore::new(settings.in_flight.min(Semaphore::MAX_PERMITS));
        let shared = Shared { session, keyspace, tables: RwLock::default(), permits, in_flight: settings.in_flight };
        Ok(Self { shared: Arc::new(shared) })
    }
}

impl Store for ScyllaStore {
    fn ensure<'a>(&'a self, table: &'a TableSchema) -> BoxFuture<'a, Result<(), StoreError>> {
        self.shared.ensure(table).boxed()
    }

    fn drop_table<'a>(&'a self, table: &'a str) -> BoxFuture<'a, Result<(), StoreError>> {
        self.shared.drop_table(table).boxed()
    }

    fn tables(&self) -> BoxFuture<'_, Result<Vec<String>, StoreError>> {
        let Shared { session, keyspace, .. } = &*self.shared;
        async move { keyspace.tables(session).await.map_err(|failure| failure.about("system_schema.tables")) }.boxed()
    }

    fn write<'a>(&'a self, table: &'a str, rows: Vec<RowWrite>) -> BoxFuture<'a, Result<(), StoreError>> {
        self.shared.write(table, rows).boxed()
    }

    fn read<'a>(
        &'a self,
        table: &'a str,
        keys: Vec<Vec<Cell>>,
    ) -> BoxFuture<'a, Result<Vec<Option<Vec<Cell>>>, StoreError>> {
        self.shared.read(table, keys).boxed()
    }

    fn scan<'a>(&'a self, table: &'a str, scan: Scan) -> BoxFuture<'a, Result<Vec<StoredRow>, StoreError>> {
        self.shared.scan(table, scan).boxed()
    }
}

impl Shared {
    async fn ensure(&self, schema: &TableSchema) -> Result<(), StoreError> {
        let layout = Arc::new(Layout::new(schema.clone(), self.keyspace.table(&schema.name)));
        let deadline = Instant::now() + self.keyspace.timeout;
        loop {
            let trouble = match self.look(&layout).await? {
                ControlFlow::Break(table) => {
                    let mut tables = self.tables.write().unwrap_or_else(PoisonError::into_inner);
                    tables.insert(schema.name.clone(), Arc::new(table));
                    return Ok(());
                }
                ControlFlow::Continue(trouble) => trouble,
            };
            if Instant::now() > deadline {
                let reason = format!("table `{}` is not there: {trouble}", schema.name);
                return Err(StoreError::Unavailable { reason });
            }
            sleep(LOOK).await;
        }
    }

    /// The table if it is there, made if it is for us to make; else what is lacking.
    async fn look(&self, layout: &Arc<Layout>) -> Result<ControlFlow<Table, String>, StoreError> {
        let (name, wanted) = (&layout.schema.name, layout.described());
        let mut found = self.described(name).await?;
        if found.is_empty() {
            if self.keyspace.schema == SchemaRole::Member {
                return Ok(ControlFlow::Continue("the node that owns the schema has not made it".to_owned()));
            }
            match self.keyspace.change(&self.session, layout.create()).await.map_err(Failure::from) {
                Ok(()) => found = self.described(name).await?,
                // Another may have made it meanwhile.
                Err(Failure::Unavailable(reason)) => return Ok(ControlFlow::Continue(reason)),
                Err(failure) => return Err(failure.about(name)),
            }
        }
        if !found.is_empty() && found != wanted {
            tracing::error!(table = name, ?found, ?wanted, "the table has other columns");
            return Err(StoreError::SchemaMismatch { table: name.clone() });
        }
        match Table::prepare(&self.session, Arc::clone(layout)).await {
            Ok(table) => Ok(ControlFlow::Break(table)),
            // A node describes a table before it serves it, and others learn of it later. Cassandra may call that an
            // error of its own.
            Err(Failure::Invalid(reason) | Failure::Unavailable(reason)) => Ok(ControlFlow::Continue(reason)),
            Err(failure) => Err(failure.about(name)),
        }
    }

    async fn described(&self, table: &str) -> Result<Vec<Described>, StoreError> {
        self.keyspace.describe(&self.session, table).await.map_err(|failure| failure.about(table))
    }

    async fn drop_table(&self, name: &str) -> Result<(), StoreError> {
        self.tables.write().unwrap_or_else(PoisonError::into_inner).remove(name);
        let dropped = self.keyspace.drop_table(&self.session, name).await;
        dropped.map_err(|error| Failure::from(error).about(name))
    }

    fn table(&self, name: &str) -> Result<Arc<Table>, StoreError> {
        let tables = self.tables.read().unwrap_or_else(PoisonError::into_inner);
        tables.get(name).cloned().ok_or_else(|| StoreError::UnknownTable { table: name.to_owned() })
    }

    async fn write(&self, name: &str, rows: Vec<RowWrite>) -> Result<(), StoreError> {
        let table = &self.table(name)?;
        stream::iter(rows).map(Ok).try_for_each_concurrent(self.in_flight, |row| self.write_row(table, row)).await
    }

    async fn write_row(&self, table: &Table, row: RowWrite) -> Result<(), StoreError> {
        let (statement, values) = table.write(row).map_err(|Misfit| mismatch(table))?;
        self.execute(table, statement, values).await.map(drop)
    }

    async fn read(&self, name: &str, keys: Vec<Vec<Cell>>) -> Result<Vec<Option<Vec<Cell>>>, StoreError> {
        let table = &self.table(name)?;
        let read = |key| self.read_row(table, key);
        stream::iter(keys).map(read).buffered(self.in_flight).try_collect().await
    }

    async fn read_row(&self, table: &Table, key: Vec<Cell>) -> Result<Option<Vec<Cell>>, StoreError> {
        let mut values = Values::new();
        table.layout.put_whole_key(&mut values, key).map_err(|Misfit| mismatch(table))?;
        let found = self.execute(table, &table.select, values).await?;
        let found: Vec<Row> = rows(found).map_err(|failure| failure.about(table.name()))?;
        let Some(row) = found.into_iter().next() else { return Ok(None) };
        table.layout.cells(row.columns).map(Some).map_err(|Undecodable| corrupt(table))
    }

    async fn scan(&self, name: &str, scan: Scan) -> Result<Vec<StoredRow>, StoreError> {
        let table = &self.table(name)?;
        if scan.limit == 0 {
            return Ok(Vec::new());
        }
        if !scan.prefix.is_empty() {
            let query = query::of_partition(&table.layout, &scan).map_err(|Misfit| mismatch(table))?;
            return match query {
                Some(query) => self.rows(table, query).await,
                None => Ok(Vec::new()),
            };
        }
        let Some(after) = scan.after else {
            return self.rows(table, query::of_table(&table.layout, None, scan.limit)).await;
        };
        // First the rest of the partition, then those after it in the order of the cluster's tokens.
        let partition = after.get(..table.layout.schema.partition_columns).unwrap_or(&after).to_vec();
        let whole = Scan { prefix: partition, after: None, from: None, descending: false, limit: scan.limit };
        let token = self.token(table, &whole).await?;
        let rest = Scan { after: Some(after), ..whole };
        let mut found = match query::of_partition(&table.layout, &rest).map_err(|Misfit| mismatch(table))? {
            Some(query) => self.rows(table, query).await?,
            None => Vec::new(),
        };
        let room = scan.limit - found.len();
        if room > 0 {
            found.extend(self.rows(table, query::of_table(&table.layout, Some(token), room)).await?);
        }
        Ok(found)
    }

    /// The token of the partition that `whole` reads. Two partitions of one token are as good as never met; at a page's
    /// end the second would be passed over.
    async fn token(&self, table: &Table, whole: &Scan) -> Result<i64, StoreError> {
        let query = query::of_partition(&table.layout, whole).ok().flatten().ok_or_else(|| mismatch(table))?;
        let statement = self.prepared(table, &query.cql).await?;
        let token = statement.calculate_token(&query.values).ok().flatten().ok_or_else(|| mismatch(table))?;
        Ok(token.value())
    }

    /// The rows of a query, which come in pages.
    async fn rows(&self, table: &Table, query: Query) -> Result<Vec<StoredRow>, StoreError> {
        let statement = self.prepared(table, &query.cql).await?;
        let (mut found, mut state) = (Vec::new(), PagingState::start());
        loop {
            let answer = {
                let _permit = self.permits.acquire().await;
                self.session.execute_single_page(&statement, &query.values, state).await
            };
            let (page, next) = match answer {
                Ok(answer) => answer,
                Err(error) => return Err(self.refused(table, error.into()).await),
            };
            let page: Vec<Row> = rows(page).map_err(|failure| failure.about(table.name()))?;
            for row in page {
                found.push(table.layout.row(row.columns).map_err(|Undecodable| corrupt(table))?);
            }
            match next.into_paging_control_flow() {
                ControlFlow::Break(()) => return Ok(found),
                ControlFlow::Continue(next) => state = next,
            }
        }
    }

    async fn prepared(&self, table: &Table, cql: &str) -> Result<Arc<PreparedStatement>, StoreError> {
        match table.scan(&self.session, cql).await {
            Ok(statement) => Ok(statement),
            Err(failure) => Err(self.refused(table, failure).await),
        }
    }

    /// Executes a statement about one row.
    async fn execute(
        &self,
        table: &Table,
        statement: &PreparedStatement,
        values: Values,
    ) -> Result<QueryResult, StoreError> {
        let _permit = self.permits.acquire().await;
        match self.session.execute_unpaged(statement, &values).await {
            Ok(answer) => Ok(answer),
            Err(error) => Err(self.refused(table, error.into()).await),
        }
    }

    /// What a failed statement about `table` means: an invalid one may be so because another process dropped the table.
    async fn refused(&self, table: &Table, failure: Failure) -> StoreError {
        if let Failure::Invalid(_) = failure
            && let Ok(found) = self.described(table.name()).await
            && found.is_empty()
        {
            return StoreError::UnknownTable { table: table.name().to_owned() };
        }
        failure.about(table.name())
    }
}

fn mismatch(table: &Table) -> StoreError {
    StoreError::SchemaMismatch { table: table.name().to_owned() }
}

fn corrupt(table: &Table) -> StoreError {
    StoreError::Corrupt { table: table.name().to_owned() }
}
