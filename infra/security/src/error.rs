//! Why a token or a key is not accepted.

use std::fmt;
use std::path::PathBuf;

/// Why a token does not identify its bearer, or cannot be issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenError {
    /// No token came with the call.
    Missing,
    /// What came is not a token of this platform.
    Malformed {
        /// What is wrong with it.
        what: &'static str,
    },
    /// It names a key that this platform does not have.
    UnknownKey {
        /// The key id of its header.
        kid: String,
    },
    /// Its signature is not by the key it names: it was forged or damaged.
    BadSignature,
    /// It was issued by somebody else.
    ForeignIssuer {
        /// Its issuer.
        issuer: String,
    },
    /// It is for a tenant that this platform does not serve.
    ForeignTenant {
        /// Its tenant.
        tenant: String,
    },
    /// It is not valid yet.
    NotYetValid {
        /// Seconds since 1970 at which it was issued.
        issued_at: i64,
    },
    /// Its time is over.
    Expired {
        /// Seconds since 1970 at which it ended.
        at: i64,
    },
    /// It was revoked.
    Revoked {
        /// Its id.
        token_id: String,
    },
    /// A role asked for in a new token cannot be given.
    RoleNotGrantable {
        /// The role.
        role: &'static str,
        /// Why.
        why: &'static str,
    },
    /// The system gave no random bytes for a new token's id.
    NoEntropy,
}

impl TokenError {
    /// The stable name: the `reason` of `google.rpc.ErrorInfo`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing => "TOKEN_MISSING",
            Self::Malformed { .. } => "TOKEN_MALFORMED",
            Self::UnknownKey { .. } => "TOKEN_KEY_UNKNOWN",
            Self::BadSignature => "TOKEN_SIGNATURE_INVALID",
            Self::ForeignIssuer { .. } => "TOKEN_ISSUER_FOREIGN",
            Self::ForeignTenant { .. } => "TOKEN_TENANT_FOREIGN",
            Self::NotYetValid { .. } => "TOKEN_NOT_YET_VALID",
            Self::Expired { .. } => "TOKEN_EXPIRED",
            Self::Revoked { .. } => "TOKEN_REVOKED",
            Self::RoleNotGrantable { .. } => "ROLE_NOT_GRANTABLE",
            Self::NoEntropy => "NO_ENTROPY",
        }
    }
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("this call needs a token: send `authorization: Bearer <token>`"),
            Self::Malformed { what } => write!(f, "the token is malformed ({what}): ask for a new one"),
            Self::UnknownKey { kid } => write!(f, "the token was signed by key `{kid}`, which is unknown here"),
            Self::BadSignature => f.write_str("the token's signature is not valid: ask for a new one"),
            Self::ForeignIssuer { issuer } => write!(f, "the token was issued by `{issuer}`, not by this platform"),
            Self::ForeignTenant { tenant } => write!(f, "the token is for tenant `{tenant}`, which is not served here"),
            Self::NotYetValid { issued_at } => {
                write!(f, "the token is valid from {issued_at} (seconds since 1970): check the clocks")
            }
            Self::Expired { at } => write!(f, "the token ended at {at} (seconds since 1970): ask for a new one"),
            Self::Revoked { token_id } => write!(f, "token {token_id} was revoked: ask for a new one"),
            Self::RoleNotGrantable { role, why } => write!(f, "role `{role}` cannot be given: {why}"),
            Self::NoEntropy => f.write_str("the system gave no random bytes for a new token: try again"),
        }
    }
}

impl std::error::Error for TokenError {}

/// Why the keys in the data folder cannot be used.
#[derive(Debug)]
pub enum KeyError {
    /// The file cannot be read or written.
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is not one of ours.
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Others than the owner may read the file.
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The system gave no random bytes for a new key.
    NoEntropy,
    /// All 65 535 key ids are used.
    KeyIdsExhausted,
    /// The file was sealed with another master key, or was changed.
    OtherMaster {
        /// The file.
        path: PathBuf,
    },
    /// The tenant has no key of this id.
    Unknown {
        /// The id.
        id: u16,
    },
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { path, source } => write!(f, "{}: {source}", path.display()),
            Self::Corrupt { path, reason } => {
                write!(f, "{} cannot be read ({reason}): restore it from a backup", path.display())
            }
            Self::Exposed { path, mode } => {
                write!(f, "{} has mode {mode:04o}: others may read the keys, run chmod 600", path.display())
            }
            Self::NoEntropy => f.write_str("the system gave no random bytes for a new key: try again"),
            Self::KeyIdsExhausted => f.write_str("all 65535 ids of code keys are used"),
            Self::OtherMaster { path } => write!(
                f,
                "{} was sealed with another master key, or was changed: give back the master key of its time, or \
                 restore it from a backup",
                path.display()
            ),
            Self::Unknown { id } => write!(f, "there is no code key {id}: `sceau keys list` shows those there are"),
        }
    }
}

impl std::error::Error for KeyError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}
