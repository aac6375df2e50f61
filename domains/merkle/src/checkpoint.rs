//! Checkpoints (C2SP `tlog-checkpoint`): how far a log has come, as the text of a note.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::{Hash, NoteError, NoteKey, NoteSigner};

/// What a log says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name, as an address without a scheme.
    pub origin: String,
    /// How many leaves it has.
    pub size: u64,
    /// The root of their tree.
    pub root: Hash,
}

/// Why a text is no checkpoint of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckpointError {
    /// The note is not believed.
    Note(NoteError),
    /// Its text is not origin, size and root.
    Form,
    /// It is of another log.
    Origin {
        /// The log that it is of.
        found: String,
    },
}

impl fmt::Display for CheckpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Note(error) => error.fmt(f),
            Self::Form => f.write_str("this is not a checkpoint: fetch it again"),
            Self::Origin { found } => write!(f, "the checkpoint is of another log, `{found}`"),
        }
    }
}

impl std::error::Error for CheckpointError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Note(error) => Some(error),
            Self::Form | Self::Origin { .. } => None,
        }
    }
}

impl Checkpoint {
    /// The signed text, as it is served.
    pub fn sign(&self, signer: &NoteSigner) -> String {
        signer.sign(&format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root)))
    }

    /// The checkpoint in a signed text, if `key` signed it for the log of this name.
    pub fn open(text: &str, origin: &str, key: &NoteKey) -> Result<Self, CheckpointError> {
        let note = key.open(text).map_err(CheckpointError::Note)?;
        let mut lines = note.text.lines();
        let (Some(found), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(CheckpointError::Form);
        };
        if found != origin {
            return Err(CheckpointError::Origin { found: found.to_owned() });
        }
        let count: u64 = size.parse().map_err(|_| CheckpointError::Form)?;
        let root = STANDARD.decode(root).ok().and_then(|root| root.try_into().ok());
        match root {
            Some(root) if count.to_string() == size => Ok(Self { origin: found.to_owned(), size: count, root }),
            _ => Err(CheckpointError::Form),
        }
    }
}
