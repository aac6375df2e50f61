//! What a module holds between two calls.

use sceau_offline::{KeyList, Lists, Revocations, VerifyingKey, verify};

use crate::json;

/// Bytes of a list key.
const LIST_KEY: usize = 32;
/// Beyond this no list and no code is: 64 MiB.
const LONGEST_INPUT: usize = 64 << 20;

pub(crate) struct Session {
    input: Vec<u8>,
    output: String,
    keys: Option<(VerifyingKey, KeyList)>,
    lists: Option<Lists>,
}

impl Session {
    pub(crate) const fn new() -> Self {
        Self { input: Vec::new(), output: String::new(), keys: None, lists: None }
    }

    /// Where an input of so many bytes is to be written; the start of an empty one when it is too long.
    pub(crate) fn room(&mut self, length: usize) -> *mut u8 {
        self.input.clear();
        self.input.resize(if length > LONGEST_INPUT { 0 } else { length }, 0);
        self.input.as_mut_ptr()
    }

    pub(crate) fn output(&self) -> &str {
        &self.output
    }

    pub(crate) fn load_keys(&mut self) -> bool {
        let read = self.read_keys();
        let loaded = read.map(|keys| {
            // Revocations that were signed by another key are none of this authority's.
            if self.keys.as_ref().is_some_and(|(list_key, _)| *list_key != keys.0) {
                self.lists = None;
            }
            if let Some(lists) = self.lists.take() {
                self.lists = Lists::of(keys.1.clone(), lists.revocations().clone()).ok();
            }
            self.keys = Some(keys);
        });
        self.done(&loaded)
    }

    fn read_keys(&self) -> Result<(VerifyingKey, KeyList), String> {
        let (list_key, document) =
            self.input.split_first_chunk::<LIST_KEY>().ok_or("the input is shorter than a list key")?;
        let list_key = VerifyingKey::from_bytes(list_key).map_err(|_| "the list key is no Ed25519 key")?;
        let keys = KeyList::open(document, &list_key).map_err(|error| error.to_string())?;
        Ok((list_key, keys))
    }

    pub(crate) fn load_revoked(&mut self) -> bool {
        let read = match &self.keys {
            None => Err("load the keys first".to_owned()),
            Some((list_key, keys)) => Revocations::open(&self.input, list_key)
                .and_then(|revocations| Lists::of(keys.clone(), revocations))
                .map_err(|error| error.to_string()),
        };
        let loaded = read.map(|lists| self.lists = Some(lists));
        self.done(&loaded)
    }

    pub(crate) fn verify(&mut self, now: f64) -> bool {
        let judged = match &self.lists {
            None => Err("load both lists first".to_owned()),
            Some(lists) => {
                let text = String::from_utf8_lossy(&self.input);
                // A time that is no number is none at all, which is said as a wrong clock.
                Ok(json::answer(&verify(&text, lists, now as u64), lists))
            }
        };
        let judged = judged.map(|answer| self.output = answer);
        self.done(&judged)
    }

    /// Answers with what went wrong, if anything did.
    fn done(&mut self, result: &Result<(), String>) -> bool {
        if let Err(reason) = result {
            self.output = json::error(reason);
        }
        result.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use sceau_code::{Host, Payload, SignedCode};
    use sceau_offline::{Decommissioned, Issue, ListedKey, Numbers, SigningKey};

    use super::*;

    const NOW: f64 = 2_000_000.0;

    fn issue() -> Issue {
        Issue { authority: "ci".to_owned(), issued_at: 1_990_000, next_update: 2_010_000 }
    }

    fn list_key() -> SigningKey {
        SigningKey::from_bytes(&[1; 32])
    }

    fn signing_key() -> SigningKey {
        SigningKey::from_bytes(&[3; 32])
    }

    fn keys() -> Vec<u8> {
        let key = signing_key().verifying_key();
        let key = ListedKey { id: 3, key, valid_from: 1, valid_until: None, withdrawn_at: None };
        let list = KeyList { issue: issue(), host: "v.sceau.dev".to_owned(), keys: vec![key] };
        [list_key().verifying_key().as_bytes().as_slice(), &list.seal(&list_key())].concat()
    }

    fn revoked(revoked: Numbers) -> Vec<u8> {
        let (issue, suspended, decommissioned) = (issue(), Numbers::default(), Decommissioned::default());
        let withdrawn_keys = Vec::new();
        Revocations { issue, withdrawn_keys, revoked, suspended, decommissioned }.seal(&list_key())
    }

    fn give(session: &mut Session, bytes: &[u8]) {
        session.room(bytes.len());
        session.input.copy_from_slice(bytes);
    }

    fn said(session: &mut Session, number: u64) -> String {
        let payload = Payload { key_id: 3, number, expiry_day: 100 };
        let url = SignedCode::sign(payload, &signing_key()).unwrap().url(&Host::new("v.sceau.dev").unwrap());
        give(session, url.as_bytes());
        assert!(session.verify(NOW));
        session.output().to_owned()
    }

    #[test]
    fn lists_are_loaded_and_codes_judged() {
        let mut session = Session::new();
        give(&mut session, &keys());
        assert!(session.load_keys());
        give(&mut session, b"HTTPS://V.SCEAU.DEV/");
        assert!(!session.verify(NOW), "without revocations nothing is judged");
        give(&mut session, &revoked([(7, 1)].into_iter().collect()));
        assert!(session.load_revoked());

        let answer = said(&mut session, 42);
        assert!(answer.starts_with("{\"verdict\":\"ISSUED\","), "{answer}");
        let rest = "\"number\":42,\"key_id\":3,\"expiry_day\":100,\"doubt\":null,\"stale_since\":null,\
                    \"issued_at\":1990000,\"authority\":\"ci\"}";
        assert!(answer.ends_with(rest), "{answer}");
        assert!(said(&mut session, 7).contains("\"REVOKED\""));

        // Newer keys come beside the revocations that are there.
        give(&mut session, &keys());
        assert!(session.load_keys());
        assert!(said(&mut session, 7).contains("\"REVOKED\""));
    }

    #[test]
    fn what_is_no_list_is_refused_and_what_was_loaded_stays() {
        let mut session = Session::new();
        give(&mut session, &revoked(Numbers::default()));
        assert!(!session.load_revoked());
        assert_eq!(session.output(), "{\"error\":\"load the keys first\"}");
        give(&mut session, &keys());
        assert!(session.load_keys());
        give(&mut session, &revoked(Numbers::default()));
        assert!(session.load_revoked());
        for wrong in [&b""[..], b"short", &keys()[..60]] {
            give(&mut session, wrong);
            assert!(!session.load_keys());
            assert!(!session.load_revoked());
            assert!(session.output().starts_with("{\"error\":"));
        }
        assert!(said(&mut session, 42).contains("\"ISSUED\""));
    }

    #[test]
    fn any_clock_and_any_bytes_get_an_answer() {
        let mut session = Session::new();
        give(&mut session, &keys());
        session.load_keys();
        give(&mut session, &revoked(Numbers::default()));
        session.load_revoked();
        for now in [f64::NAN, f64::INFINITY, -1.0, 0.0, 1e300] {
            give(&mut session, &[0xff, 0x00, b'"']);
            assert!(session.verify(now));
            assert!(session.output().contains("\"doubt\":\"CLOCK\""), "{}", session.output());
        }
        assert!(session.room(usize::MAX) as usize != 0);
    }
}
