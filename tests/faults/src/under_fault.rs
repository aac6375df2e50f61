//! The `sceau` binary, for this package.

use std::process::ExitCode;

use clap::Parser;
use sceau::cli::Cli;

fn main() -> ExitCode {
    ExitCode::from(sceau::cli::main(Cli::parse()))
}
