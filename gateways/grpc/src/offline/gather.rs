//! What an authority revoked, as the views have it.

use std::collections::HashMap;

use sceau_certification::CertificateStatus;
use sceau_certification_view::CertificateList;
use sceau_kernel::Tenant;
use sceau_kernel::uuid::Uuid;
use sceau_offline::{Decommissioned, Issue, Revocations};
use sceau_projection::{Cell, Projection};
use sceau_projector::{Range, ViewReader};
use sceau_stamp_view::BatchRange;
use tonic::Status;

use crate::failure;

/// Rows read at once.
const STEP: usize = 1_000;
/// Numbers are allocated one bucket after the other; a view that lags in one partition may lack one of them, not two.
const EMPTY_BUCKETS: u32 = 2;

/// A first number, and how many follow it.
type Run = (u64, u64);

/// The views that say what was revoked.
pub(super) struct Views {
    pub(super) batches: ViewReader<BatchRange>,
    pub(super) certificates: ViewReader<CertificateList>,
}

impl Views {
    /// What is not to be accepted of this tenant's stamps.
    pub(super) async fn revocations(
        &self,
        tenant: &Tenant,
        issue: Issue,
        withdrawn_keys: Vec<u16>,
        seed: u64,
    ) -> Result<Revocations, Status> {
        let certificates = self.certificates(tenant).await?;
        let (mut revoked, mut suspended, mut decommissioned) = (Vec::new(), Vec::new(), Vec::<Run>::new());
        let (mut bucket, mut empty) = (0_i64, 0);
        while empty < EMPTY_BUCKETS {
            let batches = all(&self.batches, vec![Cell::Text(tenant.to_string()), Cell::Int(bucket)]).await?;
            empty = if batches.is_empty() { empty + 1 } else { 0 };
            bucket += 1;
            for (key, batch) in batches {
                match certificates.get(&batch.certificate_id) {
                    Some(CertificateStatus::Revoked) => revoked.push((key.first_number, batch.count)),
                    Some(CertificateStatus::Suspended) => suspended.push((key.first_number, batch.count)),
                    _ => {}
                }
                let gone = batch.decommissioned.0.ranges().iter();
                decommissioned.extend(gone.map(|range| (key.first_number + range.first, range.count)));
            }
        }
        Ok(Revocations {
            issue,
            withdrawn_keys,
            revoked: revoked.into_iter().collect(),
            suspended: suspended.into_iter().collect(),
            decommissioned: Decommissioned::of(&decommissioned, seed),
        })
    }

    /// The certificates that are revoked or suspended.
    async fn certificates(&self, tenant: &Tenant) -> Result<HashMap<Uuid, CertificateStatus>, Status> {
        let rows = all(&self.certificates, vec![Cell::Text(tenant.to_string())]).await?;
        let status = rows.into_iter().map(|(key, row)| (key.certificate_id, row.status.0));
        let stopped = |status| matches!(status, CertificateStatus::Revoked | CertificateStatus::Suspended);
        Ok(status.filter(|(_, status)| stopped(*status)).collect())
    }
}

/// Every row whose key begins with `prefix`.
async fn all<P: Projection>(reader: &ViewReader<P>, prefix: Vec<Cell>) -> Result<Vec<(P::Key, P::Row)>, Status> {
    let mut rows: Vec<(P::Key, P::Row)> = Vec::new();
    loop {
        let mut range = Range::of(prefix.clone(), STEP);
        if let Some((last, _)) = rows.last() {
            range = range.after(last.clone());
        }
        let read = reader.scan(range).await.map_err(|error| failure::view(&error))?;
        let ended = read.len() < STEP;
        rows.extend(read);
        if ended {
            return Ok(rows);
        }
    }
}
