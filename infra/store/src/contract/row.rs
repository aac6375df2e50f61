//! Rows: written, read by key, the latest timestamp standing.

use sceau_projection::{Cell, CellKind, Column, TableSchema};

use super::{Fixture, VISITS, key, place, read_one, row, says, scan, visitors, with_visits, write};
use crate::{RowWrite, Store};

/// Cells of every kind, with their extremes, come back as they were.
pub async fn rows_are_read_as_they_were_written(fixture: &impl Fixture) {
    let kinds = [CellKind::Bool, CellKind::Int, CellKind::Time, CellKind::Uuid, CellKind::Text, CellKind::Bytes];
    let names = ["flag", "count", "at", "id", "name", "data"];
    let columns: Vec<_> = names.into_iter().zip(kinds).map(|(name, kind)| Column { name, kind }).collect();
    let key = vec![Column { name: "n", kind: CellKind::Int }];
    let table = TableSchema { name: "kinds".into(), key, partition_columns: 1, columns };
    let row = |flag, count, at, id, name: &str, data: &[u8]| {
        let (name, data) = (Cell::Text(name.into()), Cell::Bytes(data.into()));
        vec![Cell::Bool(flag), Cell::Int(count), Cell::Time(at), Cell::Uuid(id), name, data]
    };
    let rows = [
        row(true, i64::MIN, -1, 0, "", b""),
        row(false, i64::MAX, 1_700_000_000_123_000, u128::MAX, "né à Kin\u{10ffff}", &[0, 0, 255, 0]),
        vec![Cell::Null; 6],
    ];
    let store = fixture.open().await;
    store.ensure(&table).await.expect("the table is made");
    let write = |(n, cells): (usize, &Vec<Cell>)| RowWrite {
        key: vec![Cell::Int(n as i64)],
        cells: Some(cells.clone()),
        timestamp: 1,
    };
    let writes = rows.iter().enumerate().map(write).collect();
    store.write("kinds", writes).await.expect("rows are written");
    let keys = (0..3).map(|n| vec![Cell::Int(n)]).collect();
    assert_eq!(store.read("kinds", keys).await, Ok(rows.into_iter().map(Some).collect()));
}

/// A read answers each key at its place, those without a row and those asked for twice too.
pub async fn keys_are_answered_in_their_order(fixture: &impl Fixture) {
    let store = with_visits(fixture).await;
    let rows = (0..200).map(|n| row(key("a", n, 0), &n.to_string(), 1)).collect();
    write(&store, rows).await;
    let asked: Vec<_> = (0..200).rev().chain([777, 5, 5]).map(|n| key("a", n, 0)).collect();
    let expected = (0..200).rev().map(|n: i32| Some(says(&n.to_string())));
    let expected: Vec<_> = expected.chain([None, Some(says("5")), Some(says("5"))]).collect();
    assert_eq!(store.read(VISITS, asked).await, Ok(expected));
}

/// Of two writes the one with the higher timestamp stands, in whichever order and in one call or two.
pub async fn the_higher_timestamp_stands_in_either_order(fixture: &impl Fixture) {
    let store = with_visits(fixture).await;
    write(&store, vec![row(key("a", 1, 1), "old", 5), row(key("a", 2, 2), "new", 9)]).await;
    write(&store, vec![row(key("a", 1, 1), "new", 9), row(key("a", 2, 2), "old", 5)]).await;
    write(&store, vec![row(key("a", 3, 3), "old", -5), row(key("a", 3, 3), "new", -4)]).await;
    write(&store, vec![row(key("a", 4, 4), "new", 9), row(key("a", 4, 4), "old", 5)]).await;
    assert_eq!(visitors(&store, place("a")).await, ["new"; 4]);
}

/// A delete is a write like any other: it hides what is older and yields to what is newer.
pub async fn a_deleted_row_is_gone_and_an_older_write_stays_out(fixture: &impl Fixture) {
    let store = with_visits(fixture).await;
    let delete = |timestamp| RowWrite { key: key("a", 1, 1), cells: None, timestamp };
    write(&store, vec![row(key("a", 1, 1), "ann", 5)]).await;
    write(&store, vec![delete(4)]).await;
    assert_eq!(read_one(&store, key("a", 1, 1)).await, Some(says("ann")));
    write(&store, vec![delete(6)]).await;
    assert_eq!(read_one(&store, key("a", 1, 1)).await, None);
    write(&store, vec![row(key("a", 1, 1), "late", 5)]).await;
    assert_eq!(read_one(&store, key("a", 1, 1)).await, None);
    assert_eq!(scan(&store, place("a")).await, []);
    write(&store, vec![row(key("a", 1, 1), "back", 7)]).await;
    assert_eq!(read_one(&store, key("a", 1, 1)).await, Some(says("back")));
}

/// Rows, deletions and timestamps are there after opening again.
pub async fn what_was_written_survives_opening_again(fixture: &impl Fixture) {
    {
        let store = with_visits(fixture).await;
        write(&store, vec![row(key("a", 1, 1), "ann", 5), row(key("a", 2, 2), "ben", 5)]).await;
        write(&store, vec![RowWrite { key: key("a", 1, 1), cells: None, timestamp: 6 }]).await;
    }
    let store = with_visits(fixture).await;
    assert_eq!(visitors(&store, place("a")).await, ["ben"]);
    write(&store, vec![row(key("a", 1, 1), "late", 5), row(key("a", 2, 2), "late", 4)]).await;
    assert_eq!(visitors(&store, place("a")).await, ["ben"]);
}

/// Writers at the same time, each with its timestamps in falling order, leave the highest of all.
pub async fn concurrent_writers_leave_the_highest_timestamp(fixture: &impl Fixture) {
    let store = with_visits(fixture).await;
    let store = &store;
    let writer = |name: i64| async move {
        for round in (0..30).rev() {
            let timestamp = round * 10 + name;
            let rows = (0..10).map(|n| row(key("a", n, 0), &timestamp.to_string(), timestamp)).collect();
            write(store, rows).await;
        }
    };
    futures_util::future::join_all((0..6).map(writer)).await;
    assert_eq!(visitors(store, place("a")).await, ["295"; 10]);
}
