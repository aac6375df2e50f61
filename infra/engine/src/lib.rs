//! The write side: the fenced single writer, and the owner of a partition.
//!
//! [`Owner`] is a state machine for one partition: it takes the partition, folds what the log holds, decides commands
//! in groups, acknowledges what is durable, and saves states behind the log. It does no I/O, reads no clock and never
//! awaits: its inputs are commands, deliveries, records, rows and ticks, its [`Output`]s say what to append, read,
//! load, write and answer. [`Engine`] is the thin async shell that carries these out over a log and a store; the
//! simulation feeds the very same machine from a seeded scheduler. Partitions are given to an engine and taken from it
//! while it runs; a command for one that it does not own goes to the node that does, through [`Elsewhere`].
//!
//! This crate refuses to know any domain, how a log and a store work, how nodes reach each other, and who ought to own a
//! partition.

mod command;
mod elsewhere;
mod engine;
mod forward;
mod memory;
mod owner;
mod placement;
mod refused;
mod settings;
mod snapshot;
mod status;
#[cfg(feature = "weaken")]
mod weaken;

pub use command::{Accepted, Envelope, Outcome};
pub use elsewhere::{Elsewhere, NotReached};
pub use engine::{Commands, Engine, OwnedTopic, StartError, Unfinished};
pub use owner::{Output, Owner, Table, Token};
pub use placement::partition_of;
pub use refused::{Refused, Retold};
pub use settings::Settings;
pub use snapshot::{checkpoint_table, state_table};
pub use status::{Situation, Status};
#[cfg(feature = "weaken")]
pub use weaken::Rule;
