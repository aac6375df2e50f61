//! Checking the platform from outside: `sceau audit verify`.
//!
//! The transparency log's files are taken from the platform, or from a folder to which somebody copied them, and every
//! hash is computed anew. A checkpoint that was kept from an earlier audit shows that nothing before it was changed.

mod files;
mod log;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use sceau_merkle::NoteKey;
use serde_json::json;

use crate::cli::Connection;
use crate::client::CallError;
use files::Files;
use log::Audited;

/// `sceau audit`.
#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Prove from its published files that the transparency log is whole, and holds what it held before.
    #[command(after_help = AFTER)]
    Verify(Verify),
}

const AFTER: &str = "Exit code 0: everything holds. 65: something does not, and is named.\n\nExamples:\n  sceau audit verify --kept checkpoint            keep what was seen, and compare with it the next time\n  sceau audit verify --about 3f0c…                prove each leaf that names this certificate, batch or key\n  sceau audit verify --files mirror/tlog/ci       from a copy of the files, without a connection\n\nThe files are those of C2SP tlog-tiles, under /tlog/TENANT of the platform: any tool that knows the format can\ncheck them too.";

/// How `sceau audit verify` is asked.
#[derive(Debug, Args)]
pub struct Verify {
    /// Whose log.
    #[arg(long, default_value = "ci")]
    tenant: String,
    /// A folder with a copy of the log's files, in place of the platform.
    #[arg(long, value_name = "DIR")]
    files: Option<PathBuf>,
    /// The public key of checkpoints, as name+id+base64, learnt by a way of its own; without it that of the files is
    /// trusted.
    #[arg(long, value_name = "KEY", value_parser = note_key)]
    key: Option<NoteKey>,
    /// The checkpoint of an earlier audit: compared with when it is there, written when all holds.
    #[arg(long, value_name = "FILE")]
    kept: Option<PathBuf>,
    /// Prove the leaves in which this stands: the id of a certificate, a company, a batch, a key's public half.
    #[arg(long, value_name = "TEXT")]
    about: Option<String>,
}

fn note_key(text: &str) -> Result<NoteKey, String> {
    NoteKey::parse(text).map_err(|error| error.to_string())
}

/// Audits, and says what holds.
pub(crate) async fn run(connection: &Connection, Audit::Verify(verify): Audit) -> Result<(), CallError> {
    let files = match &verify.files {
        Some(folder) => Files::In(folder.clone()),
        None => Files::at(connection, &verify.tenant).await?,
    };
    let earlier = verify.kept.as_deref().filter(|kept| kept.exists());
    let earlier = earlier
        .map(|kept| {
            std::fs::read_to_string(kept)
                .map_err(|error| CallError::Unread { path: kept.to_owned(), reason: error.to_string() })
        })
        .transpose()?;
    let audited = log::audit(&files, verify.key.as_ref(), earlier.as_deref(), verify.about.as_deref()).await?;
    if let Some(kept) = &verify.kept {
        std::fs::write(kept, &audited.signed)
            .map_err(|error| CallError::Unwritten { path: kept.clone(), reason: error.to_string() })?;
    }
    show(connection, &verify, &audited);
    Ok(())
}

fn show(connection: &Connection, verify: &Verify, audited: &Audited) {
    let Audited { checkpoint, key, earlier, leaves, .. } = audited;
    if connection.json {
        let leaves: Vec<_> = leaves.iter().map(|(index, leaf)| json!({"index": index, "leaf": leaf})).collect();
        let answer = json!({
            "origin": checkpoint.origin, "size": checkpoint.size, "key": key.to_string(),
            "earlier_size": earlier, "leaves": leaves,
        });
        sayln!("{answer:#}");
        return;
    }
    sayln!("{}: {} leaves, every hash computed anew, the signed root is theirs", checkpoint.origin, checkpoint.size);
    match (earlier, &verify.kept) {
        (Some(size), _) => sayln!("begins with the {size} leaves of the kept checkpoint, unchanged"),
        (None, Some(kept)) => sayln!("nothing to compare with yet: the checkpoint is kept in {}", kept.display()),
        (None, None) => sayln!("give --kept FILE to compare with this audit the next time"),
    }
    if verify.key.is_none() {
        sayln!("the key was taken from the files; another time give --key '{key}'");
    }
    for (index, leaf) in leaves {
        sayln!("leaf {index}, proved: {leaf}");
    }
    if leaves.is_empty() && verify.about.is_some() {
        sayln!("no leaf names that");
    }
}
