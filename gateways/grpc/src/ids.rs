//! Ids for commands that the gateway gives of its own.

use std::sync::atomic::{AtomicU64, Ordering};

use sceau_kernel::uuid::Uuid;

/// Ids that no other gateway and no earlier run gives: a random namespace and a counter.
pub(crate) struct Ids {
    namespace: Uuid,
    next: AtomicU64,
}

impl Ids {
    pub(crate) fn new() -> Self {
        let mut random = [0; 16];
        // Without entropy the time still tells two runs apart.
        if getrandom::fill(&mut random).is_err() {
            let now = u128::from(crate::system_clock().0.unsigned_abs());
            random = now.to_le_bytes();
        }
        Self { namespace: Uuid::from_bytes(random), next: AtomicU64::new(0) }
    }

    pub(crate) fn next(&self) -> Uuid {
        let n = self.next.fetch_add(1, Ordering::Relaxed);
        Uuid::new_v5(&self.namespace, &n.to_le_bytes())
    }
}
