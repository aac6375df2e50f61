//! Price lists and orders, as their views hold them.

use sceau_kernel::wire::Wire;
use sceau_order::{CompanyId, OrderId};
use sceau_order_view::{OrderKey, PriceListKey};
use sceau_proto::order::v1::{
    GetOrderRequest, GetOrderResponse, GetPriceListRequest, GetPriceListResponse, ListOrdersRequest, ListOrdersResponse,
};
use tonic::Status;

use super::list::{List, Wanted, text, uuid};
use super::{own_or_named, query_call, row};
use crate::call::Call;
use crate::command::id;
use crate::door::Door;
use crate::failure;

query_call!(
    "/sceau.order.v1.OrderQueryService/GetPriceList",
    GetPriceListRequest,
    GetPriceListResponse,
    get_price_list
);
query_call!("/sceau.order.v1.OrderQueryService/GetOrder", GetOrderRequest, GetOrderResponse, get_order);
query_call!("/sceau.order.v1.OrderQueryService/ListOrders", ListOrdersRequest, ListOrdersResponse, list_orders);

async fn get_price_list(
    request: GetPriceListRequest,
    door: &Door,
    call: &Call,
) -> Result<GetPriceListResponse, Status> {
    let key = PriceListKey { tenant: call.tenant.to_string() };
    let found = row(&door.tables.price_list, &key, request.meta.as_ref(), call).await?;
    let price_list = found.and_then(|row| row.message());
    if price_list.is_none() {
        return Err(failure::not_found("PRICE_LIST_NOT_SET", "price list of tenant", call.tenant.as_str()));
    }
    Ok(GetPriceListResponse { price_list })
}

async fn get_order(request: GetOrderRequest, door: &Door, call: &Call) -> Result<GetOrderResponse, Status> {
    let named = request.order_id.clone();
    let order_id = id::<OrderId>("order_id", request.order_id)?.0;
    let key = OrderKey { tenant: call.tenant.to_string(), order_id };
    let found = row(&door.tables.order, &key, request.meta.as_ref(), call).await?;
    let found = found.ok_or_else(|| failure::not_found("ORDER_NOT_FOUND", "order", &named))?;
    call.check_owner(&found.company_id.to_string(), "order", &named)?;
    Ok(GetOrderResponse { order: Some(found.message(order_id)) })
}

async fn list_orders(request: ListOrdersRequest, door: &Door, call: &Call) -> Result<ListOrdersResponse, Status> {
    let company_id = own_or_named::<CompanyId>("company_id", &request.company_id, call)?.0;
    call.check_owner(&company_id.to_string(), "company", &request.company_id)?;
    let status = request.status;
    let query = format!("orders {status}");
    let wanted = Wanted { meta: request.meta.as_ref(), page: request.page.as_ref(), query: &query };
    let prefix = vec![text(&call.tenant), uuid(company_id)];
    let list = List::read(&door.tables.order_by_company, prefix, wanted, call, |_, row| {
        status == 0 || row.status.0.to_wire() == status
    })
    .await?;
    let orders = list.rows.iter().map(|(key, row)| row.summary(key)).collect();
    Ok(ListOrdersResponse { orders, page: Some(list.page) })
}
