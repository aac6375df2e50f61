//! Text as data codewords: alphanumeric mode (section 7.4.4), terminator and padding (sections 7.4.9 and 7.4.10).

use crate::{QrError, Version};

/// Data codewords of the larger version.
pub(crate) const MAX_DATA: usize = 108;

/// The mode indicator of alphanumeric text, 4 bits.
const ALPHANUMERIC: u64 = 0b0010;
/// Bits that count the characters, in versions 1 to 9.
const COUNT_BITS: u32 = 9;
const PADDING: [u8; 2] = [0xec, 0x11];

const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const NONE: u8 = 0xff;

static VALUES: [u8; 256] = {
    let mut values = [NONE; 256];
    let mut value = 0;
    while value < ALPHABET.len() {
        values[ALPHABET[value] as usize] = value as u8;
        value += 1;
    }
    values
};

/// The data codewords of a text, as many as the version has; the rest are 0.
pub(crate) fn codewords(version: Version, text: &[u8]) -> Result<[u8; MAX_DATA], QrError> {
    if text.len() > version.capacity() {
        return Err(QrError::TooLong { found: text.len(), limit: version.capacity() });
    }
    let mut bits = Bits { bytes: [0; MAX_DATA], full: 0, last: 0, held: 0 };
    bits.push(ALPHANUMERIC, 4);
    bits.push(text.len() as u64, COUNT_BITS);
    let mut pairs = text.chunks_exact(2);
    for pair in &mut pairs {
        let (first, second) = (VALUES[usize::from(pair[0])], VALUES[usize::from(pair[1])]);
        if first == NONE || second == NONE {
            return Err(culprit(text));
        }
        bits.push(u64::from(first) * 45 + u64::from(second), 11);
    }
    if let [single] = pairs.remainder() {
        let value = VALUES[usize::from(*single)];
        if value == NONE {
            return Err(culprit(text));
        }
        bits.push(u64::from(value), 6);
    }
    Ok(bits.padded(version.data()))
}

/// Which character of `text` is not of the alphabet, where one is not.
fn culprit(text: &[u8]) -> QrError {
    let position = text.iter().position(|byte| VALUES[usize::from(*byte)] == NONE).unwrap_or_default();
    QrError::NotAlphanumeric { position, byte: text.get(position).copied().unwrap_or_default() }
}

/// Bytes that grow bit by bit, the most significant first.
struct Bits {
    bytes: [u8; MAX_DATA],
    /// How many bytes are full.
    full: usize,
    /// Bits that fill no four bytes yet are the lowest `held` of this.
    last: u64,
    held: u32,
}

impl Bits {
    /// Appends the lowest `count` bits, at most 32, of a value that has no others.
    fn push(&mut self, value: u64, count: u32) {
        self.last = (self.last << count) | value;
        self.held += count;
        if self.held >= 32 {
            self.held -= 32;
            let four = (self.last >> self.held) as u32;
            self.bytes[self.full..self.full + 4].copy_from_slice(&four.to_be_bytes());
            self.full += 4;
        }
    }

    /// The bytes with a terminator of up to four 0 bits, 0 bits up to a whole byte, and padding up to `length` bytes.
    fn padded(mut self, length: usize) -> [u8; MAX_DATA] {
        let begun = self.full * 8 + self.held as usize;
        let ended = (begun + 4).min(length * 8).div_ceil(8);
        let last = (self.last << (32 - self.held)) as u32;
        for (byte, value) in self.bytes[self.full..ended].iter_mut().zip(last.to_be_bytes()) {
            *byte = value;
        }
        for (byte, value) in self.bytes[ended..length].iter_mut().zip(PADDING.iter().cycle()) {
            *byte = *value;
        }
        self.bytes
    }
}
