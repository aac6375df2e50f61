//! The `sceau` binary as a library: configuration, composition, and the command line.

#[macro_use]
mod say;

mod activate;
pub mod audit;
pub mod cli;
pub mod client;
pub mod config;
pub mod demo;
pub mod import;
mod offline;
pub mod platform;
pub mod print;
pub mod serve;
pub mod show;
