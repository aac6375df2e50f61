//! Runs schedules: `sceau-simulation [--seeds N] [--seed S]` runs N of them from seed S on; one seed is
//! replayed with its story. `--without RULE` leaves out a rule, to see what happens.

use std::process::ExitCode;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use sceau_simulation::{Census, Switch};

/// What was asked for on the command line.
struct Asked {
    seeds: u64,
    /// The first of them.
    seed: u64,
    without: Option<Switch>,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match asked(&arguments) {
        Some(Asked { seeds: 1, seed, without }) => replay(seed, without),
        Some(asked) => run(&asked),
        None => {
            let rules = Switch::all().into_iter().map(Switch::name).collect::<Vec<_>>().join(", ");
            eprintln!("use sceau-simulation [--seeds N] [--seed S] [--without RULE]");
            eprintln!("rules: {rules}");
            ExitCode::from(64)
        }
    }
}

/// Without `--seed`, another stretch of seeds is tried every time; with `--seed` alone, that one.
fn asked(arguments: &[String]) -> Option<Asked> {
    let (mut seeds, mut seed, mut without) = (None, None, None);
    for pair in arguments.chunks(2) {
        let [name, value] = pair else { return None };
        match name.as_str() {
            "--seeds" => seeds = Some(value.parse().ok()?),
            "--seed" => seed = Some(value.parse().ok()?),
            "--without" => without = Some(Switch::all().into_iter().find(|rule| rule.name() == *value)?),
            _ => return None,
        }
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let seeds = seeds.unwrap_or(if seed.is_some() { 1 } else { 1_000 });
    Some(Asked { seeds, seed: seed.unwrap_or(now * 1_000_000), without })
}

fn run(asked: &Asked) -> ExitCode {
    let begin = Instant::now();
    let mut steps = 0;
    let mut census = Census::default();
    for done in 1..=asked.seeds {
        let seed = asked.seed + done - 1;
        let run = sceau_simulation::run(seed, asked.without, false);
        steps += run.steps;
        census += &run.census;
        if !run.faults.is_empty() {
            println!("\nschedule {done}, seed {seed}, fails; --seeds 1 --seed {seed} replays it and tells its story");
            return told(&run.faults);
        }
        if done % 100 == 0 || done == asked.seeds {
            let rate = done as f64 / begin.elapsed().as_secs_f64();
            eprint!("\r{done} of {} schedules, {rate:.0}/s, {steps} events", asked.seeds);
        }
    }
    println!("\n{} schedules from seed {}: nothing found\n{census}", asked.seeds, asked.seed);
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
