//! The secret under which code keys rest on the disk.

use std::fmt;
use std::path::Path;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};

use crate::KeyError;
use crate::secret_file::{self, hex};

/// Binds what is sealed to what it is for.
const PURPOSE: &[u8] = b"sceau/code-keys/v1";
const NONCE: usize = 24;

/// Seals secrets with XChaCha20-Poly1305, whose nonces are long enough to be drawn by chance.
///
/// It protects copies of the folder of keys, such as backups, as far as it is kept elsewhere than they. Who reads the
/// memory of the process, or both files, has the keys.
pub struct MasterKey(XChaCha20Poly1305);

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

/// A sealed secret as it stands in a file.
#[derive(Serialize, Deserialize)]
pub(crate) struct Sealed {
    algorithm: Algorithm,
    nonce: String,
    content: String,
}

#[derive(Serialize, Deserialize)]
enum Algorithm {
    #[serde(rename = "xchacha20poly1305")]
    XChaCha20Poly1305,
}

impl MasterKey {
    /// The key of these 32 secret bytes.
    pub fn new(secret: &[u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(secret.into()))
    }

    /// The key in a file that only its owner may read: 64 hexadecimal digits.
    pub fn read(file: &Path) -> Result<Self, KeyError> {
        let missing = || KeyError::Io { path: file.to_owned(), source: std::io::ErrorKind::NotFound.into() };
        Self::of(file, &secret_file::read_bytes(file)?.ok_or_else(missing)?)
    }

    /// The key in the file `master.key` of `folder`, which is made when it is not there.
    pub fn read_or_make(folder: &Path) -> Result<Self, KeyError> {
        let file = folder.join("master.key");
        secret_file::alone(folder, || match secret_file::read_bytes(&file)? {
            Some(text) => Self::of(&file, &text),
            None => {
                let secret = secret_file::random()?;
                secret_file::replace_bytes(&file, (hex::print(&secret) + "\n").as_bytes())?;
                Ok(Self::new(&secret))
            }
        })
    }

    /// The 32 secret bytes of 64 hexadecimal digits.
    pub fn secret(digits: &str) -> Option<[u8; 32]> {
        hex::read(digits)?.try_into().ok()
    }

    fn of(file: &Path, text: &[u8]) -> Result<Self, KeyError> {
        let reason = "it is not 64 hexadecimal digits".to_owned();
        let secret = std::str::from_utf8(text).ok().and_then(|text| Self::secret(text.trim()));
        secret.as_ref().map(Self::new).ok_or_else(|| KeyError::Corrupt { path: file.to_owned(), reason })
    }

    pub(crate) fn seal(&self, secret: &[u8]) -> Result<Sealed, KeyError> {
        let nonce: [u8; NONCE] = secret_file::random()?;
        let message = Payload { msg: secret, aad: PURPOSE };
        let content = self.0.encrypt(&XNonce::from(nonce), message).map_err(|_| KeyError::NoEntropy)?;
        Ok(Sealed { algorithm: Algorithm::XChaCha20Poly1305, nonce: hex::print(&nonce), content: hex::print(&content) })
    }

    /// What was sealed; `None` when it was sealed with another key, or changed since.
    pub(crate) fn open(&self, sealed: &Sealed) -> Option<Vec<u8>> {
        let nonce: [u8; NONCE] = hex::read(&sealed.nonce)?.try_into().ok()?;
        let content = hex::read(&sealed.content)?;
        self.0.decrypt(&XNonce::from(nonce), Payload { msg: &content, aad: PURPOSE }).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_is_opened_by_the_same_key_only_and_only_unchanged() {
        let (key, other) = (MasterKey::new(&[1; 32]), MasterKey::new(&[2; 32]));
        let mut sealed = key.seal(b"secret").unwrap();
        assert_eq!(key.open(&sealed).as_deref(), Some(&b"secret"[..]));
        assert_eq!(other.open(&sealed), None);
        assert_ne!(sealed.content, key.seal(b"secret").unwrap().content);
        sealed.content.replace_range(0..1, if sealed.content.starts_with('0') { "1" } else { "0" });
        assert_eq!(key.open(&sealed), None);
    }

    #[test]
    fn a_made_key_is_found_again_and_a_named_one_must_be_there() {
        let folder = tempfile::tempdir().unwrap();
        let sealed = MasterKey::read_or_make(folder.path()).unwrap().seal(b"secret").unwrap();
        assert_eq!(MasterKey::read_or_make(folder.path()).unwrap().open(&sealed).as_deref(), Some(&b"secret"[..]));
        let file = folder.path().join("master.key");
        assert_eq!(MasterKey::read(&file).unwrap().open(&sealed).as_deref(), Some(&b"secret"[..]));
        assert!(matches!(MasterKey::read(&folder.path().join("other")), Err(KeyError::Io { .. })));
        secret_file::replace_bytes(&file, b"short").unwrap();
        assert!(matches!(MasterKey::read_or_make(folder.path()), Err(KeyError::Corrupt { .. })));
    }
}
