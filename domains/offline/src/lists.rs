//! Both documents of one authority, checked and ready to judge with.

use ed25519_dalek::VerifyingKey;
use sceau_code::Host;

use crate::{Doubt, KeyList, ListError, Revocations};

/// Both documents of one authority.
#[derive(Clone, Debug)]
pub struct Lists {
    keys: KeyList,
    revocations: Revocations,
    host: Host,
}

impl Lists {
    /// Reads the two documents; `list_key` is the authority's, as the verifier was once given it.
    pub fn open(keys: &[u8], revocations: &[u8], list_key: &VerifyingKey) -> Result<Self, ListError> {
        Self::of(KeyList::open(keys, list_key)?, Revocations::open(revocations, list_key)?)
    }

    /// Takes two documents that were read.
    pub fn of(keys: KeyList, revocations: Revocations) -> Result<Self, ListError> {
        let (of_keys, of_revocations) = (&keys.issue.authority, &revocations.issue.authority);
        if of_keys != of_revocations {
            let (keys, revocations) = (of_keys.clone(), of_revocations.clone());
            return Err(ListError::Authorities { keys, revocations });
        }
        let host = Host::new(&keys.host).map_err(|_| ListError::Content { field: "host" })?;
        Ok(Self { keys, revocations, host })
    }

    /// The authority's keys.
    pub const fn keys(&self) -> &KeyList {
        &self.keys
    }

    /// What it revoked.
    pub const fn revocations(&self) -> &Revocations {
        &self.revocations
    }

    pub(crate) const fn host(&self) -> &Host {
        &self.host
    }

    /// What there is to doubt about any answer at `now`, in seconds since 1970-01-01 (UTC): the graver of what is said
    /// against the two documents.
    pub fn doubt(&self, now: u64) -> Option<Doubt> {
        match (self.keys.issue.doubt(now), self.revocations.issue.doubt(now)) {
            (Some(Doubt::Clock), _) | (_, Some(Doubt::Clock)) => Some(Doubt::Clock),
            (Some(Doubt::Stale { since }), Some(Doubt::Stale { since: other })) => {
                Some(Doubt::Stale { since: since.min(other) })
            }
            (doubt, None) | (None, doubt) => doubt,
        }
    }

    /// The time at which expiry is judged: a clock that is behind the lists is wrong, since they are signed.
    pub(crate) fn not_before(&self, now: u64) -> u64 {
        now.max(self.keys.issue.issued_at).max(self.revocations.issue.issued_at)
    }
}
