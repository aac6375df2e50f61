//! The keys as a JSON Web Key Set: RFC 7517, with Ed25519 keys as in RFC 8037.
//!
//! `nbf` and `exp` say from when until when a key signs new codes, in seconds since 1970; the codes it signed count on.
//! `revoked` (OpenID Federation 1.0, section 8.7) says that it was withdrawn with all of them. The key named `list` signs
//! the lists for offline verifiers, and no codes.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sceau_code::SigningKey;
use sceau_kernel::Tenant;
use sceau_security::CodeKey;
use serde_json::{Value, json};

use super::seconds;

/// The document.
pub(super) fn document(tenant: &Tenant, keys: &[Arc<CodeKey>], list_key: &SigningKey) -> String {
    let keys: Vec<Value> = keys
        .iter()
        .map(|key| {
            let mut entry = entry(&key.id.to_string(), key.verifying.as_bytes());
            entry["nbf"] = seconds(key.since).into();
            if let Some(until) = key.until {
                entry["exp"] = seconds(until).into();
            }
            if let Some(withdrawal) = &key.withdrawn {
                entry["revoked"] = json!({ "revoked_at": seconds(withdrawal.at), "reason": withdrawal.reason });
            }
            entry
        })
        .chain([entry("list", list_key.verifying_key().as_bytes())])
        .collect();
    json!({ "iss": tenant.as_str(), "keys": keys }).to_string()
}

fn entry(id: &str, public: &[u8; 32]) -> Value {
    let x = URL_SAFE_NO_PAD.encode(public);
    json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": id, "x": x })
}
