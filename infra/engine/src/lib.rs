//! The write side: the fenced single writer, and the owner of a partition.
//!
//! [`Owner`] is a state machine for one partition: it takes the partition, folds what the log holds, decides commands
//! in groups, acknowledges what is durable, and saves states behind the log. It does no I/O, reads no clock and never
//! awaits: its inputs are commands, deliveries, records, rows and ticks, its [`Output`]s say what to append, read,
//! load, write and answer. [`Engine`] is the thin async shell that carries these out over a log and a store; the
//! simulation feeds the very same machine from a seeded scheduler.
//!
//! This crate refuses to know any domain, how a log and a store work, and who ought to own a partition.

mod command;
mod engine;
mod memory;
mod owner;
mod placement;
mod settings;
mod snapshot;
mod status;
#[cfg(feature = "weaken")]
mod weaken;

pub use command::{Accepted, Envelope, Outcome, Refused};
pub use engine::{Commands, Engine, StartError, Unfinished};
pub use owner::{Output, Owner, Table, Token};
pub use placement::partition_of;
pub use settings::Settings;
pub use snapshot::{checkpoint_table, state_table};
pub use status::{Situation, Status};
#[cfg(feature = "weaken")]
pub use weaken::Rule;
