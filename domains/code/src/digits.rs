//! The sixteen digits: a number through a keyed permutation, and a check digit.
//!
//! The permutation is FF1 (NIST SP 800-38G) over 15 decimal digits with AES-256 and an empty tweak: each number has
//! one text, and without the key neither the next number nor how many there are can be read from it. Who guesses meets
//! an issued stamp with the share of the number space that is issued: a door for digits limits its callers.

mod decimal;

use std::fmt;

use aes::Aes256Enc;
use fpe::ff1::FF1;

use crate::{CodeError, damm};
use decimal::Decimal;

/// Numbers are below this, so that they have 15 digits.
pub const NUMBER_LIMIT: u64 = 1_000_000_000_000_000;
const NUMBER_DIGITS: usize = 15;
const DIGITS: usize = 16;

/// A tenant's key for digits.
pub struct DigitsKey(FF1<Aes256Enc>);

impl fmt::Debug for DigitsKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DigitsKey(…)")
    }
}

impl DigitsKey {
    /// The key of these 32 secret bytes.
    pub fn new(secret: &[u8; 32]) -> Self {
        Self(FF1::new(secret, 10).unwrap_or_else(|_| unreachable!("10 is a radix")))
    }

    /// The digits of a number below [`NUMBER_LIMIT`].
    pub fn digits(&self, number: u64) -> Result<Digits, CodeError> {
        let plain = Decimal::new(number, NUMBER_DIGITS).ok_or(CodeError::Number { found: number })?;
        let hidden = self.0.encrypt(&[], &plain).map_err(|_| CodeError::Number { found: number })?;
        Ok(Digits(hidden.value()))
    }

    /// The number that these digits stand for.
    pub fn number(&self, digits: Digits) -> Result<u64, CodeError> {
        let wrong = CodeError::Number { found: digits.0 };
        let hidden = Decimal::new(digits.0, NUMBER_DIGITS).ok_or(wrong.clone())?;
        self.0.decrypt(&[], &hidden).map(|plain| plain.value()).map_err(|_| wrong)
    }
}

/// Sixteen digits whose check digit fits. Holds the first fifteen as a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Digits(u64);

impl Digits {
    /// The digits in a text; spaces and dashes between them do not count.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let mut values = [0; DIGITS];
        let mut found = 0;
        for (position, byte) in text.bytes().enumerate() {
            match byte {
                b' ' | b'-' => continue,
                b'0'..=b'9' if found < DIGITS => values[found] = byte - b'0',
                b'0'..=b'9' => {}
                _ => return Err(CodeError::Character { position }),
            }
            found += 1;
        }
        if found != DIGITS {
            return Err(CodeError::DigitsLength { found });
        }
        if damm::check_digit(&values) != 0 {
            return Err(CodeError::CheckDigit);
        }
        Ok(Self(values[..NUMBER_DIGITS].iter().fold(0, |value, digit| value * 10 + u64::from(*digit))))
    }
}

impl fmt::Display for Digits {
    /// The sixteen digits without separators.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut values = [0; NUMBER_DIGITS];
        let mut rest = self.0;
        for value in values.iter_mut().rev() {
            *value = (rest % 10) as u8;
            rest /= 10;
        }
        write!(f, "{:015}{}", self.0, damm::check_digit(&values))
    }
}
