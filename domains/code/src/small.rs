//! The small code: a payload of 13 bytes and a keyed tag of 16, 47 characters of base32 together, for packs on which a
//! signed code has no room. Its URL fits a QR code of version 4 at level M.
//!
//! | bytes | what |
//! |---|---|
//! | 0–12 | the payload, as of a signed code |
//! | 13–28 | the first half of HMAC-SHA-256 (RFC 2104, FIPS 180-4) over `sceau/small/v1` and bytes 0–12 |
//!
//! Who can check the tag can make one: only the platform holds the key, so such a code says nothing without it.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::signed::PAYLOAD;
use crate::{CodeError, Host, Payload, base32};

/// Tags are over this and the payload, so that a tag made for anything else is never one of a stamp.
const DOMAIN: &[u8; 14] = b"sceau/small/v1";
const TAG: usize = 16;
const CODE: usize = PAYLOAD + TAG;

/// Characters of a small code, without the URL before it.
pub const SMALL_LENGTH: usize = base32::length(CODE);

/// A tenant's key for the tags of small codes.
#[derive(Clone)]
pub struct TagKey(Hmac<Sha256>);

impl fmt::Debug for TagKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TagKey(…)")
    }
}

impl TagKey {
    /// The key of these 32 secret bytes.
    pub fn new(secret: &[u8; 32]) -> Self {
        // A key shorter than a block of the hash is filled up with zeros (RFC 2104, section 2).
        let mut block = [0; 64];
        block[..32].copy_from_slice(secret);
        Self(Hmac::new(&block.into()))
    }

    fn over(&self, payload: &Payload) -> Hmac<Sha256> {
        self.0.clone().chain_update(DOMAIN).chain_update(payload.bytes())
    }
}

/// A payload and a tag, which may or may not belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SmallCode {
    payload: Payload,
    tag: [u8; TAG],
}

impl SmallCode {
    /// Issues a code.
    pub fn issue(payload: Payload, key: &TagKey) -> Result<Self, CodeError> {
        payload.check()?;
        let whole = key.over(&payload).finalize().into_bytes();
        let mut tag = [0; TAG];
        tag.copy_from_slice(&whole[..TAG]);
        Ok(Self { payload, tag })
    }

    /// The code of this base32 text.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        if text.len() != SMALL_LENGTH {
            return Err(CodeError::SignedLength { found: text.chars().count() });
        }
        let bytes: [u8; CODE] = base32::decode(text.as_bytes())?;
        let (mut payload, mut tag) = ([0; PAYLOAD], [0; TAG]);
        payload.copy_from_slice(&bytes[..PAYLOAD]);
        tag.copy_from_slice(&bytes[PAYLOAD..]);
        Ok(Self { payload: Payload::read(payload)?, tag })
    }

    /// What it says, which is to be believed once it is verified.
    pub const fn payload(&self) -> &Payload {
        &self.payload
    }

    /// Whether the tag was made with `key`. Takes as long for a tag that is nearly right as for any other.
    pub fn verify(&self, key: &TagKey) -> Result<(), CodeError> {
        key.over(&self.payload).verify_truncated_left(&self.tag).map_err(|_| CodeError::Signature)
    }

    /// The base32 text.
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(SMALL_LENGTH);
        base32::encode(&[self.payload.bytes().as_slice(), &self.tag].concat(), &mut text);
        text
    }

    /// What a QR code of it holds.
    pub fn url(&self, host: &Host) -> String {
        host.prefix().to_owned() + &self.text()
    }
}
