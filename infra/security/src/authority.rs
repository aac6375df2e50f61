//! Issuing, verifying and revoking tokens.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use ed25519_dalek::SigningKey;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use sceau_kernel::{Role, Tenant, Timestamp};
use serde::{Deserialize, Serialize};

use crate::claims::Claims;
use crate::known::Known;
use crate::secret_file::{self, hex};
use crate::{Caller, KeyError, TokenError, TokenRequest, provider};

/// A token of ours is below 600 bytes; what is far longer is not looked at.
const TOKEN_BYTES_MAX: usize = 4096;
/// Another machine's clock may be this many seconds ahead of ours.
const CLOCK_SKEW_SECONDS: i64 = 60;

/// How an authority is set up.
#[derive(Clone, Debug)]
pub struct AuthorityOptions {
    /// The `iss` of its tokens, and the only one it accepts.
    pub issuer: String,
    /// The tenants it serves.
    pub tenants: Vec<Tenant>,
    /// How many verified tokens are kept in memory; about 1 KiB each.
    pub remembered_tokens: usize,
}

/// A new token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedToken {
    /// What the bearer sends.
    pub token: String,
    /// Its id, by which it can be revoked.
    pub token_id: String,
    /// When it ends.
    pub expires: Timestamp,
}

/// The public half of a key that signs tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerKey {
    /// Its id, the `kid` of the token's header.
    pub kid: String,
    /// The Ed25519 public key (RFC 8032).
    pub public: [u8; 32],
    /// Since when it has been signing.
    pub since: Timestamp,
    /// True for the one that signs new tokens.
    pub current: bool,
}

/// The authority whose keys and list of revoked tokens stand in a folder. Shared by reference between threads.
pub struct TokenAuthority {
    options: AuthorityOptions,
    validation: Validation,
    keys_file: PathBuf,
    revoked_file: PathBuf,
    keys: RwLock<Vec<TokenKey>>,
    known: RwLock<Known>,
}

#[derive(Clone, Serialize, Deserialize)]
struct TokenKey {
    kid: String,
    #[serde(with = "hex")]
    seed: [u8; 32],
    since: Timestamp,
}

impl TokenKey {
    fn fresh(now: Timestamp) -> Result<Self, KeyError> {
        let seed = secret_file::random()?;
        let public = SigningKey::from_bytes(&seed).verifying_key().to_bytes();
        Ok(Self { kid: hex::print(&public[..8]), seed, since: now })
    }

    fn public(&self) -> [u8; 32] {
        SigningKey::from_bytes(&self.seed).verifying_key().to_bytes()
    }
}

impl TokenAuthority {
    /// Opens the authority in `folder`; the first time it makes its key.
    pub fn open(folder: &Path, options: AuthorityOptions, now: Timestamp) -> Result<Self, KeyError> {
        provider::install();
        let keys_file = folder.join("token-keys.json");
        let revoked_file = folder.join("revoked-tokens.json");
        let keys = secret_file::alone(folder, || match secret_file::read::<Vec<TokenKey>>(&keys_file)? {
            Some(keys) if !keys.is_empty() => Ok(keys),
            _ => {
                let keys = vec![TokenKey::fresh(now)?];
                secret_file::replace(&keys_file, &keys)?;
                Ok(keys)
            }
        })?;
        let revoked = secret_file::read::<HashMap<String, i64>>(&revoked_file)?.unwrap_or_default();
        let mut validation = Validation::new(Algorithm::EdDSA);
        // Issuer and times are judged here: against the time given, and with an answer that names the value.
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        let known = RwLock::new(Known::new(options.remembered_tokens, revoked));
        Ok(Self { options, validation, keys_file, revoked_file, keys: RwLock::new(keys), known })
    }

    /// The tenants that are served.
    pub fn tenants(&self) -> &[Tenant] {
        &self.options.tenants
    }

    /// A new token.
    pub fn issue(&self, request: &TokenRequest, now: Timestamp) -> Result<IssuedToken, TokenError> {
        grantable(request)?;
        self.sign(request, now)
    }

