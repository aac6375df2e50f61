//! Module for module the same as another encoder, the `qrcode` crate, when that is given the same mask.
#![allow(clippy::unwrap_used, reason = "a text that has no code here has failed")]

use qrcode::bits::Bits;
use qrcode::canvas::{Canvas, MaskPattern};
use qrcode::{Color, EcLevel, ec};
use sceau_qr::{Mask, Qr, QrError, Version};

const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// As their numbers are.
const PATTERNS: [MaskPattern; 8] = [
    MaskPattern::Checkerboard,
    MaskPattern::HorizontalLines,
    MaskPattern::VerticalLines,
    MaskPattern::DiagonalLines,
    MaskPattern::LargeCheckerboard,
    MaskPattern::Fields,
    MaskPattern::Diamonds,
    MaskPattern::Meadow,
];

/// Random texts that are the same in every run: the generator is splitmix64.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ mixed >> 31) % limit as u64) as usize
    }

    fn text(&mut self, length: usize) -> String {
        (0..length).map(|_| char::from(ALPHABET[self.below(ALPHABET.len())])).collect()
    }
}

/// What the other encoder makes of a text: its modules row by row.
fn foreign(version: Version, text: &str, mask: Mask) -> Vec<Color> {
    let number = (version.side() as i16 - 17) / 4;
    let version = qrcode::Version::Normal(number);
    let mut bits = Bits::new(version);
    bits.push_alphanumeric_data(text.as_bytes()).unwrap();
    bits.push_terminator(EcLevel::M).unwrap();
    let (data, correction) = ec::construct_codewords(&bits.into_bytes(), version, EcLevel::M).unwrap();
    let mut canvas = Canvas::new(version, EcLevel::M);
    canvas.draw_all_functional_patterns();
    canvas.draw_data(&data, &correction);
    canvas.apply_mask(PATTERNS[usize::from(mask.number())]);
    canvas.into_colors()
}

#[track_caller]
fn assert_same(qr: &Qr, text: &str) {
    let side = qr.side();
    let foreign = foreign(qr.version(), text, qr.mask());
    assert_eq!(foreign.len(), side * side);
    for (row, theirs) in qr.rows().iter().zip(foreign.chunks(side)) {
        let theirs = theirs.iter().rev().fold(0, |row, module| row << 1 | u64::from(*module == Color::Dark));
        assert_eq!(*row, theirs, "{:?} under mask {}: {text}", qr.version(), qr.mask().number());
    }
}

/// 100 000 texts, one half of any length and one half of the length that stamps have.
fn agree_on_random_texts(version: Version, usual: usize) {
    let mut chance = Chance(version.side() as u64);
    for nth in 0..100_000 {
        let length = if nth % 2 == 0 { usual } else { chance.below(version.capacity() + 1) };
        let text = chance.text(length);
        assert_same(&Qr::encode(version, &text).unwrap(), &text);
    }
}

#[test]
fn version_6_agrees_on_random_texts() {
    agree_on_random_texts(Version::V6M, 144);
}

#[test]
fn version_4_agrees_on_random_texts() {
    agree_on_random_texts(Version::V4M, 72);
}

#[test]
fn every_length_agrees_under_every_mask() {
    let mut chance = Chance(0);
    for version in [Version::V4M, Version::V6M] {
        for length in 0..=version.capacity() {
            let text = chance.text(length);
            for mask in Mask::ALL {
                let qr = Qr::encode_with_mask(version, &text, mask).unwrap();
                assert_eq!(qr.mask(), mask);
                assert_same(&qr, &text);
            }
        }
    }
}

#[test]
fn a_text_that_does_not_fit_is_refused() {
    for version in [Version::V4M, Version::V6M] {
        let limit = version.capacity();
        let found = limit + 1;
        assert_eq!(Qr::encode(version, &"A".repeat(found)), Err(QrError::TooLong { found, limit }));
    }
}

#[test]
fn any_other_character_is_refused_by_its_place() {
    for byte in 0..=0x7f_u8 {
        for length in [3, 4] {
            for position in 0..length {
                let mut text = vec![b'A'; length];
                text[position] = byte;
                let text = String::from_utf8(text).unwrap();
                let refused = Err(QrError::NotAlphanumeric { position, byte });
                let expected = if ALPHABET.contains(&byte) { Ok(Version::V4M) } else { refused };
                assert_eq!(Qr::encode(Version::V4M, &text).map(|qr| qr.version()), expected);
            }
        }
    }
    let error = Qr::encode(Version::V6M, "HTTPS://é").unwrap_err();
    assert_eq!(error, QrError::NotAlphanumeric { position: 8, byte: 0xc3 });
    assert!(error.to_string().starts_with(r"byte 9 of the text, `\xc3`, has no place"), "{error}");
}

#[test]
fn rows_and_modules_say_the_same_and_nothing_is_outside() {
    let qr = Qr::encode(Version::V4M, "SCEAU").unwrap();
    assert_eq!((qr.side(), qr.rows().len()), (33, 33));
    for (y, row) in qr.rows().iter().enumerate() {
        assert_eq!(row >> 33, 0);
        for x in 0..33 {
            assert_eq!(qr.is_dark(x, y), row >> x & 1 == 1);
        }
    }
    assert!(qr.is_dark(0, 0));
    assert!(!qr.is_dark(33, 0) && !qr.is_dark(0, 33) && !qr.is_dark(usize::MAX, usize::MAX));
}
