//! Codes, written and read.

use proptest::prelude::*;

use super::*;

fn host() -> Host {
    Host::new("v.sceau.dev").unwrap()
}

fn signing_key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

fn digits_key() -> DigitsKey {
    DigitsKey::new(&[9; 32])
}

fn tag_key() -> TagKey {
    TagKey::new(&[5; 32])
}

fn small(number: u64) -> SmallCode {
    SmallCode::issue(Payload { key_id: 3, number, expiry_day: 21_000 }, &tag_key()).unwrap()
}

fn linked(number: u64) -> LinkedCode {
    let gtin = Gtin::parse("06151234567891").unwrap();
    LinkedCode::sign(gtin, Payload { key_id: 3, number, expiry_day: 21_000 }, &signing_key()).unwrap()
}

fn signed(number: u64) -> SignedCode {
    SignedCode::sign(Payload { key_id: 3, number, expiry_day: 21_000 }, &signing_key()).unwrap()
}

/// Whether a text still passes for a code that was issued.
fn believed(text: &str) -> bool {
    match Code::parse(text, &host()) {
        Ok(Code::Signed(code)) => code.verify(&signing_key().verifying_key()).is_ok(),
        Ok(Code::Small(code)) => code.verify(&tag_key()).is_ok(),
        Ok(Code::Linked(code)) => code.verify(&signing_key().verifying_key()).is_ok(),
        Ok(Code::Digits(_)) => true,
        Err(_) => false,
    }
}

/// Every text that differs from this one in one bit, as far as it is a text.
fn flips(text: &str) -> impl Iterator<Item = String> {
    (0..text.len() * 8).filter_map(|bit| {
        let mut bytes = text.as_bytes().to_vec();
        bytes[bit / 8] ^= 1 << (bit % 8);
        String::from_utf8(bytes).ok()
    })
}

#[test]
fn a_signature_is_that_of_rfc_8032() {
    // Section 7.1, test 3.
    let secret = "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7";
    let public = "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025";
    let signature = "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac\
                     18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a";
    let bytes = |hex: &str| -> Vec<u8> {
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
    };
    let key = SigningKey::from_bytes(bytes(secret).as_slice().try_into().unwrap());
    assert_eq!(key.verifying_key().to_bytes().to_vec(), bytes(public));
    assert_eq!(ed25519_dalek::Signer::sign(&key, &[0xaf, 0x82]).to_bytes().to_vec(), bytes(signature));
}

#[test]
fn the_layout_of_a_signed_code_never_changes() {
    let code = signed(123_456_789_012_345);
    assert_eq!(&code.text()[..20], "AEAAGAAAOBEIMDO7PFJA");
    assert_eq!(code.url(&host()).len(), "HTTPS://V.SCEAU.DEV/".len() + SIGNED_LENGTH);
    assert_eq!(SIGNED_LENGTH, 124);
}

#[test]
fn a_signed_code_is_read_as_url_as_browsers_rewrite_it_and_bare() {
    let code = signed(42);
    let rewritten = format!("https://v.sceau.dev/{}", code.text());
    for text in [code.url(&host()), rewritten, code.text(), format!(" {}\n", code.text())] {
        assert_eq!(Code::parse(&text, &host()), Ok(Code::Signed(code)));
    }
    assert_eq!(code.verify(&signing_key().verifying_key()), Ok(()));
}

#[test]
fn a_signature_for_anything_else_is_not_one_of_a_stamp() {
    let code = signed(42);
    let bare = ed25519_dalek::Signer::sign(&signing_key(), &[1, 0, 3, 0, 0, 0, 0, 0, 0, 0, 42, 0x52, 0x08]);
    let mut text = String::new();
    let payload = [1, 0, 3, 0, 0, 0, 0, 0, 0, 0, 42, 0x52, 0x08];
    base32::encode(&[payload.as_slice(), &bare.to_bytes()].concat(), &mut text);
    let forged = SignedCode::parse(&text).unwrap();
    assert_eq!(forged.payload(), code.payload());
    assert_eq!(forged.verify(&signing_key().verifying_key()), Err(CodeError::Signature));
}

