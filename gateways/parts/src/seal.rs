//! A part that only one reader opens: a file of age (age-encryption.org/v1), encrypted to an X25519 recipient.

use std::fmt;
use std::io::{self, Write};
use std::iter::once;
use std::str::FromStr;

use age::stream::StreamWriter;
use age::{EncryptError, Encryptor, x25519};

use crate::SpecError;

/// Who can open a part: a recipient of age, `age1…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient(x25519::Recipient);

impl Recipient {
    /// What is written to the answer stands encrypted in `write`, under a key of its own each time.
    pub(crate) fn seal<W: Write>(&self, write: W) -> io::Result<StreamWriter<W>> {
        // One recipient is neither none nor too many.
        let refused = |error: EncryptError| io::Error::other(error.to_string());
        let recipient: &dyn age::Recipient = &self.0;
        Encryptor::with_recipients(once(recipient)).map_err(refused)?.wrap_output(write)
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Recipient {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Self, SpecError> {
        let wrong = |_| SpecError::Value {
            name: "recipient",
            given: text.to_owned(),
            must: "a recipient of age, age1 and 58 letters and digits, as age-keygen prints it",
        };
        text.trim().parse().map(Self).map_err(wrong)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that meets the unexpected has failed")]

    use std::io::Read;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_sealed_opens_for_its_reader_alone() {
        let (reader, other) = (x25519::Identity::generate(), x25519::Identity::generate());
        let recipient: Recipient = reader.to_public().to_string().parse().unwrap();
        let plain = vec![7; 200_000];
        let sealed = || {
            let mut file = recipient.seal(Vec::new()).unwrap();
            file.write_all(&plain).unwrap();
            file.finish().unwrap()
        };
        let opened = |file: &[u8], by: &x25519::Identity| {
            let mut opened = Vec::new();
            let by: &dyn age::Identity = by;
            age::Decryptor::new(file).ok()?.decrypt(once(by)).ok()?.read_to_end(&mut opened).ok()?;
            Some(opened)
        };
        let file = sealed();
        assert_eq!(opened(&file, &reader).unwrap(), plain);
        assert_eq!(opened(&file, &other), None);
        assert_ne!(sealed(), file, "each has a key of its own");
    }

    proptest! {
        #[test]
        fn any_text_is_a_recipient_or_told_to_be_none(text in "(age1)?[a-z0-9]{0,70}|.{0,40}") {
            if let Err(error) = text.parse::<Recipient>() {
                prop_assert_eq!(error.parameter(), "recipient");
            }
        }
    }
}
