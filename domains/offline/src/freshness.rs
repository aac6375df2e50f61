//! How old lists are, and whether the clock can be right.

use crate::ListError;
use crate::wire::{Reader, write, write_bytes};

/// Clocks may differ by this much before one is called wrong, in seconds: a day.
const TOLERANCE: u64 = 86_400;
/// Lists are not used so long after the next ones were due unless a clock is wrong, in seconds: half a year.
const FORGOTTEN: u64 = 183 * 86_400;

/// Whose a list is, and when it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// The authority: the tenant's name.
    pub authority: String,
    /// When it was made, in seconds since 1970-01-01 (UTC).
    pub issued_at: u64,
    /// When the next one is due, in seconds since 1970-01-01 (UTC); later this one is stale.
    pub next_update: u64,
}

/// What speaks against an answer as such, whatever it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// Newer lists are due: what was revoked since is not known.
    Stale {
        /// Since when, in seconds since 1970-01-01 (UTC).
        since: u64,
    },
    /// By the clock the lists come from the future, or are out of date by more than half a year: one of them is wrong.
    Clock,
}

impl Issue {
    pub(crate) fn write(&self, bytes: &mut Vec<u8>) {
        write_bytes(self.authority.as_bytes(), bytes);
        write(self.issued_at, bytes);
        write(self.next_update, bytes);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, ListError> {
        Ok(Self {
            authority: reader.text("authority")?,
            issued_at: reader.number("issued_at")?,
            next_update: reader.number("next_update")?,
        })
    }

    /// What there is to doubt at `now`.
    pub(crate) const fn doubt(&self, now: u64) -> Option<Doubt> {
        if now.saturating_add(TOLERANCE) < self.issued_at || now > self.next_update.saturating_add(FORGOTTEN) {
            Some(Doubt::Clock)
        } else if now > self.next_update {
            Some(Doubt::Stale { since: self.next_update })
        } else {
            None
        }
    }
}
