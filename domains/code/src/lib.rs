//! The text forms of a stamp: signed payload, small code, GS1 Digital Link, and sixteen digits.
//!
//! All forms carry a stamp's number. The [`SignedCode`] is what a QR code holds: an upper-case URL that ends in a
//! payload and its Ed25519 signature, so that a phone can tell offline that the number was issued. A
//! [`SmallCode`] has a keyed tag in place of the signature, and a [`LinkedCode`] is a signed code as a GS1 Digital Link.
//! The [`Digits`] are what a person types: the number through a keyed permutation, so that nobody can count on from a
//! code he has seen, and a check digit.
//!
//! Every value has exactly one text; whatever is not that text is refused. This crate knows keys only as arguments,
//! and nothing of batches, certificates or what is made of a number.

mod base32;
mod damm;
mod digits;
mod error;
mod host;
mod link;
mod signed;
mod small;

pub use digits::{Digits, DigitsKey, NUMBER_LIMIT};
pub use error::CodeError;
pub use host::Host;
pub use link::{Gtin, LinkedCode};
pub use signed::{Payload, SIGNED_LENGTH, SignedCode, verify_batch};
pub use small::{SMALL_LENGTH, SmallCode, TagKey};

pub use ed25519_dalek::{SigningKey, VerifyingKey};

/// A code as it was scanned or typed, well formed but not yet believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// Its signature is to be verified with the key that it names.
    Signed(SignedCode),
    /// Its tag is to be verified with the key of its tenant, which the key that it names belongs to.
    Small(SmallCode),
    /// Its signature is to be verified with the key that it names.
    Linked(LinkedCode),
    /// Its number is to be recovered with the tenant's key.
    Digits(Digits),
}

impl Code {
    /// The code in a text: a URL under `host`, the base32 of a signed or small code alone, or sixteen digits. White space
    /// around it does not count.
    pub fn parse(text: &str, host: &Host) -> Result<Self, CodeError> {
        let text = text.trim();
        if let Some(path) = host.strip(text) {
            return if path.starts_with("01/") {
                LinkedCode::parse(path).map(Self::Linked)
            } else {
                Self::parse_base32(path)
            };
        }
        if text.len() < SIGNED_LENGTH && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b' ' | b'-')) {
            return Digits::parse(text).map(Self::Digits);
        }
        Self::parse_base32(text)
    }

    fn parse_base32(text: &str) -> Result<Self, CodeError> {
        match text.len() {
            SMALL_LENGTH => SmallCode::parse(text).map(Self::Small),
            _ => SignedCode::parse(text).map(Self::Signed),
        }
    }
}

#[cfg(test)]
mod tests;
