//! Verifies codes without a network.
//!
//! A verifier carries two documents of an authority: its [`KeyList`], and its [`Revocations`], which say what is not to
//! be accepted although its signature is right. Both are signed with the authority's list key, whose public half the
//! verifier was given once and holds on to. [`Lists::open`] checks both; [`verify`] and [`verify_all`] judge codes.
//!
//! What cannot be known offline is not pretended: whether a stamp is activated, how often it was scanned, and what
//! happened since the lists were made. An [`Answer`] says so by its [`Verdict`], and by its [`Doubt`] when the lists are
//! old or the clock cannot be right.
//!
//! This crate has no clock and no network: the time and the documents are the caller's to give. It runs in browsers.

mod error;
mod filter;
mod freshness;
mod judge;
mod keys;
mod lists;
mod numbers;
mod revocations;
mod sealed;
mod wire;

pub use error::ListError;
pub use filter::{BYTES_PER_CODE, FALSE_POSITIVES, Filter};
pub use freshness::{Doubt, Issue};
pub use judge::{Answer, Verdict, verify, verify_all};
pub use keys::{KeyList, ListedKey};
pub use lists::Lists;
pub use numbers::Numbers;
pub use revocations::{Decommissioned, Revocations};

pub use ed25519_dalek::{SigningKey, VerifyingKey};

#[cfg(test)]
mod tests;
