//! What the platform signs of a part that it handed out.
//!
//! A receipt is a JSON Web Signature in its compact form (RFC 7515) under Ed25519 (`EdDSA`, RFC 8037), so that any
//! library for it can check one. The key is the one that signed the codes, named by its id. The header's `typ` keeps
//! receipts apart from whatever else is signed so; what is signed of a code begins with words of its own.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};

use crate::{About, Entry};

const TYPE: &str = "sceau-part-receipt+v1";
const ALGORITHM: &str = "EdDSA";

/// What the platform signs of a part that it handed out: what the job is, what the part is, who took it and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The authority whose platform signs.
    pub issuer: String,
    /// The job.
    pub job: About,
    /// The part.
    pub part: Entry,
    /// Who took it.
    pub taken_by: String,
    /// When, in UTC (RFC 3339).
    pub taken_at: String,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Header {
    alg: String,
    kid: String,
    typ: String,
}

/// Why a receipt is not believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReceiptError {
    /// It is no receipt.
    Malformed,
    /// It is signed by a key that is not known.
    UnknownKey {
        /// The key's id.
        key: String,
    },
    /// Its signature is not that of what it says.
    Forged,
}

impl fmt::Display for ReceiptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => f.write_str("what stands there is no receipt: take the part again"),
            Self::UnknownKey { key } => write!(
                f,
                "the receipt is signed with key `{key}`, which is not known: bring the list of keys up to date"
            ),
            Self::Forged => f.write_str("the receipt's signature is not that of the office: do not use the part"),
        }
    }
}

impl std::error::Error for ReceiptError {}

impl Receipt {
    /// The receipt as text, signed with the key of this id.
    pub fn sign(&self, key_id: u16, key: &SigningKey) -> Result<String, serde_json::Error> {
        let header = Header { alg: ALGORITHM.to_owned(), kid: key_id.to_string(), typ: TYPE.to_owned() };
        let text = |json: Vec<u8>| URL_SAFE_NO_PAD.encode(json);
        let input = format!("{}.{}", text(serde_json::to_vec(&header)?), text(serde_json::to_vec(self)?));
        let signature = key.sign(input.as_bytes()).to_bytes();
        Ok(format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// The authority that a receipt names, not believed yet: whose keys are to be asked for.
    pub fn issuer(text: &str) -> Option<String> {
        let payload = URL_SAFE_NO_PAD.decode(text.split('.').nth(1)?).ok()?;
        serde_json::from_slice(&payload).ok().map(|receipt: Self| receipt.issuer)
    }

    /// The receipt in a text, when one of the keys has signed it. `key` gives the public key of an id.
    pub fn verify(text: &str, key: impl Fn(&str) -> Option<VerifyingKey>) -> Result<Self, ReceiptError> {
        let malformed = ReceiptError::Malformed;
        let (input, signature) = text.rsplit_once('.').ok_or(malformed.clone())?;
        let (header, payload) = input.split_once('.').ok_or(malformed.clone())?;
        let decoded = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| ReceiptError::Malformed);
        let header: Header = serde_json::from_slice(&decoded(header)?).map_err(|_| malformed.clone())?;
        if header.alg != ALGORITHM || header.typ != TYPE {
            return Err(malformed);
        }
        let signature = decoded(signature)?.try_into().map_err(|_| malformed.clone())?;
        let known = key(&header.kid).ok_or(ReceiptError::UnknownKey { key: header.kid })?;
        let signature = Signature::from_bytes(&signature);
        known.verify_strict(input.as_bytes(), &signature).map_err(|_| ReceiptError::Forged)?;
        serde_json::from_slice(&decoded(payload)?).map_err(|_| malformed)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that meets the unexpected has failed")]

    use proptest::prelude::*;

    use super::*;
    use crate::{Batch, Format, Job, Spec};

    fn receipt() -> Receipt {
        let batch = Batch {
            id: "b".to_owned(),
            order: "o".to_owned(),
            product: "Savon à l'huile".to_owned(),
            first_number: 7,
            count: 10,
            symbol: None,
        };
        let part = Entry {
            part: 1,
            file: "part-00001.csv".to_owned(),
            first: 0,
            last: 9,
            count: 10,
            bytes: 3,
            sha256: crate::Hash::of(b"abc"),
        };
        let job = Job::new(&Spec::new(Format::Csv), &batch).unwrap().about();
        Receipt {
            issuer: "ci".to_owned(),
            job,
            part,
            taken_by: "awa".to_owned(),
            taken_at: "2026-11-21T08:00:00Z".to_owned(),
        }
    }

    fn key() -> SigningKey {
        SigningKey::from_bytes(&[7; 32])
    }

    fn known(id: &str) -> Option<VerifyingKey> {
        (id == "3").then(|| key().verifying_key())
    }

    #[test]
    fn a_receipt_says_what_was_signed() {
        let text = receipt().sign(3, &key()).unwrap();
        assert!(text.is_ascii());
        assert_eq!(Receipt::verify(&text, known), Ok(receipt()));
        assert_eq!((Receipt::issuer(&text).as_deref(), Receipt::issuer("a.b.c")), (Some("ci"), None));
        assert_eq!(Receipt::verify(&text, |_| None), Err(ReceiptError::UnknownKey { key: "3".to_owned() }));
        let another = SigningKey::from_bytes(&[8; 32]).verifying_key();
        assert_eq!(Receipt::verify(&text, |_| Some(another)), Err(ReceiptError::Forged));
    }

    #[test]
    fn a_receipt_of_another_kind_is_none() {
        let text = receipt().sign(3, &key()).unwrap();
        let rest = text.split_once('.').unwrap().1;
        for header in
            [r#"{"alg":"none","kid":"3","typ":"sceau-part-receipt+v1"}"#, r#"{"alg":"EdDSA","kid":"3","typ":"JWT"}"#]
        {
            let other = format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header));
            assert_eq!(Receipt::verify(&other, known), Err(ReceiptError::Malformed));
        }
    }

    proptest! {
        #[test]
        fn any_text_is_no_receipt(text in ".{0,300}") {
            prop_assert!(Receipt::verify(&text, known).is_err());
        }

        #[test]
        fn a_receipt_with_one_letter_changed_is_not_believed(at: prop::sample::Index, letter in "[A-Za-z0-9_.-]") {
            let text = receipt().sign(3, &key()).unwrap();
            let at = at.index(text.len());
            let changed = format!("{}{letter}{}", &text[..at], &text[at + 1..]);
            prop_assume!(changed != text);
            prop_assert!(Receipt::verify(&changed, known).is_err());
        }
    }
}
