//! The contract of the port as a suite, run on every adapter.
//!
//! An adapter implements [`Fixture`] in its tests and writes `sceau_store::store_contract!(its_fixture());`: one test
//! per promise of the port.

use std::future::Future;

use sceau_projection::{Cell, CellKind, Column, TableSchema};

use crate::{RowWrite, Scan, Store, StoreError, StoredRow};

/// An adapter with data of its own, empty at first.
pub trait Fixture {
    /// The adapter.
    type Store: Store;
    /// Opens the data. Before each further call the store opened before has been dropped.
    fn open(&self) -> impl Future<Output = Self::Store>;
}

/// One test per promise. The fixture expression is evaluated once in each.
#[macro_export]
macro_rules! store_contract {
    ($fixture:expr) => {
        $crate::store_contract! { $fixture;
            tables_are_made_listed_and_dropped,
            a_table_with_other_columns_is_refused,
            an_unknown_table_is_named,
            a_dropped_table_comes_back_empty,
            rows_are_read_as_they_were_written,
            keys_are_answered_in_their_order,
            the_higher_timestamp_stands_in_either_order,
            a_deleted_row_is_gone_and_an_older_write_stays_out,
            what_was_written_survives_opening_again,
            a_scan_gives_one_partition_in_the_order_of_its_keys,
            a_scan_begins_where_it_is_told,
            a_scan_pages_through_everything_in_both_directions,
            a_scan_passes_over_deleted_rows,
            keys_of_every_kind_are_in_order,
            tables_do_not_see_each_other,
            concurrent_writers_leave_the_highest_timestamp,
        }
    };
    ($fixture:expr; $($promise:ident),* $(,)?) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $promise() {
            let fixture = $fixture;
            $crate::contract::$promise(&fixture).await;
        }
    )*};
}

const VISITS: &str = "visits_v1";

/// Visits by place (the partition) and by time and number within it.
fn visits() -> TableSchema {
    let column = |name, kind| Column { name, kind };
    TableSchema {
        name: VISITS.into(),
        key: vec![
            column("place", CellKind::Text),
            column("at", CellKind::Time),
            column("number", CellKind::Int),
        ],
        partition_columns: 1,
        columns: vec![column("visitor", CellKind::Text), column("badge", CellKind::Bytes)],
    }
}

fn key(place: &str, at: i64, number: i64) -> Vec<Cell> {
    vec![Cell::Text(place.into()), Cell::Time(at), Cell::Int(number)]
}

fn says(visitor: &str) -> Vec<Cell> {
    vec![Cell::Text(visitor.into()), Cell::Null]
}

fn row(key: Vec<Cell>, visitor: &str, timestamp: i64) -> RowWrite {
    RowWrite {
        key,
        cells: Some(says(visitor)),
        timestamp,
    }
}

fn place(name: &str) -> Scan {
    Scan {
        prefix: vec![Cell::Text(name.into())],
        after: None,
        from: None,
        descending: false,
        limit: 1000,
    }
}

async fn with_visits<F: Fixture>(fixture: &F) -> F::Store {
    let store = fixture.open().await;
    store.ensure(&visits()).await.expect("the table is made");
    store
}

async fn write(store: &impl Store, rows: Vec<RowWrite>) {
    store.write(VISITS, rows).await.expect("rows are written");
}

async fn read_one(store: &impl Store, key: Vec<Cell>) -> Option<Vec<Cell>> {
    let mut rows = store.read(VISITS, vec![key]).await.expect("rows are read");
    assert_eq!(rows.len(), 1);
    rows.pop().flatten()
}

async fn scan(store: &impl Store, scan: Scan) -> Vec<StoredRow> {
    store.scan(VISITS, scan).await.expect("rows are scanned")
}

/// The visitors of a scan.
async fn visitors(store: &impl Store, asked: Scan) -> Vec<String> {
    let text = |row: StoredRow| match row.cells.into_iter().next() {
        Some(Cell::Text(text)) => text,
        other => format!("not a visitor: {other:?}"),
    };
    scan(store, asked).await.into_iter().map(text).collect()
}

/// `ensure` makes a table once, `tables` lists them by name, `drop_table` removes them, also one that is not there.
pub async fn tables_are_made_listed_and_dropped(fixture: &impl Fixture) {
    let store = with_visits(fixture).await;
    let other = TableSchema {
        name: "arrivals_v2".into(),
        ..visits()
    };
    assert_eq!(store.ensure(&other).await, Ok(()));
    assert_eq!(store.ensure(&visits()).await, Ok(()));
    assert_eq!(
        store.tables().await,
        Ok(vec!["arrivals_v2".to_owned(), VISITS.to_owned()])
    );
    assert_eq!(store.drop_table("arrivals_v2").await, Ok(()));
    assert_eq!(store.drop_table("arrivals_v2").await, Ok(()));
    assert_eq!(store.tables().await, Ok(vec![VISITS.to_owned()]));
}

