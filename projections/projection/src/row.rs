//! Rows as typed cells: one Rust struct gives the table's columns and the cells of a row (`#[derive(Row)]`).

use std::fmt;

use sceau_kernel::uuid::Uuid;
use sceau_kernel::{Money, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// One value of a row.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Cell {
    /// No value.
    Null,
    /// CQL `boolean`.
    Bool(bool),
    /// CQL `bigint`.
    Int(i64),
    /// CQL `timestamp`, here in microseconds since 1970.
    Time(i64),
    /// CQL `uuid`.
    Uuid(u128),
    /// CQL `text`.
    Text(String),
    /// CQL `blob`.
    Bytes(Vec<u8>),
}

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CellKind {
    /// CQL `boolean`.
    Bool,
    /// CQL `bigint`.
    Int,
    /// CQL `timestamp`.
    Time,
    /// CQL `uuid`.
    Uuid,
    /// CQL `text`.
    Text,
    /// CQL `blob`.
    Bytes,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Column {
    /// Its name, the field's.
    pub name: &'static str,
    /// Its type.
    pub kind: CellKind,
}

/// A table: a key of one or more columns, of which the first few choose the node, and the rest of the row.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TableSchema {
    /// Its name, `[a-z0-9_]+`.
    pub name: String,
    /// Columns of the key, in order.
    pub key: Vec<Column>,
    /// How many of them form the partition key; the others order the rows within a partition, ascending.
    pub partition_columns: usize,
    /// The other columns.
    pub columns: Vec<Column>,
}

/// A stored row that does not fit the struct.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowError {
    /// The column.
    pub column: &'static str,
    /// What was found in it.
    pub found: Cell,
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "column `{}` holds {:?}: the table was written by another version, rebuild the projection",
            self.column, self.found
        )
    }
}

impl std::error::Error for RowError {}

/// A struct that is (part of) a row. Derived with `#[derive(Row)]`.
pub trait Cells: Sized + 'static {
    /// Its columns, one per field.
    fn columns() -> Vec<Column>;
    /// Its cells, in the order of the columns.
    fn to_cells(&self) -> Vec<Cell>;
    /// The struct of these cells; missing ones count as `Null`.
    fn from_cells(cells: Vec<Cell>) -> Result<Self, RowError>;
}

/// A type that one cell can hold.
pub trait CellValue: Sized {
    /// The column's type.
    const KIND: CellKind;
    /// The cell.
    fn to_cell(&self) -> Cell;
    /// The value, or the cell back when it holds something else.
    fn from_cell(cell: Cell) -> Result<Self, Cell>;
}

macro_rules! integer {
    ($($kind:ty),*) => {$(
        #[allow(clippy::cast_lossless, reason = "one rule for the widths that fit and the one that keeps its bits")]
        impl CellValue for $kind {
            const KIND: CellKind = CellKind::Int;
            fn to_cell(&self) -> Cell { Cell::Int(*self as i64) }
            fn from_cell(cell: Cell) -> Result<Self, Cell> {
                match cell {
                    // A u64 keeps its bits: stamp numbers use all 64.
                    Cell::Int(value) => Ok(value as $kind),
                    other => Err(other),
                }
            }
        }
    )*};
}
integer!(u32, i64, u64);

macro_rules! direct {
    ($($kind:ty => $variant:ident, $into:expr, $from:expr;)*) => {$(
        impl CellValue for $kind {
            const KIND: CellKind = CellKind::$variant;
            fn to_cell(&self) -> Cell { Cell::$variant($into(self)) }
            fn from_cell(cell: Cell) -> Result<Self, Cell> {
                match cell {
                    Cell::$variant(value) => Ok($from(value)),
                    other => Err(other),
                }
            }
        }
    )*};
}
direct! {
    bool => Bool, |value: &bool| *value, |value| value;
    String => Text, Clone::clone, |value| value;
    Vec<u8> => Bytes, Clone::clone, |value| value;
    Uuid => Uuid, Uuid::as_u128, Uuid::from_u128;
    Timestamp => Time, |value: &Timestamp| value.0, Timestamp;
}

impl<T: CellValue> CellValue for Option<T> {
    const KIND: CellKind = T::KIND;
    fn to_cell(&self) -> Cell {
        self.as_ref().map_or(Cell::Null, CellValue::to_cell)
    }
    fn from_cell(cell: Cell) -> Result<Self, Cell> {
        match cell {
            Cell::Null => Ok(None),
            cell => T::from_cell(cell).map(Some),
        }
    }
}

/// Anything else in a cell: JSON text, which an analyst can read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<T: Serialize + DeserializeOwned> CellValue for Json<T> {
    const KIND: CellKind = CellKind::Text;
    fn to_cell(&self) -> Cell {
        serde_json::to_string(&self.0).map_or(Cell::Null, Cell::Text)
    }
    fn from_cell(cell: Cell) -> Result<Self, Cell> {
        match cell {
            Cell::Text(text) => match serde_json::from_str(&text) {
                Ok(value) => Ok(Self(value)),
                Err(_) => Err(Cell::Text(text)),
            },
            other => Err(other),
        }
    }
}

/// An optional amount as JSON text; an amount with its own columns is two fields of the row.
impl CellValue for Money {
    const KIND: CellKind = CellKind::Text;
    fn to_cell(&self) -> Cell {
        Json(*self).to_cell()
    }
    fn from_cell(cell: Cell) -> Result<Self, Cell> {
        Json::from_cell(cell).map(|Json(money)| money)
    }
}
