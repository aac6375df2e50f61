//! Instants, as the microseconds of UTC that the log keeps.

use serde::{Deserialize, Serialize};

use crate::wire::{Fault, Faults, Wire};

/// Microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Microseconds in a day of 24 hours.
    pub const DAY: i64 = 86_400_000_000;

    /// This instant and `micros` microseconds more, held within the range of the type.
    #[must_use]
    pub fn plus_micros(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros))
    }

    /// This instant and `days` days of 24 hours more.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        self.plus_micros(days.saturating_mul(Self::DAY))
    }
}

impl Wire for Timestamp {
    type Proto = prost_types::Timestamp;
    fn to_wire(&self) -> Self::Proto {
        let nanos = self.0.rem_euclid(1_000_000) * 1000;
        Self::Proto { seconds: self.0.div_euclid(1_000_000), nanos: i32::try_from(nanos).unwrap_or_default() }
    }
    fn from_wire(proto: Self::Proto) -> Result<Self, Faults> {
        let micros = i64::from(proto.nanos) / 1000;
        let whole = proto.seconds.checked_mul(1_000_000).and_then(|whole| whole.checked_add(micros));
        match whole {
            Some(micros) if (0..1_000_000_000).contains(&proto.nanos) => Ok(Self(micros)),
            _ => Err(Fault::here("is not an instant: seconds and 0 to 999999999 nanos").into()),
        }
    }
}
crate::message_field!(Timestamp);

impl std::fmt::Display for Timestamp {
    /// RFC 3339 to the second, in UTC: `2026-11-21T08:00:00Z`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let seconds = self.0.div_euclid(1_000_000);
        let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let (year, month, day) = civil(days);
        write!(f, "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60)
    }
}

/// Year, month and day of a day count since 1970-01-01 in the proleptic Gregorian calendar, by 400-year eras that
/// begin on 1 March (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms").
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_instant_prints_as_rfc_3339() {
        assert_eq!(Timestamp(0).to_string(), "1970-01-01T00:00:00Z");
        assert_eq!(Timestamp(951_782_400_000_000).to_string(), "2000-02-29T00:00:00Z");
        assert_eq!(Timestamp(-1).to_string(), "1969-12-31T23:59:59Z");
    }

    proptest! {
        #[test]
        fn the_wire_keeps_every_microsecond(micros in -1_000_000_000_000_000_i64..4_000_000_000_000_000) {
            prop_assert_eq!(Timestamp::from_wire(Timestamp(micros).to_wire()), Ok(Timestamp(micros)));
        }
    }
}
