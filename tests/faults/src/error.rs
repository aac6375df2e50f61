//! Why a run could not be made. What a run finds is no error: it is in its report.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use rdkafka::error::KafkaError;
use sceau_engines::EngineError;
use tonic::Status;

/// Why a run could not be made.
#[derive(Debug)]
pub enum FaultsError {
    /// An engine does not run; it may be missing on this machine.
    Engine(EngineError),
    /// A file or folder could not be read or written.
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// A node could not be started.
    Start {
        /// Its name.
        node: String,
        /// Why.
        cause: io::Error,
    },
    /// A node does not become ready though nothing is wrong with the engines.
    NotReady {
        /// Its name.
        node: String,
        /// How long it was waited for.
        waited: Duration,
        /// What it logged.
        log: PathBuf,
    },
    /// A healed platform does not answer a question.
    Unanswered {
        /// What was asked.
        question: &'static str,
        /// What came instead.
        status: Box<Status>,
    },
    /// The log could not be read.
    Log(KafkaError),
    /// The log has an end that is not reached.
    LogEnds {
        /// What has been read of it, by topic and partition.
        missing: String,
    },
}

impl fmt::Display for FaultsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Engine(error) => error.fmt(f),
            Self::File { path, cause } => write!(f, "{}: {cause}", path.display()),
            Self::Start { node, cause } => write!(f, "{node} cannot be started: {cause}"),
            Self::NotReady { node, waited, log } => {
                write!(f, "{node} is not ready after {waited:?}: see {}", log.display())
            }
            Self::Unanswered { question, status } => write!(f, "{question} is not answered: {status}"),
            Self::Log(error) => write!(f, "the log cannot be read: {error}"),
            Self::LogEnds { missing } => write!(f, "the log is not read to its end: {missing}"),
        }
    }
}

impl Error for FaultsError {}

impl From<EngineError> for FaultsError {
    fn from(error: EngineError) -> Self {
        Self::Engine(error)
    }
}

impl From<KafkaError> for FaultsError {
    fn from(error: KafkaError) -> Self {
        Self::Log(error)
    }
}

impl FaultsError {
    pub(crate) fn unanswered(question: &'static str) -> impl FnOnce(Status) -> Self {
        move |status| Self::Unanswered { question, status: Box::new(status) }
    }
}
