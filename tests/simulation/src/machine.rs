//! The real machines behind one door, so that the scheduler need not know which is which.

mod owner;
mod reactor;
mod view;

use std::fmt;

use sceau_engine::Outcome;
use sceau_kernel::{CommandId, StreamId, Timestamp};
use sceau_log::{Delivery, NewRecord, Record};
use sceau_projection::Cell;
use sceau_store::RowWrite;

use crate::bank::{Bank, BankCommand};
use crate::setup::Setup;

/// A command on its way to an owner.
pub(crate) type Envelope = sceau_engine::Envelope<Bank>;

/// An envelope that can be told of.
pub(crate) struct Parcel(pub(crate) Box<Envelope>);

impl fmt::Debug for Parcel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} to {} as {:?}", self.0.command, self.0.stream, self.0.command_id)
    }
}

/// How an owner answers.
pub(crate) type Answer = Outcome<Bank>;

/// Who waits for the answer to a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ticket {
    /// A caller: the number of his sending.
    Caller(usize),
    /// A reactor: the number of the call.
    Call(usize),
}

/// What a machine does for the platform. A seat is held by at most one machine of a node, and should be held by one
/// node; it is the faults' business to see that it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seat {
    /// Decides for a partition.
    Owner { partition: usize },
    /// Folds a partition into a table.
    View { view: ViewKind, generation: u8, partition: usize },
    /// Answers the events of a partition with commands.
    Courier { partition: usize },
}

/// Which projection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ViewKind {
    Balances,
    Totals,
}

impl ViewKind {
    /// The table of a generation.
    pub(crate) fn table(self, generation: u8) -> String {
        match self {
            Self::Balances => format!("balances_v1_g{generation}"),
            Self::Totals => format!("totals_v1_g{generation}"),
        }
    }
}

impl Seat {
    pub(crate) fn partition(self) -> usize {
        match self {
            Self::Owner { partition } | Self::View { partition, .. } | Self::Courier { partition } => partition,
        }
    }
}

/// What a machine is told.
#[derive(Debug)]
pub(crate) enum Input {
    /// It holds its seat.
    Begin,
    /// It holds it no longer.
    End,
    /// It is to give its seat up in good order.
    Finish,
    Tick(Timestamp),
    Submit {
        parcel: Parcel,
        ticket: Ticket,
    },
    Delivered {
        token: u64,
        deliveries: Vec<Delivery>,
    },
    Records {
        token: u64,
        records: Option<Vec<Record>>,
    },
    Rows {
        token: u64,
        rows: Option<Vec<Option<Vec<Cell>>>>,
    },
    Written {
        token: u64,
        well: bool,
    },
    /// What became of a command that this reactor sent: `None` when it is to be sent again.
    Reacted {
        ticket: u64,
        answer: Option<Result<(), String>>,
    },
}

/// What a machine wants done.
#[derive(Debug)]
pub(crate) enum Request {
    Append { token: u64, records: Vec<NewRecord> },
    Read { token: u64, from: u64, wait: bool },
    Load { token: u64, table: String, keys: Vec<Vec<Cell>> },
    Write { token: u64, rows: Vec<(String, RowWrite)> },
    Answer { ticket: Ticket, answer: Box<Answer> },
    React { ticket: u64, stream: StreamId, command: BankCommand, id: CommandId },
}

/// A machine of production, fed by the scheduler.
pub(crate) trait Machine {
    /// Takes an input.
    fn take(&mut self, input: Input);
    /// The next thing it wants done.
    fn next(&mut self) -> Option<Request>;
    /// Everything in the log before this offset is done, as far as this machine is concerned.
    fn applied(&self) -> u64;
    /// What it noticed and should never have: records or events missing, events it could not take.
    fn complaint(&self) -> Option<String>;
}

/// The machine for a seat; `first` when nobody has held it before.
pub(crate) fn machine(seat: Seat, node: usize, first: bool, setup: &Setup) -> Box<dyn Machine> {
    match seat {
        Seat::Owner { partition } => owner::seat(partition, node, setup),
        Seat::View { view, generation, partition } => view::seat(view, generation, partition, first, setup),
        Seat::Courier { partition } => reactor::seat(partition, setup),
    }
}
