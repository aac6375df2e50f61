//! The reactor runtime of one partition, as a state machine without I/O: events in, commands out.
//!
//! A command's id is its event's position, so sending it again is harmless. To one stream there is at most one command
//! under way and they go in log order, which lets the stream remember a single mark per reactor and partition. The
//! checkpoint stays behind the oldest event whose commands are not all answered.

mod lanes;
mod machine;
mod runner;

use std::fmt;
use std::time::Duration;

use futures_util::future::BoxFuture;
use sceau_kernel::{CommandId, StreamId, Timestamp};
use sceau_log::Record;
use sceau_log::protocol::Cursor;
use sceau_store::RowWrite;

use crate::weaken::Weaken;

pub use machine::ReactorMachine;
pub use runner::{ReactorRunner, ReactorWatch};

/// Why a command of a reactor was not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SinkError {
    /// Not now: the owner of the stream is busy, moving or gone.
    Retry {
        /// How long to wait.
        after: Duration,
    },
    /// Never: the decider refused it.
    Refused {
        /// The refusal's stable name.
        code: String,
        /// The refusal's sentence.
        text: String,
    },
}

impl fmt::Display for SinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Retry { after } => write!(f, "the stream cannot be reached now: try again in {after:?}"),
            Self::Refused { code, text } => write!(f, "{code}: {text}"),
        }
    }
}

impl std::error::Error for SinkError {}

/// Where a reactor's commands go. The composition of the binary maps each to the engine of its domain.
pub trait CommandSink<C>: Send + Sync + 'static {
    /// Submits the command and waits until it is durable or refused. A command that was accepted before is accepted.
    fn submit(
        &self,
        stream: StreamId,
        command: C,
        id: CommandId,
        traceparent: String,
    ) -> BoxFuture<'_, Result<(), SinkError>>;
}

/// Bounds and intervals of a reactor.
#[derive(Clone, Copy, Debug)]
pub struct ReactorOptions {
    /// No more records are taken while so many commands are unanswered.
    pub window: usize,
    /// A read that found more than one record is followed by the next after so long: under load one read serves many
    /// events, and a lone event does not wait.
    pub pause: Duration,
    /// Checkpoints are at least this far apart in time, except the last one.
    pub checkpoint_every: Duration,
    /// How long to wait before trying again what the log or the store failed to do.
    pub retry_after: Duration,
    /// Rules switched off.
    pub weaken: Weaken,
}

impl Default for ReactorOptions {
    fn default() -> Self {
        Self {
            window: 256,
            pause: Duration::from_millis(2),
            checkpoint_every: Duration::from_millis(500),
            retry_after: Duration::from_millis(250),
            weaken: Weaken::default(),
        }
    }
}

/// What a reactor is told.
#[derive(Debug)]
pub enum ReactorInput {
    /// The records read from the offset asked for; none at the end of the log.
    Records(Vec<Record>),
    /// What became of a command.
    Answered {
        /// The ticket of [`ReactorAction::Submit`].
        ticket: u64,
        /// The answer.
        answer: Result<(), SinkError>,
    },
    /// The dead letters are in the store.
    Written,
    /// The checkpoint is in the store.
    Checkpointed,
    /// Reading failed.
    ReadFailed(String),
    /// The dead letters may not be in the store.
    WriteFailed(String),
    /// The checkpoint may not be in the store.
    CheckpointFailed(String),
    /// The time.
    Tick(Timestamp),
    /// Take no more records; what is under way is still to be answered.
    ShutDown,
}

/// What a reactor wants done. Reads, writes and checkpoints are asked for one at a time, commands many at once.
#[derive(Clone, Debug, PartialEq)]
pub enum ReactorAction<C> {
    /// Read on from an offset.
    Read {
        /// The offset.
        from: u64,
    },
    /// Submit a command.
    Submit {
        /// Names it in the answer.
        ticket: u64,
        /// The stream it goes to.
        stream: StreamId,
        /// The command.
        command: C,
        /// Its identity: the event's position.
        id: CommandId,
        /// Trace context of the commit that it answers.
        traceparent: String,
    },
    /// Write rows into [`DEAD_LETTERS`](crate::dead_letter::DEAD_LETTERS).
    Write {
        /// The rows.
        dead_letters: Vec<RowWrite>,
    },
    /// Write the checkpoint, see [`checkpoint::row`](crate::checkpoint::row).
    Checkpoint {
        /// The place to go on from.
        cursor: Cursor,
    },
}
