//! Carrying the plan out, company by company.

use futures_util::stream::{self, StreamExt, TryStreamExt};
use sceau_api::order::v1::order_query_service_client::OrderQueryServiceClient;
use sceau_api::payment::v1::payment_query_service_client::PaymentQueryServiceClient;
use sceau_api::stamp::v1::stamp_query_service_client::StampQueryServiceClient;
use sceau_proto::common::v1::Money;
use sceau_proto::order::v1::{GetOrderRequest, Order, OrderStatus};
use sceau_proto::payment::v1::{EntryKind, GetInvoiceRequest, Invoice, InvoiceStatus};
use sceau_proto::stamp::v1::{Batch, GetBatchRequest};

use super::plan::{CompanyPlan, LinePlan, OrderPlan, Plan, Stage};
use super::progress::Progress;
use super::requests::{activate, cancel, confirm, decommission, price_list, quote, release};
use super::sender::{Sender, awaited, if_found};
use crate::client::{CallError, Caller};

/// Companies whose stories are told at the same time.
const AT_ONCE: usize = 48;

/// A batch that came of the plan.
pub(super) struct Printed<'p> {
    pub(super) line: &'p LinePlan,
    pub(super) batch_id: String,
    pub(super) first_number: u64,
}

/// Sends every command of the plan, and answers with the batches that were released.
pub(super) async fn tell<'p>(
    caller: &Caller,
    plan: &'p Plan,
    progress: &Progress,
) -> Result<Vec<Printed<'p>>, CallError> {
    let mut sender = Sender::new(caller, plan.seed);
    sender.send("price-list", price_list).await?;
    let mut stampers = Vec::new();
    for (number, stamper) in plan.stampers.iter().enumerate() {
        stampers.push(sender.send(&format!("stamper/{number}"), |meta| stamper.accredit(meta)).await?);
    }
    let stories = plan.companies.iter().map(|company| {
        let story = Story {
            sender: sender.clone(),
            progress,
            stampers: &stampers,
            certificates: Vec::new(),
            printed: Vec::new(),
        };
        story.tell(company)
    });
    let printed: Vec<Vec<Printed>> = stream::iter(stories).buffered(AT_ONCE).try_collect().await?;
    Ok(printed.into_iter().flatten().collect())
}

/// One company's story: its steps follow one another.
struct Story<'p, 's> {
    sender: Sender,
    progress: &'s Progress,
    stampers: &'s [String],
    certificates: Vec<String>,
    printed: Vec<Printed<'p>>,
}

