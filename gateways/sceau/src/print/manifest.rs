//! `manifest.json`: what the parts in a folder are, with the receipt of each, so that whoever prints them can check them
//! and an interrupted job go on.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use sceau_parts::{About, Entry, Hash, Part};
use serde::{Deserialize, Serialize};

use super::unwritten;
use crate::client::CallError;

pub(super) const NAME: &str = "manifest.json";

/// A part that is whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Held {
    #[serde(flatten)]
    pub(super) entry: Entry,
    pub(super) taken_by: String,
    pub(super) taken_at: String,
    /// What the platform signed of it: a JSON Web Signature.
    pub(super) receipt: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct Content {
    #[serde(flatten)]
    about: About,
    parts: Vec<Held>,
}

/// The manifest of a folder.
#[derive(Debug)]
pub(super) struct Manifest {
    folder: PathBuf,
    content: Content,
}

impl Manifest {
    /// The manifest in a folder, or an empty one, written there. Refuses a folder that holds another job.
    pub(super) fn open(folder: &Path, about: About) -> Result<Self, CallError> {
        let Some(there) = Self::read(folder)? else {
            let fresh = Self { folder: folder.to_owned(), content: Content { about, parts: Vec::new() } };
            // What is taken of a part is worth something only while it is known for which job.
            fresh.write()?;
            return Ok(fresh);
        };
        if there.content.about != about {
            return Err(CallError::Usage(format!(
                "{} holds another job ({}): give another folder with --to, or the options of that job",
                folder.display(),
                difference(&there.content.about, &about)
            )));
        }
        Ok(there)
    }

    /// The manifest in a folder; none where there is none.
    pub(super) fn read(folder: &Path) -> Result<Option<Self>, CallError> {
        let path = folder.join(NAME);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unwritten(&path, &error)),
        };
        let content = serde_json::from_slice(&text).map_err(|error| {
            CallError::Usage(format!("{} is no manifest ({error}): give another folder", path.display()))
        })?;
        Ok(Some(Self { folder: folder.to_owned(), content }))
    }

    pub(super) const fn about(&self) -> &About {
        &self.content.about
    }

    pub(super) fn parts(&self) -> &[Held] {
        &self.content.parts
    }

    /// Whether a part is in the folder as the manifest says.
    pub(super) fn holds(&self, part: &Part) -> Result<bool, CallError> {
        let told = |held: &&Held| held.entry.part == part.number && held.entry.file == part.file;
        let Some(held) = self.content.parts.iter().find(told) else { return Ok(false) };
        let path = self.folder.join(&part.file);
        match hash(&path) {
            Ok((_, sha256)) => Ok(sha256 == held.entry.sha256),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(unwritten(&path, &error)),
        }
    }

    /// Tells of a part that is whole.
    pub(super) fn add(&mut self, held: Held) -> Result<(), CallError> {
        self.content.parts.retain(|other| other.entry.part != held.entry.part);
        self.content.parts.push(held);
        self.content.parts.sort_by_key(|held| held.entry.part);
        self.write()
    }

    fn write(&self) -> Result<(), CallError> {
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

/// How many bytes a file has, and their SHA-256.
pub(super) fn hash(path: &Path) -> io::Result<(u64, String)> {
    let mut hash = Hash::default();
    let bytes = io::copy(&mut File::open(path)?, &mut hash)?;
    Ok((bytes, hash.hex()))
}

/// The first thing that two jobs do not share.
fn difference(there: &About, here: &About) -> String {
    let [there, here] = [there, here].map(|about| serde_json::to_value(about).unwrap_or_default());
    let keys = there.as_object().into_iter().chain(here.as_object()).flat_map(|fields| fields.keys());
    let differs = |key: &&String| there[key.as_str()] != here[key.as_str()];
    keys.into_iter()
        .find(differs)
        .map(|key| format!("{key} is {} there and {} here", there[key.as_str()], here[key.as_str()]))
        .unwrap_or_default()
}
