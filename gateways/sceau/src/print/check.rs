//! `sceau stamps check`: a folder of parts, held against what the platform signed.

use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use sceau_parts::Receipt;

use super::keys::Keys;
use super::manifest::{Held, Manifest, NAME, hash};
use crate::cli::{Connection, Session};
use crate::client::CallError;

/// Faults that are named; the others are counted.
const NAMED: usize = 20;

/// `sceau stamps check`.
#[derive(Clone, Debug, Args)]
#[command(
    after_help = "Exit code 0: every part is there and is what the platform signed. 65: something is not, and is named.\n\nExamples:\n  sceau stamps check labels\n  sceau stamps check labels --keys jwks.json     without a connection"
)]
pub struct Check {
    /// The folder, or its manifest.json.
    path: PathBuf,
    /// Public keys as a JSON Web Key Set; the platform is asked for them if not given.
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,
}

/// Checks a folder; connects only when keys are to be asked for.
pub(crate) async fn run(connection: &Connection, check: Check) -> Result<(), CallError> {
    let folder = if check.path.ends_with(NAME) { check.path.parent().unwrap_or(Path::new(".")) } else { &check.path };
    let Some(manifest) = Manifest::read(folder)? else {
        return Err(CallError::Usage(format!("{} holds no {NAME}: give the folder of a print job", folder.display())));
    };
    let faults = match &check.keys {
        Some(file) => faults(folder, &manifest, &Keys::of_file(file)?).await?,
        None => {
            let session = Session::open(connection).await?;
            faults(folder, &manifest, &Keys::of_platform(&session.caller)).await?
        }
    };
    if !faults.is_empty() {
        return Err(CallError::Unsound { path: folder.to_owned(), faults });
    }
    let about = manifest.about();
    if connection.json {
        sayln!("{:#}", manifest.json());
    } else {
        sayln!(
            "{} codes of batch {} in {} parts ({}), numbers {} to {}: all there, as the platform signed them",
            about.codes,
            about.batch,
            about.parts_in_all,
            about.form,
            about.first_number,
            about.last_number
        );
    }
    Ok(())
}

async fn faults(folder: &Path, manifest: &Manifest, keys: &Keys<'_>) -> Result<Vec<String>, CallError> {
    let mut faults = Vec::new();
    for held in manifest.parts() {
        if let Some(fault) = fault(folder, manifest, held, keys).await? {
            faults.push(format!("{}: {fault}", held.entry.file));
        }
    }
    let missing: Vec<u64> = (1..=manifest.about().parts_in_all)
        .filter(|part| manifest.parts().binary_search_by_key(part, |held| held.entry.part).is_err())
        .collect();
    faults.extend(missing.iter().map(|part| format!("part {part} is missing: run `sceau stamps print` again")));
    let more = faults.len().saturating_sub(NAMED);
    if more > 0 {
        faults.truncate(NAMED);
        faults.push(format!("and {more} more"));
    }
    Ok(faults)
}

/// What is wrong with a part.
async fn fault(folder: &Path, manifest: &Manifest, held: &Held, keys: &Keys<'_>) -> Result<Option<String>, CallError> {
    let known = keys.of(&held.receipt).await?;
    let said = match Receipt::verify(&held.receipt, |id| known.get(id).copied()) {
        Ok(said) => said,
        Err(error) => return Ok(Some(error.to_string())),
    };
    if said.job != *manifest.about() || said.part != held.entry {
        return Ok(Some("the manifest says something else than its receipt: take the part again".to_owned()));
    }
    if (&said.taken_by, &said.taken_at) != (&held.taken_by, &held.taken_at) {
        return Ok(Some("the manifest names another taker than its receipt: take the part again".to_owned()));
    }
    // A receipt is believed, but a name in it leads nowhere else than into this folder.
    let path = folder.join(Path::new(&held.entry.file).file_name().unwrap_or_default());
    Ok(match hash(&path) {
        Ok((bytes, sha256)) if (bytes, &sha256) == (held.entry.bytes, &held.entry.sha256) => None,
        Ok((bytes, _)) => {
            Some(format!("it has {bytes} bytes and is not the file that was signed: run `sceau stamps print` again"))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Some("the file is missing: run `sceau stamps print` again".to_owned())
        }
        Err(error) => Some(format!("it cannot be read ({error})")),
    })
}
