//! What an owner asks of the world.

use sceau_kernel::Domain;
use sceau_log::NewRecord;
use sceau_projection::Cell;
use sceau_store::RowWrite;

use crate::command::Outcome;

/// Names one request, so that its report finds it; reports under another token are of an earlier life and are ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Token(pub u64);

/// The two tables of an owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Table {
    /// [`state_table`](crate::state_table).
    States,
    /// [`checkpoint_table`](crate::checkpoint_table).
    Checkpoints,
}

/// What an owner asks of the world. Every read, load and write is reported exactly once; an append may never be.
#[derive(Debug)]
pub enum Output<D: Domain, T> {
    /// Append these; report to [`Owner::delivered`](crate::Owner::delivered).
    Append {
        /// Names the append.
        token: Token,
        /// The records.
        records: Vec<NewRecord>,
    },
    /// Read the log from this offset on; report to [`Owner::records`](crate::Owner::records).
    Read {
        /// Names the read.
        token: Token,
        /// The first offset wanted.
        from: u64,
    },
    /// Load these rows; report to [`Owner::loaded`](crate::Owner::loaded).
    Load {
        /// Names the load.
        token: Token,
        /// Where.
        table: Table,
        /// Their keys.
        keys: Vec<Vec<Cell>>,
    },
    /// Write these rows; report to [`Owner::written`](crate::Owner::written).
    Write {
        /// Names the write.
        token: Token,
        /// Where.
        table: Table,
        /// The rows.
        rows: Vec<RowWrite>,
    },
    /// Answer the command that came with this ticket; each is answered exactly once.
    Answer {
        /// The ticket.
        ticket: T,
        /// What came of it.
        outcome: Outcome<D>,
    },
}
