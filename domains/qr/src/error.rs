//! Why a text has no QR code here.

use std::fmt;

/// Why a text has no QR code here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QrError {
    /// A character outside the alphanumeric set.
    NotAlphanumeric {
        /// Its place in the text, in bytes from 0.
        position: usize,
        /// The byte found there.
        byte: u8,
    },
    /// A text that is longer than the version holds.
    TooLong {
        /// How many bytes were given.
        found: usize,
        /// How many characters the version holds.
        limit: usize,
    },
}

impl fmt::Display for QrError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAlphanumeric { position, byte } => write!(
                f,
                "byte {} of the text, `{}`, has no place in an alphanumeric QR code: use 0-9, A-Z, space and $%*+-./:",
                position + 1,
                byte.escape_ascii()
            ),
            Self::TooLong { found, limit } => {
                write!(f, "the text has {found} characters and the QR code holds {limit}: shorten it")
            }
        }
    }
}

impl std::error::Error for QrError {}
