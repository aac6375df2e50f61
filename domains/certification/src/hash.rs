//! The fingerprint of a document.

use sceau_kernel::wire::Text;
use serde::{Deserialize, Serialize};

/// SHA-256 of a document (FIPS 180-4), everywhere outside as 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Sha256(pub [u8; 32]);

impl From<Sha256> for String {
    fn from(hash: Sha256) -> Self {
        hash.print()
    }
}

impl TryFrom<String> for Sha256 {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| format!("`{text}` is not {}", Self::WHAT))
    }
}

impl Text for Sha256 {
    const WHAT: &'static str = "a SHA-256: give its 64 hexadecimal digits";
    fn parse(text: &str) -> Option<Self> {
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if pairs.len() != 32 || !rest.is_empty() {
            return None;
        }
        let digit = |byte: u8| char::from(byte).to_digit(16);
        let mut bytes = [0; 32];
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            *byte = (digit(*high)? * 16 + digit(*low)?) as u8;
        }
        Some(Self(bytes))
    }
    fn print(&self) -> String {
        let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or_default();
        self.0.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
    }
}
sceau_kernel::text_wire!(Sha256);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_64_hexadecimal_digits_are_a_fingerprint() {
        assert_eq!(Sha256::parse(&"0aF".repeat(21)), None);
        assert_eq!(Sha256::parse(&"g".repeat(64)), None);
        assert_eq!(Sha256::parse(&"é".repeat(32)), None);
        assert_eq!(Sha256::parse(&"Ff".repeat(32)), Some(Sha256([255; 32])));
    }

    proptest! {
        #[test]
        fn the_text_keeps_every_fingerprint(bytes in any::<[u8; 32]>()) {
            prop_assert_eq!(Sha256::parse(&Sha256(bytes).print()), Some(Sha256(bytes)));
        }
    }
}
