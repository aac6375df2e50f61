//! The real engines: Apache Kafka and Apache Cassandra, fetched from their published jars and run on loopback.
//!
//! Tests start their own [`Kafka`] and [`Cassandra`], kill them, pause them and cut them off with a [`Link`]; a person
//! starts a whole [`cluster`] with the binary of this crate. Nothing here outlives the process that started it, however
//! that process ends; only a cluster does, since it is meant to, and it is ended by process id.
//!
//! This crate knows nothing of Sceau. It needs Linux, Java and Maven; where they are missing, [`Shared`] and [`or_skip`]
//! say so aloud and let a test end early.

mod cassandra;
mod certificate;
pub mod cluster;
mod error;
mod jars;
mod kafka;
mod link;
mod port;
mod process;
mod scratch;
mod server;
mod shared;
mod tool;

pub use cassandra::Cassandra;
pub use certificate::Access;
pub use error::{EngineError, Said};
pub use jars::{Engine, Jars, Missing, install_java};
pub use kafka::Kafka;
pub use link::Link;
pub use port::Port;
pub use process::{Launch, Process, Signal};
pub use scratch::Scratch;
pub use shared::{Shared, or_skip};