/// A table of the name with other columns, kinds or partition key is refused, also after opening again.
pub async fn a_table_with_other_columns_is_refused(fixture: &impl Fixture) {
    let mismatch = Err(StoreError::SchemaMismatch { table: VISITS.into() });
    let mut others = vec![visits(), visits(), visits(), visits()];
    others[0].columns.pop();
    others[1].columns[1].kind = CellKind::Text;
    others[2].partition_columns = 2;
    others[3].key[2].name = "other";
    drop(with_visits(fixture).await);
    let store = fixture.open().await;
    for other in others {
        assert_eq!(store.ensure(&other).await, mismatch);
    }
    assert_eq!(store.ensure(&visits()).await, Ok(()));
}

/// Writing to, reading from and scanning a table that is not there is an error of its own.
pub async fn an_unknown_table_is_named(fixture: &impl Fixture) {
    let store = fixture.open().await;
    let unknown = StoreError::UnknownTable { table: VISITS.into() };
    assert_eq!(
        store.write(VISITS, vec![row(key("a", 1, 1), "ann", 1)]).await,
        Err(unknown.clone())
    );
    assert_eq!(store.read(VISITS, vec![key("a", 1, 1)]).await, Err(unknown.clone()));
    assert_eq!(store.scan(VISITS, place("a")).await, Err(unknown));
}

/// A dropped table is gone for good: made again it is empty, takes any timestamp, and may have other columns.
pub async fn a_dropped_table_comes_back_empty(fixture: &impl Fixture) {
    {
        let store = with_visits(fixture).await;
        write(&store, vec![row(key("a", 1, 1), "ann", 100)]).await;
        assert_eq!(store.drop_table(VISITS).await, Ok(()));
        store.ensure(&visits()).await.expect("the table is made again");
        assert_eq!(scan(&store, place("a")).await, []);
        write(&store, vec![row(key("a", 1, 1), "ben", 1)]).await;
        assert_eq!(read_one(&store, key("a", 1, 1)).await, Some(says("ben")));
        assert_eq!(store.drop_table(VISITS).await, Ok(()));
    }
    let store = fixture.open().await;
    assert_eq!(store.tables().await, Ok(vec![]));
    let other = TableSchema {
        columns: Vec::new(),
        ..visits()
    };
    assert_eq!(store.ensure(&other).await, Ok(()));
    assert_eq!(scan(&store, place("a")).await, []);
}

/// Cells of every kind, with their extremes, come back as they were.
pub async fn rows_are_read_as_they_were_written(fixture: &impl Fixture) {
    let kinds = [
        CellKind::Bool,
        CellKind::Int,
        CellKind::Time,
        CellKind::Uuid,
        CellKind::Text,
        CellKind::Bytes,
    ];
    let names = ["flag", "count", "at", "id", "name", "data"];
    let columns: Vec<_> = names
        .into_iter()
        .zip(kinds)
        .map(|(name, kind)| Column { name, kind })
        .collect();
    let key = vec![Column {
        name: "n",
        kind: CellKind::Int,
    }];
    let table = TableSchema {
        name: "kinds".into(),
        key,
        partition_columns: 1,
        columns,
    };
    let row = |flag, count, at, id, name: &str, data: &[u8]| {
        let (name, data) = (Cell::Text(name.into()), Cell::Bytes(data.into()));
        vec![
            Cell::Bool(flag),
            Cell::Int(count),
            Cell::Time(at),
            Cell::Uuid(id),
            name,
            data,
        ]
    };
    let rows = [
        row(true, i64::MIN, -1, 0, "", b""),
        row(
            false,
            i64::MAX,
            1_700_000_000_123_000,
            u128::MAX,
            "né à Kin\u{10ffff}",
            &[0, 0, 255, 0],
        ),
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
    assert_eq!(
        store.read("kinds", keys).await,
        Ok(rows.into_iter().map(Some).collect())
    );
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
    write(
        &store,
        vec![row(key("a", 1, 1), "old", 5), row(key("a", 2, 2), "new", 9)],
    )
    .await;
    write(
        &store,
        vec![row(key("a", 1, 1), "new", 9), row(key("a", 2, 2), "old", 5)],
    )
    .await;
    write(
        &store,
        vec![row(key("a", 3, 3), "old", -5), row(key("a", 3, 3), "new", -4)],
    )
    .await;
    write(
        &store,
        vec![row(key("a", 4, 4), "new", 9), row(key("a", 4, 4), "old", 5)],
    )
    .await;
    assert_eq!(visitors(&store, place("a")).await, ["new"; 4]);
}

/// A delete is a write like any other: it hides what is older and yields to what is newer.
pub async fn a_deleted_row_is_gone_and_an_older_write_stays_out(fixture: &impl Fixture) {
    let store = with_visits(fixture).await;
    let delete = |timestamp| RowWrite {
        key: key("a", 1, 1),
        cells: None,
        timestamp,
    };
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
        write(
            &store,
            vec![row(key("a", 1, 1), "ann", 5), row(key("a", 2, 2), "ben", 5)],
        )
        .await;
        write(
            &store,
            vec![RowWrite {
                key: key("a", 1, 1),
                cells: None,
                timestamp: 6,
            }],
        )
        .await;
    }
    let store = with_visits(fixture).await;
    assert_eq!(visitors(&store, place("a")).await, ["ben"]);
    write(
        &store,
        vec![row(key("a", 1, 1), "late", 5), row(key("a", 2, 2), "late", 4)],
    )
    .await;
    assert_eq!(visitors(&store, place("a")).await, ["ben"]);
}

