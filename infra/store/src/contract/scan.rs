//! Scans: some rows of a partition, in the order of their keys.

use sceau_projection::{Cell, CellKind, Column, TableSchema};

use super::{Fixture, key, place, row, says, scan, visitors, with_visits, write};
use crate::{RowWrite, Scan, Store, StoredRow};

/// A scan gives the rows under its prefix only, whole keys, in order; a longer prefix gives fewer.
pub async fn a_scan_gives_one_partition_in_the_order_of_its_keys(fixture: &impl Fixture) {
    let store = with_visits(fixture).await;
    let keys = [("b", 2, -1), ("a", 9, 9), ("b", -3, 0), ("b", 2, 7), ("bb", 0, 0), ("b", 10, 0), ("", 0, 0)];
    let rows = keys.map(|(place, at, number)| row(key(place, at, number), &format!("{place} {at} {number}"), 1));
    write(&store, rows.into()).await;
    assert_eq!(visitors(&store, place("b")).await, ["b -3 0", "b 2 -1", "b 2 7", "b 10 0"]);
    assert_eq!(scan(&store, place("bb")).await, [StoredRow { key: key("bb", 0, 0), cells: says("bb 0 0") }]);
    assert_eq!(visitors(&store, place("")).await, [" 0 0"]);
    assert_eq!(visitors(&store, place("nowhere")).await, <[&str; 0]>::default());
    let narrow = Scan { prefix: vec![Cell::Text("b".into()), Cell::Time(2)], ..place("b") };
    assert_eq!(visitors(&store, narrow).await, ["b 2 -1", "b 2 7"]);
    let backwards = Scan { descending: true, limit: 2, ..place("b") };
    assert_eq!(visitors(&store, backwards).await, ["b 10 0", "b 2 7"]);
    assert_eq!(visitors(&store, Scan { limit: 0, ..place("b") }).await, <[&str; 0]>::default());
}

/// `from` includes its key and `after` does not, in both directions, whether or not there is such a row. One that is
/// only the beginning of a key stands for all keys that begin so.
pub async fn a_scan_begins_where_it_is_told(fixture: &impl Fixture) {
    let store = with_visits(fixture).await;
    let rows = [10, 20, 30].into_iter().flat_map(|at| [1, 2].map(|n| row(key("a", at, n), &format!("{at}.{n}"), 1)));
    let neighbours = [row(key("", 0, 0), "neighbour", 1), row(key("b", 0, 0), "neighbour", 1)];
    write(&store, rows.chain(neighbours).collect()).await;
    let begin = |at: i64| key("a", at, 0)[..2].to_vec();
    let after = |key, descending| Scan { after: Some(key), descending, ..place("a") };
    let from = |key, descending| Scan { from: Some(key), descending, ..place("a") };
    let both = Scan { after: Some(key("a", 20, 2)), ..from(key("a", 10, 1), false) };
    let cases: [(Scan, &[&str]); 12] = [
        (from(key("a", 20, 2), false), &["20.2", "30.1", "30.2"]),
        (from(key("a", 20, 2), true), &["20.2", "20.1", "10.2", "10.1"]),
        (after(key("a", 20, 2), false), &["30.1", "30.2"]),
        (after(key("a", 20, 2), true), &["20.1", "10.2", "10.1"]),
        (after(key("a", 25, 0), false), &["30.1", "30.2"]),
        (after(key("a", 15, 0), true), &["10.2", "10.1"]),
        (after(key("a", 30, 2), false), &[]),
        (both, &["30.1", "30.2"]),
        (from(begin(20), false), &["20.1", "20.2", "30.1", "30.2"]),
        (from(begin(20), true), &["20.2", "20.1", "10.2", "10.1"]),
        (after(begin(20), false), &["30.1", "30.2"]),
        (after(begin(20), true), &["10.2", "10.1"]),
    ];
    for (asked, expected) in cases {
        assert_eq!(visitors(&store, asked.clone()).await, expected, "{asked:?}");
    }
}

/// Pages, each after the last key of the one before, give every row once, whatever the size of the page.
pub async fn a_scan_pages_through_everything_in_both_directions(fixture: &impl Fixture) {
    let store = with_visits(fixture).await;
    let keys: Vec<_> = (0..150).map(|n| key("a", n / 7, n % 7)).collect();
    write(&store, keys.iter().map(|at| row(at.clone(), "x", 1)).collect()).await;
    for (limit, descending) in [(7, false), (7, true), (100, false), (100, true)] {
        let mut seen: Vec<Vec<Cell>> = Vec::new();
        loop {
            let page = scan(&store, Scan { after: seen.last().cloned(), descending, limit, ..place("a") }).await;
            if page.is_empty() {
                break;
            }
            assert!(page.len() <= limit);
            seen.extend(page.into_iter().map(|row| row.key));
        }
        if descending {
            seen.reverse();
        }
        assert_eq!(seen, keys);
    }
}

/// Deleted rows are not given and do not count against the limit.
pub async fn a_scan_passes_over_deleted_rows(fixture: &impl Fixture) {
    let store = with_visits(fixture).await;
    write(&store, (0..20).map(|n| row(key("a", n, 0), &n.to_string(), 1)).collect()).await;
    let delete = |n| RowWrite { key: key("a", n, 0), cells: None, timestamp: 2 };
    write(&store, (0..18).map(delete).collect()).await;
    assert_eq!(visitors(&store, Scan { limit: 2, ..place("a") }).await, ["18", "19"]);
}

/// Clustering columns of every kind order the rows as their values are ordered.
pub async fn keys_of_every_kind_are_in_order(fixture: &impl Fixture) {
    let ordered: [(CellKind, Vec<Cell>); 6] = [
        (CellKind::Bool, [false, true].map(Cell::Bool).into()),
        (CellKind::Int, [i64::MIN, -256, -1, 0, 1, 255, 256, i64::MAX].map(Cell::Int).into()),
        (CellKind::Time, [-1, 0, 1_700_000_000_000_000].map(Cell::Time).into()),
        (CellKind::Uuid, [0, 1, 1 << 64, u128::MAX].map(Cell::Uuid).into()),
        (CellKind::Text, ["", "\0", "\0a", "a", "a\0", "ab", "b", "é"].map(|text| Cell::Text(text.into())).into()),
        (
            CellKind::Bytes,
            [&[][..], &[0], &[0, 0], &[0, 1], &[1], &[255], &[255, 0]].map(|b| Cell::Bytes(b.into())).into(),
        ),
    ];
    let store = fixture.open().await;
    for (kind, cells) in ordered {
        let name = format!("ordered_{kind:?}").to_lowercase();
        let key = vec![Column { name: "all", kind: CellKind::Int }, Column { name: "at", kind }];
        let table = TableSchema { name: name.clone(), key, partition_columns: 1, columns: Vec::new() };
        store.ensure(&table).await.expect("the table is made");
        let write = |cell: &Cell| RowWrite { key: vec![Cell::Int(0), cell.clone()], cells: Some(vec![]), timestamp: 1 };
        store.write(&name, cells.iter().rev().map(write).collect()).await.expect("rows are written");
        let all = Scan { prefix: vec![Cell::Int(0)], after: None, from: None, descending: false, limit: 100 };
        let found = store.scan(&name, all).await.expect("rows are scanned");
        let found: Vec<_> = found.into_iter().filter_map(|row| row.key.into_iter().nth(1)).collect();
        assert_eq!(found, cells, "{kind:?}");
    }
}
