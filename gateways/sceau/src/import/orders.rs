//! Orders: placed, quoted and confirmed.

use std::collections::{BTreeMap, HashMap};

use futures_util::{StreamExt, stream};
use sceau_api::order::v1::order_query_service_client::OrderQueryServiceClient;
use sceau_proto::common::v1::Position;
use sceau_proto::order::v1::{
    ConfirmOrderRequest, ListOrdersRequest, OrderStatus, OrderSummary, PlaceOrderRequest, QuoteOrderRequest,
    RequestedLine,
};
use sceau_proto::submit::v1::submit_request::Command;

use super::error::ImportError;
use super::line::LineRefusal;
use super::office::Office;
use super::pipe::{Pipe, SendError};
use super::plan::Order;
use super::query::{ask, fresh, next, page};
use super::run::{Run, WINDOW};

/// Where the company's orders stand, by their ids.
pub(super) struct Standing(HashMap<String, OrderSummary>);

impl Standing {
    /// True for an order that nothing more is to be sent for. One that the file now tells otherwise is sent again, for
    /// the platform to refuse it by name.
    pub(super) fn is_confirmed(&self, order_id: &str, order: &Order) -> bool {
        self.0.get(order_id).is_some_and(|held| {
            let further = matches!(held.status(), OrderStatus::Confirmed | OrderStatus::Paid | OrderStatus::Fulfilled);
            let count: u64 = order.lines.iter().map(|line| u64::from(line.count)).sum();
            further && held.lines as usize == order.lines.len() && held.count == count
        })
    }
}

impl Run<'_> {
    pub(super) async fn standing_orders(&self, company_id: &str) -> Result<Standing, ImportError> {
        let orders = self.list_orders(company_id, OrderStatus::Unspecified, &[]).await?;
        Ok(Standing(orders.into_iter().map(|order| (order.order_id.clone(), order)).collect()))
    }

    /// The company's orders that stand here.
    pub(super) async fn list_orders(
        &self,
        company_id: &str,
        status: OrderStatus,
        at_least: &[Position],
    ) -> Result<Vec<OrderSummary>, ImportError> {
        let (mut orders, mut token) = (Vec::new(), Some(String::new()));
        while let Some(this) = token {
            let answer = ask(async || {
                let request = ListOrdersRequest {
                    meta: fresh(at_least.to_vec()),
                    page: Some(page(&this)),
                    company_id: company_id.to_owned(),
                    status: status as i32,
                };
                OrderQueryServiceClient::new(self.caller.clone()).list_orders(request).await
            });
            let answer = answer.await?.unwrap_or_default();
            orders.extend(answer.orders);
            token = next(answer.page);
        }
        Ok(orders)
    }

    /// Places, quotes and confirms what is not confirmed yet; the orders that the platform refused.
    pub(super) async fn place_orders(
        &self,
        pipe: &Pipe,
        office: &Office,
        standing: &Standing,
    ) -> Result<BTreeMap<usize, LineRefusal>, ImportError> {
        let orders = self.plan.orders.iter().enumerate();
        let missing = orders.filter(|(_, order)| !standing.is_confirmed(&self.order_id(order).to_string(), order));
        let mut under_way = stream::iter(missing)
            .map(async |(place, order)| (place, self.place_order(pipe, office, order).await))
            .buffer_unordered(WINDOW);
        let mut refused = BTreeMap::new();
        while let Some((place, done)) = under_way.next().await {
            if let Err(error) = done {
                let order = &self.plan.orders[place];
                refused.insert(place, self.refused(order.sources().next().unwrap_or_default(), error)?);
                self.progress.lines(order.lines.len());
            }
        }
        Ok(refused)
    }

    async fn place_order(&self, pipe: &Pipe, office: &Office, order: &Order) -> Result<(), SendError> {
        let place = |meta| {
            let lines = order.lines.iter().map(|line| RequestedLine {
                certificate_id: office.certificates[line.product as usize].clone(),
                form: office.form,
                count: u64::from(line.count),
            });
            Command::PlaceOrder(PlaceOrderRequest {
                meta,
                company_id: office.company_id.clone(),
                lines: lines.collect(),
                note: Some(format!("Invoice {}", order.number)),
            })
        };
        let placed = pipe.send(self.placing(order), &[], place).await?;
        let (number, order_id) = (&order.number, placed.id);
        let quote = |meta| Command::QuoteOrder(QuoteOrderRequest { meta, order_id: order_id.clone() });
        pipe.send(self.names.command(format_args!("order {number} quote")), &[], quote).await?;
        let confirm = |meta| Command::ConfirmOrder(ConfirmOrderRequest { meta, order_id: order_id.clone() });
        // The platform reads the order's lines to confirm it, so it has to have them.
        let id = self.names.command(format_args!("order {number} confirm"));
        pipe.send(id, placed.position.as_slice(), confirm).await.map(drop)
    }
}
