//! Runs schedules: `sceau-simulation [--seeds N] [--from S]` runs N of them from seed S on, `--seed S` replays one and
//! tells its story. `--without RULE` leaves out a rule, to see what happens.

use std::process::ExitCode;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use sceau_simulation::{Census, Switch};

/// What was asked for on the command line.
struct Asked {
    /// One seed, to be told.
    replay: Option<u64>,
    seeds: u64,
    from: u64,
    without: Option<Switch>,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match asked(&arguments) {
        Some(Asked { replay: Some(seed), without, .. }) => replay(seed, without),
        Some(asked) => run(&asked),
        None => {
            let rules = Switch::all().into_iter().map(Switch::name).collect::<Vec<_>>().join(", ");
            eprintln!("use sceau-simulation [--seeds N] [--from S] [--without RULE], or --seed S to replay one");
            eprintln!("rules: {rules}");
            ExitCode::from(64)
        }
    }
}

/// Without `--from`, another stretch of seeds is tried every time.
fn asked(arguments: &[String]) -> Option<Asked> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let mut asked = Asked { replay: None, seeds: 1_000, from: now * 1_000_000, without: None };
    for pair in arguments.chunks(2) {
        let [name, value] = pair else { return None };
        match name.as_str() {
            "--seed" => asked.replay = Some(value.parse().ok()?),
            "--seeds" => asked.seeds = value.parse().ok()?,
            "--from" => asked.from = value.parse().ok()?,
            "--without" => asked.without = Some(Switch::all().into_iter().find(|rule| rule.name() == *value)?),
            _ => return None,
        }
    }
    Some(asked)
}

fn run(asked: &Asked) -> ExitCode {
    let begin = Instant::now();
    let mut steps = 0;
    let mut census = Census::default();
    for done in 1..=asked.seeds {
        let seed = asked.from + done - 1;
        let run = sceau_simulation::run(seed, asked.without, false);
        steps += run.steps;
        census += &run.census;
        if !run.faults.is_empty() {
            println!("\nschedule {done}, seed {seed}, fails; replay it with --seed {seed}");
            return told(&run.faults);
        }
        if done % 100 == 0 || done == asked.seeds {
            let rate = done as f64 / begin.elapsed().as_secs_f64();
            eprint!("\r{done} of {} schedules, {rate:.0}/s, {steps} events", asked.seeds);
        }
    }
    println!("\n{} schedules from seed {}: nothing found\n{census}", asked.seeds, asked.from);
    ExitCode::SUCCESS
}

fn replay(seed: u64, without: Option<Switch>) -> ExitCode {
    let run = sceau_simulation::run(seed, without, true);
    println!("seed {seed}: {} events, fingerprint {:016x}", run.steps, run.hash);
    told(&run.faults)
}

fn told(faults: &[String]) -> ExitCode {
    for fault in faults {
        println!("  {fault}");
    }
    if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
