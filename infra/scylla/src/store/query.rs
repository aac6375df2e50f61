//! Scans as CQL.

use sceau_store::Scan;
use scylla::value::CqlValue;

use super::cell::{Misfit, Values};
use super::layout::Layout;

/// A statement and its values.
#[derive(Debug, PartialEq)]
pub(crate) struct Query {
    pub(crate) cql: String,
    pub(crate) values: Values,
}

/// The rows of one partition, the one `scan.prefix` begins with; `None` when there can be none.
///
/// A place to begin at is compared as a tuple from the first clustering column on, and so is then the prefix it must
/// stay in: ScyllaDB takes no mixture of tuples and single columns.
pub(crate) fn of_partition(layout: &Layout, scan: &Scan) -> Result<Option<Query>, Misfit> {
    let partition = layout.schema.partition_columns;
    let (head, fixed) = scan.prefix.split_at_checked(partition).ok_or(Misfit)?;
    let (start, strict) = match (&scan.after, &scan.from) {
        (Some(after), _) => (after.get(partition..).ok_or(Misfit)?, true),
        (None, Some(from)) => (from.get(partition..).ok_or(Misfit)?, false),
        (None, None) => (&[][..], false),
    };
    let within = start.len() > fixed.len();
    if strict && !within {
        return Ok(None);
    }
    let equal = if within { head } else { &scan.prefix };
    let mut values = Values::new();
    layout.put_key(&mut values, 0, equal.to_vec())?;
    let mut conditions = layout.where_equal(equal.len());
    let (onward, until) = match (scan.descending, strict) {
        (false, true) => (">", "<="),
        (false, false) => (">=", "<="),
        (true, true) => ("<", ">="),
        (true, false) => ("<=", ">="),
    };
    let bounds = if within { &[(onward, start), (until, fixed)][..] } else { &[] };
    for (comparison, cells) in bounds.iter().filter(|(_, cells)| !cells.is_empty()) {
        layout.put_key(&mut values, partition, cells.to_vec())?;
        conditions.push(layout.where_clustering(comparison, cells.len()));
    }
    let order = if scan.descending { layout.descending() } else { String::new() };
    values.push(Some(limit(scan.limit)));
    Ok(Some(Query { cql: layout.select_rows(&conditions, &order), values }))
}

/// The rows of all partitions, or of those whose token is above `token`.
pub(crate) fn of_table(layout: &Layout, above: Option<i64>, rows: usize) -> Query {
    let conditions: Vec<_> = above.iter().map(|_| format!("{} > ?", layout.token())).collect();
    let values = above.map(CqlValue::BigInt).into_iter().chain([limit(rows)]).map(Some).collect();
    Query { cql: layout.select_rows(&conditions, ""), values }
}

fn limit(rows: usize) -> CqlValue {
    CqlValue::Int(i32::try_from(rows).unwrap_or(i32::MAX))
}

#[cfg(test)]
mod tests {
    use sceau_projection::{Cell, CellKind, Column, TableSchema};

    use super::*;

    fn layout() -> Layout {
        let column = |name, kind| Column { name, kind };
        let schema = TableSchema {
            name: "batch".into(),
            key: vec![
                column("tenant", CellKind::Int),
                column("at", CellKind::Time),
                column("company", CellKind::Int),
                column("batch", CellKind::Int),
            ],
            partition_columns: 1,
            columns: Vec::new(),
        };
        Layout::new(schema, "t".into())
    }

    fn key(cells: usize) -> Vec<Cell> {
        [Cell::Int(1), Cell::Time(2), Cell::Int(3), Cell::Int(4)][..cells].to_vec()
    }

    /// What stands between the table's name and the limit.
    fn conditions(scan: &Scan) -> Option<String> {
        let query = of_partition(&layout(), scan).unwrap()?;
        let (_, after) = query.cql.split_once("FROM t WHERE ").unwrap();
        assert_eq!(query.values.len(), after.matches('?').count());
        Some(after.strip_suffix(" LIMIT ?").unwrap().replace('"', ""))
    }

    #[test]
    fn a_scan_says_where_it_begins_and_what_it_stays_in() {
        let of = |prefix| Scan { prefix: key(prefix), after: None, from: None, descending: false, limit: 9 };
        let after = |prefix, start| Scan { after: Some(key(start)), ..of(prefix) };
        let from_last = |prefix, start| Scan { from: Some(key(start)), descending: true, ..of(prefix) };
        let down = " ORDER BY at DESC, at_us DESC, company DESC, batch DESC";
        let cases = [
            (of(1), "tenant = ?".to_owned()),
            (of(2), "tenant = ? AND at = ? AND at_us = ?".to_owned()),
            (after(1, 2), "tenant = ? AND (at, at_us) > (?, ?)".to_owned()),
            (after(2, 3), "tenant = ? AND (at, at_us, company) > (?, ?, ?) AND (at, at_us) <= (?, ?)".to_owned()),
            (from_last(1, 2), format!("tenant = ? AND (at, at_us) <= (?, ?){down}")),
            (from_last(2, 2), format!("tenant = ? AND at = ? AND at_us = ?{down}")),
        ];
        for (scan, expected) in cases {
            assert_eq!(conditions(&scan), Some(expected), "{scan:?}");
        }
        assert_eq!(conditions(&after(2, 2)), None);
        assert_eq!(of_partition(&layout(), &of(0)), Err(Misfit));
    }
}
