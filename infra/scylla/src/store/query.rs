//! Scans as CQL.

use sceau_projection::Cell;
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
/// The clustering columns are compared as tuples from the first one on, in both directions: ScyllaDB takes no mixture
/// of tuples and single columns.
pub(crate) fn of_partition(layout: &Layout, scan: &Scan) -> Result<Option<Query>, Misfit> {
    let partition = layout.schema.partition_columns;
    let (head, fixed) = scan.prefix.split_at_checked(partition).ok_or(Misfit)?;
    let (start, strict) = match (&scan.after, &scan.from) {
        (Some(after), _) => (after.get(partition..).ok_or(Misfit)?, true),
        (None, Some(from)) => (from.get(partition..).ok_or(Misfit)?, false),
        (None, None) => (&[][..], false),
    };
    if strict && start.len() <= fixed.len() {
        return Ok(None);
    }
    let mut conditions = layout.where_equal(partition);
    let mut values = Values::new();
    layout.put_key(&mut values, 0, head.to_vec())?;
    let mut clustering = |comparison: &str, cells: &[Cell]| {
        layout.put_key(&mut values, partition, cells.to_vec())?;
        conditions.push(layout.where_clustering(comparison, cells.len()));
        Ok::<(), Misfit>(())
    };
    let (onward, until) = match (scan.descending, strict) {
        (false, true) => (">", "<="),
        (false, false) => (">=", "<="),
        (true, true) => ("<", ">="),
        (true, false) => ("<=", ">="),
    };
    if start.len() > fixed.len() {
        clustering(onward, start)?;
        if !fixed.is_empty() {
            clustering(until, fixed)?;
        }
    } else if !fixed.is_empty() {
        clustering("=", fixed)?;
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
