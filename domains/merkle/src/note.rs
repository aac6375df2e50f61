//! Signed notes (C2SP `signed-note`): a text that people can read, with signatures under it.
//!
//! ```text
//! the text, each line ended
//!
//! — name base64(key id · signature)
//! ```

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer, SigningKey, Verifier, VerifyingKey};
use sha2::{Digest, Sha256};

/// The identifier of Ed25519 in keys of notes.
const ED25519: u8 = 1;
/// Before each signature: an em dash and a space.
const DASH: &str = "\u{2014} ";

/// Who signs notes: a name and a key.
#[derive(Clone, Debug)]
pub struct NoteSigner {
    key: NoteKey,
    signing: SigningKey,
}

/// Whose notes are believed. Its text is `name+keyid+base64`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteKey {
    name: String,
    id: [u8; 4],
    verifying: VerifyingKey,
}

/// A note whose signature was verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Note<'a> {
    /// What was signed, with its last line's end.
    pub text: &'a str,
}

/// Why a note or a key is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteError {
    /// The name is empty, or has a space or a plus.
    Name,
    /// The text of a key is not `name+keyid+base64` of an Ed25519 key.
    Key,
    /// The note is not a text, an empty line and signatures.
    Form,
    /// None of the signatures is of the expected key.
    NotSigned,
    /// The signature does not verify.
    Signature,
}

impl fmt::Display for NoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "the name of a key is not empty and has no space and no plus",
            Self::Key => "this is not a key of notes: give it whole, as name+keyid+base64",
            Self::Form => "this is not a signed note: fetch it again",
            Self::NotSigned => "the note is not signed by the expected key: was the key replaced?",
            Self::Signature => "the note's signature does not verify: do not believe it",
        })
    }
}

impl std::error::Error for NoteError {}

impl NoteSigner {
    /// A signer of this name.
    pub fn new(name: &str, signing: SigningKey) -> Result<Self, NoteError> {
        Ok(Self { key: NoteKey::new(name, signing.verifying_key())?, signing })
    }

    /// Its public half.
    pub const fn key(&self) -> &NoteKey {
        &self.key
    }

    /// Signs a text, whose last line must be ended.
    pub fn sign(&self, text: &str) -> String {
        let signature = self.signing.sign(text.as_bytes());
        let signed = [&self.key.id[..], &signature.to_bytes()].concat();
        format!("{text}\n{DASH}{} {}\n", self.key.name, STANDARD.encode(signed))
    }
}

impl NoteKey {
    /// The key of this name.
    pub fn new(name: &str, verifying: VerifyingKey) -> Result<Self, NoteError> {
        if name.is_empty() || name.contains(|c: char| c.is_whitespace() || c == '+') {
            return Err(NoteError::Name);
        }
        let hash = Sha256::new().chain_update(name).chain_update([b'\n', ED25519]).chain_update(verifying.as_bytes());
        let hash: [u8; 32] = hash.finalize().into();
        Ok(Self { name: name.to_owned(), id: [hash[0], hash[1], hash[2], hash[3]], verifying })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key of this text.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let text = text.trim();
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(_), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoteError::Key);
        };
        let key = STANDARD.decode(key).map_err(|_| NoteError::Key)?;
        let Some((&ED25519, key)) = key.split_first() else {
            return Err(NoteError::Key);
        };
        let key: [u8; 32] = key.try_into().map_err(|_| NoteError::Key)?;
        let found = Self::new(name, VerifyingKey::from_bytes(&key).map_err(|_| NoteError::Key)?)?;
        // The identifier is told by name and key: another one is of another key.
        if found.to_string() == text { Ok(found) } else { Err(NoteError::Key) }
    }

    /// The note in `text`, if this key signed it.
    pub fn open<'a>(&self, text: &'a str) -> Result<Note<'a>, NoteError> {
        let end = text.rfind("\n\n").ok_or(NoteError::Form)?;
        let (note, signatures) = (&text[..=end], &text[end + 2..]);
        let lines = signatures.strip_suffix('\n').ok_or(NoteError::Form)?;
        for line in lines.split('\n') {
            let (name, signed) =
                line.strip_prefix(DASH).and_then(|line| line.split_once(' ')).ok_or(NoteError::Form)?;
            let signed = STANDARD.decode(signed).map_err(|_| NoteError::Form)?;
            let Some((id, signature)) = signed.split_first_chunk::<4>() else {
                return Err(NoteError::Form);
            };
            if name != self.name || *id != self.id {
                continue;
            }
            let signature = Signature::from_slice(signature).map_err(|_| NoteError::Signature)?;
            self.verifying.verify(note.as_bytes(), &signature).map_err(|_| NoteError::Signature)?;
            return Ok(Note { text: note });
        }
        Err(NoteError::NotSigned)
    }
}

impl fmt::Display for NoteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[ED25519][..], self.verifying.as_bytes()].concat();
        write!(f, "{}+", self.name)?;
        self.id.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        write!(f, "+{}", STANDARD.encode(key))
    }
}
