//! Why a folder could not be opened.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// One of the two databases of a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// The log.
    Log,
    /// The store.
    Store,
}

impl Engine {
    /// Its folder within the data folder.
    pub(crate) const fn folder(self) -> &'static str {
        match self {
            Self::Log => "log",
            Self::Store => "store",
        }
    }
}

/// Why a folder could not be opened, and what to do.
#[derive(Debug)]
pub enum OpenError {
    /// Another process has it open.
    Locked {
        /// The folder.
        path: PathBuf,
        /// The process, when its lock file says so.
        pid: Option<u32>,
    },
    /// It was written by another version of the platform.
    OtherVersion {
        /// The folder.
        path: PathBuf,
        /// The version of its layout.
        found: u32,
        /// The version that this release reads and writes.
        known: u32,
    },
    /// There are files in it, and they are not a platform's.
    NotOurs {
        /// The folder.
        path: PathBuf,
    },
    /// A topic has another number of partitions than asked for.
    OtherPartitions {
        /// The topic.
        topic: &'static str,
        /// Its partitions in the folder.
        found: u32,
        /// Those asked for.
        asked: u32,
    },
    /// This user may not read or write it.
    Denied {
        /// The folder.
        path: PathBuf,
    },
    /// No space is left.
    DiskFull {
        /// The folder.
        path: PathBuf,
    },
    /// The disk or the system refuses.
    Io {
        /// The folder.
        path: PathBuf,
        /// What it said.
        cause: io::Error,
    },
    /// Files of an engine are damaged beyond its unfinished last write.
    Damaged {
        /// The folder.
        path: PathBuf,
        /// Whose files.
        engine: Engine,
        /// What the engine underneath said.
        reason: String,
    },
}

impl OpenError {
    /// Sorts an error of the system by what can be done about it.
    pub(crate) fn of_io(path: &Path, cause: io::Error) -> Self {
        let path = path.into();
        match cause.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::Denied { path },
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull { path },
            io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => Self::NotOurs { path },
            _ => Self::Io { path, cause },
        }
    }

    /// The same for an error of fjall.
    pub(crate) fn of_engine(path: &Path, engine: Engine, error: &fjall::Error) -> Self {
        match error {
            fjall::Error::Io(cause) | fjall::Error::Storage(fjall::LsmError::Io(cause)) => {
                Self::of_io(path, copy_of(cause))
            }
            fjall::Error::Locked => Self::Locked { path: path.into(), pid: None },
            other => Self::Damaged { path: path.into(), engine, reason: format!("{other:?}") },
        }
    }
}

/// An error like this one; `io::Error` itself cannot be cloned.
fn copy_of(cause: &io::Error) -> io::Error {
    cause.raw_os_error().map_or_else(|| io::Error::new(cause.kind(), cause.to_string()), io::Error::from_raw_os_error)
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Locked { path, pid } => {
                write!(f, "the folder {} is open in another process", path.display())?;
                if let Some(pid) = pid {
                    write!(f, " (pid {pid})")?;
                }
                write!(f, ": stop that one, or choose another folder")
            }
            Self::OtherVersion { path, found, known } => {
                let path = path.display();
                write!(f, "the folder {path} has layout version {found}, this release knows version {known}: ")?;
                write!(f, "open it with the release that wrote it, or choose another folder")
            }
            Self::NotOurs { path } => {
                write!(f, "{} is not a Sceau folder: choose an empty or a new one", path.display())
            }
            Self::OtherPartitions { topic, found, asked } => {
                write!(f, "topic {topic} has {found} partitions in this folder, {asked} are configured: ")?;
                write!(f, "configure {found}, they cannot change once there are streams")
            }
            Self::Denied { path } => {
                write!(
                    f,
                    "no permission to read and write {}: give it to this user, or choose another folder",
                    path.display()
                )
            }
            Self::DiskFull { path } => {
                write!(f, "the disk of {} is full: free some space and start again", path.display())
            }
            Self::Io { path, cause } => write!(f, "the folder {} cannot be used: {cause}", path.display()),
            Self::Damaged { path, engine, reason } => {
                let folder = path.join(engine.folder());
                write!(f, "files in {} are damaged ({reason}): ", folder.display())?;
                match engine {
                    Engine::Log => write!(f, "restore the folder from a copy"),
                    Engine::Store => write!(f, "remove that folder, it is built again from the log"),
                }
            }
        }
    }
}

impl std::error::Error for OpenError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { cause, .. } => Some(cause),
            _ => None,
        }
    }
}
