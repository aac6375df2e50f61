//! Holding back a caller who asks too often.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sceau_kernel::Timestamp;

/// A token bucket per caller: `burst` calls at once, and `per_second` from then on.
pub struct RateLimit<K> {
    per_second: u32,
    burst: u32,
    callers_max: usize,
    /// Per caller, the instant in microseconds at which the bucket will be full again (the generic cell rate
    /// algorithm, ITU-T I.371): one number instead of a level and a time.
    full_at: Mutex<HashMap<K, i64>>,
}

impl<K: Hash + Eq> RateLimit<K> {
    /// A limit that remembers at most `callers_max` callers.
    pub fn new(per_second: u32, burst: u32, callers_max: usize) -> Self {
        Self { per_second: per_second.max(1), burst: burst.max(1), callers_max, full_at: Mutex::new(HashMap::new()) }
    }

    /// Takes one call of `caller` at `now`, or says after which time it may come again.
    pub fn take(&self, caller: K, now: Timestamp) -> Result<(), Duration> {
        let interval = 1_000_000 / i64::from(self.per_second).min(1_000_000);
        let tolerance = interval * i64::from(self.burst);
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if full_at.len() >= self.callers_max && !full_at.contains_key(&caller) {
            // Whoever's bucket is full has nothing to remember. If all are in use, everybody starts anew.
            full_at.retain(|_, full_at| *full_at > now.0);
            if full_at.len() >= self.callers_max {
                full_at.clear();
            }
        }
        let full = full_at.entry(caller).or_insert(now.0);
        let next = (*full).max(now.0) + interval;
        if next - now.0 > tolerance {
            return Err(Duration::from_micros((next - now.0 - tolerance).unsigned_abs()));
        }
        *full = next;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_000_000_000);

    #[test]
    fn a_burst_is_taken_then_the_rate_holds() {
        let limit = RateLimit::new(10, 3, 100);
        assert!((0..3).all(|_| limit.take("a", NOW).is_ok()));
        assert_eq!(limit.take("a", NOW), Err(Duration::from_millis(100)));
        assert_eq!(limit.take("a", NOW.plus_micros(100_000)), Ok(()));
        assert_eq!(limit.take("b", NOW), Ok(()), "others are not held back");
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let limit = RateLimit::new(10, 3, 100);
        for caller in 0..10_000 {
            assert_eq!(limit.take(caller, NOW), Ok(()));
        }
        assert!(limit.full_at.lock().unwrap().len() <= 100);
    }
}
