//! Lists, and what is said of codes by them.

use proptest::prelude::*;
use sceau_code::{CodeError, DigitsKey, Gtin, Host, LinkedCode, Payload, SignedCode, SmallCode, TagKey};

use super::*;

const DAY: u64 = 86_400;
/// The day on which the lists of these tests are made.
const TODAY: u64 = 20_000;
const NOW: u64 = TODAY * DAY + 3_600;

fn list_key() -> SigningKey {
    SigningKey::from_bytes(&[1; 32])
}

fn code_key(id: u16) -> SigningKey {
    SigningKey::from_bytes(&[id as u8; 32])
}

fn host() -> Host {
    Host::new("v.sceau.dev").unwrap()
}

fn issue() -> Issue {
    Issue { authority: "ci".to_owned(), issued_at: TODAY * DAY, next_update: (TODAY + 1) * DAY }
}

fn listed(id: u16, withdrawn_at: Option<u64>) -> ListedKey {
    ListedKey { id, key: code_key(id).verifying_key(), valid_from: 1, valid_until: None, withdrawn_at }
}

fn keys() -> KeyList {
    KeyList { issue: issue(), host: "v.sceau.dev".to_owned(), keys: vec![listed(3, None), listed(5, Some(NOW))] }
}

fn revocations() -> Revocations {
    Revocations {
        issue: issue(),
        withdrawn_keys: vec![5],
        revoked: [(1_000, 100)].into_iter().collect(),
        suspended: [(2_000, 100)].into_iter().collect(),
        decommissioned: Decommissioned::of(&[(3_000, 50), (4_000, 1), (4_010, 2)], 7),
    }
}

fn lists() -> Lists {
    Lists::of(keys(), revocations()).unwrap()
}

fn signed(key_id: u16, number: u64, expiry_day: u16) -> SignedCode {
    SignedCode::sign(Payload { key_id, number, expiry_day }, &code_key(key_id)).unwrap()
}

fn url(number: u64) -> String {
    signed(3, number, TODAY as u16 + 10).url(&host())
}

fn said(text: &str) -> Verdict {
    verify(text, &lists(), NOW).verdict
}

/// A code of key 3 whose signature is another key's.
fn forged(number: u64) -> String {
    let payload = Payload { key_id: 3, number, expiry_day: TODAY as u16 + 10 };
    SignedCode::sign(payload, &code_key(4)).unwrap().url(&host())
}

#[test]
fn each_code_gets_the_gravest_verdict_that_holds() {
    let digits = DigitsKey::new(&[9; 32]).digits(42).unwrap().to_string();
    let payload = Payload { key_id: 3, number: 42, expiry_day: TODAY as u16 };
    let small = SmallCode::issue(payload, &TagKey::new(&[9; 32])).unwrap().url(&host());
    let gtin = Gtin::parse("06151234567891").unwrap();
    let link = |signer| LinkedCode::sign(gtin, payload, &code_key(signer)).unwrap().url(&host());
    let table = [
        (url(42), Verdict::Issued),
        (signed(3, 42, TODAY as u16).url(&host()), Verdict::Issued),
        (signed(3, 42, TODAY as u16 - 1).url(&host()), Verdict::Expired),
        (url(1_000), Verdict::Revoked),
        (url(1_099), Verdict::Revoked),
        (signed(3, 1_050, 0).url(&host()), Verdict::Revoked),
        (url(2_050), Verdict::Suspended),
        (url(3_049), Verdict::Decommissioned),
        (url(3_050), Verdict::Issued),
        (url(4_000), Verdict::ProbablyDecommissioned),
        (url(4_011), Verdict::ProbablyDecommissioned),
        (signed(5, 42, TODAY as u16).url(&host()), Verdict::KeyWithdrawn),
        (signed(6, 42, TODAY as u16).url(&host()), Verdict::UnknownKey { key_id: 6 }),
        (forged(42), Verdict::BadSignature),
        (url(42).replace("V.SCEAU.DEV", "EVIL.EXAMPLE"), Verdict::AnotherAuthority),
        (digits, Verdict::NeedsNetwork),
        (small, Verdict::NeedsNetwork),
        (link(3), Verdict::Issued),
        (link(4), Verdict::BadSignature),
        ("hello".to_owned(), Verdict::NotACode(CodeError::SignedLength { found: 5 })),
        (String::new(), Verdict::NotACode(CodeError::DigitsLength { found: 0 })),
    ];
    let texts: Vec<String> = table.iter().map(|(text, _)| text.clone()).collect();
    let together = verify_all(&texts, &lists(), NOW);
    for ((text, expected), together) in table.iter().zip(together) {
        let answer = verify(text, &lists(), NOW);
        assert_eq!(answer.verdict, *expected, "{text}");
        assert_eq!(answer.doubt, None);
        assert_eq!(answer, together, "{text}");
    }
}

