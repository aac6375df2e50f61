//! Invoices: paid as the platform issues them.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};

use futures_util::{StreamExt, stream};
use sceau_api::payment::v1::payment_query_service_client::PaymentQueryServiceClient;
use sceau_kernel::Domain;
use sceau_order::Ordering;
use sceau_proto::order::v1::OrderStatus;
use sceau_proto::payment::v1::{
    InvoiceStatus, InvoiceSummary, ListInvoicesRequest, ListInvoicesResponse, PaymentMethod, RecordSettlementRequest,
};
use sceau_proto::submit::v1::submit_request::Command;

use super::error::ImportError;
use super::orders::Standing;
use super::pipe::Pipe;
use super::plan::Order;
use super::query::{ask, next, page};
use super::run::{Patience, Run, WINDOW};

/// The orders of the plan, and the invoices that were paid.
struct Cashier<'a> {
    orders: HashMap<String, &'a Order>,
    paid: HashSet<String>,
}

impl Run<'_> {
    /// Pays invoices until all orders are `placed` and the loop has carried each of them to its stamps.
    ///
    /// Invoices come newest first, and those still open are almost always among the newest: as long as orders are being
    /// placed, a look at the list ends at the first page without one.
    pub(super) async fn settle_invoices(
        &self,
        pipe: &Pipe,
        company_id: &str,
        standing: &Standing,
        placed: &Cell<bool>,
    ) -> Result<(), ImportError> {
        let mut cashier = Cashier { orders: HashMap::new(), paid: HashSet::new() };
        for order in &self.plan.orders {
            let order_id = self.order_id(order).to_string();
            if standing.is_confirmed(&order_id, order) {
                self.progress.lines(order.lines.len());
            }
            cashier.orders.insert(order_id, order);
        }
        let mut patience = Patience::new("orders waiting for their invoice or their numbers");
        loop {
            let all_placed = placed.get();
            let paid = self.settle_open(pipe, company_id, &mut cashier, all_placed).await?;
            let left = if !all_placed {
                // Not counted while orders are being placed, and never the same: this is no standstill.
                u64::try_from(cashier.paid.len()).unwrap_or_default()
            } else if paid > 0 {
                continue;
            } else {
                match self.unfinished(pipe, company_id, &cashier).await? {
                    0 => return Ok(()),
                    left => left,
                }
            };
            patience.wait(left).await?;
        }
    }

    /// Orders of the plan that were confirmed and have no numbers yet.
    async fn unfinished(&self, pipe: &Pipe, company_id: &str, cashier: &Cashier<'_>) -> Result<u64, ImportError> {
        let mut unfinished = 0;
        for status in [OrderStatus::Confirmed, OrderStatus::Paid] {
            let orders = self.list_orders(company_id, status, &pipe.accepted(Ordering::TOPIC)).await?;
            unfinished += orders.iter().filter(|order| cashier.orders.contains_key(&order.order_id)).count();
        }
        Ok(unfinished as u64)
    }

    /// Pays what is open on the newest invoices, or on `all` of them; how many were paid.
    async fn settle_open(
        &self,
        pipe: &Pipe,
        company_id: &str,
        cashier: &mut Cashier<'_>,
        all: bool,
    ) -> Result<usize, ImportError> {
        let (mut paid, mut token) = (0, Some(String::new()));
        while let Some(this) = token {
            let ListInvoicesResponse { invoices, page } = self.invoices(company_id, &this, all).await?;
            let open = invoices.into_iter().filter(|invoice| cashier.takes(invoice));
            let open: Vec<InvoiceSummary> = open.collect();
            let mut under_way = stream::iter(&open)
                .map(|invoice| self.settle(pipe, cashier.orders.get(&invoice.order_id).copied(), invoice))
                .buffer_unordered(WINDOW);
            while let Some(done) = under_way.next().await {
                done?;
            }
            drop(under_way);
            paid += open.len();
            let look_on = all || !open.is_empty();
            cashier.paid.extend(open.into_iter().map(|invoice| invoice.invoice_id));
            token = next(page).filter(|_| look_on);
        }
        Ok(paid)
    }

    async fn invoices(&self, company_id: &str, token: &str, open: bool) -> Result<ListInvoicesResponse, ImportError> {
        let status = if open { InvoiceStatus::Open } else { InvoiceStatus::Unspecified };
        let answer = ask(async || {
            let request = ListInvoicesRequest {
                meta: None,
                page: Some(page(token)),
                company_id: company_id.to_owned(),
                status: status as i32,
            };
            PaymentQueryServiceClient::new(self.caller.clone()).list_invoices(request).await
        });
        Ok(answer.await?.unwrap_or_default())
    }

    /// Pays what is open on an invoice, against the number of the retailer's own.
    async fn settle(&self, pipe: &Pipe, order: Option<&Order>, invoice: &InvoiceSummary) -> Result<(), ImportError> {
        let Some(order) = order else { return Ok(()) };
        let settle = |meta| {
            Command::RecordSettlement(RecordSettlementRequest {
                meta,
                invoice_id: invoice.invoice_id.clone(),
                amount: invoice.balance.as_ref().and_then(|balance| balance.open.clone()),
                method: PaymentMethod::BankTransfer as i32,
                receipt_number: order.number.clone(),
                paid_at: Some(order.at),
            })
        };
        let id = self.names.command(format_args!("order {} settle", order.number));
        if let Err(error) = pipe.send(id, &[], settle).await {
            // Its lines stay in the plan: the report will show what is open.
            self.refused(order.sources().next().unwrap_or_default(), error)?;
        }
        self.progress.lines(order.lines.len());
        Ok(())
    }
}

impl Cashier<'_> {
    /// True for an open invoice of the plan that was not paid yet, whatever a view that lags may say.
    fn takes(&self, invoice: &InvoiceSummary) -> bool {
        invoice.status() == InvoiceStatus::Open
            && self.orders.contains_key(&invoice.order_id)
            && !self.paid.contains(&invoice.invoice_id)
    }
}
