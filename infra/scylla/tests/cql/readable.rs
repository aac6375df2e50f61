//! What a person sees in `cqlsh`.

use sceau_projection::{Cell, CellKind, Column, TableSchema};
use sceau_store::{RowWrite, Scan, Store};
use scylla::value::{CqlValue, Row};

use crate::setting::{key, keyspace, open, session, visit, visitor, visits};

/// Columns are there by name and kind, and a time is a timestamp that compares with dates.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_analyst_reads_rows_by_the_names_of_their_columns() {
    let Some(settings) = keyspace() else { return };
    let store = open(&settings).await;
    store.ensure(&visits("visit_v1_g1")).await.unwrap();
    let at = 1_700_000_000_123_456;
    store
        .write("visit_v1_g1", vec![visit("Kinshasa", at, "ann", 7), visit("Kinshasa", at - 3_600_000_000, "ben", 6)])
        .await
        .unwrap();
    let asked = format!(
        "SELECT visitor, at, at_us, \"_offset\", WRITETIME(visitor) FROM {}.visit_v1_g1 \
         WHERE place = 'Kinshasa' AND at >= '2023-11-14 22:00:00+0000'",
        settings.keyspace
    );
    let found = session(&settings).await.query_unpaged(asked, ()).await.unwrap().into_rows_result().unwrap();
    let found: Vec<Row> = found.rows().unwrap().map(Result::unwrap).collect();
    let [row] = &found[..] else { panic!("one visit is as late as that: {found:?}") };
    let expected = [
        CqlValue::Text("ann".to_owned()),
        CqlValue::Timestamp(scylla::value::CqlTimestamp(1_700_000_000_123)),
        CqlValue::SmallInt(456),
        CqlValue::BigInt(7),
        CqlValue::BigInt(7),
    ];
    assert_eq!(row.columns, expected.map(Some));
}

/// Microseconds are kept, also in keys, where two of a millisecond are two rows in their order.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn times_are_exact_to_the_microsecond() {
    let Some(settings) = keyspace() else { return };
    let store = open(&settings).await;
    store.ensure(&visits("visits")).await.unwrap();
    let times = [i64::MIN, -1_001, -1_000, -1, 0, 1_700_000_000_123_001, 1_700_000_000_123_002, i64::MAX];
    store.write("visits", times.iter().rev().map(|at| visit("a", *at, "ann", 1)).collect()).await.unwrap();
    let all = Scan { prefix: vec![Cell::Text("a".into())], after: None, from: None, descending: false, limit: 100 };
    let found = store.scan("visits", all.clone()).await.unwrap();
    assert_eq!(found.into_iter().map(|row| row.key).collect::<Vec<_>>(), times.map(|at| key("a", at)));
    let after = Scan { after: Some(key("a", 1_700_000_000_123_001)), limit: 1, ..all };
    assert_eq!(store.scan("visits", after).await.unwrap()[0].key, key("a", 1_700_000_000_123_002));
}

/// A write that comes late, from whichever process, changes nothing; nor does it bring back a cell that was emptied.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_write_loses() {
    let Some(settings) = keyspace() else { return };
    let (owner, zombie) = (open(&settings).await, open(&settings).await);
    for store in [&owner, &zombie] {
        store.ensure(&visits("visits")).await.unwrap();
    }
    owner.write("visits", vec![visit("a", 1, "new", 9)]).await.unwrap();
    zombie.write("visits", vec![visit("a", 1, "old", 5)]).await.unwrap();
    assert_eq!(visitor(&owner, "visits", key("a", 1)).await, Ok(Some(Cell::Text("new".into()))));
    let emptied = RowWrite { key: key("a", 1), cells: Some(vec![Cell::Null, Cell::Int(11)]), timestamp: 11 };
    owner.write("visits", vec![emptied]).await.unwrap();
    zombie.write("visits", vec![visit("a", 1, "old", 10)]).await.unwrap();
    assert_eq!(visitor(&owner, "visits", key("a", 1)).await, Ok(Some(Cell::Null)));
}

/// A table is read whole, page by page, whatever its partitions: large, small, with an empty key, without clustering.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_whole_table_is_paged_through() {
    let Some(settings) = keyspace() else { return };
    let store = open(&settings).await;
    store.ensure(&visits("visits")).await.unwrap();
    let flat = TableSchema { name: "flat".into(), partition_columns: 2, ..visits("") };
    store.ensure(&flat).await.unwrap();
    let mut keys: Vec<_> = (0..300).map(|at| key("large", at)).collect();
    keys.extend((0..100).map(|n| key(&format!("small {n}"), n)));
    keys.extend(["", "\0", "\0\0", "a\0"].map(|place| key(place, 0)));
    keys.sort();
    let rows = || keys.iter().map(|key| RowWrite { key: key.clone(), cells: Some(vec![Cell::Null; 2]), timestamp: 1 });
    for table in ["visits", "flat"] {
        store.write(table, rows().collect()).await.unwrap();
        for limit in [7, 150, 1000] {
            let mut found: Vec<Vec<Cell>> = Vec::new();
            loop {
                let after = found.last().cloned();
                let scan = Scan { prefix: Vec::new(), after, from: None, descending: false, limit };
                let page = store.scan(table, scan).await.unwrap();
                if page.is_empty() {
                    break;
                }
                assert!(page.len() <= limit);
                found.extend(page.into_iter().map(|row| row.key));
            }
            found.sort();
            assert_eq!(found, keys, "{table} by {limit}");
        }
    }
}

/// Only a part of the key is fixed, and the scan begins within it, in either direction.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scan_keeps_to_its_prefix_wherever_it_begins() {
    let Some(settings) = keyspace() else { return };
    let store = open(&settings).await;
    let names = ["tenant", "company", "batch"];
    let key = names.map(|name| Column { name, kind: CellKind::Int }).into();
    let table = TableSchema { name: "batches".into(), key, partition_columns: 1, columns: Vec::new() };
    store.ensure(&table).await.unwrap();
    let key = |company, batch| vec![Cell::Int(1), Cell::Int(company), Cell::Int(batch)];
    let rows = (0..9).map(|n| RowWrite { key: key(n / 3, n % 3), cells: Some(Vec::new()), timestamp: 1 });
    store.write("batches", rows.collect()).await.unwrap();
    let all = Scan { prefix: key(1, 0)[..2].to_vec(), after: None, from: None, descending: false, limit: 9 };
    let down = Scan { descending: true, ..all.clone() };
    let cases: [(Scan, &[i64]); 7] = [
        (all.clone(), &[0, 1, 2]),
        (down.clone(), &[2, 1, 0]),
        (Scan { after: Some(key(1, 0)), ..all.clone() }, &[1, 2]),
        (Scan { from: Some(key(1, 1)), ..all.clone() }, &[1, 2]),
        (Scan { after: Some(key(1, 2)), ..down.clone() }, &[1, 0]),
        (Scan { from: Some(key(1, 1)), ..down }, &[1, 0]),
        (Scan { after: Some(key(1, 2)), ..all }, &[]),
    ];
    for (scan, expected) in cases {
        let found = store.scan("batches", scan.clone()).await.unwrap();
        let found: Vec<_> = found.into_iter().map(|row| row.key).collect();
        assert_eq!(found, expected.iter().map(|batch| key(1, *batch)).collect::<Vec<_>>(), "{scan:?}");
    }
}
