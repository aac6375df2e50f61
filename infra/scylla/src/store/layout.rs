//! How a table of the port lies in CQL: its columns and its statements.

use sceau_projection::{Cell, Column, TableSchema};
use sceau_store::StoredRow;
use scylla::value::CqlValue;

use super::cell::{self, Misfit, Undecodable, Values};
use crate::keyspace::{Described, quoted};

/// A table.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) schema: TableSchema,
    /// Its full name in CQL.
    name: String,
}

impl Layout {
    /// `name` is the table's full name.
    pub(crate) fn new(schema: TableSchema, name: String) -> Self {
        Self { schema, name }
    }

    fn partition(&self) -> &[Column] {
        self.schema.key.get(..self.schema.partition_columns).unwrap_or_default()
    }

    fn clustering(&self) -> &[Column] {
        self.schema.key.get(self.schema.partition_columns..).unwrap_or_default()
    }

    /// What the cluster must say of it.
    pub(crate) fn described(&self) -> Vec<Described> {
        let part = |role: &'static str, order: &'static str, ordered: bool, columns: &[Column]| {
            let columns = columns.iter().flat_map(cql_columns).enumerate();
            let columns = columns.map(move |(position, (name, cql_type))| Described {
                role: role.to_owned(),
                position: if ordered { position as i32 } else { -1 },
                name,
                cql_type: cql_type.to_owned(),
                order: order.to_owned(),
            });
            columns.collect::<Vec<_>>()
        };
        let mut described = part("partition_key", "none", true, self.partition());
        described.extend(part("clustering", "asc", true, self.clustering()));
        described.extend(part("regular", "none", false, &self.schema.columns));
        described.sort();
        described
    }

    pub(crate) fn create(&self) -> String {
        let columns = self.schema.key.iter().chain(&self.schema.columns).flat_map(cql_columns);
        let columns: Vec<_> = columns.map(|(name, cql_type)| format!("{} {cql_type}", quoted(&name))).collect();
        let mut key = vec![format!("({})", list(self.partition()))];
        key.extend(names(self.clustering()));
        let (columns, key) = (columns.join(", "), key.join(", "));
        format!("CREATE TABLE IF NOT EXISTS {} ({columns}, PRIMARY KEY ({key}))", self.name)
    }

    /// Takes a whole row and the write timestamp.
    pub(crate) fn insert(&self) -> String {
        let columns: Vec<_> = names(&self.schema.key).into_iter().chain(names(&self.schema.columns)).collect();
        let (marks, columns) = (vec!["?"; columns.len()].join(", "), columns.join(", "));
        format!("INSERT INTO {} ({columns}) VALUES ({marks}) USING TIMESTAMP ?", self.name)
    }

    /// Takes the write timestamp and a whole key.
    pub(crate) fn delete(&self) -> String {
        format!("DELETE FROM {} USING TIMESTAMP ? WHERE {}", self.name, equal(&self.schema.key))
    }

    /// Takes a whole key and gives the other columns; of a table that has none, the key's.
    pub(crate) fn select(&self) -> String {
        let columns = if self.schema.columns.is_empty() { &self.schema.key } else { &self.schema.columns };
        format!("SELECT {} FROM {} WHERE {}", list(columns), self.name, equal(&self.schema.key))
    }

    /// Gives whole rows. `conditions` and `order` stand as they are; the last value is the limit.
    pub(crate) fn select_rows(&self, conditions: &[String], order: &str) -> String {
        let columns: Vec<_> = names(&self.schema.key).into_iter().chain(names(&self.schema.columns)).collect();
        let conditions =
            if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) };
        format!("SELECT {} FROM {}{conditions}{order} LIMIT ?", columns.join(", "), self.name)
    }

    /// Conditions on the leading key columns, as many as `cells`.
    pub(crate) fn where_equal(&self, cells: usize) -> Vec<String> {
        names(self.schema.key.get(..cells).unwrap_or_default()).into_iter().map(|name| format!("{name} = ?")).collect()
    }

    /// A condition on the leading clustering columns together, as many as `cells`.
    pub(crate) fn where_clustering(&self, comparison: &str, cells: usize) -> String {
        let names = names(self.clustering().get(..cells).unwrap_or_default());
        let marks = vec!["?"; names.len()].join(", ");
        format!("({}) {comparison} ({marks})", names.join(", "))
    }

    /// The token of the partition key.
    pub(crate) fn token(&self) -> String {
        format!("token({})", list(self.partition()))
    }

    /// An order against that of the keys.
    pub(crate) fn descending(&self) -> String {
        let names = names(self.clustering());
        let each: Vec<_> = names.iter().map(|name| format!("{name} DESC")).collect();
        if each.is_empty() { String::new() } else { format!(" ORDER BY {}", each.join(", ")) }
    }

    /// Adds the values of cells of the key, of which the first is that of column `first`.
    pub(crate) fn put_key(&self, values: &mut Values, first: usize, cells: Vec<Cell>) -> Result<(), Misfit> {
        let columns = self.schema.key.get(first..first + cells.len()).ok_or(Misfit)?;
        for (number, (column, cell)) in (first..).zip(columns.iter().zip(cells)) {
            if cell == Cell::Null {
                return Err(Misfit);
            }
            let cell = if number == 0 && self.filled() { cell::fill(cell) } else { cell };
            cell::put(values, column.kind, cell)?;
        }
        Ok(())
    }

    /// Adds the values of a whole key.
    pub(crate) fn put_whole_key(&self, values: &mut Values, cells: Vec<Cell>) -> Result<(), Misfit> {
        if cells.len() == self.schema.key.len() { self.put_key(values, 0, cells) } else { Err(Misfit) }
    }

    /// Adds the values of the other cells.
    pub(crate) fn put_cells(&self, values: &mut Values, cells: Vec<Cell>) -> Result<(), Misfit> {
        if cells.len() != self.schema.columns.len() {
            return Err(Misfit);
        }
        self.schema.columns.iter().zip(cells).try_for_each(|(column, cell)| cell::put(values, column.kind, cell))
    }

    /// The other cells, of values that `select` gave.
    pub(crate) fn cells(&self, values: Values) -> Result<Vec<Cell>, Undecodable> {
        take_all(&self.schema.columns, &mut values.into_iter())
    }

    /// The row of values that `select_rows` gave.
    pub(crate) fn row(&self, values: Values) -> Result<StoredRow, Undecodable> {
        let mut values = values.into_iter();
        let mut key = take_all(&self.schema.key, &mut values)?;
        if self.filled() {
            let rest = key.split_off(1);
            key = key.into_iter().map(cell::unfill).chain(rest).collect();
        }
        Ok(StoredRow { key, cells: take_all(&self.schema.columns, &mut values)? })
    }

    /// Whether the partition key is one value.
    fn filled(&self) -> bool {
        self.schema.partition_columns == 1
    }
}

