//! Copies of a code, told by its scans.
//!
//! A signature proves that a code was issued, never that this print of it is the original. What copies cannot help is
//! being scanned: by too many people, too far apart in too little time, before the original was sold or after it was
//! taken out of circulation. [`Evidence`] is the fold of a code's scans, small and bounded; each rule is a pure function
//! of it and of [`Thresholds`], and answers with the numbers it saw ([`Suspicion`]). A code is *suspect*, never "fake".
//!
//! Who scans again is one person however often. Inspectors weigh nothing, and neither does a scan of which nobody knows
//! by whom it was.
//!
//! This module knows no store and no clock: what the thresholds should be is measured by `tests/clones`.

mod evidence;
mod gazetteer;
mod guesses;
mod place;
mod rules;
mod sight;
mod suspicion;
mod thresholds;

pub use evidence::{Evidence, WITNESSES_KEPT, Witness};
pub use gazetteer::{TOWNS, Town};
pub use guesses::{Guesses, WRONG_WITHIN};
pub use place::{Country, GridPoint, Spot};
pub use rules::{Apart, BatchCounts, apart, assess, suspicions};
pub use sight::Sight;
pub use suspicion::{CloneRule, Suspicion};
pub use thresholds::Thresholds;

#[cfg(test)]
mod tests;
