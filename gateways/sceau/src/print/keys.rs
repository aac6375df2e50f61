//! The public keys under which receipts are believed.

use std::collections::HashMap;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sceau_api::verification::v1::verification_service_client::VerificationServiceClient;
use sceau_code::VerifyingKey;
use sceau_parts::Receipt;
use sceau_proto::verification::v1::ListKeysRequest;
use serde::Deserialize;
use tokio::sync::OnceCell;
use tonic::Code;

use super::take::{TRIES, pause};
use crate::client::{CallError, Caller};

/// Keys by their ids.
pub(super) type Known = HashMap<String, VerifyingKey>;

/// Where keys come from.
pub(super) enum Keys<'a> {
    /// A file: a JSON Web Key Set (RFC 7517, RFC 8037).
    File(Known),
    /// The platform's list, once it is asked for.
    Platform { caller: &'a Caller, known: OnceCell<Known> },
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Key>,
}

#[derive(Deserialize)]
struct Key {
    kid: String,
    crv: String,
    x: String,
}

impl<'a> Keys<'a> {
    pub(super) fn of_platform(caller: &'a Caller) -> Self {
        Self::Platform { caller, known: OnceCell::new() }
    }

    /// The keys in a file. Those of other kinds are left out.
    pub(super) fn of_file(path: &Path) -> Result<Self, CallError> {
        let wrong = |error: &dyn std::fmt::Display| {
            let path = path.display();
            CallError::Usage(format!(
                "{path} is no list of keys ({error}): give a JSON Web Key Set, as the platform publishes it"
            ))
        };
        let text = std::fs::read(path).map_err(|error| wrong(&error))?;
        let set: KeySet = serde_json::from_slice(&text).map_err(|error| wrong(&error))?;
        let key = |key: Key| {
            let bytes: [u8; 32] = URL_SAFE_NO_PAD.decode(key.x).ok()?.try_into().ok()?;
            Some((key.kid, VerifyingKey::from_bytes(&bytes).ok()?))
        };
        Ok(Self::File(set.keys.into_iter().filter(|key| key.crv == "Ed25519").filter_map(key).collect()))
    }

    /// Those of the authority that a receipt names.
    pub(super) async fn of(&self, receipt: &str) -> Result<&Known, CallError> {
        match self {
            Self::File(known) => Ok(known),
            Self::Platform { caller, known } => {
                let tenant = Receipt::issuer(receipt).unwrap_or_default();
                known.get_or_try_init(|| list(caller, tenant)).await
            }
        }
    }
}

async fn list(caller: &Caller, tenant: String) -> Result<Known, CallError> {
    let mut client = VerificationServiceClient::new(caller.clone());
    let mut tries = 0;
    let answer = loop {
        let request = ListKeysRequest { tenant: tenant.clone(), ..ListKeysRequest::default() };
        match client.list_keys(request).await {
            Ok(answer) => break answer.into_inner(),
            // The connection may break here as it may while a part comes.
            Err(status) if tries < TRIES && !matches!(status.code(), Code::NotFound | Code::InvalidArgument) => {
                tokio::time::sleep(pause(tries)).await;
                tries += 1;
            }
            Err(status) => return Err(status.into()),
        }
    };
    let key = |key: sceau_proto::verification::v1::CodeKey| {
        let bytes: [u8; 32] = key.public_key.try_into().ok()?;
        Some((key.key_id.to_string(), VerifyingKey::from_bytes(&bytes).ok()?))
    };
    Ok(answer.keys.into_iter().filter_map(key).collect())
}
