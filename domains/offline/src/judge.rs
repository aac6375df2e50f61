//! What can be said of a code offline.
//!
//! In order of precedence; the first that holds is the verdict:
//!
//! | what is found | verdict |
//! |---|---|
//! | the text is no code | not a code, newer version, another authority |
//! | it is digits or a small code, which say nothing without the platform | needs a network |
//! | the list has no key of this id | unknown key |
//! | the key did not sign it | bad signature |
//! | the key was withdrawn with all its stamps | key withdrawn |
//! | its certificate was revoked | revoked |
//! | it is in a run that was taken out of circulation | decommissioned |
//! | the filter of scattered stamps finds it | probably decommissioned |
//! | its certificate is suspended | suspended |
//! | the last day on which it is accepted is over | expired |
//! | none of these | issued |
//!
//! Of a signed code the day of signing is not known, so a key's period of validity says nothing here.

use sceau_code::{Code, CodeError, LinkedCode, Payload, SignedCode, VerifyingKey, verify_batch};

use crate::{Doubt, Lists};

/// Seconds of a day.
const DAY: u64 = 86_400;
/// Codes that are verified together: the batch equation gains little beyond.
const TOGETHER: usize = 256;

/// What is said of a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The verdict.
    pub verdict: Verdict,
    /// What the code says; `None` unless its signature verifies.
    pub payload: Option<Payload>,
    /// What speaks against the answer as such; to be told with every verdict.
    pub doubt: Option<Doubt>,
}

/// The verdict on a code, as far as can be told offline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Issued by the authority and not revoked. Whether it is activated, or copied, only the platform knows.
    Issued,
    /// The last day on which it is accepted offline is over. Its certificate may have been renewed since.
    Expired,
    /// The product's certificate is suspended.
    Suspended,
    /// The product's certificate is revoked.
    Revoked,
    /// It was taken out of circulation.
    Decommissioned,
    /// It was taken out of circulation; of stamps that were not, one in 2 180 is called so.
    ProbablyDecommissioned,
    /// The key that signed it was withdrawn with all its stamps.
    KeyWithdrawn,
    /// The key that it names did not sign it: it was misread, or not issued by this authority.
    BadSignature,
    /// The list has no such key: it is another authority's, or newer than the list.
    UnknownKey {
        /// The key's id.
        key_id: u16,
    },
    /// It points to another host than this authority's.
    AnotherAuthority,
    /// It is of a version that this program does not know.
    NewerVersion,
    /// Only the platform knows what it stands for.
    NeedsNetwork,
    /// It is no code.
    NotACode(CodeError),
}

impl Verdict {
    /// The stable name, in `SCREAMING_SNAKE_CASE`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Issued => "ISSUED",
            Self::Expired => "EXPIRED",
            Self::Suspended => "SUSPENDED",
            Self::Revoked => "REVOKED",
            Self::Decommissioned => "DECOMMISSIONED",
            Self::ProbablyDecommissioned => "PROBABLY_DECOMMISSIONED",
            Self::KeyWithdrawn => "KEY_WITHDRAWN",
            Self::BadSignature => "BAD_SIGNATURE",
            Self::UnknownKey { .. } => "UNKNOWN_KEY",
            Self::AnotherAuthority => "ANOTHER_AUTHORITY",
            Self::NewerVersion => "NEWER_VERSION",
            Self::NeedsNetwork => "NEEDS_NETWORK",
            Self::NotACode(_) => "NOT_A_CODE",
        }
    }

    /// The verdict as a sentence for the person who asked, with what to do.
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Issued => {
                "The authority issued this stamp and has not revoked it. Offline it cannot be told whether it is \
                 activated or copied: ask again with a network."
            }
            Self::Expired => "The day until which this stamp is accepted offline is over. Ask again with a network.",
            Self::Suspended => {
                "The certificate of this product is suspended. Do not use it until the office says more."
            }
            Self::Revoked => {
                "The certificate of this product is revoked. Do not use it; tell the office where you found it."
            }
            Self::Decommissioned => {
                "This stamp was taken out of circulation. Do not buy; tell the office where you found it."
            }
            Self::ProbablyDecommissioned => {
                "This stamp was probably taken out of circulation. Ask again with a network before you buy."
            }
            Self::KeyWithdrawn => {
                "The office has withdrawn all stamps like this one. Do not buy; tell it where you found it."
            }
            Self::BadSignature => {
                "This code was not issued by this authority, or was misread. Scan it again, then tell the office."
            }
            Self::UnknownKey { .. } => {
                "This code is another authority's, or newer than the lists here. Renew the lists and scan it again."
            }
            Self::AnotherAuthority => "This code points to another place than this authority's. Do not follow it.",
            Self::NewerVersion => "This code is of a newer kind than this verifier knows. Renew the verifier.",
            Self::NeedsNetwork => "This code can be checked with a network only.",
            Self::NotACode(_) => "This is not the code of a stamp. Scan the stamp's QR code again.",
        }
    }
}

