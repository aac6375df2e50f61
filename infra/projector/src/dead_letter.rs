//! The table of events that could not be read or were refused.

use sceau_kernel::{Recorded, Source, Timestamp};
use sceau_projection::{Cell, CellKind, Column, TableSchema};
use sceau_store::RowWrite;

/// Name of the table.
pub const DEAD_LETTERS: &str = "dead_letter";

/// Its columns: who could not take which event, and why.
pub fn schema() -> TableSchema {
    let column = |name, kind| Column { name, kind };
    TableSchema {
        name: DEAD_LETTERS.to_owned(),
        key: vec![
            column("consumer", CellKind::Text),
            column("topic", CellKind::Text),
            column("partition", CellKind::Int),
            column("log_offset", CellKind::Int),
            column("place", CellKind::Int),
        ],
        partition_columns: 3,
        columns: vec![
            column("stream", CellKind::Text),
            column("type_name", CellKind::Text),
            column("reason", CellKind::Text),
            column("time", CellKind::Time),
        ],
    }
}

/// An event put aside.
pub(crate) struct DeadLetter<'a> {
    pub(crate) consumer: &'a str,
    pub(crate) source: &'a Source,
    pub(crate) offset: u64,
    /// Place of the event within its commit; for a reactor, of the command among those of the commit.
    pub(crate) place: u32,
    pub(crate) stream: &'a str,
    pub(crate) type_name: &'a str,
    pub(crate) reason: String,
    pub(crate) time: Timestamp,
}

impl<'a> DeadLetter<'a> {
    /// The event of `record`, which `consumer` could not take.
    pub(crate) fn of(consumer: &'a str, record: &Recorded<'a>, reason: String) -> Self {
        Self {
            consumer,
            source: record.source,
            offset: record.offset,
            place: record.index,
            stream: record.stream.as_str(),
            type_name: record.type_name,
            reason,
            time: record.time,
        }
    }

    /// The row. It is the same whenever the event is met again.
    pub(crate) fn row(self) -> RowWrite {
        let text = |text: &str| Cell::Text(text.to_owned());
        RowWrite {
            key: vec![
                text(self.consumer),
                text(self.source.topic),
                Cell::Int(i64::from(self.source.partition)),
                Cell::Int(self.offset as i64),
                Cell::Int(i64::from(self.place)),
            ],
            cells: Some(vec![
                text(self.stream),
                text(self.type_name),
                Cell::Text(self.reason),
                Cell::Time(self.time.0),
            ]),
            timestamp: self.offset as i64 + 1,
        }
    }
}
