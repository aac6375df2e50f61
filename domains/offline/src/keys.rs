//! The signed key list: `sceau/keys/v1`.
//!
//! | what | as |
//! |---|---|
//! | `sceau/keys/v1` | 13 bytes |
//! | authority, issued at, next update | text, number, number |
//! | host of the authority's codes | text |
//! | how many keys; of each, by ascending id: | number |
//! | – id, public key | number, 32 bytes |
//! | – valid from, valid until (0: it signs still), withdrawn at (0: it is not) | three numbers |
//! | Ed25519 signature of the list key over all before it | 64 bytes |
//!
//! A text is its length and its UTF-8, a number is LEB128 in its shortest form, a time is in seconds since 1970-01-01.

use ed25519_dalek::{SigningKey, VerifyingKey};

use crate::freshness::Issue;
use crate::wire::{Reader, write, write_bytes};
use crate::{ListError, sealed};

const KIND: &str = "sceau/keys/v1";
/// Bytes that a key takes at least.
const SMALLEST: usize = 36;

/// The keys of an authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyList {
    /// Whose, and when.
    pub issue: Issue,
    /// The host that its codes point to.
    pub host: String,
    /// Its keys, by ascending id.
    pub keys: Vec<ListedKey>,
}

/// A key that signs or signed codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedKey {
    /// Its id, as codes carry it.
    pub id: u16,
    /// The Ed25519 public key.
    pub key: VerifyingKey,
    /// Since when it signs.
    pub valid_from: u64,
    /// Until when it signed new codes; `None` while it does. The codes it signed count on.
    pub valid_until: Option<u64>,
    /// When it was withdrawn, with all its codes.
    pub withdrawn_at: Option<u64>,
}

impl KeyList {
    /// The signed document. Keys must be in the order of their ids.
    pub fn seal(&self, list_key: &SigningKey) -> Vec<u8> {
        let mut bytes = KIND.as_bytes().to_vec();
        self.issue.write(&mut bytes);
        write_bytes(self.host.as_bytes(), &mut bytes);
        write(self.keys.len() as u64, &mut bytes);
        for key in &self.keys {
            write(key.id.into(), &mut bytes);
            bytes.extend_from_slice(key.key.as_bytes());
            write(key.valid_from, &mut bytes);
            write(key.valid_until.unwrap_or(0), &mut bytes);
            write(key.withdrawn_at.unwrap_or(0), &mut bytes);
        }
        sealed::seal(bytes, list_key)
    }

    /// Reads a document that `list_key` signed.
    pub fn open(bytes: &[u8], list_key: &VerifyingKey) -> Result<Self, ListError> {
        let mut reader = Reader::new(sealed::open(KIND, bytes, list_key)?);
        let (issue, host) = (Issue::read(&mut reader)?, reader.text("host")?);
        let mut keys: Vec<ListedKey> = Vec::new();
        for _ in 0..reader.count(SMALLEST, "keys")? {
            let key = ListedKey::read(&mut reader)?;
            if keys.last().is_some_and(|last| last.id >= key.id) {
                return Err(ListError::Content { field: "key_id" });
            }
            keys.push(key);
        }
        reader.end()?;
        Ok(Self { issue, host, keys })
    }

    /// The key of this id.
    pub fn key(&self, id: u16) -> Option<&ListedKey> {
        self.keys.binary_search_by_key(&id, |key| key.id).ok().map(|place| &self.keys[place])
    }
}

impl ListedKey {
    fn read(reader: &mut Reader<'_>) -> Result<Self, ListError> {
        let wrong = ListError::Content { field: "public_key" };
        let id = u16::try_from(reader.number("key_id")?).map_err(|_| ListError::Content { field: "key_id" })?;
        let key = reader.take(32, "public_key")?.try_into().map_err(|_| wrong.clone())?;
        let set = |time: u64| Some(time).filter(|time| *time > 0);
        Ok(Self {
            id,
            key: VerifyingKey::from_bytes(key).map_err(|_| wrong)?,
            valid_from: reader.number("valid_from")?,
            valid_until: set(reader.number("valid_until")?),
            withdrawn_at: set(reader.number("withdrawn_at")?),
        })
    }
}
