//! The number on a product's bar code.

use std::fmt;
use std::str::FromStr;

use sceau_kernel::wire::{Fault, Faults, Field, Wire};
use serde::{Deserialize, Serialize};

/// A Global Trade Item Number whose check digit is right, as 14 digits: shorter forms (GTIN-8, -12, -13) are the same
/// number with leading zeros (GS1 General Specifications, "Global Trade Item Number").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Gtin(u64);

/// Why a text is not a GTIN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GtinError {
    /// It has another number of digits, or something else than digits.
    Shape {
        /// The text given.
        text: String,
    },
    /// The last digit is not the check digit of the others.
    CheckDigit {
        /// The text given.
        text: String,
        /// The check digit of the digits before it.
        expected: u8,
    },
}

impl Gtin {
    /// The GTIN of these up to 13 digits, with its check digit added; `None` for more digits.
    pub fn with_check_digit(digits: u64) -> Option<Self> {
        if digits >= 10_u64.pow(13) {
            return None;
        }
        Some(Self(digits * 10 + u64::from(check_digit(digits))))
    }
}

impl FromStr for Gtin {
    type Err = GtinError;
    fn from_str(text: &str) -> Result<Self, GtinError> {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let number = match text.len() {
            8 | 12 | 13 | 14 if digits => text.parse::<u64>().ok(),
            _ => None,
        };
        let number = number.ok_or_else(|| GtinError::Shape { text: text.to_owned() })?;
        let expected = check_digit(number / 10);
        if number % 10 != u64::from(expected) {
            return Err(GtinError::CheckDigit { text: text.to_owned(), expected });
        }
        Ok(Self(number))
    }
}

/// The GS1 check digit of the digits before it: from the right they weigh 3, 1, 3, 1 …, and with the check digit the
/// sum is a multiple of 10 (GS1 General Specifications, "Check digit calculations").
fn check_digit(digits: u64) -> u8 {
    let mut rest = digits;
    let (mut sum, mut weight) = (0, 3);
    while rest > 0 {
        sum += rest % 10 * weight;
        weight = 4 - weight;
        rest /= 10;
    }
    ((10 - sum % 10) % 10) as u8
}

impl fmt::Display for Gtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:014}", self.0)
    }
}

impl fmt::Display for GtinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape { text } => {
                write!(f, "`{text}` is not a GTIN: give its 8, 12, 13 or 14 digits and nothing else")
            }
            Self::CheckDigit { text, expected } => {
                write!(
                    f,
                    "`{text}` is not a GTIN: its last digit should be {expected}, the check digit; look for a typing error"
                )
            }
        }
    }
}

impl std::error::Error for GtinError {}

impl Wire for Gtin {
    type Proto = String;
    fn to_wire(&self) -> String {
        self.to_string()
    }
    fn from_wire(proto: String) -> Result<Self, Faults> {
        if proto.is_empty() {
            return Err(Fault::here("is required").into());
        }
        proto.parse().map_err(|error: GtinError| Fault::here(error.to_string()).into())
    }
}

impl Field<String> for Gtin {
    fn put(&self) -> String {
        self.to_wire()
    }
    fn take(field: String) -> Result<Self, Faults> {
        Self::from_wire(field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn real_bar_codes_of_every_length_are_read() {
        // GS1's own examples: 9638507-4, 61414100001-2, 629104150021-3, 1061414100041-5.
        for (text, normal) in [
            ("96385074", "00000096385074"),
            ("614141000012", "00614141000012"),
            ("6291041500213", "06291041500213"),
            ("10614141000415", "10614141000415"),
        ] {
            assert_eq!(text.parse::<Gtin>().map(|gtin| gtin.to_string()), Ok(normal.to_owned()));
        }
    }

    #[test]
    fn a_wrong_check_digit_is_named() {
        let refused = "6291041500214".parse::<Gtin>();
        assert_eq!(refused, Err(GtinError::CheckDigit { text: "6291041500214".into(), expected: 3 }));
    }

    #[test]
    fn anything_but_8_12_13_or_14_digits_is_refused() {
        for text in ["", "1", "1234567", "123456789", "629104150021 ", "62910415002١", "+296385074", "100000000000000"]
        {
            assert_eq!(text.parse::<Gtin>(), Err(GtinError::Shape { text: text.into() }));
        }
    }

    proptest! {
        #[test]
        fn every_single_digit_change_is_refused(digits in 0..10_u64.pow(13), place in 0..14_usize, by in 1..10_u8) {
            let mut text = Gtin::with_check_digit(digits).unwrap().to_string().into_bytes();
            text[place] = (text[place] - b'0' + by) % 10 + b'0';
            let changed = String::from_utf8(text).unwrap();
            let refused = matches!(changed.parse::<Gtin>(), Err(GtinError::CheckDigit { .. }));
            prop_assert!(refused, "{} was taken", changed);
        }

        #[test]
        fn the_wire_keeps_every_gtin(digits in 0..10_u64.pow(13)) {
            let gtin = Gtin::with_check_digit(digits).unwrap();
            prop_assert_eq!(Gtin::from_wire(gtin.to_wire()), Ok(gtin));
        }

        #[test]
        fn no_text_makes_the_parser_fall(text in ".{0,20}") {
            let _ = text.parse::<Gtin>();
        }
    }
}
