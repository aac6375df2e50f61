//! Commands to price lists and orders.

use sceau_order::order::{CancelOrder, ConfirmOrder, OrderCommand, PlaceOrder, QuoteOrder, RequestedOrder};
use sceau_order::price_list::{self, PriceListCommand, SetPriceList};
use sceau_order::{OrderId, Ordering, OrderingCommand as Command};
use sceau_proto::order::v1::{
    CancelOrderRequest, ConfirmOrderRequest, PlaceOrderRequest, QuoteOrderRequest, SetPriceListRequest,
};
use tonic::Status;

use super::{Given, Prepared, body, command_call, commands_to, id};
use crate::door::Door;

commands_to! {
    Ordering, "/sceau.order.v1.OrderCommandService/";
    CancelOrder: CancelOrderRequest, order_id as OrderId, CancelOrder
        => |body| Command::Order(OrderCommand::Cancel(body));
}

command_call!(Ordering, "/sceau.order.v1.OrderCommandService/SetPriceList", SetPriceListRequest, -, now set_price_list);
command_call!(Ordering, "/sceau.order.v1.OrderCommandService/PlaceOrder", PlaceOrderRequest, -, looking_up place);
command_call!(Ordering, "/sceau.order.v1.OrderCommandService/QuoteOrder", QuoteOrderRequest, order_id, looking_up quote);
command_call!(Ordering, "/sceau.order.v1.OrderCommandService/ConfirmOrder", ConfirmOrderRequest, order_id, looking_up confirm);

fn set_price_list(request: SetPriceListRequest, given: &Given<'_>) -> Result<Prepared<Ordering>, Status> {
    let prices = body::<SetPriceList>(request)?;
    let stream = price_list::stream(&given.call.tenant);
    Ok(Prepared { stream, command: Command::PriceList(PriceListCommand::Set(prices)) })
}

async fn place(request: PlaceOrderRequest, door: &Door, given: &Given<'_>) -> Result<Prepared<Ordering>, Status> {
    let request = body::<RequestedOrder>(request)?;
    let certificates = door.facts.certificates(given, request.lines.iter().map(|line| line.certificate_id)).await?;
    let stream = OrderId::created_by(&given.command_id).stream(&given.call.tenant);
    Ok(Prepared { stream, command: Command::Order(OrderCommand::Place(PlaceOrder { request, certificates })) })
}

async fn quote(request: QuoteOrderRequest, door: &Door, given: &Given<'_>) -> Result<Prepared<Ordering>, Status> {
    let order_id: OrderId = id("order_id", request.order_id)?;
    let prices = door.facts.prices(given).await?;
    let stream = order_id.stream(&given.call.tenant);
    Ok(Prepared { stream, command: Command::Order(OrderCommand::Quote(QuoteOrder { prices })) })
}

async fn confirm(request: ConfirmOrderRequest, door: &Door, given: &Given<'_>) -> Result<Prepared<Ordering>, Status> {
    let order_id: OrderId = id("order_id", request.order_id)?;
    let ordered = door.facts.ordered_certificates(given, order_id).await?;
    let certificates = door.facts.certificates(given, ordered).await?;
    let stream = order_id.stream(&given.call.tenant);
    Ok(Prepared { stream, command: Command::Order(OrderCommand::Confirm(ConfirmOrder { certificates })) })
}
