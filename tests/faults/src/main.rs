//! `sceau-faults --minutes 10`: hurts a platform on this machine and says what it found.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::Parser;
use sceau_faults::{Options, Plan};

/// Starts three nodes, three brokers and Cassandra, hurts them while commands are given, and proves that nothing
/// acknowledged is lost, nothing is done twice and every view is the fold of the log.
#[derive(Parser)]
struct Arguments {
    /// How long things go wrong.
    #[arg(long, default_value_t = 10.0)]
    minutes: f64,
    /// Gives the same faults as the run that printed it; another every time when left out.
    #[arg(long)]
    seed: Option<u64>,
    /// The binary under test; `sceau` beside this program when left out.
    #[arg(long)]
    sceau: Option<PathBuf>,
    /// Where to write the report, as Markdown; it is printed in any case.
    #[arg(long)]
    report: Option<PathBuf>,
    /// An empty folder for data and logs, which stay there.
    #[arg(long)]
    folder: Option<PathBuf>,
}

fn main() -> ExitCode {
    let asked = Arguments::parse();
    let beside = std::env::current_exe().map(|path| path.with_file_name("sceau")).unwrap_or_default();
    let sceau = asked.sceau.unwrap_or(beside);
    if !sceau.exists() {
        eprintln!("{} is not there: build it with `cargo build --package sceau`", sceau.display());
        return ExitCode::from(64);
    }
    let Ok(time) = Duration::try_from_secs_f64(asked.minutes * 60.0) else {
        eprintln!("--minutes {} is no length of time", asked.minutes);
        return ExitCode::from(64);
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let seed = asked.seed.unwrap_or(now);
    println!("seed {seed}");
    let options = Options { sceau, folder: asked.folder, seed, plan: Plan::Chance(time) };
    let report = match sceau_faults::run(&options, progress) {
        Ok(report) => report,
        Err(error) => {
            eprintln!("\n{error}");
            return ExitCode::from(69);
        }
    };
    println!("\n{}", report.to_markdown());
    if let Some(path) = asked.report
        && let Err(error) = std::fs::write(&path, report.to_markdown())
    {
        eprintln!("{}: {error}", path.display());
        return ExitCode::from(73);
    }
    if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// One line that is written over, or lines where there is no terminal.
fn progress(standing: &str) {
    if std::io::stderr().is_terminal() {
        eprint!("\r\x1b[K{standing}");
        // Nobody can be told that the terminal is gone.
        let _ = std::io::stderr().flush();
    } else {
        eprintln!("{standing}");
    }
}
