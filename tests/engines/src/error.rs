//! Why an engine does not run.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::jars::Missing;

/// Why an engine could not be started or told to do something.
#[derive(Debug)]
pub enum EngineError {
    /// This machine has not what it takes. A test says so and is skipped.
    Missing(Missing),
    /// A file or folder could not be read or written.
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// A program could not be started, or not be signalled.
    Process {
        /// Which.
        name: String,
        /// Why.
        cause: io::Error,
    },
    /// A tool that prepares an engine failed, or did not end in time.
    Tool {
        /// Which.
        name: String,
        /// The end of its output.
        said: Said,
    },
    /// An engine ended by itself.
    Ended {
        /// Which.
        name: String,
        /// Its log.
        log: PathBuf,
        /// The end of it.
        said: Said,
    },
    /// An engine runs and does not answer.
    Silent {
        /// Which.
        name: String,
        /// How long it was waited for.
        waited: Duration,
        /// Its log.
        log: PathBuf,
        /// The end of it.
        said: Said,
    },
    /// An engine that is to be paused or resumed does not run.
    NotRunning {
        /// Which.
        name: String,
    },
    /// Somebody else listens on a port that was asked for.
    PortTaken {
        /// Which.
        port: u16,
    },
    /// Every port that was tried is taken.
    NoPort,
    /// A cluster's folder holds another number of brokers than asked for, and a quorum cannot change its size.
    OtherBrokers {
        /// The folder.
        folder: PathBuf,
        /// How many it holds.
        found: usize,
        /// How many were asked for.
        asked: usize,
    },
    /// A cluster runs from this folder, at other addresses than asked for.
    OtherAddresses {
        /// The folder.
        folder: PathBuf,
    },
}

/// The last words of a program: readable in a failed test, where errors are printed by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Said(String);

impl Said {
    /// How many lines are kept: a Java exception with its causes fits.
    const LINES: usize = 40;

    pub(crate) fn of(text: &str) -> Self {
        let lines: Vec<&str> = text.lines().collect();
        Self(lines[lines.len().saturating_sub(Self::LINES)..].join("\n"))
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "(it said nothing)" } else { &self.0 })
    }
}

impl fmt::Debug for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{self}\n")
    }
}

impl EngineError {
    /// Makes an I/O error say which file it is about.
    pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        |cause| Self::File { path: path.to_owned(), cause }
    }

    /// Makes an I/O error say which program it is about.
    pub(crate) fn process(name: &str) -> impl FnOnce(io::Error) -> Self {
        |cause| Self::Process { name: name.to_owned(), cause }
    }
}

impl From<Missing> for EngineError {
    fn from(missing: Missing) -> Self {
        Self::Missing(missing)
    }
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(missing) => missing.fmt(f),
            Self::File { path, cause } => write!(f, "{}: {cause}", path.display()),
            Self::Process { name, cause } => write!(f, "{name}: {cause}"),
            Self::Tool { name, said } => write!(f, "{name} failed; it said:\n{said}"),
            Self::Ended { name, log, said } => write!(f, "{name} ended; {} ends with:\n{said}", log.display()),
            Self::Silent { name, waited, log, said } => {
                write!(f, "{name} does not answer after {waited:?}; {} ends with:\n{said}", log.display())
            }
            Self::NotRunning { name } => write!(f, "{name} does not run: start it again first"),
            Self::PortTaken { port } => write!(f, "port {port} is taken: end what listens there, or choose another"),
            Self::NoPort => f.write_str("no free port was found on 127.0.0.1: end some of what listens there"),
            Self::OtherBrokers { folder, found, asked } => write!(
                f,
                "{} holds a cluster of {found} brokers and {asked} were asked for: a quorum keeps its size, so choose another folder",
                folder.display()
            ),
            Self::OtherAddresses { folder } => write!(
                f,
                "the cluster in {} runs at other addresses than asked for: end it first (sceau-engines down)",
                folder.display()
            ),
        }
    }
}

impl Error for EngineError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Missing(missing) => Some(missing),
            Self::File { cause, .. } | Self::Process { cause, .. } => Some(cause),
            _ => None,
        }
    }
}
