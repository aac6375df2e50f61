//! Who is calling, what they may do, and the keys that say so.
//!
//! - [`TokenAuthority`] issues, verifies and revokes bearer tokens: JWT signed with Ed25519 (RFC 7519, RFC 8037).
//! - [`Rule`] and [`Whose`] are the words in which a gateway writes its table of method × role × whose data.
//! - [`CodeKeys`] holds the keys under which each tenant's stamp codes are signed and permuted, sealed with a
//!   [`MasterKey`].
//! - [`Pseudonyms`] tell people apart without knowing them.
//! - [`RateLimit`] holds back a caller who asks too often.
//!
//! The time comes in as a value, so that all of it can be tested without waiting. This crate refuses to know gRPC, the
//! log and the domains.

mod access;
mod authority;
mod claims;
mod code_keys;
mod error;
mod known;
mod master_key;
mod provider;
mod pseudonyms;
mod rate_limit;
mod secret_file;

pub use access::{Denied, Grant, Rule, Whose};
pub use authority::{AuthorityOptions, IssuedToken, IssuerKey, TokenAuthority};
pub use claims::{Caller, TokenRequest};
pub use code_keys::{CodeKey, CodeKeys, Withdrawal};
pub use error::{KeyError, TokenError};
pub use master_key::MasterKey;
pub use pseudonyms::Pseudonyms;
pub use rate_limit::RateLimit;
