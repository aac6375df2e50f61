//! The number of a carton or a pallet: the Serial Shipping Container Code of GS1.

use std::fmt;

use sceau_kernel::wire::Text;
use sceau_kernel::{StreamId, Tenant, text_wire};
use serde::{Deserialize, Serialize};

const DIGITS: usize = 18;

/// Eighteen digits, of which the last is the GS1 check digit (GS1 General Specifications, sections 3.2 and 7.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Sscc(u64);

impl Sscc {
    /// The stream kind of containers.
    pub const KIND: &'static str = "container";

    /// The code with this value, if its check digit fits.
    pub fn of_value(value: u64) -> Option<Self> {
        let digits = format!("{value:0DIGITS$}");
        let body = digits.strip_suffix(|_: char| true).filter(|_| digits.len() == DIGITS)?;
        (digits.ends_with(check_digit(body)?)).then_some(Self(value))
    }

    /// The eighteen digits as one number.
    pub const fn value(self) -> u64 {
        self.0
    }

    /// The stream of the container.
    pub fn stream(&self, tenant: &Tenant) -> StreamId {
        StreamId::new(tenant, Self::KIND, self)
    }
}

/// The check digit after digits whose last has the weight 3, and then in turn 1 and 3.
fn check_digit(body: &str) -> Option<char> {
    let mut sum = 0;
    for (digit, weight) in body.chars().rev().zip([3, 1].into_iter().cycle()) {
        sum += digit.to_digit(10)? * weight;
    }
    char::from_digit((10 - sum % 10) % 10, 10)
}

impl fmt::Display for Sscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:0DIGITS$}", self.0)
    }
}

impl Text for Sscc {
    const WHAT: &'static str = "an SSCC (18 digits, the last a GS1 check digit; (00) may stand before them)";

    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        // A scanner gives the application identifier with the number, a person may write it in brackets.
        let digits = match text.strip_prefix("(00)") {
            Some(digits) => digits.trim_start(),
            None if text.len() == DIGITS + 2 => text.strip_prefix("00")?,
            None => text,
        };
        if digits.len() != DIGITS || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        Self::of_value(digits.parse().ok()?)
    }

    fn print(&self) -> String {
        self.to_string()
    }
}

text_wire!(Sscc);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_check_digit_is_gs1s() {
        // The example of the GS1 General Specifications for the Electronic Product Code: 0614141 with serial 1234567890.
        for text in ["106141412345678908", "(00)106141412345678908", "(00) 106141412345678908", "00106141412345678908"]
        {
            assert_eq!(Sscc::parse(text).map(|sscc| sscc.to_string()).as_deref(), Some("106141412345678908"), "{text}");
        }
        assert_eq!(Sscc::parse("000000000000000000").map(Sscc::value), Some(0));
        for text in ["106141412345678907", "10614141234567890", "", "(00)", "1061414123456789é", "x06141412345678908"]
        {
            assert_eq!(Sscc::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_one_container_or_none(text in ".{0,24}") {
            if let Some(sscc) = Sscc::parse(&text) {
                prop_assert_eq!(Sscc::parse(&sscc.to_string()), Some(sscc));
            }
        }

        #[test]
        fn one_check_digit_fits(body in 0..100_000_000_000_000_000_u64) {
            let fitting = (0..10).filter(|digit| Sscc::of_value(body * 10 + digit).is_some()).count();
            prop_assert_eq!(fitting, 1);
        }
    }
}
