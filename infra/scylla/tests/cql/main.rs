//! The store on a real Apache Cassandra, which all tests share unless they hurt it. Where there is no Java they say so
//! and end.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod access;
mod contract;
mod faults;
mod readable;
mod schema;
mod setting;
