//! The rows in which an owner keeps the states of its streams and how far they go.
//!
//! A state row includes the stream's commits up to `offset` and is written under that offset as its timestamp. It is a
//! function of the log up to there, so whoever writes it writes the same, and a late write of an older one loses.

use sceau_kernel::Domain;
use sceau_log::Partition;
use sceau_log::protocol::Cursor;
use sceau_projection::{Cell, Cells, Row, TableSchema};
use sceau_store::RowWrite;

use crate::memory::Memory;

/// The encoding of `StateRow::state`: postcard of the domain's state and the stream's memory.
const FORMAT: u32 = 1;

/// The table of the states of `D`'s streams.
pub fn state_table<D: Domain>() -> TableSchema {
    TableSchema {
        name: format!("state_{}_v{}", D::TOPIC.replace('.', "_"), D::STATE_VERSION),
        key: StateKey::columns(),
        partition_columns: 2,
        columns: StateRow::columns(),
    }
}

/// The table that says, for every partition, from where the log goes on behind its state rows.
pub fn checkpoint_table() -> TableSchema {
    TableSchema {
        name: "owner_checkpoint".to_owned(),
        key: CheckpointKey::columns(),
        partition_columns: 2,
        columns: CheckpointRow::columns(),
    }
}

#[derive(Row)]
struct StateKey {
    partition: u32,
    stream: String,
}

#[derive(Row)]
struct StateRow {
    offset: u64,
    version: u64,
    format: u32,
    state: Vec<u8>,
}

#[derive(Row)]
struct CheckpointKey {
    topic: String,
    partition: u32,
    state_version: u32,
}

#[derive(Row)]
struct CheckpointRow {
    next: u64,
    epoch: Option<u64>,
    seq: u64,
}

/// A stream as its owner holds it.
#[derive(Clone, Debug)]
pub(crate) struct Stream<S> {
    pub(crate) state: S,
    /// How many events it holds.
    pub(crate) version: u64,
    /// Offset of the last commit that it includes.
    pub(crate) offset: Option<u64>,
    pub(crate) memory: Memory,
}

impl<S> Stream<S> {
    /// The stream that has no events yet.
    pub(crate) fn new(state: S) -> Self {
        Self { state, version: 0, offset: None, memory: Memory::default() }
    }
}

/// The saved state cannot be read by this version of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UnreadableState;

pub(crate) fn state_key(partition: Partition, stream: &str) -> Vec<Cell> {
    StateKey { partition: partition.number, stream: stream.to_owned() }.to_cells()
}

/// The row of a stream whose last commit is at `offset`; `None` when its state has no encoding.
pub(crate) fn state_row<D: Domain>(
    partition: Partition,
    name: &str,
    offset: u64,
    stream: &Stream<D::State>,
) -> Option<RowWrite> {
    let state = postcard::to_stdvec(&(&stream.state, &stream.memory)).ok()?;
    let row = StateRow { offset, version: stream.version, format: FORMAT, state };
    Some(RowWrite { key: state_key(partition, name), cells: Some(row.to_cells()), timestamp: timestamp(offset) })
}

pub(crate) fn read_state<D: Domain>(cells: Vec<Cell>) -> Result<Stream<D::State>, UnreadableState> {
    let row = StateRow::from_cells(cells).map_err(|_| UnreadableState)?;
    if row.format != FORMAT {
        return Err(UnreadableState);
    }
    let (state, memory) = postcard::from_bytes(&row.state).map_err(|_| UnreadableState)?;
    Ok(Stream { state, version: row.version, offset: Some(row.offset), memory })
}

pub(crate) fn checkpoint_key<D: Domain>(partition: Partition) -> Vec<Cell> {
    let topic = partition.topic.to_owned();
    CheckpointKey { topic, partition: partition.number, state_version: D::STATE_VERSION }.to_cells()
}

pub(crate) fn checkpoint_row<D: Domain>(partition: Partition, cursor: Cursor) -> RowWrite {
    let row = CheckpointRow { next: cursor.next, epoch: cursor.epoch, seq: cursor.seq };
    RowWrite { key: checkpoint_key::<D>(partition), cells: Some(row.to_cells()), timestamp: timestamp(cursor.next) }
}

/// The place to go on from; the beginning when there is no row, or none that this version can read.
pub(crate) fn read_checkpoint(cells: Option<Vec<Cell>>) -> Cursor {
    cells.and_then(|cells| CheckpointRow::from_cells(cells).ok()).map_or(Cursor::START, |row| Cursor {
        next: row.next,
        epoch: row.epoch,
        seq: row.seq,
    })
}

/// Timestamps begin at 1: a store may take 0 for "never written".
const fn timestamp(offset: u64) -> i64 {
    offset as i64 + 1
}
