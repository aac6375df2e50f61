//! The GS1 Digital Link form (GS1 Digital Link URI syntax 1.6): `https://{host}/01/{gtin}/21/{serial}?8030={signature}`,
//! for companies whose partners scan nothing else.
//!
//! | part | what |
//! |---|---|
//! | AI 01 | the product's GTIN, 14 digits |
//! | AI 21 | the payload of a signed code without its version: 12 bytes, 20 characters of base32 |
//! | AI 8030 | the Ed25519 signature as base64url without padding, 86 characters |
//!
//! The signature is over `sceau/gs1dl/v1`, the payload and the GTIN as eight bytes, big-endian: a stamp of one product
//! does not pass for one of another.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signature, Signer, SigningKey, Verifier, VerifyingKey};

use crate::signed::{PAYLOAD, VERSION};
use crate::{CodeError, Host, Payload, base32};

const DOMAIN: &[u8; 14] = b"sceau/gs1dl/v1";
const SERIAL: usize = base32::length(PAYLOAD - 1);
/// Characters of a signature.
const SIGNED: usize = (Signature::BYTE_SIZE * 4).div_ceil(3);
const MESSAGE: usize = DOMAIN.len() + PAYLOAD + 8;

/// A GTIN of 14 digits whose check digit fits (GS1 General Specifications, section 7.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Gtin(u64);

impl Gtin {
    /// The GTIN of these 14 digits.
    pub fn parse(digits: &str) -> Result<Self, CodeError> {
        let wrong = || CodeError::Gtin { found: digits.to_owned() };
        if digits.len() != 14 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(wrong());
        }
        let weighed = digits.bytes().zip([3, 1].into_iter().cycle());
        let sum = weighed.fold(0_u32, |sum, (digit, weight)| sum + u32::from(digit - b'0') * weight);
        let value = digits.parse().map_err(|_| wrong())?;
        if sum.is_multiple_of(10) { Ok(Self(value)) } else { Err(wrong()) }
    }
}

impl std::fmt::Display for Gtin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:014}", self.0)
    }
}

/// A payload, a GTIN and a signature, which may or may not belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkedCode {
    gtin: Gtin,
    payload: Payload,
    signature: Signature,
}

impl LinkedCode {
    /// Issues a code for a product.
    pub fn sign(gtin: Gtin, payload: Payload, key: &SigningKey) -> Result<Self, CodeError> {
        payload.check()?;
        Ok(Self { gtin, payload, signature: key.sign(&message(gtin, &payload)) })
    }

    /// The code in what follows the host: `01/…/21/…?8030=…`.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let parts = text.strip_prefix("01/").and_then(|rest| {
            let (gtin, rest) = rest.split_once("/21/")?;
            let (serial, signature) = rest.split_once("?8030=")?;
            (serial.len() == SERIAL && signature.len() == SIGNED).then_some((gtin, serial, signature))
        });
        let (gtin, serial, signature) = parts.ok_or(CodeError::Link)?;
        let rest: [u8; PAYLOAD - 1] = base32::decode(serial.as_bytes())?;
        let mut payload = [VERSION; PAYLOAD];
        payload[1..].copy_from_slice(&rest);
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| CodeError::Link)?;
        let signature = Signature::from_slice(&signature).map_err(|_| CodeError::Link)?;
        Ok(Self { gtin: Gtin::parse(gtin)?, payload: Payload::read(payload)?, signature })
    }

    /// What it says, which is to be believed once it is verified.
    pub const fn payload(&self) -> &Payload {
        &self.payload
    }

    /// The product for which it says to be issued.
    pub const fn gtin(&self) -> Gtin {
        self.gtin
    }

    /// Whether `key`, which is the one that the payload names, signed it.
    pub fn verify(&self, key: &VerifyingKey) -> Result<(), CodeError> {
        key.verify(&message(self.gtin, &self.payload), &self.signature).map_err(|_| CodeError::Signature)
    }

    /// The whole URL.
    pub fn url(&self, host: &Host) -> String {
        let mut serial = String::with_capacity(SERIAL);
        base32::encode(&self.payload.bytes()[1..], &mut serial);
        let signature = URL_SAFE_NO_PAD.encode(self.signature.to_bytes());
        format!("{}01/{}/21/{serial}?8030={signature}", host.link(), self.gtin)
    }
}

fn message(gtin: Gtin, payload: &Payload) -> [u8; MESSAGE] {
    let mut message = [0; MESSAGE];
    message[..DOMAIN.len()].copy_from_slice(DOMAIN);
    message[DOMAIN.len()..DOMAIN.len() + PAYLOAD].copy_from_slice(&payload.bytes());
    message[DOMAIN.len() + PAYLOAD..].copy_from_slice(&gtin.0.to_be_bytes());
    message
}
