//! One code, as it is printed.

/// One code, as it is printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Label {
    /// Its place in the batch, from 0.
    pub ordinal: u64,
    /// Its number in the national number space.
    pub number: u64,
    /// What its QR code holds.
    pub text: String,
    /// Its digits, without separators.
    pub digits: String,
}

impl Label {
    /// The digits in groups of four, as people read them.
    pub(crate) fn spaced_digits(&self) -> impl Iterator<Item = char> {
        let spaced = |(place, digit)| [(place > 0 && place % 4 == 0).then_some(' '), Some(digit)];
        self.digits.chars().enumerate().flat_map(spaced).flatten()
    }
}