#[test]
fn a_withdrawal_counts_whichever_list_knows_of_it() {
    let code = signed(3, 42, TODAY as u16).url(&host());
    let (mut only_keys, mut only_revocations) = (keys(), revocations());
    only_keys.keys[0].withdrawn_at = Some(NOW);
    only_revocations.withdrawn_keys = vec![3, 5];
    for lists in [Lists::of(only_keys, revocations()), Lists::of(keys(), only_revocations)] {
        assert_eq!(verify(&code, &lists.unwrap(), NOW).verdict, Verdict::KeyWithdrawn);
    }
}

#[test]
fn a_code_of_a_newer_kind_is_told_from_nonsense() {
    let code = signed(3, 42, TODAY as u16).text();
    assert_eq!(said(&code), Verdict::Issued);
    assert_eq!(said(&code.replacen("AE", "AI", 1)), Verdict::NewerVersion);
}

#[test]
fn a_stale_list_and_a_wrong_clock_are_said_and_nothing_is_hidden() {
    let next = (TODAY + 1) * DAY;
    let table = [
        (NOW, None),
        (next, None),
        (next + 1, Some(Doubt::Stale { since: next })),
        (next + 100 * DAY, Some(Doubt::Stale { since: next })),
        (NOW + 365 * DAY, Some(Doubt::Clock)),
        (NOW - 365 * DAY, Some(Doubt::Clock)),
        (0, Some(Doubt::Clock)),
        (u64::MAX, Some(Doubt::Clock)),
    ];
    for (now, doubt) in table {
        assert_eq!(verify(&url(1_000), &lists(), now), Answer { doubt, ..verify(&url(1_000), &lists(), NOW) });
    }
}

#[test]
fn a_clock_behind_the_lists_brings_no_expired_code_back() {
    let code = signed(3, 42, TODAY as u16 - 1).url(&host());
    let answer = verify(&code, &lists(), NOW - 365 * DAY);
    assert_eq!((answer.verdict, answer.doubt), (Verdict::Expired, Some(Doubt::Clock)));
}

#[test]
fn the_older_of_two_stale_lists_is_named() {
    let mut older = keys();
    older.issue.next_update -= 100;
    let lists = Lists::of(older, revocations()).unwrap();
    assert_eq!(lists.doubt((TODAY + 2) * DAY), Some(Doubt::Stale { since: (TODAY + 1) * DAY - 100 }));
}

