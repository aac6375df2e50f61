//! Why a document is not to be used.

use std::fmt;

/// Why a key list or revocations are not to be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListError {
    /// The document is of another kind or of a version that this program does not know.
    Kind {
        /// How a document of the kind that is wanted begins.
        expected: &'static str,
    },
    /// The list key that the verifier holds did not sign it.
    Signature,
    /// It is signed, but does not say what a document of its kind says: the signer is at fault.
    Content {
        /// What is read there.
        field: &'static str,
    },
    /// The two documents are of different authorities.
    Authorities {
        /// That of the keys.
        keys: String,
        /// That of the revocations.
        revocations: String,
    },
}

impl fmt::Display for ListError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kind { expected } => {
                write!(f, "the document does not begin with `{expected}`: fetch it again, or use a newer verifier")
            }
            Self::Signature => f.write_str(
                "the list key held here did not sign the document: fetch both lists again; if it stays so, ask the \
                 authority for its list key by another way",
            ),
            Self::Content { field } => {
                write!(f, "the signed document is wrong at `{field}`: tell the authority, and use its next one")
            }
            Self::Authorities { keys, revocations } => {
                write!(f, "the keys are those of `{keys}`, the revocations those of `{revocations}`: fetch both again")
            }
        }
    }
}

impl std::error::Error for ListError {}
