//! How a projection's rows lie in its table.
//!
//! A table is named `<name>_v<version>_g<generation>`. Beside the projection's own columns it holds `_offset`, the
//! number of log records that the row includes; a partial projection's key ends with the partition that feeds the row.

use std::marker::PhantomData;

use sceau_kernel::Source;
use sceau_projection::{Cell, CellKind, Cells, Column, Projection, RowError, TableSchema};

/// The column that holds a row's watermark: the offset after the last commit the row includes.
const WATERMARK: Column = Column { name: "_offset", kind: CellKind::Int };
/// The columns that tell a partial row's source, at the end of its key.
const SOURCE: [Column; 2] =
    [Column { name: "_topic", kind: CellKind::Text }, Column { name: "_partition", kind: CellKind::Int }];

/// The table of a generation of a projection.
pub(crate) fn name(projection: &str, version: u32, generation: u64) -> String {
    format!("{projection}_v{version}_g{generation}")
}

/// True when `table` is the table of some generation of a projection of this name.
pub(crate) fn is_of(table: &str, projection: &str) -> bool {
    let numbers = table.strip_prefix(projection).and_then(|rest| rest.strip_prefix("_v"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    numbers.and_then(|rest| rest.split_once("_g")).is_some_and(|(version, number)| digits(version) && digits(number))
}

/// How rows of `P` become cells.
pub(crate) struct Layout<P>(PhantomData<P>);

impl<P: Projection> Layout<P> {
    /// The table's columns.
    pub(crate) fn schema(name: String) -> TableSchema {
        let mut key = P::Key::columns();
        if P::PARTIAL {
            key.extend(SOURCE);
        }
        let columns = std::iter::once(WATERMARK).chain(P::Row::columns()).collect();
        TableSchema { name, key, partition_columns: P::PARTITION_COLUMNS, columns }
    }

    /// The cells of the key of the row that `source` feeds.
    pub(crate) fn key(key: &P::Key, source: &Source) -> Vec<Cell> {
        let mut cells = key.to_cells();
        if P::PARTIAL {
            cells.extend([Cell::Text(source.topic.to_owned()), Cell::Int(i64::from(source.partition))]);
        }
        cells
    }

    /// A key that sorts before (`false`) or after (`true`) every partial row of `key`.
    pub(crate) fn bound(key: &P::Key, after: bool) -> Vec<Cell> {
        let mut cells = key.to_cells();
        if P::PARTIAL {
            let (topic, partition) = if after { ("\u{10ffff}", i64::MAX) } else { ("", i64::MIN) };
            cells.extend([Cell::Text(topic.to_owned()), Cell::Int(partition)]);
        }
        cells
    }

    /// The key of a stored row, without its source.
    pub(crate) fn key_of(mut cells: Vec<Cell>) -> Result<P::Key, RowError> {
        if P::PARTIAL {
            cells.truncate(cells.len().saturating_sub(SOURCE.len()));
        }
        P::Key::from_cells(cells)
    }

    /// The other cells of a row that includes everything before offset `watermark`.
    pub(crate) fn cells(row: &P::Row, watermark: u64) -> Vec<Cell> {
        let mut cells = row.to_cells();
        cells.insert(0, Cell::Int(watermark as i64));
        cells
    }

    /// A stored row and its watermark.
    pub(crate) fn row_of(mut cells: Vec<Cell>) -> Result<(P::Row, u64), RowError> {
        let found = if cells.is_empty() { Cell::Null } else { cells.remove(0) };
        let Cell::Int(watermark) = found else {
            return Err(RowError { column: WATERMARK.name, found });
        };
        Ok((P::Row::from_cells(cells)?, watermark as u64))
    }
}
