//! From where on the rules speak.

use sceau_kernel::Timestamp;

/// From where on the rules speak. The defaults are those that `tests/clones` measured (docs/clones.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thresholds {
    /// So many people within [`window`](Self::window) are too many; at most
    /// [`WITNESSES_KEPT`](super::WITNESSES_KEPT).
    pub people: u32,
    /// The while within which people are counted, in microseconds.
    pub window: i64,
    /// Faster than this many km/h no product travels.
    pub speed_kmh: u32,
    /// Places less than this many kilometres apart are never too far.
    pub near_km: u32,
    /// So many people who scan it before it is activated are too many.
    pub before_activation: u32,
    /// So many people who scan it after it was taken out of circulation are too many.
    pub after_decommission: u32,
    /// So many digits that no stamp has, typed by one caller within an hour, are guesses.
    pub wrong_digits: u32,
    /// Places so many kilometres apart speak against a code whose batch is suspect.
    pub apart_km: u32,
    /// So many codes of a batch that were scanned in places far apart make it suspect,
    pub batch_codes: u32,
    /// if they are also so many of every thousand of its codes that were scanned.
    pub batch_per_thousand: u32,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            people: 14,
            window: 14 * Timestamp::DAY,
            speed_kmh: 400,
            near_km: 100,
            before_activation: 3,
            after_decommission: 1,
            wrong_digits: 20,
            apart_km: 150,
            batch_codes: 10,
            batch_per_thousand: 10,
        }
    }
}