impl<'p> Story<'p, '_> {
    async fn tell(mut self, company: &'p CompanyPlan) -> Result<Vec<Printed<'p>>, CallError> {
        let at = format!("company/{}", company.number);
        let company_id = self.sender.send(&at, |meta| company.register(meta)).await?;
        for (n, product) in company.products.iter().enumerate() {
            let at = format!("{at}/product/{n}");
            let certificate = self.sender.send(&at, |meta| product.apply(meta, &company_id)).await?;
            for (step, review) in product.review.iter().enumerate() {
                self.sender.send(&format!("{at}/review/{step}"), |meta| review.command(meta, &certificate)).await?;
            }
            self.certificates.push(certificate);
            self.progress.step();
        }
        for (n, order) in company.orders.iter().enumerate() {
            self.order(&format!("{at}/order/{n}"), order, &company_id).await?;
            self.progress.step();
        }
        for (n, (product, certificate)) in company.products.iter().zip(&self.certificates).enumerate() {
            if let Some(review) = &product.afterwards {
                let at = format!("{at}/product/{n}/afterwards");
                self.sender.send(&at, |meta| review.command(meta, certificate)).await?;
            }
        }
        Ok(self.printed)
    }

    async fn order(&mut self, at: &str, plan: &'p OrderPlan, company_id: &str) -> Result<(), CallError> {
        let certificates = &self.certificates;
        let order_id = self.sender.send(at, |meta| plan.place(meta, company_id, certificates)).await?;
        if plan.stage >= Stage::Quoted {
            self.sender.send(&format!("{at}/quote"), |meta| quote(meta, &order_id)).await?;
        }
        if plan.stage >= Stage::Confirmed {
            self.sender.send(&format!("{at}/confirm"), |meta| confirm(meta, &order_id)).await?;
            let invoice = self.invoice(&order_id, |_| true).await?;
            self.payments(at, plan, &invoice).await?;
        }
        if let Some(reason) = plan.cancelled {
            self.sender.send(&format!("{at}/cancel"), |meta| cancel(meta, &order_id, reason)).await?;
            if plan.stage >= Stage::Confirmed {
                self.invoice(&order_id, |invoice| invoice.status() == InvoiceStatus::Voided).await?;
            }
        }
        if plan.stage >= Stage::Paid {
            self.fulfilled(at, plan, &order_id).await?;
        }
        Ok(())
    }

    async fn payments(&mut self, at: &str, plan: &OrderPlan, invoice: &Invoice) -> Result<(), CallError> {
        let total = invoice.balance.as_ref().and_then(|balance| balance.invoiced.clone()).unwrap_or_default();
        let mut paid = 0;
        for (n, payment) in plan.payments.iter().enumerate() {
            let amount = Money { minor: payment.amount(total.minor, paid), currency: total.currency.clone() };
            paid += amount.minor;
            let at = format!("{at}/payment/{n}");
            self.sender.send(&at, |meta| payment.settle(meta, &invoice.invoice_id, amount)).await?;
        }
        Ok(())
    }

    /// What follows when an order is paid: its batches, and what the company gives back.
    async fn fulfilled(&mut self, at: &str, plan: &'p OrderPlan, order_id: &str) -> Result<(), CallError> {
        let order = self.order_when(order_id, |order| order.status() == OrderStatus::Fulfilled).await?;
        for (line, state) in plan.lines.iter().zip(&order.lines) {
            let batch_id = state.batch_id.clone().unwrap_or_default();
            self.batch(&format!("{at}/batch/{}", state.line), line, batch_id).await?;
        }
        let Some(credit) = &plan.credit else { return Ok(()) };
        let invoice_id = order.invoice_id.unwrap_or_default();
        self.sender.send(&format!("{at}/credit"), |meta| credit.issue(meta, &invoice_id)).await?;
        let credited = |invoice: &Invoice| invoice.entries.iter().any(|entry| entry.kind() == EntryKind::CreditNote);
        let invoice = self.invoice(order_id, credited).await?;
        // The first credit note: later ones are not of this story.
        let mut notes = invoice.entries.iter().filter(|entry| entry.kind() == EntryKind::CreditNote);
        let minor = notes.next().map_or(0, |note| note.amount);
        let currency = invoice.net.map(|net| net.currency).unwrap_or_default();
        let amount = Money { minor, currency };
        self.sender.send(&format!("{at}/refund"), |meta| credit.refund.refund(meta, &invoice_id, amount)).await?;
        Ok(())
    }

    async fn batch(&mut self, at: &str, line: &'p LinePlan, batch_id: String) -> Result<(), CallError> {
        let Batch { first_number, .. } = self.generated(&batch_id).await?;
        let Some(stamper) = line.stamper.and_then(|stamper| self.stampers.get(stamper)) else { return Ok(()) };
        self.sender.send(&format!("{at}/release"), |meta| release(meta, &batch_id, stamper)).await?;
        if let Some(range) = line.activated {
            self.sender.send(&format!("{at}/activate"), |meta| activate(meta, &batch_id, range)).await?;
        }
        for (n, (range, reason)) in line.decommissioned.iter().enumerate() {
            let at = format!("{at}/decommission/{n}");
            self.sender.send(&at, |meta| decommission(meta, &batch_id, *range, *reason)).await?;
        }
        self.printed.push(Printed { line, batch_id, first_number });
        Ok(())
    }

    async fn order_when(&self, order_id: &str, holds: impl Fn(&Order) -> bool) -> Result<Order, CallError> {
        let queries = OrderQueryServiceClient::new(self.sender.caller().clone());
        awaited(&format!("what order {order_id} waits for"), || {
            let (mut queries, holds) = (queries.clone(), &holds);
            let request = GetOrderRequest { meta: Some(self.sender.at_least()), order_id: order_id.to_owned() };
            async move { Ok(if_found(queries.get_order(request).await)?.and_then(|found| found.order).filter(holds)) }
        })
        .await
    }

    /// The order's invoice once `holds`.
    async fn invoice(&self, order_id: &str, holds: impl Fn(&Invoice) -> bool) -> Result<Invoice, CallError> {
        let order = self.order_when(order_id, |order| order.invoice_id.is_some()).await?;
        let invoice_id = order.invoice_id.unwrap_or_default();
        let queries = PaymentQueryServiceClient::new(self.sender.caller().clone());
        awaited(&format!("what invoice {invoice_id} of order {order_id} waits for"), || {
            let (mut queries, holds) = (queries.clone(), &holds);
            let request = GetInvoiceRequest { meta: Some(self.sender.at_least()), invoice_id: invoice_id.clone() };
            async move {
                let found = if_found(queries.get_invoice(request).await)?;
                Ok(found.and_then(|found| found.invoice).filter(holds))
            }
        })
        .await
    }

    async fn generated(&self, batch_id: &str) -> Result<Batch, CallError> {
        let queries = StampQueryServiceClient::new(self.sender.caller().clone());
        awaited(&format!("batch {batch_id}"), || {
            let mut queries = queries.clone();
            let request = GetBatchRequest { meta: Some(self.sender.at_least()), batch_id: batch_id.to_owned() };
            async move { Ok(if_found(queries.get_batch(request).await)?.and_then(|found| found.batch)) }
        })
        .await
    }
}
