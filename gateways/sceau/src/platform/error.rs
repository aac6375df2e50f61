//! Why a platform could not start or had to stop.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use sceau_cluster::KeysError;
use sceau_code::CodeError;
use sceau_embedded::OpenError;
use sceau_grpc::{MissingView, ServeError};
use sceau_kafka::MembershipError;
use sceau_security::{KeyError, TokenError};
use sceau_store::StoreError;

/// Why a platform could not start or had to stop.
#[derive(Debug)]
pub enum PlatformError {
    /// The data folder cannot be opened.
    Folder(OpenError),
    /// Kafka cannot be used.
    Kafka(sceau_kafka::OpenError),
    /// ScyllaDB cannot be used.
    Scylla(sceau_scylla::OpenError),
    /// The node cannot be a member of the group, or is no more.
    Membership(MembershipError),
    /// The store could not say who owns what.
    Directory(StoreError),
    /// The keys are not those of the other nodes.
    OtherKeys(KeysError),
    /// A domain's engine cannot start.
    Engine(sceau_engine::StartError),
    /// The read side cannot start.
    ReadSide(sceau_projector::StartError),
    /// Keys cannot be read or made.
    Keys(KeyError),
    /// The first token cannot be issued.
    Token(TokenError),
    /// The host for codes is none.
    Host(CodeError),
    /// A view is missing: this release is put together wrongly.
    View(MissingView),
    /// An address cannot be listened on.
    Listen {
        /// The address.
        address: SocketAddr,
        /// The setting that names it.
        setting: &'static str,
        /// Why.
        cause: std::io::Error,
    },
    /// A file beside the engines cannot be written.
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// The gRPC server failed.
    Serve(ServeError),
    /// The log takes no more writes until its folder is opened again.
    Log {
        /// The folder.
        path: PathBuf,
        /// What the disk said.
        reason: String,
    },
}

impl fmt::Display for PlatformError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(error) => error.fmt(f),
            Self::Kafka(error) => error.fmt(f),
            Self::Scylla(error) => error.fmt(f),
            Self::Membership(error) => error.fmt(f),
            Self::Directory(error) => error.fmt(f),
            Self::OtherKeys(error) => error.fmt(f),
            Self::Engine(error) => error.fmt(f),
            Self::ReadSide(error) => error.fmt(f),
            Self::Keys(error) => error.fmt(f),
            Self::Token(error) => error.fmt(f),
            Self::Host(error) => error.fmt(f),
            Self::View(error) => error.fmt(f),
            Self::Listen { address, setting, cause } => {
                write!(f, "cannot listen on {address} ({cause}): set {setting} to another address")
            }
            Self::File { path, cause } => write!(f, "{}: {cause}", path.display()),
            Self::Serve(error) => error.fmt(f),
            Self::Log { path, reason } => {
                let path = path.display();
                write!(f, "{path}: the log takes no more writes: {reason}; nothing that was accepted is lost")
            }
        }
    }
}

impl std::error::Error for PlatformError {}

impl PlatformError {
    /// The exit code of the process (sysexits.h).
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Folder(OpenError::Locked { .. }) => 75,
            Self::Folder(
                OpenError::OtherVersion { .. } | OpenError::OtherPartitions { .. } | OpenError::NotOurs { .. },
            ) => 65,
            Self::Folder(_) | Self::File { .. } | Self::Keys(_) | Self::Log { .. } => 74,
            Self::Kafka(_)
            | Self::Scylla(_)
            | Self::Membership(_)
            | Self::Directory(_)
            | Self::OtherKeys(KeysError::Store(_))
            | Self::Listen { .. } => 69,
            Self::OtherKeys(KeysError::Others { .. }) => 78,
            Self::Host(_) => 64,
            _ => 70,
        }
    }
}
