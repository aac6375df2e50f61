//! Ed25519 for the `jsonwebtoken` crate, on the one Ed25519 implementation that the platform uses for everything.
//! Of the algorithms of RFC 7518 and RFC 8037 only `EdDSA` exists here, so that no token can choose a weaker one.

use ed25519_dalek::{SigningKey, VerifyingKey};
use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::signature::{self, Signer, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};

/// Keys are 32 raw bytes on both sides: the seed and the public point (RFC 8032), not DER.
static ED25519: CryptoProvider =
    CryptoProvider { signer_factory: signer, verifier_factory: verifier, key_utils: KeyUtils::new_unimplemented() };

/// Makes Ed25519 the process's provider. Done again it changes nothing.
pub(crate) fn install() {
    // The only error is that it is installed already.
    let _ = ED25519.install_default();
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature is the provider's")]
fn signer(algorithm: &Algorithm, key: &EncodingKey) -> Result<Box<dyn JwtSigner>, Error> {
    let seed = key_bytes(*algorithm, key.as_bytes())?;
    Ok(Box::new(TokenSigner(SigningKey::from_bytes(&seed))))
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature is the provider's")]
fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>, Error> {
    let public = key_bytes(*algorithm, key.try_get_as_bytes()?)?;
    let key = VerifyingKey::from_bytes(&public).map_err(|_| Error::from(ErrorKind::InvalidEddsaKey))?;
    Ok(Box::new(TokenVerifier(key)))
}

fn key_bytes(algorithm: Algorithm, bytes: &[u8]) -> Result<[u8; 32], Error> {
    if algorithm != Algorithm::EdDSA {
        return Err(ErrorKind::UnsupportedAlgorithm.into());
    }
    bytes.try_into().map_err(|_| ErrorKind::InvalidEddsaKey.into())
}

struct TokenSigner(SigningKey);

impl Signer<Vec<u8>> for TokenSigner {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        Ok(ed25519_dalek::Signer::sign(&self.0, message).to_bytes().to_vec())
    }
}

impl JwtSigner for TokenSigner {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}

struct TokenVerifier(VerifyingKey);

impl Verifier<Vec<u8>> for TokenVerifier {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        let signature = ed25519_dalek::Signature::from_slice(signature).map_err(|_| signature::Error::new())?;
        self.0.verify_strict(message, &signature).map_err(|_| signature::Error::new())
    }
}

impl JwtVerifier for TokenVerifier {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}
