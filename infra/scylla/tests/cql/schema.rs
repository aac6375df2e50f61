//! Who makes tables, and what happens when several want to.

use std::time::Duration;

use futures_util::future::join_all;
use sceau_projection::Cell;
use sceau_scylla::{OpenError, Replication, SchemaRole, ScyllaSettings};
use sceau_store::{RowWrite, Store, StoreError};

use crate::setting::{key, keyspace, open, session, visit, visitor, visits};

/// The same tables asked for at once, through several stores and several times in each.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_that_many_ask_for_at_once_is_made_once() {
    let Some(settings) = keyspace() else { return };
    let stores = [open(&settings).await, open(&settings).await, open(&settings).await];
    let tables = [visits("one"), visits("two")];
    let asked = stores.iter().flat_map(|store| tables.iter().cycle().take(4).map(|table| store.ensure(table)));
    assert_eq!(join_all(asked).await, vec![Ok(()); 12]);
    for (number, store) in (1..).zip(&stores) {
        assert_eq!(store.tables().await, Ok(vec!["one".to_owned(), "two".to_owned()]));
        store.write("one", vec![visit("a", number, "ann", 1)]).await.unwrap();
    }
    for number in 1..4 {
        assert_eq!(visitor(&stores[0], "one", key("a", number)).await, Ok(Some(Cell::Text("ann".into()))));
    }
}

fn member(settings: &ScyllaSettings, patience: Duration) -> ScyllaSettings {
    ScyllaSettings {
        schema: SchemaRole::Member,
        connect_timeout: Duration::from_secs(5),
        schema_timeout: patience,
        ..settings.clone()
    }
}

/// A member makes nothing: it waits for the owner, and says so when that takes too long.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_waits_for_the_owner() {
    let Some(settings) = keyspace() else { return };
    let impatient = member(&settings, Duration::from_millis(500));
    let Err(OpenError::KeyspaceMissing { keyspace, .. }) = sceau_scylla::ScyllaStore::open(impatient.clone()).await
    else {
        panic!("nobody has made the keyspace")
    };
    assert_eq!(keyspace, settings.keyspace);
    let owner = open(&settings).await;
    let refused = open(&impatient).await.ensure(&visits("visits")).await;
    assert!(
        matches!(&refused, Err(StoreError::Unavailable { reason }) if reason.contains("owns the schema")),
        "{refused:?}"
    );
    assert_eq!(owner.tables().await, Ok(Vec::new()));
    let patient = open(&member(&settings, Duration::from_secs(60))).await;
    let table = visits("visits");
    let (waited, made) = tokio::join!(patient.ensure(&table), async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        owner.ensure(&table).await
    });
    assert_eq!((waited, made), (Ok(()), Ok(())));
    patient.write("visits", vec![visit("a", 1, "ann", 1)]).await.unwrap();
}

/// A table that another process dropped is unknown, and works again once it is made again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_that_another_dropped_is_unknown() {
    let Some(settings) = keyspace() else { return };
    let (one, other) = (open(&settings).await, open(&settings).await);
    for store in [&one, &other] {
        store.ensure(&visits("visits")).await.unwrap();
    }
    one.write("visits", vec![visit("a", 1, "ann", 1)]).await.unwrap();
    other.drop_table("visits").await.unwrap();
    let unknown = StoreError::UnknownTable { table: "visits".into() };
    assert_eq!(one.write("visits", vec![visit("a", 1, "ann", 1)]).await, Err(unknown.clone()));
    assert_eq!(visitor(&one, "visits", key("a", 1)).await, Err(unknown));
    other.ensure(&visits("visits")).await.unwrap();
    assert_eq!(visitor(&one, "visits", key("a", 1)).await, Ok(None));
    one.write("visits", vec![visit("a", 1, "ben", 1)]).await.unwrap();
    assert_eq!(visitor(&other, "visits", key("a", 1)).await, Ok(Some(Cell::Text("ben".into()))));
}

/// Cells of another kind or number are refused before they are sent, and so is a null in a key.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_that_does_not_fit_the_table_is_refused() {
    let Some(settings) = keyspace() else { return };
    let store = open(&settings).await;
    store.ensure(&visits("visits")).await.unwrap();
    let good = visit("a", 1, "ann", 1);
    let text = |key: &[Cell]| RowWrite { key: key.to_vec(), ..good.clone() };
    let bad = [
        text(&[Cell::Text("a".into()), Cell::Null]),
        text(&[Cell::Text("a".into())]),
        text(&[Cell::Int(1), Cell::Time(1)]),
        RowWrite { cells: Some(vec![Cell::Null]), ..good.clone() },
        RowWrite { cells: Some(vec![Cell::Int(1), Cell::Int(1)]), ..good.clone() },
    ];
    let refused = Err(StoreError::SchemaMismatch { table: "visits".into() });
    for row in bad {
        assert_eq!(store.write("visits", vec![row.clone()]).await, refused, "{row:?}");
    }
    assert_eq!(
        store.read("visits", vec![vec![Cell::Int(1)]]).await,
        Err(StoreError::SchemaMismatch { table: "visits".into() })
    );
}

/// A keyspace with another replication than configured is left as it is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_keyspace_that_is_there_is_left_as_it_is() {
    let Some(settings) = keyspace() else { return };
    drop(open(&settings).await);
    open(&ScyllaSettings { replication: Replication::Simple { factor: 3 }, ..settings.clone() }).await;
    let asked = "SELECT replication['replication_factor'] FROM system_schema.keyspaces WHERE keyspace_name = ?";
    let found = session(&settings).await.query_unpaged(asked, (&settings.keyspace,)).await.unwrap();
    assert_eq!(found.into_rows_result().unwrap().single_row::<(String,)>().unwrap().0, "1");
}
