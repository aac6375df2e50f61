//! The embedded engines: [`Log`](sceau_log::Log) and [`Store`](sceau_store::Store) on fjall, in one folder.
//!
//! [`Folder::open`] is the way in. The folder holds two fjall databases, `log/` and `store/`, so that flushing rows
//! never delays the fsync that a command waits for; a `FORMAT` file with the version of the layout; and a `LOCK` file
//! that names the process which has it open.
//!
//! This crate refuses to know what a commit or a row means.

mod failure;
mod folder;
mod log;
mod memtables;
mod store;

pub use folder::{Engine, Folder, Memory, OpenError, Options};
pub use log::EmbeddedLog;
pub use store::EmbeddedStore;