fn take_all(columns: &[Column], values: &mut impl Iterator<Item = Option<CqlValue>>) -> Result<Vec<Cell>, Undecodable> {
    columns.iter().map(|column| cell::take(values, column.kind)).collect()
}

fn cql_columns(column: &Column) -> impl Iterator<Item = (String, &'static str)> {
    cell::columns(column.kind).iter().map(|(end, cql_type)| (format!("{}{end}", column.name), *cql_type))
}

fn names(columns: &[Column]) -> Vec<String> {
    columns.iter().flat_map(cql_columns).map(|(name, _)| quoted(&name)).collect()
}

fn list(columns: &[Column]) -> String {
    names(columns).join(", ")
}

fn equal(columns: &[Column]) -> String {
    names(columns).iter().map(|name| format!("{name} = ?")).collect::<Vec<_>>().join(" AND ")
}

#[cfg(test)]
mod tests {
    use sceau_projection::CellKind;

    use super::*;

    fn layout(partition_columns: usize) -> Layout {
        let column = |name, kind| Column { name, kind };
        let schema = TableSchema {
            name: "visit_v1_g2".into(),
            key: vec![column("place", CellKind::Text), column("at", CellKind::Time)],
            partition_columns,
            columns: vec![column("_offset", CellKind::Int), column("left", CellKind::Time)],
        };
        Layout::new(schema, "\"sceau\".\"visit_v1_g2\"".into())
    }

    #[test]
    fn a_table_has_its_columns_by_name_and_a_time_has_two() {
        assert_eq!(
            layout(1).create(),
            "CREATE TABLE IF NOT EXISTS \"sceau\".\"visit_v1_g2\" (\"place\" text, \"at\" timestamp, \"at_us\" smallint, \
             \"_offset\" bigint, \"left\" timestamp, \"left_us\" smallint, \
             PRIMARY KEY ((\"place\"), \"at\", \"at_us\"))"
        );
        let positions: Vec<_> =
            layout(2).described().into_iter().map(|column| (column.role, column.position, column.name)).collect();
        let expected = [
            ("partition_key", 0, "place"),
            ("partition_key", 1, "at"),
            ("partition_key", 2, "at_us"),
            ("regular", -1, "_offset"),
            ("regular", -1, "left"),
            ("regular", -1, "left_us"),
        ];
        assert_eq!(positions, expected.map(|(role, place, name)| (role.to_owned(), place, name.to_owned())));
    }

    #[test]
    fn cells_that_are_not_the_tables_are_refused() {
        let layout = layout(1);
        let key = |cells: &[Cell]| layout.put_whole_key(&mut Values::new(), cells.to_vec());
        let place = Cell::Text("Kin".into());
        assert_eq!(key(&[place.clone(), Cell::Time(1)]), Ok(()));
        assert_eq!(key(&[place.clone(), Cell::Null]), Err(Misfit));
        assert_eq!(key(&[place.clone(), Cell::Int(1)]), Err(Misfit));
        assert_eq!(key(std::slice::from_ref(&place)), Err(Misfit));
        assert_eq!(key(&[place, Cell::Time(1), Cell::Time(2)]), Err(Misfit));
        assert_eq!(layout.put_cells(&mut Values::new(), vec![Cell::Int(1)]), Err(Misfit));
        assert_eq!(layout.put_cells(&mut Values::new(), vec![Cell::Int(1), Cell::Null]), Ok(()));
    }
}
