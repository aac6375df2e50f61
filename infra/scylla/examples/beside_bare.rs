//! Rows per second through the store beside the bare driver, on a Cassandra of this process:
//! `cargo run --release -p sceau-scylla --example beside_bare`.
//!
//! Both write and read the same rows with as many requests under way, in turns, so that both meet the same machine.

#![expect(clippy::unwrap_used, reason = "what cannot be set up cannot be measured")]

use std::time::{Duration, Instant};

use futures_util::{StreamExt, TryStreamExt, stream};
use sceau_engines::{Cassandra, Scratch};
use sceau_projection::{Cell, CellKind, Column, TableSchema};
use sceau_scylla::{Replication, ScyllaSettings, ScyllaStore};
use sceau_store::{RowWrite, Store};
use scylla::client::session::Session;
use scylla::client::session_builder::SessionBuilder;
use scylla::value::{CqlTimestamp, Row};

/// Rows of one turn.
const ROWS: i64 = 50_000;
const TURNS: i64 = 10;
const IN_FLIGHT: usize = 256;
const STATE: &str = "granted until the end of the year, by the control office";

#[tokio::main]
async fn main() {
    let folder = Scratch::new().unwrap();
    let cassandra = Cassandra::start(folder.path()).unwrap();
    let contact = cassandra.contact().to_string();
    let replication = Replication::Simple { factor: 1 };
    let settings =
        ScyllaSettings { in_flight: IN_FLIGHT, ..ScyllaSettings::new(vec![contact.clone()], "sceau", replication) };
    let store = ScyllaStore::open(settings).await.unwrap();
    let session = SessionBuilder::new().known_node(contact).build().await.unwrap();
    for name in ["through_store", "bare"] {
        store.ensure(&certificates(name)).await.unwrap();
    }
    for turn in 1..=TURNS {
        let through = async || (rate(through_store(&store, turn)).await, rate(read_through_store(&store)).await);
        let beside = async || (rate(bare(&session, turn)).await, rate(read_bare(&session)).await);
        // Cassandra quickens while it runs: neither is always the first.
        let (through, beside) = if turn % 2 == 0 {
            let through = through().await;
            (through, beside().await)
        } else {
            let beside = beside().await;
            (through().await, beside)
        };
        println!(
            "rows/s: written {:.0} through the store, {:.0} bare; read {:.0} through the store, {:.0} bare",
            through.0, beside.0, through.1, beside.1
        );
    }
    cassandra.stop();
}

async fn rate(work: impl Future<Output = ()>) -> f64 {
    let began = Instant::now();
    work.await;
    ROWS as f64 / began.elapsed().max(Duration::from_millis(1)).as_secs_f64()
}

fn certificates(name: &str) -> TableSchema {
    let column = |name, kind| Column { name, kind };
    TableSchema {
        name: name.to_owned(),
        key: vec![column("tenant", CellKind::Text), column("number", CellKind::Int)],
        partition_columns: 2,
        columns: vec![column("_offset", CellKind::Int), column("state", CellKind::Text), column("at", CellKind::Time)],
    }
}

fn key(number: i64) -> Vec<Cell> {
    vec![Cell::Text("cd".into()), Cell::Int(number)]
}

async fn through_store(store: &ScyllaStore, turn: i64) {
    let cells = || vec![Cell::Int(turn), Cell::Text(STATE.into()), Cell::Time(turn * 1001)];
    let rows = (0..ROWS).map(|number| RowWrite { key: key(number), cells: Some(cells()), timestamp: turn });
    store.write("through_store", rows.collect()).await.unwrap();
}

async fn bare(session: &Session, turn: i64) {
    let cql = "INSERT INTO sceau.bare (tenant, number, \"_offset\", state, at, at_us) VALUES (?, ?, ?, ?, ?, ?) \
               USING TIMESTAMP ?";
    let insert = &session.prepare(cql).await.unwrap();
    let write = |number: i64| async move {
        let values = ("cd", number, turn, STATE, CqlTimestamp(turn), 1_i16, turn);
        session.execute_unpaged(insert, values).await.map(drop)
    };
    stream::iter((0..ROWS).map(Ok)).try_for_each_concurrent(IN_FLIGHT, write).await.unwrap();
}

async fn read_through_store(store: &ScyllaStore) {
    let found = store.read("through_store", (0..ROWS).map(key).collect()).await.unwrap();
    assert!(found.iter().all(Option::is_some));
}

async fn read_bare(session: &Session) {
    let cql = "SELECT \"_offset\", state, at, at_us FROM sceau.bare WHERE tenant = ? AND number = ?";
    let select = &session.prepare(cql).await.unwrap();
    let read = |number: i64| async move {
        let found = session.execute_unpaged(select, ("cd", number)).await.unwrap().into_rows_result().unwrap();
        found.single_row::<Row>().unwrap()
    };
    let found: Vec<Row> = stream::iter(0..ROWS).map(read).buffered(IN_FLIGHT).collect().await;
    assert_eq!(found.len() as i64, ROWS);
}
