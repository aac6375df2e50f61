//! Verifying without a network: `sceau verify --offline`, and the folder of lists that it reads.

mod folder;
mod judge;

use std::fmt;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;
use sceau_offline::{ListError, Lists, VerifyingKey};

use crate::cli::Connection;
use crate::client::CallError;
use crate::show::Form;
pub(crate) use folder::{Documents, fetch, hex_key};
use judge::Judged;

/// How `sceau verify --offline` is asked.
#[derive(Clone, Debug, Args)]
#[group(id = "offline_lists")]
pub(crate) struct Offline {
    /// Verify without a network, by lists that were fetched before. Nothing is recorded.
    #[arg(long = "offline", id = "offline", requires = "lists")]
    pub(crate) asked: bool,
    /// The folder of `sceau keys publish`, or the address of a gRPC API to fetch the lists from now.
    #[arg(long, value_name = "DIR|URL", requires = "offline")]
    pub(crate) lists: Option<String>,
    /// The authority's list key, 64 hexadecimal digits, as it was learnt by a way of its own; without it that of the
    /// folder or server is trusted.
    #[arg(long, value_name = "HEX", value_parser = hex_key, requires = "offline")]
    pub(crate) list_key: Option<VerifyingKey>,
    /// A file with one code a line; `-` is standard input.
    #[arg(long, value_name = "FILE", requires = "offline", conflicts_with = "codes")]
    pub(crate) file: Option<PathBuf>,
}

/// Why codes were not judged.
#[derive(Debug)]
enum OfflineError {
    /// A file of lists or of codes cannot be read.
    Unread { path: PathBuf, reason: String },
    /// The lists are not to be used.
    Lists(ListError),
    /// The list key is not that of the folder or server.
    OtherListKey,
    /// They could not be fetched.
    Call(CallError),
}

impl OfflineError {
    /// The exit code of the process (sysexits.h).
    fn exit_code(&self) -> u8 {
        match self {
            Self::Unread { .. } => 66,
            Self::Lists(_) | Self::OtherListKey => 65,
            Self::Call(error) => error.exit_code(),
        }
    }
}

impl fmt::Display for OfflineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unread { path, reason } => write!(f, "{}: {reason}", path.display()),
            Self::Lists(error) => error.fmt(f),
            Self::OtherListKey => f.write_str(
                "the lists come with another list key than that of --list-key: fetch them again; if it stays so, ask \
                 the authority by another way",
            ),
            Self::Call(error) => error.fmt(f),
        }
    }
}

impl From<ListError> for OfflineError {
    fn from(error: ListError) -> Self {
        Self::Lists(error)
    }
}

impl From<CallError> for OfflineError {
    fn from(error: CallError) -> Self {
        Self::Call(error)
    }
}

/// Judges the codes; the exit code of the process: 0 when all are as issued and the lists fresh, 1 when a code is not, 3
/// when all are but the lists are stale or the clock is wrong, and those of sysexits.h when nothing could be judged.
pub(crate) async fn main(connection: &Connection, offline: &Offline, codes: &[String], tenant: &str) -> u8 {
    match run(connection, offline, codes, tenant).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("sceau: {error}");
            error.exit_code()
        }
    }
}

async fn run(connection: &Connection, offline: &Offline, codes: &[String], tenant: &str) -> Result<u8, OfflineError> {
    let documents = documents(connection, offline.lists.as_deref().unwrap_or_default(), tenant).await?;
    if offline.list_key.is_some_and(|key| key != documents.list_key) {
        return Err(OfflineError::OtherListKey);
    }
    let lists = Lists::open(&documents.keys, &documents.revoked, &documents.list_key)?;
    let form = if connection.json { Form::Json } else { Form::Human };
    let mut judged = Judged::new(&lists, seconds(), form);
    match &offline.file {
        None => judged.each(codes),
        Some(path) => read_codes(path, &mut judged)?,
    }
    Ok(judged.finish())
}

/// The documents in a folder, or of a server.
async fn documents(connection: &Connection, lists: &str, tenant: &str) -> Result<Documents, OfflineError> {
    if lists.starts_with("http://") || lists.starts_with("https://") {
        let connection = Connection { server: lists.to_owned(), ..connection.clone() };
        Ok(fetch(&connection, tenant).await?)
    } else {
        Documents::read(lists.as_ref())
    }
}

/// Judges the codes of a file, many at once: however long it is, little of it is in memory.
fn read_codes(path: &std::path::Path, judged: &mut Judged<'_>) -> Result<(), OfflineError> {
    let unread = |error: std::io::Error| OfflineError::Unread { path: path.to_owned(), reason: error.to_string() };
    let mut input: Box<dyn BufRead> = if path.as_os_str() == "-" {
        Box::new(std::io::stdin().lock())
    } else {
        Box::new(BufReader::new(std::fs::File::open(path).map_err(unread)?))
    };
    let (mut line, mut codes) = (Vec::new(), Vec::new());
    loop {
        line.clear();
        let ended = input.read_until(b'\n', &mut line).map_err(unread)? == 0;
        if !ended {
            // A line that is no text is no code, and is said to be none.
            codes.push(String::from_utf8_lossy(&line).trim_end().to_owned());
        }
        if ended || codes.len() == judge::TOGETHER {
            judged.many(&codes);
            codes.clear();
        }
        if ended {
            return Ok(());
        }
    }
}

/// What this machine's clock says, in seconds since 1970-01-01 (UTC).
fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
