//! Prints how well the rules tell copies, at the default thresholds and beside them: the tables of docs/clones.md.

use sceau_clones::{Country, Score, Size, sweep};
use sceau_verification::clone::Thresholds;

fn main() {
    let seed = std::env::args().nth(1).and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let country = Country::of(seed, Size::FULL);
    println!("{}", Score::of(&country, &Thresholds::default()).table());
    print!("{}", sweep(&country));
}
