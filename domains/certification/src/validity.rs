//! How long a certificate or an accreditation may hold.

use std::fmt;

use sceau_kernel::Timestamp;

/// Nothing is certified or accredited for longer than ten years of 365.25 days.
pub const MAX_VALIDITY_DAYS: i64 = 3653;

/// Why an end of validity is not allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValidityFault {
    /// It is not in the future.
    Past {
        /// The end asked for.
        valid_until: Timestamp,
        /// The time of the decision.
        now: Timestamp,
    },
    /// It is too far away.
    TooLong {
        /// The end asked for.
        valid_until: Timestamp,
        /// The latest end allowed.
        latest: Timestamp,
    },
}

/// Checks the end of a validity that begins `now`.
pub(crate) fn check(valid_until: Timestamp, now: Timestamp) -> Result<(), ValidityFault> {
    let latest = now.plus_days(MAX_VALIDITY_DAYS);
    if valid_until <= now {
        return Err(ValidityFault::Past { valid_until, now });
    }
    if valid_until > latest {
        return Err(ValidityFault::TooLong { valid_until, latest });
    }
    Ok(())
}

impl ValidityFault {
    pub(crate) fn values(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Past { valid_until, now } => vec![("valid_until", valid_until.to_string()), ("now", now.to_string())],
            Self::TooLong { valid_until, latest } => {
                vec![("valid_until", valid_until.to_string()), ("latest", latest.to_string())]
            }
        }
    }
}

impl fmt::Display for ValidityFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Past { valid_until, now } => {
                write!(f, "valid_until {valid_until} is not in the future (now it is {now}): give a later one")
            }
            Self::TooLong { valid_until, latest } => {
                write!(f, "valid_until {valid_until} is more than ten years away: give at most {latest}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_validity_ends_after_now_and_within_ten_years() {
        let now = Timestamp(0);
        let latest = now.plus_days(MAX_VALIDITY_DAYS);
        assert_eq!(check(now, now), Err(ValidityFault::Past { valid_until: now, now }));
        assert_eq!(check(Timestamp(1), now), Ok(()));
        assert_eq!(check(latest, now), Ok(()));
        let over = latest.plus_micros(1);
        assert_eq!(check(over, now), Err(ValidityFault::TooLong { valid_until: over, latest }));
    }
}