    /// The token by which a node of the platform is known to the others, which trust the same keys. It is for calls
    /// between nodes and never leaves the process otherwise.
    pub fn issue_for_node(&self, node: &str, lifetime: Duration, now: Timestamp) -> Result<IssuedToken, TokenError> {
        let tenant = self.options.tenants.first().cloned();
        let tenant = tenant.ok_or_else(|| TokenError::ForeignTenant { tenant: String::new() })?;
        let subject = node.to_owned();
        self.sign(&TokenRequest { tenant, subject, roles: vec![Role::System], party: None, lifetime }, now)
    }

    fn sign(&self, request: &TokenRequest, now: Timestamp) -> Result<IssuedToken, TokenError> {
        self.served(request.tenant.as_str())?;
        let issued_at = now.0.div_euclid(1_000_000);
        let lifetime = i64::try_from(request.lifetime.as_secs()).unwrap_or(i64::MAX);
        let claims = Claims {
            iss: self.options.issuer.clone(),
            sub: request.subject.clone(),
            tenant: request.tenant.to_string(),
            roles: request.roles.iter().map(|role| role.name().to_owned()).collect(),
            party: request.party.clone(),
            iat: issued_at,
            exp: issued_at.saturating_add(lifetime),
            jti: hex::print(&secret_file::random::<16>().map_err(|_| TokenError::NoEntropy)?),
        };
        let keys = self.read_keys();
        let Some(key) = keys.last() else {
            return Err(TokenError::UnknownKey { kid: String::new() });
        };
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(key.kid.clone());
        let token = jsonwebtoken::encode(&header, &claims, &EncodingKey::from_ed_der(&key.seed))
            .map_err(|_| TokenError::Malformed { what: "it cannot be encoded" })?;
        Ok(IssuedToken { token, token_id: claims.jti, expires: seconds(claims.exp) })
    }