/// A scan gives the rows under its prefix only, whole keys, in order; a longer prefix gives fewer.
pub async fn a_scan_gives_one_partition_in_the_order_of_its_keys(fixture: &impl Fixture) {
    let store = with_visits(fixture).await;
    let keys = [
        ("b", 2, -1),
        ("a", 9, 9),
        ("b", -3, 0),
        ("b", 2, 7),
        ("bb", 0, 0),
        ("b", 10, 0),
        ("", 0, 0),
    ];
    let rows = keys.map(|(place, at, number)| row(key(place, at, number), &format!("{place} {at} {number}"), 1));
    write(&store, rows.into()).await;
    assert_eq!(
        visitors(&store, place("b")).await,
        ["b -3 0", "b 2 -1", "b 2 7", "b 10 0"]
    );
    assert_eq!(
        scan(&store, place("bb")).await,
        [StoredRow {
            key: key("bb", 0, 0),
            cells: says("bb 0 0")
        }]
    );
    assert_eq!(visitors(&store, place("")).await, [" 0 0"]);
    assert_eq!(visitors(&store, place("nowhere")).await, <[&str; 0]>::default());
    let narrow = Scan {
        prefix: vec![Cell::Text("b".into()), Cell::Time(2)],
        ..place("b")
    };
    assert_eq!(visitors(&store, narrow).await, ["b 2 -1", "b 2 7"]);
    let backwards = Scan {
        descending: true,
        limit: 2,
        ..place("b")
    };
    assert_eq!(visitors(&store, backwards).await, ["b 10 0", "b 2 7"]);
    assert_eq!(
        visitors(&store, Scan { limit: 0, ..place("b") }).await,
        <[&str; 0]>::default()
    );
}