#[test]
fn a_document_is_read_as_it_was_signed_and_only_then() {
    let (signer, holder) = (list_key(), list_key().verifying_key());
    let documents = [keys().seal(&signer), revocations().seal(&signer)];
    assert_eq!(KeyList::open(&documents[0], &holder), Ok(keys()));
    assert_eq!(Revocations::open(&documents[1], &holder), Ok(revocations()));
    let lists = Lists::open(&documents[0], &documents[1], &holder).unwrap();
    assert_eq!(verify(&url(42), &lists, NOW).verdict, Verdict::Issued);

    let other = SigningKey::from_bytes(&[2; 32]).verifying_key();
    assert_eq!(KeyList::open(&documents[0], &other), Err(ListError::Signature));
    assert_eq!(Revocations::open(&documents[0], &holder), Err(ListError::Kind { expected: "sceau/revoked/v1" }));
    for document in &documents {
        for length in 0..document.len() {
            assert!(KeyList::open(&document[..length], &holder).is_err());
            assert!(Revocations::open(&document[..length], &holder).is_err());
        }
        for bit in 0..document.len() * 8 {
            let mut changed = document.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(KeyList::open(&changed, &holder).is_err() && Revocations::open(&changed, &holder).is_err());
        }
    }
}

#[test]
fn a_signed_document_that_is_wrong_names_the_field() {
    let signer = list_key();
    let open = |list: &KeyList| KeyList::open(&list.seal(&signer), &signer.verifying_key());
    let mut twice = keys();
    twice.keys[1].id = 3;
    assert_eq!(open(&twice), Err(ListError::Content { field: "key_id" }));
    let mut keys = keys();
    keys.host = "no host at all, it is too long".to_owned();
    assert_eq!(Lists::of(keys, revocations()).err(), Some(ListError::Content { field: "host" }));
}

#[test]
fn lists_of_two_authorities_are_not_used_together() {
    let mut others = revocations();
    others.issue.authority = "sn".to_owned();
    let error = Lists::of(keys(), others).err();
    assert_eq!(error, Some(ListError::Authorities { keys: "ci".to_owned(), revocations: "sn".to_owned() }));
}

#[test]
fn a_million_revoked_stamps_take_little() {
    let batches: Vec<(u64, u64)> = (0..1_000).map(|nth| (nth * 2_000_000, 1_000_000)).collect();
    let lone: Vec<(u64, u64)> = (0..10_000).map(|nth| (nth * 3_001, 1)).collect();
    let empty = Revocations { decommissioned: Decommissioned::default(), ..revocations() };
    let whole = Revocations { revoked: batches.into_iter().collect(), ..empty.clone() };
    let scattered = Revocations { decommissioned: Decommissioned::of(&lone, 7), ..empty };
    assert_eq!(whole.revoked.count(), 1_000_000_000);
    assert!(whole.seal(&list_key()).len() < 7_000);
    assert!(scattered.seal(&list_key()).len() < 10_000 * BYTES_PER_CODE + 200);
}

proptest! {
    #[test]
    fn any_text_gets_one_answer(text in "\\PC{0,160}") {
        let together = verify_all(&[&text], &lists(), NOW);
        prop_assert_eq!(together, vec![verify(&text, &lists(), NOW)]);
    }

    #[test]
    fn any_signed_bytes_are_read_or_refused(bytes: Vec<u8>, revoked: bool) {
        let kind = if revoked { "sceau/revoked/v1" } else { "sceau/keys/v1" };
        let document = sealed::seal([kind.as_bytes(), &bytes].concat(), &list_key());
        let holder = list_key().verifying_key();
        if let Ok(keys) = KeyList::open(&document, &holder) {
            prop_assert_eq!(keys.seal(&list_key()), document.clone());
        }
        if let Ok(revocations) = Revocations::open(&document, &holder) {
            prop_assert_eq!(revocations.seal(&list_key()), document);
        }
    }

    #[test]
    fn one_wrong_code_among_many_is_found(count in 2_usize..40, wrong in 0_usize..40) {
        let wrong = wrong % count;
        let texts: Vec<String> =
            (0..count).map(|nth| if nth == wrong { forged(nth as u64) } else { url(nth as u64) }).collect();
        let verdicts: Vec<Verdict> = verify_all(&texts, &lists(), NOW).into_iter().map(|a| a.verdict).collect();
        for (nth, verdict) in verdicts.into_iter().enumerate() {
            prop_assert_eq!(verdict, if nth == wrong { Verdict::BadSignature } else { Verdict::Issued });
        }
    }
}
