//! The keys under which stamp codes are signed and permuted.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use ed25519_dalek::{SigningKey, VerifyingKey};
use sceau_kernel::{Tenant, Timestamp};
use serde::{Deserialize, Serialize};

use crate::KeyError;
use crate::secret_file::{self, hex};

/// One key that signs codes.
#[derive(Clone, Debug)]
pub struct CodeKey {
    /// Its id, which every signed code carries; unique over all tenants, so that a code alone names its authority.
    pub id: u16,
    /// Whose codes it signs.
    pub tenant: Tenant,
    /// The Ed25519 key.
    pub signing: SigningKey,
    /// Its public half.
    pub verifying: VerifyingKey,
    /// Since when it has been signing.
    pub since: Timestamp,
    /// True for the one that signs the tenant's new codes.
    pub current: bool,
}

/// All code keys of the platform, kept in a folder. Shared by reference between threads.
pub struct CodeKeys {
    file: PathBuf,
    kept: RwLock<Kept>,
}

/// What the file says, and the same ready for use.
struct Kept {
    stored: Stored,
    keys: Vec<Arc<CodeKey>>,
}

#[derive(Clone, Default, Serialize, Deserialize)]
struct Stored {
    signing: Vec<StoredKey>,
    digits: Vec<StoredDigits>,
}

#[derive(Clone, Serialize, Deserialize)]
struct StoredKey {
    id: u16,
    tenant: Tenant,
    #[serde(with = "hex")]
    seed: [u8; 32],
    since: Timestamp,
}

/// The key that permutes a tenant's 16 digits. It stays for ever: digits carry no key id.
#[derive(Clone, Serialize, Deserialize)]
struct StoredDigits {
    tenant: Tenant,
    #[serde(with = "hex")]
    key: [u8; 32],
}

impl CodeKeys {
    /// Opens the keys in `folder`, and makes those that one of `tenants` does not have yet.
    pub fn open(folder: &Path, tenants: &[Tenant], now: Timestamp) -> Result<Self, KeyError> {
        let file = folder.join("code-keys.json");
        let stored = secret_file::alone(folder, || {
            let mut stored = secret_file::read::<Stored>(&file)?.unwrap_or_default();
            if stored.complete(tenants, now)? {
                secret_file::replace(&file, &stored)?;
            }
            Ok(stored)
        })?;
        Ok(Self { file, kept: RwLock::new(Kept { keys: stored.ready(), stored }) })
    }

    /// Takes in what other nodes have added to the folder.
    pub fn refresh(&self) -> Result<(), KeyError> {
        if let Some(stored) = secret_file::read::<Stored>(&self.file)?
            && self.read(|kept| kept.stored.signing.len()) < stored.signing.len()
        {
            *self.kept.write().unwrap_or_else(PoisonError::into_inner) = Kept { keys: stored.ready(), stored };
        }
        Ok(())
    }

    /// The key of this id.
    pub fn by_id(&self, id: u16) -> Option<Arc<CodeKey>> {
        self.read(|kept| kept.keys.iter().find(|key| key.id == id).cloned())
    }

    /// The key that signs the tenant's new codes.
    pub fn current(&self, tenant: &Tenant) -> Option<Arc<CodeKey>> {
        self.read(|kept| kept.keys.iter().find(|key| key.current && key.tenant == *tenant).cloned())
    }

    /// All keys of a tenant, the oldest first.
    pub fn of_tenant(&self, tenant: &Tenant) -> Vec<Arc<CodeKey>> {
        self.read(|kept| kept.keys.iter().filter(|key| key.tenant == *tenant).cloned().collect())
    }

    /// The key that permutes the tenant's digits.
    pub fn digits(&self, tenant: &Tenant) -> Option<[u8; 32]> {
        self.read(|kept| kept.stored.digits.iter().find(|key| key.tenant == *tenant).map(|key| key.key))
    }

    /// Makes a new key for the tenant's new codes. Codes signed by the earlier ones go on counting.
    pub fn rotate(&self, tenant: &Tenant, now: Timestamp) -> Result<Arc<CodeKey>, KeyError> {
        let (id, stored) = secret_file::alone(self.file.parent().unwrap_or(Path::new(".")), || {
            let mut stored = secret_file::read::<Stored>(&self.file)?.unwrap_or_default();
            let id = stored.add_signing(tenant, now)?;
            secret_file::replace(&self.file, &stored)?;
            Ok((id, stored))
        })?;
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        *kept = Kept { keys: stored.ready(), stored };
        kept.keys.iter().find(|key| key.id == id).cloned().ok_or(KeyError::NoEntropy)
    }

    fn read<T>(&self, look: impl FnOnce(&Kept) -> T) -> T {
        look(&self.kept.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Stored {
    /// Makes the keys that one of `tenants` does not have yet; whether there were any.
    fn complete(&mut self, tenants: &[Tenant], now: Timestamp) -> Result<bool, KeyError> {
        let mut made = false;
        for tenant in tenants {
            if !self.signing.iter().any(|key| key.tenant == *tenant) {
                self.add_signing(tenant, now)?;
                made = true;
            }
            if !self.digits.iter().any(|key| key.tenant == *tenant) {
                self.digits.push(StoredDigits { tenant: tenant.clone(), key: secret_file::random()? });
                made = true;
            }
        }
        Ok(made)
    }

    fn add_signing(&mut self, tenant: &Tenant, now: Timestamp) -> Result<u16, KeyError> {
        let highest = self.signing.iter().map(|key| key.id).max().unwrap_or(0);
        let id = highest.checked_add(1).ok_or(KeyError::KeyIdsExhausted)?;
        self.signing.push(StoredKey { id, tenant: tenant.clone(), seed: secret_file::random()?, since: now });
        Ok(id)
    }

    fn ready(&self) -> Vec<Arc<CodeKey>> {
        let newest = |tenant: &Tenant| self.signing.iter().rfind(|key| key.tenant == *tenant).map(|key| key.id);
        let ready = |key: &StoredKey| {
            let signing = SigningKey::from_bytes(&key.seed);
            Arc::new(CodeKey {
                id: key.id,
                tenant: key.tenant.clone(),
                verifying: signing.verifying_key(),
                signing,
                since: key.since,
                current: newest(&key.tenant) == Some(key.id),
            })
        };
        self.signing.iter().map(ready).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_tenant_has_keys_of_its_own_that_outlive_a_restart_and_a_rotation() {
        let folder = tempfile::tempdir().unwrap();
        let tenants: Vec<Tenant> = vec!["ci".parse().unwrap(), "sn".parse().unwrap()];
        let keys = CodeKeys::open(folder.path(), &tenants, Timestamp(1)).unwrap();
        let first = keys.current(&tenants[0]).unwrap();
        let second = keys.rotate(&tenants[0], Timestamp(2)).unwrap();
        assert_eq!((first.id, second.id, keys.current(&tenants[1]).unwrap().id), (1, 3, 2));

        let again = CodeKeys::open(folder.path(), &tenants, Timestamp(3)).unwrap();
        assert_eq!(again.current(&tenants[0]).unwrap().id, second.id);
        assert_eq!(again.by_id(first.id).unwrap().verifying, first.verifying);
        assert_eq!(again.of_tenant(&tenants[0]).iter().map(|key| key.current).collect::<Vec<_>>(), [false, true]);
        assert_eq!(again.digits(&tenants[0]), keys.digits(&tenants[0]));
        assert_ne!(again.digits(&tenants[0]), again.digits(&tenants[1]));
    }
}
