//! The journal of a database, before fjall opens it: a write that was cut off is taken back, and damage is told from it.
//!
//! fjall itself takes back a last batch that merely ends too early. It refuses to open when pages in the middle of the
//! last batch never reached the disk (a power cut may do that), and it silently drops everything behind an entry that
//! it cannot parse. So the journal that is written to is walked here first. The format is that of fjall 3: `1, items:
//! u32, seqno: u64`, then the items (`2, kind: u8, compression: u8, keyspace: u64, key: u16 length, value: u32 length,
//! stored: u32 length, key, stored` or `4, keyspace: u64`), then `3, xxh3 of the items: u64, "FJL\x03"`, little-endian.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::xxh3_64;

use super::Engine;

const START: u8 = 1;
const ITEM: u8 = 2;
const END: u8 = 3;
const CLEAR: u8 = 4;
const TRAILER: &[u8] = b"FJL\x03";

pub(super) enum Fault {
    Io(io::Error),
    /// Whole batches lie behind bytes that are none: these were not the last to be written.
    Damaged {
        file: String,
        at: usize,
    },
}

impl From<io::Error> for Fault {
    fn from(cause: io::Error) -> Self {
        Self::Io(cause)
    }
}

/// Cuts the newest journal in `folder` behind its last whole batch.
///
/// In the log each batch is durable before the next is written, so what lies behind a broken one is only what was left
/// of that one; whole batches there mean damage. The store does not wait for the disk, so a power cut may leave later
/// batches whole: they go too, since no write is kept without those before it.
pub(super) fn mend(folder: &Path, engine: Engine) -> Result<(), Fault> {
    let Some(path) = newest(folder)? else { return Ok(()) };
    let bytes = fs::read(&path)?;
    let mut at = 0;
    while let Some(end) = batch(&bytes, at) {
        at = end;
    }
    let rest = &bytes[at..];
    if rest.iter().all(|byte| *byte == 0) {
        // Space laid out in advance, and not yet used.
        return Ok(());
    }
    let whole = |from: usize| rest[from] == START && batch(&bytes, at + from).is_some();
    if engine == Engine::Log && (1..rest.len()).any(whole) {
        return Err(Fault::Damaged { file: path.display().to_string(), at });
    }
    tracing::warn!(journal = %path.display(), at, "a write that was cut off is taken back; it was never acknowledged");
    let file = File::options().write(true).open(&path)?;
    file.set_len(at as u64)?;
    Ok(file.sync_all()?)
}

/// The journal that is written to: the one with the highest number.
fn newest(folder: &Path) -> io::Result<Option<PathBuf>> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(None);
    };
    let mut newest: Option<(u64, PathBuf)> = None;
    for entry in entries {
        let path = entry?.path();
        let number = path.file_name().and_then(|name| name.to_str()?.strip_suffix(".jnl")?.parse().ok());
        if let Some(number) = number
            && newest.as_ref().is_none_or(|(highest, _)| number > *highest)
        {
            newest = Some((number, path));
        }
    }
    Ok(newest.map(|(_, path)| path))
}

/// Where the batch that begins at `at` ends, if there is a whole one.
fn batch(bytes: &[u8], at: usize) -> Option<usize> {
    let start = bytes.get(at..)?;
    let (&START, header) = start.split_first()? else {
        return None;
    };
    let items = u32::from_le_bytes(*header.first_chunk()?);
    let first = at + 13;
    let mut end = first;
    for _ in 0..items {
        end = item(bytes, end)?;
    }
    let close = bytes.get(end..end + 13)?;
    let (&END, close) = close.split_first()? else {
        return None;
    };
    let (checksum, trailer) = close.split_first_chunk()?;
    (trailer == TRAILER && u64::from_le_bytes(*checksum) == xxh3_64(&bytes[first..end])).then_some(end + 13)
}

/// Where the item that begins at `at` ends.
fn item(bytes: &[u8], at: usize) -> Option<usize> {
    let end = match *bytes.get(at)? {
        ITEM => {
            let lengths: &[u8; 10] = bytes.get(at + 11..)?.first_chunk()?;
            let (key, values) = lengths.split_first_chunk()?;
            let stored = values.last_chunk()?;
            let lengths = usize::from(u16::from_le_bytes(*key)).checked_add(u32::from_le_bytes(*stored) as usize)?;
            (at + 21).checked_add(lengths)?
        }
        CLEAR => at + 9,
        _ => return None,
    };
    (end <= bytes.len()).then_some(end)
}
