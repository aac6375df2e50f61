//! A document and the signature over all of it. It begins with its kind, so that a signature made for one kind, or for a
//! code, never passes for another.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

use crate::ListError;

/// The document with its signature.
pub(crate) fn seal(mut document: Vec<u8>, list_key: &SigningKey) -> Vec<u8> {
    let signature = list_key.sign(&document);
    document.extend_from_slice(&signature.to_bytes());
    document
}

/// What stands between kind and signature, when the list key signed it.
pub(crate) fn open<'a>(kind: &'static str, bytes: &'a [u8], list_key: &VerifyingKey) -> Result<&'a [u8], ListError> {
    let body = bytes.strip_prefix(kind.as_bytes()).ok_or(ListError::Kind { expected: kind })?;
    let (body, signature) = body.split_last_chunk::<{ Signature::BYTE_SIZE }>().ok_or(ListError::Signature)?;
    let document = &bytes[..kind.len() + body.len()];
    // The strict test: a list key comes from outside, and a weak one must not make every document pass.
    list_key.verify_strict(document, &Signature::from_bytes(signature)).map_err(|_| ListError::Signature)?;
    Ok(body)
}
