//! The tables of places from which consumers go on.

use sceau_kernel::Source;
use sceau_log::protocol::Cursor;
use sceau_projection::{Cell, CellKind, Column, TableSchema};
use sceau_store::RowWrite;

/// Table of the projections' checkpoints; the consumer is the projection's table.
pub const PROJECTION_CHECKPOINTS: &str = "projection_checkpoint";
/// Table of the reactors' checkpoints; the consumer is the reactor's name.
pub const REACTOR_CHECKPOINTS: &str = "reactor_checkpoint";

/// The columns of either table.
pub fn schema(table: &str) -> TableSchema {
    let column = |name, kind| Column { name, kind };
    TableSchema {
        name: table.to_owned(),
        key: vec![
            column("consumer", CellKind::Text),
            column("topic", CellKind::Text),
            column("partition", CellKind::Int),
        ],
        partition_columns: 1,
        columns: vec![column("next", CellKind::Int), column("epoch", CellKind::Int), column("seq", CellKind::Int)],
    }
}

/// The key of a consumer's checkpoint in one partition.
pub fn key(consumer: &str, source: &Source) -> Vec<Cell> {
    vec![Cell::Text(consumer.to_owned()), Cell::Text(source.topic.to_owned()), Cell::Int(i64::from(source.partition))]
}

/// The row that makes `consumer` go on at `cursor`. Of two, the one further on stands.
pub fn row(consumer: &str, source: &Source, cursor: Cursor) -> RowWrite {
    let epoch = cursor.epoch.map_or(Cell::Null, |epoch| Cell::Int(epoch as i64));
    RowWrite {
        key: key(consumer, source),
        cells: Some(vec![Cell::Int(cursor.next as i64), epoch, Cell::Int(cursor.seq as i64)]),
        timestamp: cursor.next as i64,
    }
}

/// The place that a stored row tells; the beginning when there is none. `None` when the cells are not a checkpoint's.
pub fn cursor(cells: Option<&[Cell]>) -> Option<Cursor> {
    match cells {
        None => Some(Cursor::START),
        Some([Cell::Int(next), epoch, Cell::Int(seq)]) => {
            let epoch = match epoch {
                Cell::Int(epoch) => Some(*epoch as u64),
                Cell::Null => None,
                _ => return None,
            };
            Some(Cursor { next: *next as u64, epoch, seq: *seq as u64 })
        }
        Some(_) => None,
    }
}
