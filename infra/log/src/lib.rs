//! The log port, and the protocol rules by which every reader of a log agrees on what is valid.
//!
//! A [`Log`] is partitioned, ordered and append-only, like a Kafka topic: offsets are dense, appends are reported
//! later, and a report may never come or may be unknown. [`protocol`] holds the rules of the fenced single writer over
//! such a log; the engine, every reader, the exhaustive model and the simulation all use that one module. This crate
//! refuses to know what a commit says.

#[cfg(feature = "testing")]
#[expect(clippy::expect_used, clippy::panic, clippy::missing_panics_doc, reason = "a suite of tests")]
pub mod contract;
mod port;
pub mod protocol;

pub use port::{Body, Delivery, Log, LogError, NewRecord, Partition, Record, Reports};
