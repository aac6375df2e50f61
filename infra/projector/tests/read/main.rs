//! The read side, first machine by machine, then with its shells over a log and a store in memory.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failure is the report of a test")]

mod engines;
mod leading;
mod nodes;
mod projector;
mod reactor;
mod rebuild;
mod runner;
mod shared;
mod toy;
mod views;
