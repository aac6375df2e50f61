//! What the file of code keys says.

use std::path::Path;
use std::sync::Arc;

use ed25519_dalek::SigningKey;
use sceau_kernel::{Tenant, Timestamp};
use serde::{Deserialize, Serialize};

use super::{CodeKey, Withdrawal};
use crate::KeyError;
use crate::master_key::{MasterKey, Sealed};
use crate::secret_file::{self, hex};

#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Stored {
    signing: Vec<StoredKey>,
    /// Permute a tenant's 16 digits. They stay for ever: digits carry no key id.
    digits: Vec<Secret>,
    /// Sign a tenant's lists. They stay for ever: verifiers hold on to them.
    #[serde(default)]
    lists: Vec<Secret>,
    /// Tag a tenant's small codes. They stay for ever, as those of digits do.
    #[serde(default)]
    tags: Vec<Secret>,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct StoredKey {
    id: u16,
    tenant: Tenant,
    #[serde(with = "hex")]
    seed: [u8; 32],
    since: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    withdrawn: Option<Withdrawal>,
}

/// A secret of a tenant.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct Secret {
    tenant: Tenant,
    #[serde(with = "hex")]
    key: [u8; 32],
}

/// Adds the tenant's secret when it has none; whether it had none.
fn complete(secrets: &mut Vec<Secret>, tenant: &Tenant) -> Result<bool, KeyError> {
    let missing = secret(secrets, tenant).is_none();
    if missing {
        secrets.push(Secret { tenant: tenant.clone(), key: secret_file::random()? });
    }
    Ok(missing)
}

fn secret(secrets: &[Secret], tenant: &Tenant) -> Option<[u8; 32]> {
    secrets.iter().find(|secret| secret.tenant == *tenant).map(|secret| secret.key)
}

impl Stored {
    /// What the file says, and whether it says so in clear, as it did before keys were sealed. `None` when there is no
    /// file.
    pub(super) fn read(file: &Path, master: &MasterKey) -> Result<Option<(Self, bool)>, KeyError> {
        let Some(text) = secret_file::read_bytes(file)? else { return Ok(None) };
        let Ok(sealed) = secret_file::parse::<Sealed>(file, &text) else {
            return secret_file::parse(file, &text).map(|stored| Some((stored, true)));
        };
        let text = master.open(&sealed).ok_or_else(|| KeyError::OtherMaster { path: file.to_owned() })?;
        secret_file::parse(file, &text).map(|stored| Some((stored, false)))
    }

    pub(super) fn write(&self, file: &Path, master: &MasterKey) -> Result<(), KeyError> {
        secret_file::replace(file, &master.seal(&secret_file::print(file, self)?)?)
    }

    /// Makes the keys that one of `tenants` does not have yet; whether there were any.
    pub(super) fn complete(&mut self, tenants: &[Tenant], now: Timestamp) -> Result<bool, KeyError> {
        let mut made = false;
        for tenant in tenants {
            if self.current(tenant).is_none() {
                self.add_signing(tenant, now)?;
                made = true;
            }
            for secrets in [&mut self.digits, &mut self.lists, &mut self.tags] {
                made |= complete(secrets, tenant)?;
            }
        }
        Ok(made)
    }

    pub(super) fn add_signing(&mut self, tenant: &Tenant, now: Timestamp) -> Result<u16, KeyError> {
        let highest = self.signing.iter().map(|key| key.id).max().unwrap_or(0);
        let id = highest.checked_add(1).ok_or(KeyError::KeyIdsExhausted)?;
        let (tenant, seed) = (tenant.clone(), secret_file::random()?);
        self.signing.push(StoredKey { id, tenant, seed, since: now, withdrawn: None });
        Ok(id)
    }

    /// Withdraws a key, and makes another if it was the current one. A key that was withdrawn stays as it is.
    pub(super) fn withdraw(&mut self, tenant: &Tenant, id: u16, withdrawal: Withdrawal) -> Result<(), KeyError> {
        let now = withdrawal.at;
        let key = self.signing.iter_mut().find(|key| key.id == id && key.tenant == *tenant);
        key.ok_or(KeyError::Unknown { id })?.withdrawn.get_or_insert(withdrawal);
        if self.current(tenant).is_none() {
            self.add_signing(tenant, now)?;
        }
        Ok(())
    }

    /// Id of the key that signs the tenant's new codes, and since when: the newest, unless that was withdrawn.
    pub(super) fn current(&self, tenant: &Tenant) -> Option<(u16, Timestamp)> {
        let newest = self.signing.iter().rfind(|key| key.tenant == *tenant)?;
        newest.withdrawn.is_none().then_some((newest.id, newest.since))
    }

    pub(super) fn digits(&self, tenant: &Tenant) -> Option<[u8; 32]> {
        secret(&self.digits, tenant)
    }

    pub(super) fn lists(&self, tenant: &Tenant) -> Option<[u8; 32]> {
        secret(&self.lists, tenant)
    }

    pub(super) fn tags(&self, tenant: &Tenant) -> Option<[u8; 32]> {
        secret(&self.tags, tenant)
    }

    /// The signing keys, ready for use.
    pub(super) fn ready(&self) -> Vec<Arc<CodeKey>> {
        let ready = |(place, key): (usize, &StoredKey)| {
            let signing = SigningKey::from_bytes(&key.seed);
            let next = self.signing[place + 1..].iter().find(|next| next.tenant == key.tenant);
            Arc::new(CodeKey {
                id: key.id,
                tenant: key.tenant.clone(),
                verifying: signing.verifying_key(),
                signing,
                since: key.since,
                until: next.map(|next| next.since),
                current: self.current(&key.tenant).is_some_and(|(id, _)| id == key.id),
                withdrawn: key.withdrawn.clone(),
            })
        };
        self.signing.iter().enumerate().map(ready).collect()
    }
}