/// Judges one code at `now`, in seconds since 1970-01-01 (UTC).
pub fn verify(text: &str, lists: &Lists, now: u64) -> Answer {
    let doubt = lists.doubt(now);
    match read(text, lists) {
        Err(verdict) => Answer { verdict, payload: None, doubt },
        Ok(Signed::Stamp(code, key)) => judged(code.payload(), code.verify(&key).is_ok(), lists, now, doubt),
        Ok(Signed::Link(code, key)) => judged(code.payload(), code.verify(&key).is_ok(), lists, now, doubt),
    }
}

/// Judges many codes, in their order, at several times the speed of one after the other: their signatures are verified
/// together, and singly only where one of them is wrong.
pub fn verify_all<T: AsRef<str>>(texts: &[T], lists: &Lists, now: u64) -> Vec<Answer> {
    let doubt = lists.doubt(now);
    let mut answers = Vec::with_capacity(texts.len());
    for texts in texts.chunks(TOGETHER) {
        let read: Vec<Result<Signed, Verdict>> = texts.iter().map(|text| read(text.as_ref(), lists)).collect();
        let signed: Vec<(SignedCode, VerifyingKey)> = read.iter().flatten().filter_map(Signed::stamp).collect();
        let mut verified = verify_batch(&signed).into_iter();
        answers.extend(read.into_iter().map(|read| match read {
            Err(verdict) => Answer { verdict, payload: None, doubt },
            Ok(Signed::Stamp(code, _)) => judged(code.payload(), verified.next().unwrap_or(false), lists, now, doubt),
            Ok(Signed::Link(code, key)) => judged(code.payload(), code.verify(&key).is_ok(), lists, now, doubt),
        }));
    }
    answers
}

/// A code with the key that it names.
#[derive(Clone, Copy)]
enum Signed {
    Stamp(SignedCode, VerifyingKey),
    Link(LinkedCode, VerifyingKey),
}

impl Signed {
    /// What can be verified together with others.
    const fn stamp(&self) -> Option<(SignedCode, VerifyingKey)> {
        match self {
            Self::Stamp(code, key) => Some((*code, *key)),
            Self::Link(..) => None,
        }
    }
}

/// The signed code in a text and the key that it names; or what is to be said of it without them.
fn read(text: &str, lists: &Lists) -> Result<Signed, Verdict> {
    let key = |payload: &Payload| {
        let key_id = payload.key_id;
        lists.keys().key(key_id).map(|key| key.key).ok_or(Verdict::UnknownKey { key_id })
    };
    match Code::parse(text, lists.host()) {
        Ok(Code::Signed(code)) => Ok(Signed::Stamp(code, key(code.payload())?)),
        Ok(Code::Linked(code)) => Ok(Signed::Link(code, key(code.payload())?)),
        Ok(Code::Small(_) | Code::Digits(_)) => Err(Verdict::NeedsNetwork),
        Err(CodeError::Version { .. }) => Err(Verdict::NewerVersion),
        Err(_) if points_elsewhere(text.trim(), lists.host().prefix()) => Err(Verdict::AnotherAuthority),
        Err(error) => Err(Verdict::NotACode(error)),
    }
}

/// Whether a text is a URL of another host.
fn points_elsewhere(text: &str, prefix: &str) -> bool {
    let begins = |with: &str| text.get(..with.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(with));
    (begins("https://") || begins("http://")) && !begins(prefix)
}

fn judged(payload: &Payload, verified: bool, lists: &Lists, now: u64, doubt: Option<Doubt>) -> Answer {
    let payload = Some(*payload).filter(|_| verified);
    let verdict = payload.map_or(Verdict::BadSignature, |payload| standing(payload, lists, now));
    Answer { verdict, payload, doubt }
}

/// What the lists say of a stamp whose signature verifies.
fn standing(payload: Payload, lists: &Lists, now: u64) -> Verdict {
    let (revocations, number) = (lists.revocations(), payload.number);
    let listed = lists.keys().key(payload.key_id).is_some_and(|key| key.withdrawn_at.is_some());
    if listed || revocations.withdrawn_keys.binary_search(&payload.key_id).is_ok() {
        Verdict::KeyWithdrawn
    } else if revocations.revoked.contains(number) {
        Verdict::Revoked
    } else if revocations.decommissioned.runs.contains(number) {
        Verdict::Decommissioned
    } else if revocations.decommissioned.scattered.contains(number) {
        Verdict::ProbablyDecommissioned
    } else if revocations.suspended.contains(number) {
        Verdict::Suspended
    } else if lists.not_before(now) / DAY > payload.expiry_day.into() {
        Verdict::Expired
    } else {
        Verdict::Issued
    }
}
