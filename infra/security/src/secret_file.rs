//! Files that only the owner may read, replaced as a whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::KeyError;

/// What the JSON in `path` says; `None` when there is no such file. Refuses a file that others may read.
pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, KeyError> {
    read_bytes(path)?.map(|text| parse(path, &text)).transpose()
}

/// What a text of JSON says, which comes from `path`.
pub(crate) fn parse<T: DeserializeOwned>(path: &Path, text: &[u8]) -> Result<T, KeyError> {
    serde_json::from_slice(text).map_err(|error| KeyError::Corrupt { path: path.to_owned(), reason: error.to_string() })
}

/// The content of `path`; `None` when there is no such file. Refuses a file that others may read.
pub(crate) fn read_bytes(path: &Path) -> Result<Option<Vec<u8>>, KeyError> {
    let io = |source| KeyError::Io { path: path.to_owned(), source };
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io(error)),
    };
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(KeyError::Exposed { path: path.to_owned(), mode });
    }
    fs::read(path).map(Some).map_err(io)
}

/// Replaces `path` by `content` as JSON.
pub(crate) fn replace<T: Serialize>(path: &Path, content: &T) -> Result<(), KeyError> {
    replace_bytes(path, &print(path, content)?)
}

/// `content` as the JSON that `path` is to hold.
pub(crate) fn print<T: Serialize>(path: &Path, content: &T) -> Result<Vec<u8>, KeyError> {
    serde_json::to_vec_pretty(content)
        .map_err(|error| KeyError::Corrupt { path: path.to_owned(), reason: error.to_string() })
}

/// Replaces `path`: written beside it, made durable, then renamed over it.
pub(crate) fn replace_bytes(path: &Path, text: &[u8]) -> Result<(), KeyError> {
    let io = |source| KeyError::Io { path: path.to_owned(), source };
    let fresh = path.with_extension("new");
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(io)?;
    }
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh).map_err(io)?;
    file.write_all(text).and_then(|()| file.sync_all()).map_err(io)?;
    fs::rename(&fresh, path).map_err(io)?;
    match path.parent() {
        Some(folder) => File::open(folder).and_then(|folder| folder.sync_all()).map_err(io),
        None => Ok(()),
    }
}

/// Does `work` while no other process that shares the folder does any: nodes of one platform may start, rotate and
/// revoke at the same time.
pub(crate) fn alone<T>(folder: &Path, work: impl FnOnce() -> Result<T, KeyError>) -> Result<T, KeyError> {
    let path = folder.join("lock");
    let io = |source| KeyError::Io { path: path.clone(), source };
    fs::create_dir_all(folder).map_err(io)?;
    let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path).map_err(io)?;
    file.lock().map_err(io)?;
    // The lock ends with the file.
    work()
}

/// Fresh random bytes.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], KeyError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| KeyError::NoEntropy)?;
    Ok(bytes)
}

/// 32 secret bytes as 64 hexadecimal digits.
pub(crate) mod hex {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(crate) fn print(bytes: &[u8]) -> String {
        bytes
            .iter()
            .flat_map(|byte| [byte >> 4, byte & 15])
            .filter_map(|digit| char::from_digit(digit.into(), 16))
            .collect()
    }

    /// The bytes of a text of hexadecimal digits, two for each.
    pub(crate) fn read(text: &str) -> Option<Vec<u8>> {
        let digit = |c: char| c.to_digit(16).map(|digit| digit as u8);
        let digits: Vec<u8> = text.chars().map(digit).collect::<Option<_>>()?;
        let (pairs, rest) = digits.as_chunks::<2>();
        rest.is_empty().then(|| pairs.iter().map(|[high, low]| high << 4 | low).collect())
    }

    pub(crate) fn serialize<S: Serializer>(bytes: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&print(bytes))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 32], D::Error> {
        let text = String::deserialize(deserializer)?;
        read(&text)
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or_else(|| D::Error::custom("a key is 64 hexadecimal digits"))
    }
}
