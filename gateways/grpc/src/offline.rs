//! What verifiers without a network carry: an authority's keys, and what it revoked, gathered from the views and signed.
//!
//! Lists are kept for some seconds, longer when gathering them took long, and made anew at once when a key changed or a
//! caller names positions that they must include.

mod gather;
mod jwks;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use sceau_code::Host;
use sceau_kernel::wire::Wire;
use sceau_kernel::{Tenant, Timestamp};
use sceau_offline::{Issue, KeyList, ListedKey};
use sceau_projector::ViewReader;
use sceau_proto::common::v1::Position;
use sceau_proto::verification::v1::{GetOfflineListsRequest, GetOfflineListsResponse};
use sceau_security::{CodeKey, CodeKeys};
use sceau_stamp_view::BatchRange;
use tokio::sync::Mutex;
use tonic::{Code, Status};

use crate::query::fresh_until;
use crate::tables::Tables;
use crate::{Gateway, failure};

/// How long a verifier may use lists before newer ones are due, in days.
const VALID_DAYS: i64 = 1;
/// How long lists are given out unchanged.
const KEPT: Duration = Duration::from_secs(5);
/// No more than so much of the time is spent on gathering.
const SHARE: u32 = 20;

/// The documents of an authority, ready to be served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfflineLists {
    /// The keys as a JSON Web Key Set (RFC 7517, RFC 8037); not signed.
    pub jwks: Bytes,
    /// The signed key list.
    pub keys: Bytes,
    /// The signed revocations.
    pub revoked: Bytes,
    /// The public key that signed both.
    pub list_key: [u8; 32],
    /// When they were made.
    pub issued_at: Timestamp,
    /// When newer ones are due.
    pub next_update: Timestamp,
}

/// Makes and keeps the lists of each authority.
pub(crate) struct Publisher {
    views: gather::Views,
    keys: Arc<CodeKeys>,
    host: Host,
    kept: Mutex<HashMap<Tenant, Kept>>,
}

/// Lists that may be given out again.
struct Kept {
    lists: Arc<OfflineLists>,
    /// Of the keys, when the lists were made.
    changes: u64,
    until: Instant,
}

impl Publisher {
    pub(crate) fn new(tables: &Tables, keys: Arc<CodeKeys>, host: Host) -> Self {
        let views =
            gather::Views { batches: tables.batch_range.clone(), certificates: tables.certificate_list.clone() };
        Self { views, keys, host, kept: Mutex::default() }
    }

    /// The lists of a tenant, which include what stands at `at_least`. Who comes while they are made waits for them.
    async fn lists(
        &self,
        tenant: &Tenant,
        at_least: &[Position],
        deadline: Instant,
        now: Timestamp,
    ) -> Result<Arc<OfflineLists>, Status> {
        let mut kept = self.kept.lock().await;
        let (begun, changes) = (Instant::now(), self.keys.changes());
        let reusable = |kept: &&Kept| at_least.is_empty() && kept.changes == changes && begun < kept.until;
        if let Some(kept) = kept.get(tenant).filter(reusable) {
            return Ok(Arc::clone(&kept.lists));
        }
        let batches: &ViewReader<BatchRange> = &self.views.batches;
        fresh_until(batches, at_least, deadline).await?;
        fresh_until(&self.views.certificates, at_least, deadline).await?;
        let lists = Arc::new(self.made(tenant, now).await?);
        let until = Instant::now() + KEPT.max(begun.elapsed() * SHARE);
        kept.insert(tenant.clone(), Kept { lists: Arc::clone(&lists), changes, until });
        Ok(lists)
    }

    async fn made(&self, tenant: &Tenant, now: Timestamp) -> Result<OfflineLists, Status> {
        let list_key = self.keys.list_key(tenant).ok_or_else(|| no_list_key(tenant))?;
        let next_update = now.plus_days(VALID_DAYS);
        let issue = Issue { authority: tenant.to_string(), issued_at: seconds(now), next_update: seconds(next_update) };
        let signing = self.keys.of_tenant(tenant);
        let withdrawn_keys = signing.iter().filter(|key| key.withdrawn.is_some()).map(|key| key.id).collect();
        // Each list errs on other stamps than the last one.
        let seed = now.0 as u64;
        let revocations = self.views.revocations(tenant, issue.clone(), withdrawn_keys, seed).await?;
        let keys = signing.iter().map(|key| listed(key)).collect();
        let keys = KeyList { issue, host: self.host.name().to_owned(), keys };
        Ok(OfflineLists {
            jwks: jwks::document(tenant, &signing, &list_key).into(),
            keys: keys.seal(&list_key).into(),
            revoked: revocations.seal(&list_key).into(),
            list_key: list_key.verifying_key().to_bytes(),
            issued_at: now,
            next_update,
        })
    }
}

/// A key as verifiers see it.
fn listed(key: &CodeKey) -> ListedKey {
    ListedKey {
        id: key.id,
        key: key.verifying,
        valid_from: seconds(key.since),
        valid_until: key.until.map(seconds),
        withdrawn_at: key.withdrawn.as_ref().map(|withdrawal| seconds(withdrawal.at).max(1)),
    }
}

/// Whole seconds since 1970.
fn seconds(time: Timestamp) -> u64 {
    u64::try_from(time.0 / 1_000_000).unwrap_or(0)
}

fn no_list_key(tenant: &Tenant) -> Status {
    let text = format!("tenant `{tenant}` has no list key: start the platform again, which makes one");
    failure::named(Code::FailedPrecondition, "LIST_KEY_MISSING", &text, &[])
}

impl Gateway {
    /// The lists of an authority for verifiers without a network; `tenant` may be empty where the platform serves one.
    /// They are what belongs at `/.well-known/sceau/jwks.json`, `/.well-known/sceau/keys` and
    /// `/.well-known/sceau/revoked`.
    pub async fn offline_lists(&self, tenant: &str) -> Result<Arc<OfflineLists>, Status> {
        self.offline_lists_at(tenant, &[]).await
    }

    async fn offline_lists_at(&self, tenant: &str, at_least: &[Position]) -> Result<Arc<OfflineLists>, Status> {
        let tenant = self.verifier.tenant(tenant)?;
        let deadline = Instant::now() + self.door.patience();
        self.publisher.lists(&tenant, at_least, deadline, self.door.now()).await
    }

    pub(crate) async fn get_lists(&self, request: GetOfflineListsRequest) -> Result<GetOfflineListsResponse, Status> {
        let at_least = request.meta.map(|meta| meta.at_least).unwrap_or_default();
        let lists = self.offline_lists_at(&request.tenant, &at_least).await?;
        Ok(GetOfflineListsResponse {
            jwks: String::from_utf8_lossy(&lists.jwks).into_owned(),
            keys: lists.keys.to_vec(),
            revoked: lists.revoked.to_vec(),
            list_key: lists.list_key.to_vec(),
            issued_at: Some(lists.issued_at.to_wire()),
            next_update: Some(lists.next_update.to_wire()),
        })
    }
}
