//! The folder of lists: what `sceau keys publish` writes, and what a web server may serve as it is.

use std::fs;
use std::path::Path;

use sceau_api::verification::v1::verification_service_client::VerificationServiceClient;
use sceau_offline::VerifyingKey;
use sceau_proto::verification::v1::{GetOfflineListsRequest, GetOfflineListsResponse};

use super::OfflineError;
use crate::cli::Connection;
use crate::client::{self, CallError};

/// The largest answer with lists, in bytes: some thirty million scattered codes.
const LARGEST: usize = 64 << 20;

/// The documents of an authority.
pub(crate) struct Documents {
    pub(crate) jwks: Vec<u8>,
    pub(crate) keys: Vec<u8>,
    pub(crate) revoked: Vec<u8>,
    pub(crate) list_key: VerifyingKey,
}

/// Fetches the documents from a gRPC API, as anyone may.
pub(crate) async fn fetch(connection: &Connection, tenant: &str) -> Result<Documents, CallError> {
    let caller = client::connect(&connection.server, None).await?;
    let request = GetOfflineListsRequest { meta: None, tenant: tenant.to_owned() };
    let mut client = VerificationServiceClient::new(caller).max_decoding_message_size(LARGEST);
    let GetOfflineListsResponse { jwks, keys, revoked, list_key, .. } =
        client.get_offline_lists(request).await?.into_inner();
    let list_key = <[u8; 32]>::try_from(list_key).ok().and_then(|key| VerifyingKey::from_bytes(&key).ok());
    let reason = "it gives no list key that is an Ed25519 key".to_owned();
    let list_key = list_key.ok_or(CallError::Unreachable { server: connection.server.clone(), reason })?;
    Ok(Documents { jwks: jwks.into_bytes(), keys, revoked, list_key })
}

impl Documents {
    /// Reads them from a folder.
    pub(super) fn read(folder: &Path) -> Result<Self, OfflineError> {
        let read = |name: &str| {
            let path = folder.join(name);
            fs::read(&path).map_err(|error| OfflineError::Unread { path, reason: error.to_string() })
        };
        let text = String::from_utf8_lossy(&read("list-key")?).into_owned();
        let list_key = hex_key(text.trim());
        Ok(Self {
            jwks: Vec::new(),
            keys: read("keys")?,
            revoked: read("revoked")?,
            list_key: list_key.map_err(|reason| OfflineError::Unread { path: folder.join("list-key"), reason })?,
        })
    }

    /// Writes them into a folder, each file whole or not at all, so that others may read it meanwhile.
    pub(crate) fn write(&self, folder: &Path) -> Result<(), CallError> {
        let list_key: String = self.list_key.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        let list_key = (list_key + "\n").into_bytes();
        let files =
            [("list-key", &list_key), ("jwks.json", &self.jwks), ("keys", &self.keys), ("revoked", &self.revoked)];
        for (name, content) in files {
            let (path, fresh) = (folder.join(name), folder.join(format!("{name}.new")));
            fs::create_dir_all(folder)
                .and_then(|()| fs::write(&fresh, content))
                .and_then(|()| fs::rename(&fresh, &path))
                .map_err(|error| CallError::Unwritten { path, reason: error.to_string() })?;
        }
        Ok(())
    }
}

/// A public key of 64 hexadecimal digits.
pub(crate) fn hex_key(text: &str) -> Result<VerifyingKey, String> {
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let digits = text.bytes().all(|digit| digit.is_ascii_hexdigit());
    let bytes: Option<Vec<u8>> = if digits { text.as_bytes().chunks(2).map(byte).collect() } else { None };
    let key = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    key.and_then(|key| VerifyingKey::from_bytes(&key).ok())
        .ok_or_else(|| "a list key is 64 hexadecimal digits of an Ed25519 key".to_owned())
}
