//! Digits that no stamp has, typed by one caller.

use sceau_kernel::Timestamp;

/// How long wrong digits are held against a caller, in microseconds.
pub const WRONG_WITHIN: i64 = 3_600_000_000;
/// Digits this near to the ones before look counted through, and weigh double.
const ADJACENT: u64 = 100;

/// What one caller typed within the last hour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Guesses {
    since: Timestamp,
    wrong: u32,
    last: u64,
}

impl Guesses {
    /// Takes in what was typed, and whether a stamp has it. How much had been typed wrong before: those next to the
    /// digits before them weigh double; the same again weighs nothing.
    pub fn typed(&mut self, digits: u64, known: bool, at: Timestamp) -> u32 {
        if self.wrong == 0 || at >= self.since.plus_micros(WRONG_WITHIN) {
            *self = Self { since: at, wrong: 0, last: self.last };
        }
        let before = self.wrong;
        let apart = digits.abs_diff(self.last);
        if !known && apart > 0 {
            self.wrong = self.wrong.saturating_add(if apart <= ADJACENT { 2 } else { 1 });
        }
        self.last = digits;
        before
    }

    /// Whether nothing is held against the caller any more.
    pub fn is_over(&self, now: Timestamp) -> bool {
        now >= self.since.plus_micros(WRONG_WITHIN)
    }
}
