//! The activations of a batch.

use sceau_proto::stamp::v1::{ListActivationsRequest, ListActivationsResponse};
use tonic::Status;

use super::batch;
use crate::call::Call;
use crate::door::Door;
use crate::query::list::{List, Wanted, text, uuid};
use crate::query::query_call;

query_call!(
    "/sceau.stamp.v1.StampQueryService/ListActivations",
    ListActivationsRequest,
    ListActivationsResponse,
    list_activations
);

async fn list_activations(
    request: ListActivationsRequest,
    door: &Door,
    call: &Call,
) -> Result<ListActivationsResponse, Status> {
    let (batch_id, _) = batch(&request.batch_id, request.meta.as_ref(), door, call).await?;
    let query = format!("activations of lot {}", request.lot);
    let wanted = Wanted { meta: request.meta.as_ref(), page: request.page.as_ref(), query: &query };
    let of_lot = |lot: Option<&str>| request.lot.is_empty() || lot == Some(request.lot.as_str());
    let prefix = vec![text(&call.tenant), uuid(batch_id)];
    let list = List::read(&door.tables.activation, prefix, wanted, call, |_, row| of_lot(row.lot.as_deref())).await?;
    let activations = list.rows.iter().map(|(_, row)| row.message()).collect();
    Ok(ListActivationsResponse { activations, page: Some(list.page) })
}
