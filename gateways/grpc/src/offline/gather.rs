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
            let prefix = vec![Cell::Text(tenant.to_string()), Cell::Int(bucket)];
            let batches = each(&self.batches, prefix, |key, batch| {
                match certificates.get(&batch.certificate_id) {
                    Some(CertificateStatus::Revoked) => revoked.push((key.first_number, batch.count)),
                    Some(CertificateStatus::Suspended) => suspended.push((key.first_number, batch.count)),
                    _ => {}
                }
                let gone = batch.decommissioned.0.ranges().iter();
                decommissioned.extend(gone.map(|range| (key.first_number + range.first, range.count)));
            });
            empty = if batches.await? == 0 { empty + 1 } else { 0 };
            bucket += 1;
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
        let mut stopped = HashMap::new();
        each(&self.certificates, vec![Cell::Text(tenant.to_string())], |key, row| {
            if matches!(row.status.0, CertificateStatus::Revoked | CertificateStatus::Suspended) {
                stopped.insert(key.certificate_id, row.status.0);
            }
        })
        .await?;
        Ok(stopped)
    }
}

/// Reads every row whose key begins with `prefix`, a few at a time; how many there were.
async fn each<P: Projection>(
    reader: &ViewReader<P>,
    prefix: Vec<Cell>,
    mut look: impl FnMut(&P::Key, &P::Row),
) -> Result<usize, Status> {
    let (mut range, mut count) = (Range::of(prefix.clone(), STEP), 0);
    loop {
        let rows = reader.scan(range).await.map_err(|error| failure::view(&error))?;
        for (key, row) in &rows {
            look(key, row);
        }
        count += rows.len();
        match rows.into_iter().last() {
            Some((last, _)) if count % STEP == 0 => range = Range::of(prefix.clone(), STEP).after(last),
            _ => return Ok(count),
        }
    }
}
