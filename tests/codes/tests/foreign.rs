//! Every code that we draw is read by decoders that others wrote.
#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected has failed")]

use std::fs;

use sceau_code::{Host, Payload, SignedCode, SigningKey, SmallCode, TagKey};
use sceau_codes_test::{Decoder, pgm};
use sceau_qr::{Mask, Qr, Version};

/// How many codes of each version are judged.
const CODES: u64 = 200;
/// Pixels a module.
const PIXELS: usize = 4;

/// The URL of a signed code, which looks random from the signature on.
fn signed(number: u64) -> String {
    let key = SigningKey::from_bytes(&[7; 32]);
    let payload = Payload { key_id: 3, number: number * 7_919_000_003, expiry_day: 21_000 };
    SignedCode::sign(payload, &key).unwrap().url(&Host::new("v.sceau.dev").unwrap())
}

/// The URL of a small code, under a host as long as any may be.
fn small(number: u64) -> String {
    let payload = Payload { key_id: 3, number: number * 7_919_000_003, expiry_day: 21_000 };
    let code = SmallCode::issue(payload, &TagKey::new(&[9; 32])).unwrap();
    code.url(&Host::new("v.sceau-national.dev.").unwrap())
}

/// Draws each code and lets every decoder that is here read it.
#[track_caller]
fn assert_read(codes: impl IntoIterator<Item = (String, Qr)>) {
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("code.pgm");
    let decoders: Vec<Decoder> = Decoder::ALL.into_iter().filter_map(Decoder::or_skip).collect();
    for (text, qr) in codes {
        fs::write(&picture, pgm(&qr, PIXELS)).unwrap();
        for decoder in &decoders {
            let read = decoder.read(&picture).unwrap();
            assert_eq!(read.as_ref(), Some(&text), "{decoder:?}, {:?}, mask {}", qr.version(), qr.mask().number());
        }
    }
}

fn best(version: Version, text: fn(u64) -> String) -> impl Iterator<Item = (String, Qr)> {
    (0..CODES).map(text).map(move |text| {
        let qr = Qr::encode(version, &text).unwrap();
        (text, qr)
    })
}

#[test]
fn signed_codes_are_read() {
    assert_read(best(Version::V6M, signed));
}

#[test]
fn small_codes_are_read() {
    assert_read(best(Version::V4M, small));
}

#[test]
fn codes_of_every_length_are_read_under_every_mask() {
    let lengths = (1..=10).map(|tenth| tenth * Version::V6M.capacity() / 10);
    let text = |length: usize| "SCEAU: 100 %+* $1.50/-".chars().cycle().take(length).collect::<String>();
    let symbols =
        |text: String| Mask::ALL.map(|mask| (text.clone(), Qr::encode_with_mask(Version::V6M, &text, mask).unwrap()));
    assert_read(lengths.map(text).flat_map(symbols));
}

#[test]
fn a_picture_without_a_code_is_told_from_a_file_that_is_no_picture() {
    let folder = tempfile::tempdir().unwrap();
    let (blank, broken) = (folder.path().join("blank.pgm"), folder.path().join("broken.pgm"));
    fs::write(&blank, [b"P5\n64 64\n255\n".as_slice(), &[255; 64 * 64]].concat()).unwrap();
    fs::write(&broken, "no picture").unwrap();
    for decoder in Decoder::ALL.into_iter().filter_map(Decoder::or_skip) {
        assert_eq!(decoder.read(&blank).unwrap(), None);
        assert!(decoder.read(&broken).is_err());
    }
}
