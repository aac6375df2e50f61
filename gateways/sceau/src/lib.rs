//! The `sceau` binary as a library: configuration, composition, and the command line.

pub mod config;
