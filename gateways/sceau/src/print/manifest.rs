//! `manifest.json`: what the parts in a folder are, so that a printer can check them and an interrupted job go on.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::part::{Part, Written};
use super::unwritten;
use crate::client::CallError;

const NAME: &str = "manifest.json";

/// What a job is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    pub(super) batch: String,
    pub(super) order: String,
    pub(super) product: String,
    pub(super) form: String,
    pub(super) zip: bool,
    pub(super) codes_of_a_part: u64,
    /// The geometry of the sheet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sheet: Option<String>,
    /// How a label is laid out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) layout: Option<String>,
}

/// A part that is whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    file: String,
    /// Ordinals.
    first: u64,
    last: u64,
    count: u64,
    bytes: u64,
    sha256: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct Content {
    #[serde(flatten)]
    head: Head,
    parts: Vec<Entry>,
}

/// The manifest of a folder.
#[derive(Debug)]
pub(super) struct Manifest {
    folder: PathBuf,
    content: Content,
}

impl Manifest {
    /// The manifest in a folder, or an empty one. Refuses a folder that holds another job.
    pub(super) fn open(folder: &Path, head: Head) -> Result<Self, CallError> {
        let path = folder.join(NAME);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Self { folder: folder.to_owned(), content: Content { head, parts: Vec::new() } });
            }
            Err(error) => return Err(unwritten(&path, &error)),
        };
        let content: Content = serde_json::from_slice(&text).map_err(|error| {
            CallError::Usage(format!("{} is no manifest ({error}): give another folder with --to", path.display()))
        })?;
        if content.head != head {
            return Err(CallError::Usage(format!(
                "{} holds another job ({}): give another folder with --to, or the options of that job",
                folder.display(),
                difference(&content.head, &head)
            )));
        }
        Ok(Self { folder: folder.to_owned(), content })
    }

    /// Whether a part is in the folder as the manifest says.
    pub(super) fn holds(&self, part: &Part) -> Result<bool, CallError> {
        let told = |entry: &&Entry| (&entry.file, entry.first, entry.count) == (&part.file, part.first, part.count);
        let Some(entry) = self.content.parts.iter().find(told) else { return Ok(false) };
        let path = self.folder.join(&part.file);
        let mut file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(unwritten(&path, &error)),
        };
        let mut hash = Hash::default();
        io::copy(&mut file, &mut hash).map_err(|error| unwritten(&path, &error))?;
        Ok(hash.hex() == entry.sha256)
    }

    /// Tells of a part that is whole.
    pub(super) fn add(&mut self, part: &Part, written: &Written) -> Result<(), CallError> {
        self.content.parts.retain(|entry| entry.file != part.file);
        self.content.parts.push(Entry {
            file: part.file.clone(),
            first: part.first,
            last: part.first + part.count - 1,
            count: part.count,
            bytes: written.bytes,
            sha256: written.sha256.clone(),
        });
        self.content.parts.sort_by_key(|entry| entry.first);
        let (path, fresh) = (self.folder.join(NAME), self.folder.join("manifest.json.partial"));
        let replace = || {
            let mut file = File::create(&fresh)?;
            file.write_all(format!("{:#}\n", self.json()).as_bytes())?;
            file.sync_all()?;
            fs::rename(&fresh, &path)
        };
        replace().map_err(|error| unwritten(&path, &error))
    }

    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::to_value(&self.content).unwrap_or_default()
    }
}

/// The first thing that two jobs do not share.
fn difference(there: &Head, here: &Head) -> String {
    let [there, here] = [there, here].map(|head| serde_json::to_value(head).unwrap_or_default());
    let keys = there.as_object().into_iter().chain(here.as_object()).flat_map(|fields| fields.keys());
    let differs = |key: &&String| there[key.as_str()] != here[key.as_str()];
    keys.into_iter()
        .find(differs)
        .map(|key| format!("{key} is {} there and {} here", there[key.as_str()], here[key.as_str()]))
        .unwrap_or_default()
}

/// SHA-256 of what is written to it.
#[derive(Debug, Default)]
pub(super) struct Hash(Sha256);

impl Hash {
    pub(super) fn hex(self) -> String {
        self.0.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl io::Write for Hash {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
