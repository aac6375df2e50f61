//! Verifying codes without a network, on one core: a printed URL in, a verdict out, by lists of a country that has
//! revoked a thousand batches and lost ten thousand scattered stamps.

use std::hint::black_box;
use std::time::{Duration, Instant};

use sceau_code::{Host, Payload, SignedCode, SigningKey};
use sceau_offline::{
    Decommissioned, Issue, KeyList, ListedKey, Lists, Numbers, Revocations, Verdict, verify, verify_all,
};

use crate::Result;
use crate::figure::Figure;
use crate::setting::Setting;

/// Codes that are verified in turn.
const CODES: u64 = 4_096;
/// Codes between two looks at the clock, one by one.
const AT_ONCE: usize = 64;
/// Seconds of a day.
const DAY: u64 = 86_400;
/// The day on which codes are verified.
const TODAY: u64 = 20_000;
const HOST: &str = "v.sceau.dev";

pub(crate) fn measure(setting: &Setting) -> Result<Vec<Figure>> {
    let (lists, texts, now) = (lists()?, texts()?, TODAY * DAY);
    // A second is tens of thousands of codes.
    let time = setting.run_time() / 4;
    let (mut single, mut batch) = (Vec::new(), Vec::new());
    for _ in 0..=setting.runs() {
        single.push(rate(time, &texts, AT_ONCE, |texts| {
            texts.iter().all(|text| verify(black_box(text), &lists, now).verdict == Verdict::Issued)
        })?);
        batch.push(rate(time, &texts, texts.len(), |texts| {
            verify_all(black_box(texts), &lists, now).iter().all(|answer| answer.verdict == Verdict::Issued)
        })?);
    }
    // The first run warms up.
    Ok(vec![Figure::beside_limit("offline.single", &single[1..]), Figure::beside_limit("offline.batch", &batch[1..])])
}

fn signing_key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

/// Printed codes, of which the lists hold none.
fn texts() -> Result<Vec<String>> {
    let (host, key) = (Host::new(HOST)?, signing_key());
    let code = |nth| {
        let payload = Payload { key_id: 1, number: (1 << 40) + nth, expiry_day: 21_000 };
        Ok(SignedCode::sign(payload, &key)?.url(&host))
    };
    let (lists, now) = (lists()?, TODAY * DAY);
    let texts = (0..2 * CODES).map(code).collect::<Result<Vec<String>>>()?;
    // The filter errs on a few.
    let issued = texts.into_iter().filter(|text| verify(text, &lists, now).verdict == Verdict::Issued);
    Ok(issued.take(CODES as usize).collect())
}

fn lists() -> Result<Lists> {
    let issue = Issue { authority: "ci".to_owned(), issued_at: TODAY * DAY, next_update: (TODAY + 1) * DAY };
    let key = signing_key().verifying_key();
    let key = ListedKey { id: 1, key, valid_from: 1, valid_until: None, withdrawn_at: None };
    let scattered: Vec<(u64, u64)> = (0..10_000).map(|nth| (nth * 3_001, 1)).collect();
    let revocations = Revocations {
        issue: issue.clone(),
        withdrawn_keys: Vec::new(),
        revoked: (0..1_000).map(|nth| ((1 << 36) + nth * 200_000, 100_000)).collect(),
        suspended: Numbers::default(),
        decommissioned: Decommissioned::of(&scattered, 7),
    };
    Ok(Lists::of(KeyList { issue, host: HOST.to_owned(), keys: vec![key] }, revocations)?)
}

/// How many codes a second `judge` takes, so many at once; it says whether all are as issued.
fn rate(time: Duration, texts: &[String], at_once: usize, judge: impl Fn(&[String]) -> bool) -> Result<f64> {
    let (begun, mut done) = (Instant::now(), 0_usize);
    while begun.elapsed() < time {
        for texts in texts.chunks(at_once) {
            if !judge(texts) {
                return Err("a code that was issued was not said to be".into());
            }
            done += texts.len();
            if begun.elapsed() >= time {
                break;
            }
        }
    }
    Ok(done as f64 / begun.elapsed().as_secs_f64())
}