/// `from` includes its key and `after` does not, in both directions, whether or not there is such a row. One that is
/// only the beginning of a key stands for all keys that begin so.
pub async fn a_scan_begins_where_it_is_told(fixture: &impl Fixture) {
    let store = with_visits(fixture).await;
    let rows = [10, 20, 30]
        .into_iter()
        .flat_map(|at| [1, 2].map(|n| row(key("a", at, n), &format!("{at}.{n}"), 1)));
    let neighbours = [row(key("", 0, 0), "neighbour", 1), row(key("b", 0, 0), "neighbour", 1)];
    write(&store, rows.chain(neighbours).collect()).await;
    let begin = |at: i64| key("a", at, 0)[..2].to_vec();
    let cases: [(Option<Vec<Cell>>, Option<Vec<Cell>>, bool, &[&str]); 12] = [
        (None, Some(key("a", 20, 2)), false, &["20.2", "30.1", "30.2"]),
        (None, Some(key("a", 20, 2)), true, &["20.2", "20.1", "10.2", "10.1"]),
        (Some(key("a", 20, 2)), None, false, &["30.1", "30.2"]),
        (Some(key("a", 20, 2)), None, true, &["20.1", "10.2", "10.1"]),
        (Some(key("a", 25, 0)), None, false, &["30.1", "30.2"]),
        (Some(key("a", 15, 0)), None, true, &["10.2", "10.1"]),
        (Some(key("a", 20, 2)), Some(key("a", 10, 1)), false, &["30.1", "30.2"]),
        (None, Some(begin(20)), false, &["20.1", "20.2", "30.1", "30.2"]),
        (None, Some(begin(20)), true, &["20.2", "20.1", "10.2", "10.1"]),
        (Some(begin(20)), None, false, &["30.1", "30.2"]),
        (Some(begin(20)), None, true, &["10.2", "10.1"]),
        (Some(key("a", 30, 2)), None, false, &[]),
    ];
    for (after, from, descending, expected) in cases {
        let asked = Scan {
            after,
            from,
            descending,
            ..place("a")
        };
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
            let page = scan(
                &store,
                Scan {
                    after: seen.last().cloned(),
                    descending,
                    limit,
                    ..place("a")
                },
            )
            .await;
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
    write(
        &store,
        (0..20).map(|n| row(key("a", n, 0), &n.to_string(), 1)).collect(),
    )
    .await;
    let delete = |n| RowWrite {
        key: key("a", n, 0),
        cells: None,
        timestamp: 2,
    };
    write(&store, (0..18).map(delete).collect()).await;
    assert_eq!(visitors(&store, Scan { limit: 2, ..place("a") }).await, ["18", "19"]);
}

/// Clustering columns of every kind order the rows as their values are ordered.
pub async fn keys_of_every_kind_are_in_order(fixture: &impl Fixture) {
    let ordered: [(CellKind, Vec<Cell>); 6] = [
        (CellKind::Bool, [false, true].map(Cell::Bool).into()),
        (
            CellKind::Int,
            [i64::MIN, -256, -1, 0, 1, 255, 256, i64::MAX].map(Cell::Int).into(),
        ),
        (CellKind::Time, [-1, 0, 1_700_000_000_000_000].map(Cell::Time).into()),
        (CellKind::Uuid, [0, 1, 1 << 64, u128::MAX].map(Cell::Uuid).into()),
        (
            CellKind::Text,
            ["", "\0", "\0a", "a", "a\0", "ab", "b", "é"]
                .map(|text| Cell::Text(text.into()))
                .into(),
        ),
        (
            CellKind::Bytes,
            [&[][..], &[0], &[0, 0], &[0, 1], &[1], &[255], &[255, 0]]
                .map(|b| Cell::Bytes(b.into()))
                .into(),
        ),
    ];
    let store = fixture.open().await;
    for (kind, cells) in ordered {
        let name = format!("ordered_{kind:?}").to_lowercase();
        let key = vec![
            Column {
                name: "all",
                kind: CellKind::Int,
            },
            Column { name: "at", kind },
        ];
        let table = TableSchema {
            name: name.clone(),
            key,
            partition_columns: 1,
            columns: Vec::new(),
        };
        store.ensure(&table).await.expect("the table is made");
        let write = |cell: &Cell| RowWrite {
            key: vec![Cell::Int(0), cell.clone()],
            cells: Some(vec![]),
            timestamp: 1,
        };
        store
            .write(&name, cells.iter().rev().map(write).collect())
            .await
            .expect("rows are written");
        let all = Scan {
            prefix: vec![Cell::Int(0)],
            after: None,
            from: None,
            descending: false,
            limit: 100,
        };
        let found = store.scan(&name, all).await.expect("rows are scanned");
        let found: Vec<_> = found.into_iter().filter_map(|row| row.key.into_iter().nth(1)).collect();
        assert_eq!(found, cells, "{kind:?}");
    }
}

/// Rows of one table are not seen in another, though their keys are the same.
pub async fn tables_do_not_see_each_other(fixture: &impl Fixture) {
    let store = with_visits(fixture).await;
    let other = TableSchema {
        name: "visits_v2".into(),
        ..visits()
    };
    store.ensure(&other).await.expect("the table is made");
    write(&store, vec![row(key("a", 1, 1), "one", 1)]).await;
    store
        .write("visits_v2", vec![row(key("a", 1, 1), "two", 1)])
        .await
        .expect("rows are written");
    assert_eq!(visitors(&store, place("a")).await, ["one"]);
    store.drop_table("visits_v2").await.expect("the table is dropped");
    assert_eq!(visitors(&store, place("a")).await, ["one"]);
}

/// Writers at the same time, each with its timestamps in falling order, leave the highest of all.
pub async fn concurrent_writers_leave_the_highest_timestamp(fixture: &impl Fixture) {
    let store = with_visits(fixture).await;
    let store = &store;
    let writer = |name: i64| async move {
        for round in (0..30).rev() {
            let timestamp = round * 10 + name;
            let rows = (0..10)
                .map(|n| row(key("a", n, 0), &timestamp.to_string(), timestamp))
                .collect();
            write(store, rows).await;
        }
    };
    futures_util::future::join_all((0..6).map(writer)).await;
    assert_eq!(visitors(store, place("a")).await, ["295"; 10]);
}