#[test]
fn no_truncation_and_no_flipped_bit_of_a_signed_code_is_believed() {
    let url = signed(987_654_321).url(&host());
    assert!(believed(&url));
    for length in 0..url.len() {
        assert!(!believed(&url[..length]), "{length} characters");
    }
    for (n, text) in flips(&url).enumerate() {
        assert!(!believed(&text), "flip {n}: {text}");
    }
}

#[test]
fn a_small_code_is_read_in_all_its_texts_and_fits_a_small_symbol() {
    let code = small(42);
    let longest = Host::new("V.SCEAU.EXAMPLE.COM:8").unwrap();
    // Version 4 at level M holds 90 alphanumeric characters (ISO/IEC 18004, table 7).
    assert!(code.url(&longest).len() <= 90, "{}", code.url(&longest).len());
    let rewritten = format!("https://v.sceau.dev/{}", code.text());
    for text in [code.url(&host()), rewritten, code.text(), format!(" {}\n", code.text())] {
        assert_eq!(Code::parse(&text, &host()), Ok(Code::Small(code)));
    }
    assert_eq!(code.verify(&tag_key()), Ok(()));
    assert_eq!(code.verify(&TagKey::new(&[6; 32])), Err(CodeError::Signature));
}

#[test]
fn the_layout_of_a_small_code_never_changes() {
    assert_eq!((SMALL_LENGTH, &small(123_456_789_012_345).text()[..20]), (47, "AEAAGAAAOBEIMDO7PFJA"));
}

#[test]
fn no_truncation_and_no_flipped_bit_of_a_small_code_or_a_link_is_believed() {
    for url in [small(987_654_321).url(&host()), linked(987_654_321).url(&host())] {
        assert!(believed(&url));
        for length in 0..url.len() {
            assert!(!believed(&url[..length]), "{length} characters");
        }
        for text in flips(&url) {
            assert!(!believed(&text), "{text}");
        }
    }
}

