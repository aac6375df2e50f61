//! Opening the data folder: whose it is, which layout it has, and who else has it open.

mod error;
mod journal;
mod lock;

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::thread;

use fjall::Database;

use crate::{EmbeddedLog, EmbeddedStore};

pub use error::{Engine, OpenError};
pub(crate) use lock::Lock;

/// The layout that this code writes. Raised when an older release could not read the folder any more.
const VERSION: u32 = 1;
const FORMAT: &str = "FORMAT";
/// The format file while it is written.
const FORMAT_BESIDE: &str = "FORMAT.new";
/// The configuration file that may stand in a data folder.
const CONFIGURATION: &str = "sceau.toml";
const FORMAT_WORD: &str = "sceau-folder";

/// The folder in which a platform on the embedded engines keeps everything.
#[derive(Debug)]
pub struct Folder;

/// What to open.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// Topics and how many partitions each has. A topic that the folder does not know yet is created; one that it
    /// knows keeps its number of partitions for ever, since a stream's partition depends on it.
    pub topics: &'a [(&'static str, u32)],
    /// How much memory the engines may hold.
    pub memory: Memory,
}

/// Bounds of what the engines hold in memory, in bytes. Each bound is kept apart from short overshoots by one batch;
/// of unflushed data as much again can be on its way to disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// Appends that wait for the disk. What does not fit is reported lost at once.
    pub log_queue: usize,
    /// Recent records kept for readers that follow live.
    pub log_tail: usize,
    /// Records in the journal that are not yet in a table.
    pub log_unflushed: u64,
    /// Blocks of the log read lately.
    pub log_cache: u64,
    /// Rows in the journal that are not yet in a table.
    pub store_unflushed: u64,
    /// Blocks of the store read lately.
    pub store_cache: u64,
}

impl Default for Memory {
    /// 120 MiB in all.
    fn default() -> Self {
        const MIB: u64 = 1 << 20;
        Self {
            log_queue: 16 << 20,
            log_tail: 16 << 20,
            log_unflushed: 32 * MIB,
            log_cache: 8 * MIB,
            store_unflushed: 24 * MIB,
            store_cache: 24 * MIB,
        }
    }
}

impl Memory {
    /// The same proportions as the default, within `bytes` in all (at least 16 MiB, which is the least that works).
    pub fn within(bytes: u64) -> Self {
        let default = Self::default();
        let whole = default.log_queue as u64
            + default.log_tail as u64
            + default.log_unflushed
            + default.log_cache
            + default.store_unflushed
            + default.store_cache;
        let bytes = bytes.max(16 << 20);
        let share = |part: u64| u64::try_from(u128::from(part) * u128::from(bytes) / u128::from(whole)).unwrap_or(part);
        Self {
            log_queue: share(default.log_queue as u64) as usize,
            log_tail: share(default.log_tail as u64) as usize,
            log_unflushed: share(default.log_unflushed),
            log_cache: share(default.log_cache),
            store_unflushed: share(default.store_unflushed),
            store_cache: share(default.store_cache),
        }
    }
}

impl Folder {
    /// Opens the folder at `path`, creating it if there is none. After a crash this replays the engines' journals,
    /// whose size is bounded, so it takes as long for a large folder as for a small one.
    ///
    /// # Errors
    ///
    /// See [`OpenError`]; whatever it says, the folder is as it was.
    pub fn open(path: &Path, options: Options<'_>) -> Result<(EmbeddedLog, EmbeddedStore), OpenError> {
        let failed = |cause| OpenError::of_io(path, cause);
        fs::create_dir_all(path).map_err(failed)?;
        check_format(path)?;
        let lock = Arc::new(Lock::acquire(path)?);
        if !path.join(FORMAT).exists() {
            write_format(path).map_err(failed)?;
        }
        // Side by side: each has a journal to replay.
        thread::scope(|scope| {
            let store = scope.spawn(|| {
                let db = database(path, Engine::Store, options.memory.store_cache)?;
                EmbeddedStore::open(db, options.memory, Arc::clone(&lock))
                    .map_err(|cause| OpenError::of_engine(path, Engine::Store, &cause))
            });
            let db = database(path, Engine::Log, options.memory.log_cache)?;
            let log = EmbeddedLog::open(path, db, options, Arc::clone(&lock))?;
            let store = store.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
            Ok((log, store))
        })
    }
}

/// Refuses a folder that is someone else's or from a newer version, before anything in it is touched.
fn check_format(path: &Path) -> Result<(), OpenError> {
    let not_ours = || OpenError::NotOurs { path: path.into() };
    let text = match fs::read_to_string(path.join(FORMAT)) {
        Ok(text) => text,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => {
            let mut entries = fs::read_dir(path).map_err(|cause| OpenError::of_io(path, cause))?;
            // A configuration may be there before the first start.
            // So may what a first start left that was cut off before it wrote the format.
            let expected =
                |name: &std::ffi::OsStr| name == lock::FILE || name == FORMAT_BESIDE || name == CONFIGURATION;
            let fresh = entries.all(|entry| entry.is_ok_and(|entry| expected(&entry.file_name())));
            return if fresh { Ok(()) } else { Err(not_ours()) };
        }
        Err(cause) => return Err(OpenError::of_io(path, cause)),
    };
    let found = text.trim().strip_prefix(FORMAT_WORD).and_then(|version| version.trim().parse().ok());
    match found {
        Some(VERSION) => Ok(()),
        Some(found) => Err(OpenError::OtherVersion { path: path.into(), found, known: VERSION }),
        None => Err(not_ours()),
    }
}

/// Writes the file beside its place and renames it, so that it is there whole or not at all.
fn write_format(path: &Path) -> io::Result<()> {
    let beside = path.join(FORMAT_BESIDE);
    let mut file = File::create(&beside)?;
    writeln!(file, "{FORMAT_WORD} {VERSION}")?;
    file.sync_all()?;
    fs::rename(&beside, path.join(FORMAT))?;
    File::open(path)?.sync_all()
}

/// Opens one of the two databases.
fn database(path: &Path, engine: Engine, cache: u64) -> Result<Database, OpenError> {
    /// The smallest bound that fjall takes: with it a restart replays little.
    const JOURNALS: u64 = 64 << 20;
    let folder = path.join(engine.folder());
    // Without its version marker the database was never opened: a first start was cut off. Nothing was ever
    // acknowledged from it, and fjall would trip over what lies there.
    if folder.exists() && !folder.join("version").exists() {
        fs::remove_dir_all(&folder).map_err(|cause| OpenError::of_io(path, cause))?;
    }
    journal::mend(&folder, engine).map_err(|fault| match fault {
        journal::Fault::Io(cause) => OpenError::of_io(path, cause),
        journal::Fault::Damaged { file, at } => {
            let reason = format!("{file} does not go on at byte {at}, though more follows");
            OpenError::Damaged { path: path.into(), engine, reason }
        }
    })?;
    Database::builder(&folder)
        .cache_size(cache)
        .max_journaling_size(JOURNALS)
        .journal_compression(fjall::CompressionType::None)
        // With more than one, fjall's first leaves compactions to the others and spins while any waits.
        .worker_threads(1)
        .open()
        .map_err(|cause| OpenError::of_engine(path, engine, &cause))
}
