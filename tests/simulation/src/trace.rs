//! What happened in a run, in order: always as a hash, and as sentences when somebody reads them.

use crate::agenda::Instant;

/// A run's fingerprint, and its story if it is told.
pub(crate) struct Trace {
    hash: u64,
    told: bool,
}

impl Trace {
    pub(crate) fn new(told: bool) -> Self {
        Self { hash: 0xcbf2_9ce4_8422_2325, told }
    }

    /// Mixes in what happened.
    pub(crate) fn mark(&mut self, values: &[u64]) {
        for value in values {
            self.hash = (self.hash ^ value).wrapping_mul(0x0100_0000_01b3).rotate_left(23);
        }
    }

    /// Prints what happened, if the story is told.
    pub(crate) fn tell(&self, now: Instant, sentence: impl FnOnce() -> String) {
        if self.told {
            println!("{:>10.3} ms  {}", now as f64 / 1000.0, sentence());
        }
    }

    /// Two runs with the same hash went the same way.
    pub(crate) fn hash(&self) -> u64 {
        self.hash
    }
}
