//! Explores a space of the caller's size: `sceau-model [FENCES [COMMITS [FENCE_COPIES [COMMIT_COPIES]]]]`.

use std::process::ExitCode;
use std::time::Instant;

use sceau_model::{Bounds, Rule, explore};

fn main() -> ExitCode {
    let mut sizes = [3_u8, 3, 2, 2];
    for (size, argument) in sizes.iter_mut().zip(std::env::args().skip(1)) {
        let Ok(value @ 1..=7) = argument.parse() else {
            eprintln!(
                "`{argument}` is not a size from 1 to 7: \
                 use sceau-model [FENCES [COMMITS [FENCE_COPIES [COMMIT_COPIES]]]]"
            );
            return ExitCode::from(64);
        };
        *size = value;
    }
    let [fences, commits, fence_copies, commit_copies] = sizes;
    let begin = Instant::now();
    let found = explore(Rule::Pair, Bounds { fences, commits, fence_copies, commit_copies });
    let seconds = begin.elapsed().as_secs_f64();
    println!(
        "{fences} fences ({fence_copies} copies each), {commits} commits ({commit_copies} copies each): \
         {} states, depth {}, {seconds:.1} s",
        found.states, found.depth
    );
    let Some((violation, story)) = found.broken else {
        println!("no violation");
        return ExitCode::SUCCESS;
    };
    println!("violation: {violation}");
    for sentence in story {
        println!("  {sentence}");
    }
    ExitCode::FAILURE
}
