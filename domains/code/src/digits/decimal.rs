//! A decimal number of fixed length as the FF1 crate takes numeral strings: plain integers, no allocation.

use fpe::ff1::{NumeralString, Operations};

/// The most digits: half of them and the eight bytes that FF1 adds to them fit a `u128`.
const MAX_DIGITS: usize = 18;

/// A number of so many decimal digits, leading zeros included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    value: u64,
    digits: usize,
}

impl Decimal {
    /// The number, when it has at most so many digits.
    pub(super) fn new(value: u64, digits: usize) -> Option<Self> {
        (digits <= MAX_DIGITS && value < power(digits)).then_some(Self { value, digits })
    }

    pub(super) const fn value(&self) -> u64 {
        self.value
    }
}

/// Ten to the power of `digits`, at most [`MAX_DIGITS`].
const fn power(digits: usize) -> u64 {
    10_u64.pow(digits as u32)
}

impl NumeralString for Decimal {
    type Ops = Self;

    fn is_valid(&self, radix: u32) -> bool {
        radix == 10
    }

    fn numeral_count(&self) -> usize {
        self.digits
    }

    fn split(&self) -> (Self, Self) {
        let (left, right) = (self.digits / 2, self.digits - self.digits / 2);
        let (high, low) = (self.value / power(right), self.value % power(right));
        (Self { value: high, digits: left }, Self { value: low, digits: right })
    }

    fn concat(a: Self, b: Self) -> Self {
        Self { value: a.value * power(b.digits) + b.value, digits: a.digits + b.digits }
    }
}

/// The last few bytes of a big-endian number.
pub(super) struct Bytes {
    bytes: [u8; 8],
    from: usize,
}

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        &self.bytes[self.from..]
    }
}

impl Operations for Decimal {
    type Bytes = Bytes;

    fn numeral_count(&self) -> usize {
        self.digits
    }

    fn to_be_bytes(&self, _: u32, b: usize) -> Bytes {
        Bytes { bytes: self.value.to_be_bytes(), from: 8 - b }
    }

    fn add_mod_exp(self, other: impl Iterator<Item = u8>, _: u32, m: usize) -> Self {
        Self { value: (self.value + remainder(other, m)) % power(m), digits: m }
    }

    fn sub_mod_exp(self, other: impl Iterator<Item = u8>, _: u32, m: usize) -> Self {
        Self { value: (self.value + power(m) - remainder(other, m)) % power(m), digits: m }
    }
}

/// A big-endian number of at most 8 bytes, modulo ten to the power of `m`.
fn remainder(bytes: impl Iterator<Item = u8>, m: usize) -> u64 {
    bytes.fold(0_u64, |value, byte| (value << 8) | u64::from(byte)) % power(m)
}

#[cfg(test)]
mod tests {
    use aes::Aes256Enc;
    use fpe::ff1::{FF1, FlexibleNumeralString};
    use proptest::prelude::*;

    use super::*;

    /// The AES-256 key of the samples that NIST published with SP 800-38G.
    const KEY: [u8; 32] = [
        0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6, 0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f, 0x3c, 0xef, 0x43,
        0x59, 0xd8, 0xd5, 0x80, 0xaa, 0x4f, 0x7f, 0x03, 0x6d, 0x6f, 0x04, 0xfc, 0x6a, 0x94,
    ];

    fn cipher() -> FF1<Aes256Enc> {
        FF1::new(&KEY, 10).unwrap()
    }

    #[test]
    fn the_samples_of_nist_hold() {
        let plain = Decimal::new(123_456_789, 10).unwrap();
        for (tweak, expected) in [(&b""[..], 6_657_667_009), (b"9876543210", 1_001_623_463)] {
            let hidden = cipher().encrypt(tweak, &plain).unwrap();
            assert_eq!(hidden, Decimal::new(expected, 10).unwrap());
            assert_eq!(cipher().decrypt(tweak, &hidden).unwrap(), plain);
        }
    }

    proptest! {
        #[test]
        fn plain_integers_give_what_big_ones_give(number in 0..10_u64.pow(15)) {
            let numerals: Vec<u16> = (0..15).rev().map(|place| (number / 10_u64.pow(place) % 10) as u16).collect();
            let expected: Vec<u16> = cipher().encrypt(&[], &FlexibleNumeralString::from(numerals)).unwrap().into();
            let expected = expected.into_iter().fold(0, |value, digit| value * 10 + u64::from(digit));
            let hidden = cipher().encrypt(&[], &Decimal::new(number, 15).unwrap()).unwrap();
            prop_assert_eq!(hidden.value(), expected);
            prop_assert_eq!(cipher().decrypt(&[], &hidden).unwrap().value(), number);
        }
    }
}
