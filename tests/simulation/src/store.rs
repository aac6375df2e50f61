//! The simulated store: rows with write timestamps, and nothing else.

use std::collections::BTreeMap;

use sceau_projection::Cell;
use sceau_store::RowWrite;

type Key = Vec<Cell>;

/// A row, and under which timestamp it was written; no cells when it was deleted.
struct Stored {
    cells: Option<Vec<Cell>>,
    timestamp: i64,
}

/// Tables by name.
#[derive(Default)]
pub(crate) struct SimStore {
    tables: BTreeMap<String, BTreeMap<Key, Stored>>,
}

impl SimStore {
    /// Writes a row, unless what stands there is later. Of two writes of one time the greater cells stand, each for
    /// itself, as in ScyllaDB: whoever gives one time to two contents reads a mixture.
    pub(crate) fn write(&mut self, table: &str, row: RowWrite) {
        let table = self.tables.entry(table.to_owned()).or_default();
        let cells = match table.get(&row.key) {
            Some(stored) if stored.timestamp > row.timestamp => return,
            Some(Stored { cells: Some(stands), timestamp }) if *timestamp == row.timestamp => {
                row.cells.map(|cells| cells.into_iter().zip(stands).map(|(new, old)| new.max(old.clone())).collect())
            }
            _ => row.cells,
        };
        table.insert(row.key, Stored { cells, timestamp: row.timestamp });
    }

    /// The cells of one row.
    pub(crate) fn read(&self, table: &str, key: &[Cell]) -> Option<Vec<Cell>> {
        self.tables.get(table)?.get(key)?.cells.clone()
    }

    /// All rows of a table, in the order of their keys.
    pub(crate) fn rows(&self, table: &str) -> impl Iterator<Item = (&[Cell], &[Cell])> {
        let rows = self.tables.get(table).into_iter().flatten();
        rows.filter_map(|(key, stored)| Some((key.as_slice(), stored.cells.as_deref()?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_later_write_stands_in_whichever_order_they_come() {
        let row =
            |value, timestamp| RowWrite { key: vec![Cell::Int(1)], cells: Some(vec![Cell::Int(value)]), timestamp };
        let mut store = SimStore::default();
        store.write("t", row(10, 2));
        store.write("t", row(9, 1));
        assert_eq!(store.read("t", &[Cell::Int(1)]), Some(vec![Cell::Int(10)]));
    }
}
