//! Judging codes and telling of it: each by itself, or many with a summary.

use std::collections::BTreeMap;

use sceau_kernel::Timestamp;
use sceau_offline::{Answer, Doubt, Lists, Verdict, verify, verify_all};
use serde_json::{Value, json};

use crate::show::Form;

/// Codes that are judged together.
pub(super) const TOGETHER: usize = 4_096;

/// Judges codes by some lists, and remembers how it went.
pub(super) struct Judged<'a> {
    lists: &'a Lists,
    now: u64,
    form: Form,
    codes: u64,
    by_verdict: BTreeMap<&'static str, u64>,
    /// Whether codes are many, so that only what is wrong is told of each.
    summary: bool,
}

impl<'a> Judged<'a> {
    pub(super) const fn new(lists: &'a Lists, now: u64, form: Form) -> Self {
        Self { lists, now, form, codes: 0, by_verdict: BTreeMap::new(), summary: false }
    }

    /// Judges each code and tells all that there is to be told of it.
    pub(super) fn each(&mut self, codes: &[String]) {
        for code in codes {
            let answer = verify(code, self.lists, self.now);
            self.count(&answer);
            match self.form {
                Form::Json => sayln!("{}", self.json(code, &answer)),
                Form::Human | Form::Id => say!("{}", human(&answer)),
            }
        }
    }

    /// Judges codes together, and tells of those that are not as they were issued.
    pub(super) fn many(&mut self, codes: &[String]) {
        self.summary = true;
        for (code, answer) in codes.iter().zip(verify_all(codes, self.lists, self.now)) {
            self.count(&answer);
            match self.form {
                Form::Json => sayln!("{}", self.json(code, &answer)),
                _ if answer.verdict == Verdict::Issued => {}
                _ => sayln!("line {}: {} {code}", self.codes, answer.verdict.name()),
            }
        }
    }

    fn count(&mut self, answer: &Answer) {
        self.codes += 1;
        *self.by_verdict.entry(answer.verdict.name()).or_default() += 1;
    }

    fn json(&self, code: &str, answer: &Answer) -> Value {
        let payload = answer.payload;
        let (doubt, since) = match answer.doubt {
            None => (None, None),
            Some(Doubt::Stale { since }) => (Some("STALE"), Some(since)),
            Some(Doubt::Clock) => (Some("CLOCK"), None),
        };
        json!({
            "line": self.codes,
            "code": code,
            "verdict": answer.verdict.name(),
            "advice": answer.verdict.advice(),
            "number": payload.map(|payload| payload.number),
            "key_id": payload.map(|payload| payload.key_id),
            "accepted_until": payload.map(|payload| day(payload.expiry_day.into())),
            "doubt": doubt,
            "stale_since": since.map(time),
        })
    }

    /// Tells how it went; the exit code of the process.
    pub(super) fn finish(self) -> u8 {
        let issued = self.by_verdict.get(Verdict::Issued.name()).copied().unwrap_or(0);
        if self.summary && self.form != Form::Json {
            let parts: Vec<String> = self.by_verdict.iter().map(|(name, count)| format!("{count} {name}")).collect();
            sayln!("{} codes: {}", self.codes, parts.join(", "));
        }
        let doubt = self.lists.doubt(self.now);
        match doubt {
            None => {}
            Some(Doubt::Stale { since }) => eprintln!(
                "sceau: the lists are stale since {}: what was revoked since is not known; fetch newer ones",
                time(since)
            ),
            Some(Doubt::Clock) => eprintln!(
                "sceau: the lists were made on {} and this machine says it is {}: its clock or the lists are wrong",
                time(self.lists.keys().issue.issued_at),
                time(self.now)
            ),
        }
        match doubt {
            _ if issued < self.codes => 1,
            Some(_) => 3,
            None => 0,
        }
    }
}

fn human(answer: &Answer) -> String {
    let mut text = format!("verdict         {}\nadvice          {}\n", answer.verdict.name(), answer.verdict.advice());
    match (&answer.verdict, answer.payload) {
        (Verdict::NotACode(error), _) => text += &format!("reason          {error}\n"),
        (Verdict::UnknownKey { key_id }, _) => text += &format!("key_id          {key_id}\n"),
        (_, Some(payload)) => {
            let until = day(payload.expiry_day.into());
            text += &format!(
                "number          {}\nkey_id          {}\naccepted_until  {until}\n",
                payload.number, payload.key_id
            );
        }
        (_, None) => {}
    }
    text
}

/// A day, as `2026-11-21`.
fn day(day: u64) -> String {
    let mut text = time(day * 86_400);
    text.truncate("2026-11-21".len());
    text
}

/// Seconds since 1970 as RFC 3339.
fn time(seconds: u64) -> String {
    let micros = i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(1_000_000);
    Timestamp(micros).to_string()
}

#[cfg(test)]
mod tests {
    use sceau_code::{Host, Payload, SignedCode};
    use sceau_offline::{Decommissioned, Issue, KeyList, ListedKey, Numbers, Revocations, SigningKey};

    use super::*;

    const DAY: u64 = 86_400;
    const ISSUED_AT: u64 = 20_000 * DAY;

    fn signing_key() -> SigningKey {
        SigningKey::from_bytes(&[3; 32])
    }

    fn lists() -> Lists {
        let issue = Issue { authority: "ci".to_owned(), issued_at: ISSUED_AT, next_update: ISSUED_AT + DAY };
        let key = signing_key().verifying_key();
        let key = ListedKey { id: 1, key, valid_from: 1, valid_until: None, withdrawn_at: None };
        let revocations = Revocations {
            issue: issue.clone(),
            withdrawn_keys: Vec::new(),
            revoked: Numbers::default(),
            suspended: Numbers::default(),
            decommissioned: Decommissioned::default(),
        };
        Lists::of(KeyList { issue, host: "v.sceau.dev".to_owned(), keys: vec![key] }, revocations).unwrap()
    }

    #[test]
    fn scripts_learn_whether_codes_are_as_issued_and_whether_the_lists_are_to_be_believed() {
        let (lists, host) = (lists(), Host::new("v.sceau.dev").unwrap());
        let payload = Payload { key_id: 1, number: 42, expiry_day: 30_000 };
        let good = SignedCode::sign(payload, &signing_key()).unwrap().url(&host);
        let ended = |now: u64, codes: &[&str]| {
            let codes: Vec<String> = codes.iter().map(|&code| code.to_owned()).collect();
            let (mut each, mut many) = (Judged::new(&lists, now, Form::Human), Judged::new(&lists, now, Form::Json));
            each.each(&codes);
            many.many(&codes);
            (each.finish(), many.finish())
        };
        let table = [
            (ISSUED_AT + 1, vec![good.as_str()], 0),
            (ISSUED_AT + 1, vec![], 0),
            (ISSUED_AT + 1, vec![good.as_str(), "hello"], 1),
            (ISSUED_AT + 2 * DAY, vec![good.as_str()], 3),
            (ISSUED_AT + 2 * DAY, vec!["hello"], 1),
            (ISSUED_AT - 365 * DAY, vec![good.as_str()], 3),
            (ISSUED_AT + 365 * DAY, vec![good.as_str()], 3),
        ];
        for (now, codes, expected) in table {
            assert_eq!(ended(now, &codes), (expected, expected), "{codes:?} at {now}");
        }
    }

    #[test]
    fn days_and_times_print_as_people_read_them() {
        assert_eq!((day(20_000), time(0)), ("2024-10-04".to_owned(), "1970-01-01T00:00:00Z".to_owned()));
        assert!(!time(u64::MAX).is_empty());
    }
}