#[test]
fn a_link_is_one_of_gs1_and_binds_the_product() {
    let url = linked(42).url(&host());
    let (path, signature) = url.split_once("?8030=").unwrap();
    let (begin, serial) = path.split_at(path.len() - 20);
    assert_eq!((begin, signature.len()), ("https://v.sceau.dev/01/06151234567891/21/", 86));
    assert!(serial.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{serial}");
    assert_eq!(Code::parse(&url, &host()), Ok(Code::Linked(linked(42))));
    let other = url.replace("06151234567891", "06151234567907");
    let Ok(Code::Linked(other)) = Code::parse(&other, &host()) else { panic!("{other}") };
    assert_eq!(other.verify(&signing_key().verifying_key()), Err(CodeError::Signature));
}

#[test]
fn a_gtin_has_fourteen_digits_that_fit() {
    assert_eq!(Gtin::parse("06151234567891").unwrap().to_string(), "06151234567891");
    for wrong in ["", "6151234567891", "06151234567892", "0615123456789X", "061512345678910"] {
        assert_eq!(Gtin::parse(wrong), Err(CodeError::Gtin { found: wrong.to_owned() }));
    }
}

#[test]
fn no_truncation_and_no_flipped_bit_of_digits_is_believed() {
    let text = digits_key().digits(987_654_321).unwrap().to_string();
    assert!(believed(&text));
    for length in 0..text.len() {
        assert!(!believed(&text[..length]), "{length} digits");
    }
    for flipped in flips(&text) {
        assert!(!believed(&flipped), "{flipped}");
    }
}

#[test]
fn digits_may_be_grouped() {
    let digits = digits_key().digits(1).unwrap();
    let text = digits.to_string();
    let grouped = format!("{} {}-{} {}", &text[..4], &text[4..8], &text[8..12], &text[12..]);
    assert_eq!(Code::parse(&grouped, &host()), Ok(Code::Digits(digits)));
}

#[test]
fn what_is_not_a_code_is_refused_with_what_to_do() {
    let newer = {
        let mut text = String::new();
        base32::encode(&[&[2][..], &[0; 76]].concat(), &mut text);
        text
    };
    let beyond = {
        let mut text = String::new();
        base32::encode(&[&[1, 0, 0][..], &[0xff; 74]].concat(), &mut text);
        text
    };
    let table = [
        ("", CodeError::DigitsLength { found: 0 }),
        ("1234 5678", CodeError::DigitsLength { found: 8 }),
        ("12345678901234567", CodeError::DigitsLength { found: 17 }),
        ("hello", CodeError::SignedLength { found: 5 }),
        ("HTTPS://EXAMPLE.COM/ABC", CodeError::SignedLength { found: 23 }),
        (&newer, CodeError::Version { found: 2 }),
        (&beyond, CodeError::Number { found: u64::MAX }),
    ];
    for (text, error) in table {
        assert_eq!(Code::parse(text, &host()), Err(error), "{text}");
    }
}

#[test]
fn a_host_fits_the_smallest_qr_code() {
    assert_eq!(host().prefix(), "HTTPS://V.SCEAU.DEV/");
    for wrong in ["", "a/b", "v.sceau.example.com.cm", "é.cm"] {
        assert_eq!(Host::new(wrong), Err(CodeError::Host { found: wrong.to_owned() }));
    }
}

#[test]
fn a_number_has_at_most_fifteen_digits() {
    let wrong = CodeError::Number { found: NUMBER_LIMIT };
    assert_eq!(digits_key().digits(NUMBER_LIMIT), Err(wrong.clone()));
    let payload = Payload { key_id: 1, number: NUMBER_LIMIT, expiry_day: 1 };
    assert_eq!(SignedCode::sign(payload, &signing_key()), Err(wrong));
}

#[test]
fn a_batch_finds_the_culprit() {
    let key = signing_key().verifying_key();
    let other = SigningKey::from_bytes(&[8; 32]).verifying_key();
    let mut codes: Vec<(SignedCode, VerifyingKey)> = (0..5).map(|number| (signed(number), key)).collect();
    assert_eq!(verify_batch(&codes), [true; 5]);
    codes[3].1 = other;
    assert_eq!(verify_batch(&codes), [true, true, true, false, true]);
    assert_eq!(verify_batch(&codes[3..4]), [false]);
    assert_eq!(verify_batch(&[]), [false; 0]);
}

proptest! {
    #[test]
    fn what_is_signed_is_read(key_id: u16, number in 0..NUMBER_LIMIT, expiry_day: u16) {
        let code = SignedCode::sign(Payload { key_id, number, expiry_day }, &signing_key()).unwrap();
        prop_assert_eq!(Code::parse(&code.url(&host()), &host()), Ok(Code::Signed(code)));
    }

    #[test]
    fn other_forms_are_read_as_they_were_made(key_id: u16, number in 0..NUMBER_LIMIT, expiry_day: u16, gtin: u32) {
        let payload = Payload { key_id, number, expiry_day };
        let code = SmallCode::issue(payload, &tag_key()).unwrap();
        prop_assert_eq!(Code::parse(&code.url(&host()), &host()), Ok(Code::Small(code)));
        let gtin = (0..10).find_map(|check| Gtin::parse(&format!("{gtin:013}{check}")).ok()).unwrap();
        let code = LinkedCode::sign(gtin, payload, &signing_key()).unwrap();
        prop_assert_eq!(Code::parse(&code.url(&host()), &host()), Ok(Code::Linked(code)));
    }

    #[test]
    fn no_link_makes_the_parser_stumble(text in "01/[0-9]{14}/21/[A-Z2-7]{20}\\?8030=[-_A-Za-z0-9]{85,87}") {
        let _ = Code::parse(&format!("https://v.sceau.dev/{text}"), &host());
    }

    #[test]
    fn digits_give_their_number_back(number in 0..NUMBER_LIMIT) {
        let digits = digits_key().digits(number).unwrap();
        prop_assert_eq!(digits_key().number(Digits::parse(&digits.to_string()).unwrap()), Ok(number));
    }

    #[test]
    fn any_wrong_digit_and_any_swap_is_caught(number in 0..NUMBER_LIMIT, place in 0_usize..15, other in 0_u8..10) {
        let text = digits_key().digits(number).unwrap().to_string().into_bytes();
        let mut wrong = text.clone();
        wrong[place] = b'0' + other;
        let mut swapped = text.clone();
        swapped.swap(place, place + 1);
        for changed in [wrong, swapped] {
            let believed = Digits::parse(std::str::from_utf8(&changed).unwrap()).is_ok();
            prop_assert_eq!(believed, changed == text);
        }
    }

    #[test]
    fn no_text_makes_the_parser_stumble(text in "\\PC{0,140}") {
        let _ = Code::parse(&text, &host());
    }
}
