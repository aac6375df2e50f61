//! Base32 of RFC 4648: upper case, no padding, and only the canonical text of each value.

use crate::CodeError;

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const NONE: u8 = 0xff;

const VALUES: [u8; 256] = {
    let mut values = [NONE; 256];
    let mut value = 0;
    while value < ALPHABET.len() {
        values[ALPHABET[value] as usize] = value as u8;
        value += 1;
    }
    values
};

/// How many characters stand for so many bytes.
pub(crate) const fn length(bytes: usize) -> usize {
    (bytes * 8).div_ceil(5)
}

/// Appends the text of `bytes`.
pub(crate) fn encode(bytes: &[u8], text: &mut String) {
    let (mut bits, mut held) = (0_u32, 0);
    for byte in bytes {
        bits = (bits << 8) | u32::from(*byte);
        held += 8;
        while held >= 5 {
            held -= 5;
            text.push(char::from(ALPHABET[(bits >> held) as usize & 31]));
        }
    }
    if held > 0 {
        text.push(char::from(ALPHABET[(bits << (5 - held)) as usize & 31]));
    }
}

/// The bytes of a text, which has [`length`]`(N)` characters.
pub(crate) fn decode<const N: usize>(text: &[u8]) -> Result<[u8; N], CodeError> {
    let mut bytes = [0; N];
    let mut free = bytes.iter_mut();
    let (mut bits, mut held) = (0_u32, 0);
    for (position, character) in text.iter().enumerate() {
        let value = VALUES[usize::from(*character)];
        if value == NONE {
            return Err(CodeError::Character { position });
        }
        bits = (bits << 5) | u32::from(value);
        held += 5;
        if held >= 8 {
            held -= 8;
            if let Some(byte) = free.next() {
                *byte = (bits >> held) as u8;
            }
        }
    }
    if bits & ((1 << held) - 1) != 0 {
        return Err(CodeError::TrailingBits);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(bytes: &[u8]) -> String {
        let mut text = String::new();
        encode(bytes, &mut text);
        text
    }

    #[test]
    fn the_vectors_of_rfc_4648_hold() {
        let vectors = [("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("foobar", "MZXW6YTBOI")];
        for (bytes, expected) in vectors {
            assert_eq!(text(bytes.as_bytes()), expected);
        }
        assert_eq!(decode(b"MZXW6YTBOI"), Ok(*b"foobar"));
    }

    #[test]
    fn only_the_canonical_text_is_read() {
        assert_eq!(decode::<1>(b"MY"), Ok(*b"f"));
        assert_eq!(decode::<1>(b"MZ"), Err(CodeError::TrailingBits));
        assert_eq!(decode::<1>(b"my"), Err(CodeError::Character { position: 0 }));
        assert_eq!(decode::<1>(b"M1"), Err(CodeError::Character { position: 1 }));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(bytes: [u8; 77]) {
            let text = text(&bytes);
            prop_assert_eq!(text.len(), length(77));
            prop_assert_eq!(decode(text.as_bytes()), Ok(bytes));
        }
    }
}
