//! The `sceau` binary.

use std::process::ExitCode;

use clap::Parser;
use sceau::cli::Cli;

/// Commands, events and rows are many small allocations that cross threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    ExitCode::from(sceau::cli::main(Cli::parse()))
}
