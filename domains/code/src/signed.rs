//! The signed code: a payload of 13 bytes and its Ed25519 signature, 124 characters of base32 together.
//!
//! | bytes | what |
//! |---|---|
//! | 0 | version, 1 |
//! | 1–2 | id of the signing key, big-endian |
//! | 3–10 | number of the stamp, big-endian |
//! | 11–12 | last day on which an offline verifier accepts it, in days since 1970-01-01 (UTC), big-endian |
//! | 13–76 | Ed25519 signature (RFC 8032) over `sceau/stamp/v1` and bytes 0–12 |

use ed25519_dalek::{Signature, Signer, SigningKey, Verifier, VerifyingKey};

use crate::digits::NUMBER_LIMIT;
use crate::{CodeError, Host, base32};

/// Signatures are over this and the payload, so that a signature made for anything else is never one of a stamp.
const DOMAIN: &[u8; 14] = b"sceau/stamp/v1";
/// Of every payload.
pub(crate) const VERSION: u8 = 1;
/// Bytes of a payload.
pub(crate) const PAYLOAD: usize = 13;
const MESSAGE: usize = DOMAIN.len() + PAYLOAD;
const CODE: usize = PAYLOAD + Signature::BYTE_SIZE;

/// Characters of a signed code, without the URL before it.
pub const SIGNED_LENGTH: usize = base32::length(CODE);

/// What a signed code says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Payload {
    /// Id of the key that signed it.
    pub key_id: u16,
    /// Number of the stamp.
    pub number: u64,
    /// Last day on which an offline verifier accepts it, in days since 1970-01-01 (UTC).
    pub expiry_day: u16,
}

impl Payload {
    /// What is signed: the domain and the payload.
    fn message(&self) -> [u8; MESSAGE] {
        let mut message = [0; MESSAGE];
        message[..14].copy_from_slice(DOMAIN);
        message[14..].copy_from_slice(&self.bytes());
        message
    }

    /// Bytes 0 to 12 of a code.
    pub(crate) fn bytes(&self) -> [u8; PAYLOAD] {
        let mut bytes = [0; PAYLOAD];
        bytes[0] = VERSION;
        bytes[1..3].copy_from_slice(&self.key_id.to_be_bytes());
        bytes[3..11].copy_from_slice(&self.number.to_be_bytes());
        bytes[11..].copy_from_slice(&self.expiry_day.to_be_bytes());
        bytes
    }

    /// Refuses a number that no stamp can have.
    pub(crate) const fn check(&self) -> Result<(), CodeError> {
        if self.number >= NUMBER_LIMIT { Err(CodeError::Number { found: self.number }) } else { Ok(()) }
    }

    pub(crate) fn read(bytes: [u8; PAYLOAD]) -> Result<Self, CodeError> {
        let [version, k0, k1, number @ .., e0, e1] = bytes;
        if version != VERSION {
            return Err(CodeError::Version { found: version });
        }
        let (key_id, expiry_day) = (u16::from_be_bytes([k0, k1]), u16::from_be_bytes([e0, e1]));
        let payload = Self { key_id, number: u64::from_be_bytes(number), expiry_day };
        payload.check().map(|()| payload)
    }
}

/// A payload and a signature, which may or may not belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignedCode {
    payload: Payload,
    signature: Signature,
}

impl SignedCode {
    /// Issues a code.
    pub fn sign(payload: Payload, key: &SigningKey) -> Result<Self, CodeError> {
        payload.check()?;
        Ok(Self { payload, signature: key.sign(&payload.message()) })
    }

    /// The code of this base32 text.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        if text.len() != SIGNED_LENGTH {
            return Err(CodeError::SignedLength { found: text.chars().count() });
        }
        let bytes: [u8; CODE] = base32::decode(text.as_bytes())?;
        let (mut payload, mut signature) = ([0; PAYLOAD], [0; Signature::BYTE_SIZE]);
        payload.copy_from_slice(&bytes[..PAYLOAD]);
        signature.copy_from_slice(&bytes[PAYLOAD..]);
        Ok(Self { payload: Payload::read(payload)?, signature: Signature::from_bytes(&signature) })
    }

    /// What it says, which is to be believed once it is verified.
    pub const fn payload(&self) -> &Payload {
        &self.payload
    }

    /// Whether `key`, which is the one that the payload names, signed it.
    ///
    /// RFC 8032 without a cofactor: `R` is compared byte by byte and `s` must be canonical, so nobody turns a signature
    /// into a second one that passes. The stricter test for keys and points of small order is left out: it guards
    /// against a signer who cheats with his own key, costs a fifth, and the keys here are the authority's own.
    pub fn verify(&self, key: &VerifyingKey) -> Result<(), CodeError> {
        key.verify(&self.payload.message(), &self.signature).map_err(|_| CodeError::Signature)
    }

    /// The base32 text.
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(SIGNED_LENGTH);
        self.write(&mut text);
        text
    }

    /// What a QR code of it holds.
    pub fn url(&self, host: &Host) -> String {
        let mut text = String::with_capacity(host.prefix().len() + SIGNED_LENGTH);
        text.push_str(host.prefix());
        self.write(&mut text);
        text
    }

    fn write(&self, text: &mut String) {
        let mut bytes = [0; CODE];
        bytes[..PAYLOAD].copy_from_slice(&self.payload.bytes());
        bytes[PAYLOAD..].copy_from_slice(&self.signature.to_bytes());
        base32::encode(&bytes, text);
    }
}

/// Verifies many codes at once, each with the key that it names, which costs less than half of one after the other.
/// When one of them does not verify, each is looked at singly to find which. `true` where the code verifies.
///
/// The batch equation accepts what [`SignedCode::verify`] accepts, and beyond that only signatures with a component of
/// small order, which nobody can make without the signing key.
pub fn verify_batch(codes: &[(SignedCode, VerifyingKey)]) -> Vec<bool> {
    let singly = || codes.iter().map(|(code, key)| code.verify(key).is_ok()).collect();
    if codes.len() < 2 {
        return singly();
    }
    let messages: Vec<[u8; MESSAGE]> = codes.iter().map(|(code, _)| code.payload.message()).collect();
    let messages: Vec<&[u8]> = messages.iter().map(<[u8; MESSAGE]>::as_slice).collect();
    let signatures: Vec<Signature> = codes.iter().map(|(code, _)| code.signature).collect();
    let keys: Vec<VerifyingKey> = codes.iter().map(|(_, key)| *key).collect();
    match ed25519_dalek::verify_batch(&messages, &signatures, &keys) {
        Ok(()) => vec![true; codes.len()],
        Err(_) => singly(),
    }
}
