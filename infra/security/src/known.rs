//! Tokens that were verified before, and tokens that were revoked.

use std::collections::HashMap;
use std::sync::Arc;

use sceau_kernel::Timestamp;

use crate::{Caller, TokenError};

/// Both stand behind one lock, so that a token revoked while it is being verified is never remembered as good.
pub(crate) struct Known {
    capacity: usize,
    /// By the whole token: a hit needs no cryptography and trusts no hash.
    callers: HashMap<Box<str>, Arc<Caller>>,
    /// Ids of revoked tokens and the second at which they end anyway.
    revoked: HashMap<String, i64>,
}

impl Known {
    pub(crate) fn new(capacity: usize, revoked: HashMap<String, i64>) -> Self {
        Self { capacity, callers: HashMap::new(), revoked }
    }

    /// The caller who bears `token`, if it was verified before and still counts.
    pub(crate) fn caller(&self, token: &str, now: Timestamp) -> Option<Arc<Caller>> {
        self.callers.get(token).filter(|caller| now < caller.expires).cloned()
    }

    /// Remembers a verified token, unless it was revoked.
    pub(crate) fn remember(&mut self, token: &str, caller: &Arc<Caller>, now: Timestamp) -> Result<(), TokenError> {
        if self.revoked.contains_key(&*caller.token_id) {
            return Err(TokenError::Revoked { token_id: caller.token_id.to_string() });
        }
        if self.callers.len() >= self.capacity {
            self.callers.retain(|_, known| now < known.expires);
        }
        if self.callers.len() >= self.capacity {
            self.callers.clear();
        }
        self.callers.insert(token.into(), Arc::clone(caller));
        Ok(())
    }

    /// The revoked ids as they will be with `token_id` among them; those that have ended are left out.
    pub(crate) fn revoked_with(&self, token_id: &str, ends: i64, now: Timestamp) -> HashMap<String, i64> {
        let second = now.0.div_euclid(1_000_000);
        let mut revoked = self.revoked.clone();
        revoked.retain(|_, ends| *ends > second);
        revoked.insert(token_id.to_owned(), ends);
        revoked
    }

    /// Takes the new list and forgets the callers on it.
    pub(crate) fn revoke(&mut self, revoked: HashMap<String, i64>) {
        self.callers.retain(|_, caller| !revoked.contains_key(&*caller.token_id));
        self.revoked = revoked;
    }
}
