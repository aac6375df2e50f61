//! Tables: made, listed, dropped, kept apart.

use sceau_projection::{CellKind, TableSchema};

use super::{Fixture, VISITS, key, place, read_one, row, says, scan, visitors, visits, with_visits, write};
use crate::{Store, StoreError};

/// `ensure` makes a table once, `tables` lists them by name, `drop_table` removes them, also one that is not there.
pub async fn tables_are_made_listed_and_dropped(fixture: &impl Fixture) {
    let store = with_visits(fixture).await;
    let other = TableSchema { name: "arrivals_v2".into(), ..visits() };
    assert_eq!(store.ensure(&other).await, Ok(()));
    assert_eq!(store.ensure(&visits()).await, Ok(()));
    assert_eq!(store.tables().await, Ok(vec!["arrivals_v2".to_owned(), VISITS.to_owned()]));
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
    assert_eq!(store.write(VISITS, vec![row(key("a", 1, 1), "ann", 1)]).await, Err(unknown.clone()));
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
    let other = TableSchema { columns: Vec::new(), ..visits() };
    assert_eq!(store.ensure(&other).await, Ok(()));
    assert_eq!(scan(&store, place("a")).await, []);
}

/// Rows of one table are not seen in another, though their keys are the same.
pub async fn tables_do_not_see_each_other(fixture: &impl Fixture) {
    let store = with_visits(fixture).await;
    let other = TableSchema { name: "visits_v2".into(), ..visits() };
    store.ensure(&other).await.expect("the table is made");
    write(&store, vec![row(key("a", 1, 1), "one", 1)]).await;
    store.write("visits_v2", vec![row(key("a", 1, 1), "two", 1)]).await.expect("rows are written");
    assert_eq!(visitors(&store, place("a")).await, ["one"]);
    store.drop_table("visits_v2").await.expect("the table is dropped");
    assert_eq!(visitors(&store, place("a")).await, ["one"]);
}
