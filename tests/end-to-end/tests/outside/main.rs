//! The running binary as its users meet it: a process of its own, its command line, its ports, its folder.
//!
//! Nothing here reads the platform's memory or links its domains: what is judged is what comes out of the doors. Every
//! platform has a folder and ports of its own, every wait ends, and no process outlives its test.
//! `SCEAU_BIN=/path/to/sceau` judges another build; `SCEAU_KEEP=1` keeps the folders.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that meets the unexpected has failed"
)]

/// Says what is not judged here, past the test runner, which keeps what a passing test prints to itself.
macro_rules! skipped {
    ($($what:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr(), "SKIPPED: {}", format_args!($($what)*));
    }};
}

mod api;
mod audit;
mod bad_input;
mod cli;
mod cluster;
mod folder;
mod import;
mod judge;
mod killed;
mod offline;
mod overload;
mod rebuild;
mod running;
mod server;
mod stampers;
mod tour;
