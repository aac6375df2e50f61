//! Holding back telephone numbers: those that ask too often, and those that guess.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sceau_kernel::Timestamp;
use sceau_security::RateLimit;

/// Numbers that are remembered.
const REMEMBERED: usize = 100_000;
const PER_SECOND: u32 = 1;
const BURST: u32 = 10;
/// Wrong digits within [`WINDOW`] after which a number waits for its end. Who mistypes needs two or three tries.
const WRONG: u32 = 6;
const WINDOW: Duration = Duration::from_mins(15);

/// What is known of the numbers that asked.
pub(crate) struct Numbers {
    rate: RateLimit<String>,
    /// Per number, how often it was wrong, and when that is forgotten.
    wrong: Mutex<HashMap<String, (u32, Timestamp)>>,
}

impl Numbers {
    pub(crate) fn new() -> Self {
        Self { rate: RateLimit::new(PER_SECOND, BURST, REMEMBERED), wrong: Mutex::default() }
    }

    /// Takes a question of this number, or says after which time it may come again.
    pub(super) fn take(&self, number: &str, now: Timestamp) -> Result<(), Duration> {
        let wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, until)) = wrong.get(number).filter(|(times, until)| *times >= WRONG && *until > now) {
            return Err(Duration::from_micros((until.0 - now.0).unsigned_abs()));
        }
        drop(wrong);
        self.rate.take(number.to_owned(), now)
    }

    /// Remembers that this number's digits were those of no stamp.
    pub(super) fn guessed(&self, number: &str, now: Timestamp) {
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        if wrong.len() >= REMEMBERED && !wrong.contains_key(number) {
            wrong.retain(|_, (_, until)| *until > now);
            if wrong.len() >= REMEMBERED {
                wrong.clear();
            }
        }
        let until = now.plus_micros(i64::try_from(WINDOW.as_micros()).unwrap_or(i64::MAX));
        let (times, forgotten) = wrong.entry(number.to_owned()).or_insert((0, until));
        if *forgotten <= now {
            (*times, *forgotten) = (0, until);
        }
        *times += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_000_000_000);

    #[test]
    fn who_guesses_waits_and_others_do_not() {
        let numbers = Numbers::new();
        for second in 0..i64::from(WRONG) {
            let now = NOW.plus_micros(second * 1_000_000);
            assert_eq!(numbers.take("+225", now), Ok(()));
            numbers.guessed("+225", now);
        }
        let later = NOW.plus_micros(60_000_000);
        assert!(numbers.take("+225", later).is_err());
        assert_eq!(numbers.take("+226", later), Ok(()));
        assert_eq!(numbers.take("+225", NOW.plus_micros(901_000_000)), Ok(()));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let numbers = Numbers::new();
        for number in 0..REMEMBERED + 10 {
            numbers.guessed(&number.to_string(), NOW);
        }
        assert!(numbers.wrong.lock().unwrap().len() <= REMEMBERED);
    }
}
