//! What has become of the stamps of batches, as an account.

use sceau_proto::common::v1::PageInfo;
use sceau_proto::stamp::v1::{ListBatchesRequest, ReconcileBatchesRequest, ReconcileBatchesResponse};
use tonic::Status;

use super::{batch, batches};
use crate::call::Call;
use crate::door::Door;
use crate::query::query_call;

query_call!(
    "/sceau.stamp.v1.StampQueryService/ReconcileBatches",
    ReconcileBatchesRequest,
    ReconcileBatchesResponse,
    reconcile
);

async fn reconcile(
    request: ReconcileBatchesRequest,
    door: &Door,
    call: &Call,
) -> Result<ReconcileBatchesResponse, Status> {
    let (found, page) = if request.batch_id.is_empty() {
        let ReconcileBatchesRequest { meta, page, company_id, stamper_id, order_id, certificate_id, .. } = request;
        batches(&ListBatchesRequest { meta, page, company_id, stamper_id, order_id, certificate_id }, door, call)
            .await?
    } else {
        (vec![batch(&request.batch_id, request.meta.as_ref(), door, call).await?], PageInfo::default())
    };
    let batches = found.into_iter().map(|(id, row)| row.reconciliation(id)).collect();
    Ok(ReconcileBatchesResponse { batches, page: Some(page) })
}
