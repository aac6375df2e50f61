//! Lengths on paper.

use std::fmt;
use std::str::FromStr;

/// Micrometres of an inch.
const INCH: u64 = 25_400;
/// No sheet or roll is longer: 2 m.
const MAX: f64 = 2_000.0;

/// A length on paper, to the micrometre.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Length(u32);

impl Length {
    /// So many micrometres.
    pub const fn micrometres(value: u32) -> Self {
        Self(value)
    }

    /// In micrometres.
    pub const fn value(self) -> u32 {
        self.0
    }

    /// In dots of a printer with so many to the inch, to the nearest.
    pub(crate) fn dots(self, per_inch: u32) -> u32 {
        ((u64::from(self.0) * u64::from(per_inch) + INCH / 2) / INCH) as u32
    }

    /// So many dots, to the nearest micrometre.
    pub(crate) fn of_dots(dots: u32, per_inch: u32) -> Self {
        let per_inch = u64::from(per_inch);
        Self(((u64::from(dots) * INCH + per_inch / 2) / per_inch) as u32)
    }

    /// So many times this length.
    pub(crate) const fn times(self, count: u32) -> Self {
        Self(self.0.saturating_mul(count))
    }
}

impl FromStr for Length {
    type Err = ();

    /// Millimetres with up to three decimals, to 2 m.
    fn from_str(text: &str) -> Result<Self, ()> {
        let decimals = text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let value: f64 = text.parse().map_err(|_| ())?;
        if plain && decimals <= 3 && value <= MAX { Ok(Self((value * 1_000.0).round() as u32)) } else { Err(()) }
    }
}

impl fmt::Display for Length {
    /// In millimetres, without needless zeros.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.0 / 1_000, self.0 % 1_000);
        if part == 0 {
            return write!(f, "{whole}");
        }
        write!(f, "{whole}.{}", format!("{part:03}").trim_end_matches('0'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_and_shown_as_millimetres() {
        for (text, micrometres) in [("63.5", 63_500), ("0.254", 254), ("210", 210_000), ("2000", 2_000_000)] {
            assert_eq!(text.parse(), Ok(Length(micrometres)));
            assert_eq!(Length(micrometres).to_string(), text);
        }
        for text in ["", "-1", "1e3", "2000.1", "0.0001", "inf", "3,5", "."] {
            assert_eq!(text.parse::<Length>(), Err(()), "{text}");
        }
    }

    #[test]
    fn dots_are_the_nearest() {
        assert_eq!(Length(25_400).dots(600), 600);
        assert_eq!(Length(254).dots(600), 6);
        assert_eq!(Length::of_dots(6, 600), Length(254));
        assert_eq!(Length(38_100).dots(203), 305);
    }
}