    /// Who bears this token. A token seen before costs a look-up; every other a verification.
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<Arc<Caller>, TokenError> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner).caller(token, now);
        if let Some(caller) = known {
            return Ok(caller);
        }
        let caller = Arc::new(self.examine(token, now)?);
        self.write_known().remember(token, &caller, now)?;
        Ok(caller)
    }

    /// Revokes a token: from now on it identifies nobody. `ends` is when it ends anyway, after which the list forgets
    /// it; for a token whose end is not known give a time far ahead.
    pub fn revoke(&self, token_id: &str, ends: Timestamp, now: Timestamp) -> Result<(), KeyError> {
        let mut known = self.write_known();
        let revoked = secret_file::alone(self.folder(), || {
            known.revoke(secret_file::read(&self.revoked_file)?.unwrap_or_default());
            let revoked = known.revoked_with(token_id, ends.0.div_euclid(1_000_000), now);
            secret_file::replace(&self.revoked_file, &revoked)?;
            Ok(revoked)
        })?;
        known.revoke(revoked);
        Ok(())
    }

    /// Takes in the keys and revocations that other nodes have put into the folder.
    pub fn refresh(&self) -> Result<(), KeyError> {
        let keys = secret_file::read::<Vec<TokenKey>>(&self.keys_file)?.unwrap_or_default();
        if keys.len() > self.read_keys().len() {
            *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
        }
        let revoked = secret_file::read(&self.revoked_file)?.unwrap_or_default();
        self.write_known().revoke(revoked);
        Ok(())
    }

    /// Makes a new key, with which new tokens are signed. Tokens signed by the earlier ones go on counting.
    pub fn rotate(&self, now: Timestamp) -> Result<IssuerKey, KeyError> {
        let fresh = TokenKey::fresh(now)?;
        let public = IssuerKey { kid: fresh.kid.clone(), public: fresh.public(), since: now, current: true };
        let next = secret_file::alone(self.folder(), || {
            let mut next = secret_file::read::<Vec<TokenKey>>(&self.keys_file)?.unwrap_or_default();
            next.push(fresh);
            secret_file::replace(&self.keys_file, &next)?;
            Ok(next)
        })?;
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = next;
        Ok(public)
    }

    /// The public halves of all keys, the oldest first.
    pub fn keys(&self) -> Vec<IssuerKey> {
        let keys = self.read_keys();
        let current = keys.len().saturating_sub(1);
        keys.iter()
            .enumerate()
            .map(|(n, key)| IssuerKey {
                kid: key.kid.clone(),
                public: key.public(),
                since: key.since,
                current: n == current,
            })
            .collect()
    }

    /// Everything that makes a token count, except that it was not revoked.
    fn examine(&self, token: &str, now: Timestamp) -> Result<Caller, TokenError> {
        if token.len() > TOKEN_BYTES_MAX {
            return Err(TokenError::Malformed { what: "it is longer than 4096 bytes" });
        }
        let header = jsonwebtoken::decode_header(token)
            .map_err(|_| TokenError::Malformed { what: "it is not a JWT signed with EdDSA" })?;
        let kid = header.kid.ok_or(TokenError::Malformed { what: "its header names no key" })?;
        let public = self.read_keys().iter().find(|key| key.kid == kid).map(TokenKey::public);
        let public = public.ok_or(TokenError::UnknownKey { kid })?;
        let claims = jsonwebtoken::decode::<Claims>(token, &DecodingKey::from_ed_der(&public), &self.validation)
            .map_err(|error| match error.kind() {
                ErrorKind::InvalidSignature | ErrorKind::InvalidAlgorithm => TokenError::BadSignature,
                ErrorKind::Base64(_) => TokenError::Malformed { what: "it is not base64url" },
                _ => TokenError::Malformed { what: "a claim is missing or of another type" },
            })?
            .claims;
        self.accept(claims, now)
    }

    /// The caller of claims whose signature holds.
    fn accept(&self, claims: Claims, now: Timestamp) -> Result<Caller, TokenError> {
        if claims.iss != self.options.issuer {
            return Err(TokenError::ForeignIssuer { issuer: claims.iss });
        }
        let tenant = self.served(&claims.tenant)?;
        if seconds(claims.iat.saturating_sub(CLOCK_SKEW_SECONDS)) > now {
            return Err(TokenError::NotYetValid { issued_at: claims.iat });
        }
        let expires = seconds(claims.exp);
        if now >= expires {
            return Err(TokenError::Expired { at: claims.exp });
        }
        // A role that this version does not know gives nothing.
        let roles = claims.roles.iter().filter_map(|name| Role::from_name(name)).collect();
        Ok(Caller {
            tenant,
            subject: claims.sub.into(),
            roles,
            party: claims.party.map(Into::into),
            token_id: claims.jti.into(),
            expires,
        })
    }

    fn served(&self, tenant: &str) -> Result<Tenant, TokenError> {
        let served = self.options.tenants.iter().find(|served| served.as_str() == tenant);
        served.cloned().ok_or_else(|| TokenError::ForeignTenant { tenant: tenant.to_owned() })
    }

    fn folder(&self) -> &Path {
        self.keys_file.parent().unwrap_or(Path::new("."))
    }

    fn read_keys(&self) -> RwLockReadGuard<'_, Vec<TokenKey>> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_known(&self) -> RwLockWriteGuard<'_, Known> {
        self.known.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The platform itself carries no token, and the roles of companies and stampers mean nothing without one.
fn grantable(request: &TokenRequest) -> Result<(), TokenError> {
    for role in &request.roles {
        let why = match role {
            Role::System => "it is the platform's own",
            Role::Company if request.party.is_none() => "name the company it is for",
            Role::Stamper if request.party.is_none() => "name the stamper it is for",
            _ => continue,
        };
        return Err(TokenError::RoleNotGrantable { role: role.name(), why });
    }
    Ok(())
}

const fn seconds(seconds: i64) -> Timestamp {
    Timestamp(seconds.saturating_mul(1_000_000))
}

#[cfg(test)]
mod tests;
