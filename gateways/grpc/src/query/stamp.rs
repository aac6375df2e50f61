//! Batches and counts of stamps, as their views hold them.

mod account;
mod activation;
mod container;
mod resolve;

use sceau_certification_view::CertificateKey;
use sceau_kernel::Role;
use sceau_kernel::uuid::Uuid;
use sceau_proto::common::v1::{PageInfo, QueryMeta};
use sceau_proto::stamp::v1::{
    GetBatchRequest, GetBatchResponse, GetProductStampsRequest, GetProductStampsResponse, ListBatchesRequest,
    ListBatchesResponse,
};
use sceau_stamp::{BatchId, CertificateId, CompanyId, OrderId, StamperId};
use sceau_stamp_view::{BatchByOrderKey, BatchKey, BatchRow, ProductStampsKey};
use tonic::Status;

use super::list::{List, Wanted, text, uuid};
use super::{fresh, own_or_named, query_call, row};
use crate::call::Call;
use crate::command::id;
use crate::door::Door;
use crate::failure;

query_call!("/sceau.stamp.v1.StampQueryService/GetBatch", GetBatchRequest, GetBatchResponse, get_batch);
query_call!("/sceau.stamp.v1.StampQueryService/ListBatches", ListBatchesRequest, ListBatchesResponse, list_batches);
query_call!(
    "/sceau.stamp.v1.StampQueryService/GetProductStamps",
    GetProductStampsRequest,
    GetProductStampsResponse,
    get_product_stamps
);

/// Whether the call reaches this batch: a company its own, a stamper those released to it.
pub(crate) fn reaches(call: &Call, batch: &BatchRow) -> bool {
    let Some(party) = call.confined_to() else { return true };
    match call.actor.role {
        Role::Stamper => batch.stamper_id.is_some_and(|stamper| stamper.to_string() == party),
        _ => batch.company_id.to_string() == party,
    }
}

/// Refuses a caller of this role whose party is another than the owner. What callers of other roles ask for is
/// filtered by [`reaches`].
fn check_party(call: &Call, role: Role, owner: &Uuid, what: &str, named: &str) -> Result<(), Status> {
    if call.actor.role == role { call.check_owner(&owner.to_string(), what, named) } else { Ok(()) }
}

async fn get_batch(request: GetBatchRequest, door: &Door, call: &Call) -> Result<GetBatchResponse, Status> {
    let (batch_id, found) = batch(&request.batch_id, request.meta.as_ref(), door, call).await?;
    Ok(GetBatchResponse { batch: Some(found.message(batch_id)) })
}

/// The batch of this id, if the call reaches it.
async fn batch(named: &str, meta: Option<&QueryMeta>, door: &Door, call: &Call) -> Result<(Uuid, BatchRow), Status> {
    let batch_id = id::<BatchId>("batch_id", named.to_owned())?.0;
    let key = BatchKey { tenant: call.tenant.to_string(), batch_id };
    let found = row(&door.tables.batch, &key, meta, call).await?;
    let found = found.ok_or_else(|| failure::not_found("BATCH_NOT_FOUND", "batch", named))?;
    if reaches(call, &found) { Ok((batch_id, found)) } else { Err(failure::not_yours("batch", named)) }
}

async fn list_batches(request: ListBatchesRequest, door: &Door, call: &Call) -> Result<ListBatchesResponse, Status> {
    let (found, page) = batches(&request, door, call).await?;
    let batches = found.into_iter().map(|(id, row)| row.summary(id)).collect();
    Ok(ListBatchesResponse { batches, page: Some(page) })
}

/// A page of the batches that are asked for and that the call reaches.
async fn batches(
    request: &ListBatchesRequest,
    door: &Door,
    call: &Call,
) -> Result<(Vec<(Uuid, BatchRow)>, PageInfo), Status> {
    let at_least = request.meta.as_ref().map_or(&[][..], |meta| &meta.at_least);
    fresh(&door.tables.batch, at_least, call).await?;
    let (ids, page) = if !request.order_id.is_empty() {
        (batches_of_order(request, door, call).await?, PageInfo::default())
    } else if !request.certificate_id.is_empty() {
        batches_of_certificate(request, door, call).await?
    } else if !request.stamper_id.is_empty() || call.actor.role == Role::Stamper {
        batches_of_stamper(request, door, call).await?
    } else {
        batches_of_company(request, door, call).await?
    };
    let tenant = call.tenant.as_str();
    let keys: Vec<BatchKey> = ids.iter().map(|id| BatchKey { tenant: tenant.to_owned(), batch_id: *id }).collect();
    let rows = door.tables.batch.get_many(&keys).await.map_err(|error| failure::view(&error))?;
    let known = ids.into_iter().zip(rows).filter_map(|(id, row)| Some((id, row?)));
    Ok((known.filter(|(_, row)| reaches(call, row)).collect(), page))
}

