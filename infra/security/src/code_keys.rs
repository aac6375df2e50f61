//! The keys under which stamp codes are signed, permuted and tagged, and their lists signed.

mod stored;

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use ed25519_dalek::{SigningKey, VerifyingKey};
use sceau_kernel::{Tenant, Timestamp};
use serde::{Deserialize, Serialize};

use crate::secret_file;
use crate::{KeyError, MasterKey};
use stored::Stored;

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
    /// Until when it signed new codes; `None` for the newest. Codes it has signed count on.
    pub until: Option<Timestamp>,
    /// True for the one that signs the tenant's new codes.
    pub current: bool,
    /// That it was withdrawn: none of its codes counts any more.
    pub withdrawn: Option<Withdrawal>,
}

/// That a key was withdrawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawal {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
    /// Who did it.
    pub by: String,
}

/// All code keys of the platform, kept in a folder, sealed. Shared by reference between threads.
pub struct CodeKeys {
    file: PathBuf,
    master: MasterKey,
    kept: RwLock<Kept>,
}

/// What the file says, and the same ready for use.
struct Kept {
    stored: Stored,
    keys: Vec<Arc<CodeKey>>,
    /// How often it changed.
    changes: u64,
}

impl CodeKeys {
    /// Opens the keys in `folder`, and makes those that one of `tenants` does not have yet. The master key is the one in
    /// the folder, which is made when there is none.
    pub fn open(folder: &Path, tenants: &[Tenant], now: Timestamp) -> Result<Self, KeyError> {
        Self::open_sealed(folder, MasterKey::read_or_make(folder)?, tenants, now)
    }

    /// The same with a master key from elsewhere. A file in clear, of before keys were sealed, is sealed.
    pub fn open_sealed(folder: &Path, master: MasterKey, tenants: &[Tenant], now: Timestamp) -> Result<Self, KeyError> {
        let file = folder.join("code-keys.json");
        let stored = secret_file::alone(folder, || {
            let (mut stored, clear) = Stored::read(&file, &master)?.unwrap_or_default();
            if stored.complete(tenants, now)? || clear {
                stored.write(&file, &master)?;
            }
            Ok(stored)
        })?;
        Ok(Self { file, master, kept: RwLock::new(Kept { keys: stored.ready(), stored, changes: 0 }) })
    }

    /// Takes in what other nodes have changed in the folder.
    pub fn refresh(&self) -> Result<(), KeyError> {
        if let Some((stored, _)) = Stored::read(&self.file, &self.master)?
            && self.read(|kept| kept.stored != stored)
        {
            self.keep(stored);
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
        self.read(|kept| kept.stored.digits(tenant))
    }

    /// The key that signs the tenant's lists for offline verifiers.
    pub fn list_key(&self, tenant: &Tenant) -> Option<SigningKey> {
        self.read(|kept| kept.stored.lists(tenant)).map(|seed| SigningKey::from_bytes(&seed))
    }

    /// The key that tags the tenant's small codes.
    pub fn tag_key(&self, tenant: &Tenant) -> Option<[u8; 32]> {
        self.read(|kept| kept.stored.tags(tenant))
    }

    /// How often keys changed since they were opened: what was made of them is out of date when this is another.
    pub fn changes(&self) -> u64 {
        self.read(|kept| kept.changes)
    }

    /// Makes a new key for the tenant's new codes. Codes signed by the earlier ones go on counting.
    pub fn rotate(&self, tenant: &Tenant, now: Timestamp) -> Result<Arc<CodeKey>, KeyError> {
        self.change(|stored| stored.add_signing(tenant, now).map(|_| true))?;
        self.current(tenant).ok_or(KeyError::NoEntropy)
    }

    /// Makes a new key if the current one is from `before` or earlier; of several nodes that try it at once, one does.
    pub fn rotate_due(&self, tenant: &Tenant, before: Timestamp, now: Timestamp) -> Result<bool, KeyError> {
        if self.current(tenant).is_none_or(|key| key.since > before) {
            return Ok(false);
        }
        self.change(|stored| match stored.current(tenant) {
            Some((_, since)) if since > before => Ok(false),
            _ => stored.add_signing(tenant, now).map(|_| true),
        })
    }

    /// Withdraws a key: from now on none of its codes counts. If it was the current one, another takes its place. A key
    /// that was withdrawn already stays as it is.
    pub fn withdraw(&self, tenant: &Tenant, id: u16, withdrawal: Withdrawal) -> Result<Arc<CodeKey>, KeyError> {
        self.change(|stored| stored.withdraw(tenant, id, withdrawal).map(|()| true))?;
        self.by_id(id).ok_or(KeyError::Unknown { id })
    }

    /// Changes the file, alone among all that share it; `change` says whether there is anything to write.
    fn change(&self, change: impl FnOnce(&mut Stored) -> Result<bool, KeyError>) -> Result<bool, KeyError> {
        let (changed, stored) = secret_file::alone(self.file.parent().unwrap_or(Path::new(".")), || {
            let (mut stored, _) = Stored::read(&self.file, &self.master)?.unwrap_or_default();
            let changed = change(&mut stored)?;
            if changed {
                stored.write(&self.file, &self.master)?;
            }
            Ok((changed, stored))
        })?;
        self.keep(stored);
        Ok(changed)
    }

    fn keep(&self, stored: Stored) {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        *kept = Kept { keys: stored.ready(), stored, changes: kept.changes + 1 };
    }

    fn read<T>(&self, look: impl FnOnce(&Kept) -> T) -> T {
        look(&self.kept.read().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests;
