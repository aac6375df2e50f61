//! The write side: the fenced single writer, and the owner of a partition.
//!
//! This crate refuses to know any domain, how a log and a store work, and who ought to own a partition.

mod command;
mod placement;
mod status;

pub use command::{Accepted, Envelope, Outcome, Refused};
pub use placement::partition_of;
pub use status::{Situation, Status};