/// All batches of an order, which has at most 2000 lines, in the order of its lines.
async fn batches_of_order(request: &ListBatchesRequest, door: &Door, call: &Call) -> Result<Vec<Uuid>, Status> {
    let order_id = id::<OrderId>("order_id", request.order_id.clone())?.0;
    let key = BatchByOrderKey { tenant: call.tenant.to_string(), order_id };
    let found = row(&door.tables.batch_by_order, &key, request.meta.as_ref(), call).await?;
    Ok(found.map(|row| row.batches.0).unwrap_or_default())
}

async fn batches_of_certificate(
    request: &ListBatchesRequest,
    door: &Door,
    call: &Call,
) -> Result<(Vec<Uuid>, PageInfo), Status> {
    let certificate_id = id::<CertificateId>("certificate_id", request.certificate_id.clone())?.0;
    let key = CertificateKey { tenant: call.tenant.to_string(), certificate_id };
    let certificate = row(&door.tables.certificate, &key, None, call).await?;
    let Some(certificate) = certificate else {
        return Ok((Vec::new(), PageInfo::default()));
    };
    check_party(call, Role::Company, &certificate.company_id, "certificate", &request.certificate_id)?;
    let prefix = vec![text(&call.tenant), uuid(certificate.company_id), uuid(certificate_id)];
    let wanted = Wanted { meta: request.meta.as_ref(), page: request.page.as_ref(), query: "batches of certificate" };
    let list = List::read(&door.tables.batch_by_company, prefix, wanted, call, |_, _| true).await?;
    Ok((list.rows.into_iter().map(|(_, row)| row.batch_id).collect(), list.page))
}

async fn batches_of_stamper(
    request: &ListBatchesRequest,
    door: &Door,
    call: &Call,
) -> Result<(Vec<Uuid>, PageInfo), Status> {
    let stamper_id = own_or_named::<StamperId>("stamper_id", &request.stamper_id, call)?.0;
    check_party(call, Role::Stamper, &stamper_id, "stamper", &request.stamper_id)?;
    let prefix = vec![text(&call.tenant), uuid(stamper_id)];
    let wanted = Wanted { meta: request.meta.as_ref(), page: request.page.as_ref(), query: "batches of stamper" };
    let list = List::read(&door.tables.batch_by_stamper, prefix, wanted, call, |_, _| true).await?;
    Ok((list.rows.into_iter().map(|(_, row)| row.batch_id).collect(), list.page))
}

async fn batches_of_company(
    request: &ListBatchesRequest,
    door: &Door,
    call: &Call,
) -> Result<(Vec<Uuid>, PageInfo), Status> {
    let company_id = own_or_named::<CompanyId>("company_id", &request.company_id, call)?.0;
    check_party(call, Role::Company, &company_id, "company", &request.company_id)?;
    let prefix = vec![text(&call.tenant), uuid(company_id)];
    let wanted = Wanted { meta: request.meta.as_ref(), page: request.page.as_ref(), query: "batches of company" };
    let list = List::read(&door.tables.batch_by_company, prefix, wanted, call, |_, _| true).await?;
    Ok((list.rows.into_iter().map(|(_, row)| row.batch_id).collect(), list.page))
}

async fn get_product_stamps(
    request: GetProductStampsRequest,
    door: &Door,
    call: &Call,
) -> Result<GetProductStampsResponse, Status> {
    let named = request.certificate_id.clone();
    let certificate_id = id::<CertificateId>("certificate_id", request.certificate_id)?.0;
    let tenant = call.tenant.to_string();
    let key = ProductStampsKey { tenant: tenant.clone(), certificate_id };
    let found = row(&door.tables.product_stamps, &key, request.meta.as_ref(), call).await?;
    let Some(found) = found else {
        // A product without stamps has no row; whether there is such a product, its certificate says.
        let key = CertificateKey { tenant, certificate_id };
        let certificate = row(&door.tables.certificate, &key, None, call).await?;
        let certificate =
            certificate.ok_or_else(|| failure::not_found("CERTIFICATE_NOT_FOUND", "certificate", &named))?;
        let company_id = certificate.company_id.to_string();
        call.check_owner(&company_id, "certificate", &named)?;
        return Ok(GetProductStampsResponse {
            certificate_id: certificate_id.to_string(),
            company_id,
            ..GetProductStampsResponse::default()
        });
    };
    call.check_owner(&found.company_id.to_string(), "certificate", &named)?;
    Ok(found.message(certificate_id))
}
