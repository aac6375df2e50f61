//! The store port: wide-column rows with write timestamps, as ScyllaDB keeps them.
//!
//! No transactions, no counters, no compare-and-set: rows are written as absolute values under a timestamp derived
//! from the log offset they include, so a late write of a deposed writer loses. This crate refuses to know what the
//! rows mean.

#[cfg(feature = "testing")]
#[expect(clippy::expect_used, clippy::missing_panics_doc, reason = "a suite of tests")]
pub mod contract;
mod port;

pub use port::{RowWrite, Scan, Store, StoreError, StoredRow};
