//! Rows that a projection writes into Cassandra while it is built from the log, beside a bare driver that writes the
//! same rows with as many requests under way. The log is the embedded one, which costs next to nothing to read, and
//! every event makes a row of its own, so that it is the writing that is measured.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::{TryStreamExt, stream};
use sceau_certification::Certification;
use sceau_certification_view::{CompanyKey, CompanyRow, CompanyView};
use sceau_embedded::{EmbeddedLog, Folder, Memory, Options};
use sceau_engine::{Engine, Settings};
use sceau_engines::{Cassandra, Scratch, or_skip};
use sceau_kernel::Domain;
use sceau_log::{Log, Partition};
use sceau_projection::{CellKind, Cells, Column, Projection, TableSchema};
use sceau_projector::projector::ProjectorOptions;
use sceau_projector::{Position, Projections};
use sceau_scylla::{Replication, ScyllaSettings, ScyllaStore};
use sceau_store::Store;
use scylla::client::session::Session;
use scylla::client::session_builder::SessionBuilder;
use scylla::value::{CqlValue, Row};

use super::engines::PARTITIONS;
use super::watched::Watched;
use crate::Result;
use crate::company::{COMPANIES, InProcess};
use crate::figure::Figure;
use crate::setting::Setting;

/// The table of the view.
const VIEW: &str = "company_v1_g1";
/// The table of the bare driver.
const BARE: &str = "bare";
const GRACE: Duration = Duration::from_mins(1);
const PATIENCE: Duration = Duration::from_mins(10);

type Values = Vec<Option<CqlValue>>;

pub(super) fn measure(setting: &Setting) -> Result<Vec<Figure>> {
    let scratch = Scratch::new()?;
    let Some(cassandra) = or_skip(Cassandra::start(scratch.path()))? else { return Ok(Vec::new()) };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(run(setting, &cassandra.contact().to_string()))
}

async fn run(setting: &Setting, contact: &str) -> Result<Vec<Figure>> {
    let companies = if setting.quick { 30_000 } else { 100_000 };
    let data = setting.data()?;
    let log = history(&data.path().join("sceau"), companies).await?;
    let session = SessionBuilder::new().known_node(contact).build().await?;
    // The first turn warms up, and has the rows that the bare driver writes.
    let first = Keyspace::make(contact, 0).await?;
    first.project(&log).await?;
    let table = Table::read(&session, &first).await?;
    first.write(&session, &table).await?;
    let (mut rates, mut bare_rates) = (Vec::new(), Vec::new());
    for turn in 1..=setting.runs() {
        let keyspace = Keyspace::make(contact, turn).await?;
        // Cassandra quickens while it runs: neither is always the first.
        if turn.is_multiple_of(2) {
            rates.push(keyspace.project(&log).await?);
            bare_rates.push(keyspace.write(&session, &table).await?);
        } else {
            bare_rates.push(keyspace.write(&session, &table).await?);
            rates.push(keyspace.project(&log).await?);
        }
    }
    let peer = "a bare driver, same rows, as many under way";
    Ok(vec![Figure::beside_peer("cql.projection", &rates, peer, &bare_rates)])
}

/// A log in which every event is the registration of another company.
async fn history(folder: &Path, companies: u64) -> Result<Arc<EmbeddedLog>> {
    let options = Options { topics: &[(Certification::TOPIC, PARTITIONS)], memory: Memory::default() };
    let (log, store) = Folder::open(folder, options)?;
    let settings = Settings { cached_streams: COMPANIES as usize, ..Settings::default() };
    let log = Arc::new(log);
    let opened = Engine::<Certification>::start(log.clone(), Arc::new(store), "bench".into(), "".into(), settings);
    let engine = opened.await?;
    InProcess::new(engine.commands())?.register(companies).await?;
    engine.shutdown(GRACE).await?;
    Ok(log)
}

/// A keyspace of its own for one turn, so that all turns write to empty tables.
struct Keyspace {
    name: String,
    store: ScyllaStore,
    in_flight: usize,
}

impl Keyspace {
    async fn make(contact: &str, turn: usize) -> Result<Self> {
        let name = format!("turn_{turn}");
        let settings = ScyllaSettings::new(vec![contact.to_owned()], name.as_str(), Replication::Simple { factor: 1 });
        let in_flight = settings.in_flight;
        let store = ScyllaStore::open(settings).await?;
        let columns = [vec![Column { name: "_offset", kind: CellKind::Int }], CompanyRow::columns()].concat();
        let (key, partition_columns) = (CompanyKey::columns(), CompanyView::PARTITION_COLUMNS);
        store.ensure(&TableSchema { name: BARE.to_owned(), key, partition_columns, columns }).await?;
        Ok(Self { name, store, in_flight })
    }

    /// Builds the view from the log; rows per second, from the begin of its first write to the end of its last.
    async fn project(&self, log: &Arc<EmbeddedLog>) -> Result<f64> {
        let watched = Arc::new(Watched::new(self.store.clone(), VIEW));
        let (log, store) = (Arc::clone(log) as Arc<dyn Log>, Arc::clone(&watched) as Arc<dyn Store>);
        let mut ends = Vec::new();
        for number in 0..PARTITIONS {
            let end = log.end(Partition { topic: Certification::TOPIC, number }).await?;
            ends.push(Position { topic: Certification::TOPIC, partition: number, offset: end.saturating_sub(1) });
        }
        let views = Projections::new().with::<CompanyView>().start(log, store, ProjectorOptions::default()).await?;
        let built = views.wait(&ends, Instant::now() + PATIENCE).await;
        views.shutdown(GRACE).await;
        built.map_err(|stale| format!("the view does not come to the end of the log: {stale:?}"))?;
        Ok(watched.rows_per_second())
    }

    /// Writes the rows of `table` by the bare driver; rows per second.
    async fn write(&self, session: &Session, table: &Table) -> Result<f64> {
        let columns: Vec<_> = table.columns.iter().map(|name| format!("\"{name}\"")).collect();
        let (marks, columns) = (vec!["?"; columns.len()].join(", "), columns.join(", "));
        let cql = format!("INSERT INTO {}.{BARE} ({columns}) VALUES ({marks}) USING TIMESTAMP 1", self.name);
        let insert = &session.prepare(cql).await?;
        let begun = Instant::now();
        let write = |row| async move { session.execute_unpaged(insert, row).await.map(drop) };
        stream::iter(table.rows.iter().map(Ok)).try_for_each_concurrent(self.in_flight, write).await?;
        Ok(table.rows.len() as f64 / begun.elapsed().as_secs_f64())
    }
}

/// The rows of the view, as CQL has them.
struct Table {
    columns: Vec<String>,
    rows: Vec<Values>,
}

impl Table {
    async fn read(session: &Session, keyspace: &Keyspace) -> Result<Self> {
        let found = session.query_iter(format!("SELECT * FROM {}.{VIEW}", keyspace.name), ()).await?;
        let columns: Vec<_> = found.column_specs().iter().map(|column| column.name().to_owned()).collect();
        let mut rows: Vec<Values> = found.rows_stream::<Row>()?.map_ok(|row| row.columns).try_collect().await?;
        // They come in the order of Cassandra's own tokens, which no writer has.
        let id = columns.iter().position(|name| name == "company_id").ok_or("the view has no company_id")?;
        rows.sort_by_key(|row| row[id].as_ref().and_then(CqlValue::as_uuid));
        Ok(Self { columns, rows })
    }
}
