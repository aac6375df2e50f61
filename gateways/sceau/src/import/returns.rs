//! Returns: stamps out of circulation, credit notes, refunds.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use futures_util::{StreamExt, stream};
use sceau_api::payment::v1::payment_query_service_client::PaymentQueryServiceClient;
use sceau_api::stamp::v1::stamp_query_service_client::StampQueryServiceClient;
use sceau_kernel::Domain;
use sceau_payment::Payments;
use sceau_proto::common::v1::Position;
use sceau_proto::payment::v1::{
    GetInvoiceRequest, Invoice, IssueCreditNoteRequest, LineCount, PaymentMethod, RecordRefundRequest,
};
use sceau_proto::stamp::v1::{
    DecommissionCodesRequest, DecommissionReason, GetProductStampsRequest, GetProductStampsResponse, OrdinalRange,
};
use sceau_proto::submit::v1::submit_request::Command;

use super::error::ImportError;
use super::line::LineRefusal;
use super::names;
use super::pipe::{Pipe, SendError};
use super::plan::{Credit, Order};
use super::query::{ask, fresh};
use super::run::{Patience, Run, Unsent, WINDOW};

/// A credit of an order, by their places in the plan.
type CreditPlace = (usize, usize);

/// Why the rest of an order's credits was given up, and at which.
struct GivenUp {
    credit: usize,
    error: SendError,
}

impl Run<'_> {
    /// Waits until every stamp that was ordered and paid is there.
    pub(super) async fn await_stamps(&self, unsent: &Unsent) -> Result<(), ImportError> {
        let ordered = self.expected(unsent).into_iter().map(|product| product.ordered);
        let mut missing: Vec<(usize, u64)> = ordered.enumerate().filter(|(_, count)| *count > 0).collect();
        let mut patience = Patience::new("products waiting for their stamps");
        loop {
            let mut still = Vec::new();
            let mut answers = stream::iter(missing)
                .map(async |(product, count)| ((product, count), self.product_stamps(product, &[]).await))
                .buffer_unordered(WINDOW);
            while let Some((wanted, stamps)) = answers.next().await {
                if stamps?.allocated < wanted.1 {
                    still.push(wanted);
                }
            }
            if still.is_empty() {
                return Ok(());
            }
            patience.wait(still.len() as u64).await?;
            missing = still;
        }
    }

    pub(super) async fn product_stamps(
        &self,
        product: usize,
        at_least: &[Position],
    ) -> Result<GetProductStampsResponse, ImportError> {
        let stamps = ask(async || {
            let request = GetProductStampsRequest {
                meta: fresh(at_least.to_vec()),
                certificate_id: self.certificate_id(product),
            };
            StampQueryServiceClient::new(self.caller.clone()).get_product_stamps(request).await
        });
        Ok(stamps.await?.unwrap_or_default())
    }

    /// Takes back what returns ask for; those that the platform refused.
    pub(super) async fn take_returns_back(
        &self,
        pipe: &Pipe,
        unsent: &Unsent,
    ) -> Result<BTreeMap<CreditPlace, LineRefusal>, ImportError> {
        let orders = self.plan.orders.iter().enumerate();
        let returned = orders.filter(|(place, order)| !order.credits.is_empty() && !unsent.orders.contains_key(place));
        let mut under_way = stream::iter(returned)
            .map(async |(place, order)| (place, self.take_back(pipe, order).await))
            .buffer_unordered(WINDOW);
        let mut refused = BTreeMap::new();
        for (place, refusal) in &unsent.orders {
            let credits = 0..self.plan.orders[*place].credits.len();
            refused.extend(credits.map(|credit| ((*place, credit), refusal.clone())));
        }
        while let Some((place, done)) = under_way.next().await {
            if let Some(GivenUp { credit, error }) = done? {
                let credits = &self.plan.orders[place].credits;
                let line = credits[credit].sources.first().copied().unwrap_or_default();
                let refusal = self.refused(line, error)?;
                refused.extend((credit..credits.len()).map(|credit| ((place, credit), refusal.clone())));
            }
        }
        Ok(refused)
    }

    /// The credits of one order, one after the other: their numbers are those of the file's order in every run.
    async fn take_back(&self, pipe: &Pipe, order: &Order) -> Result<Option<GivenUp>, ImportError> {
        let mut invoice = self.invoice(order, &pipe.accepted(Payments::TOPIC)).await?;
        let Some(done) = credited(order, &invoice) else {
            return Ok(Some(GivenUp { credit: 0, error: SendError::Refused(credited_otherwise(order)) }));
        };
        let lines = |credits: &[Credit]| credits.iter().map(|credit| credit.sources.len()).sum();
        self.progress.lines(lines(&order.credits[..done]));
        if let Some(credit) = done.checked_sub(1) {
            // The last one may have been credited and not refunded.
            if let Err(error) = self.refund(pipe, order, credit, &invoice).await {
                return Ok(Some(GivenUp { credit, error }));
            }
        }
        for (place, credit) in order.credits.iter().enumerate().skip(done) {
            match self.credit(pipe, order, credit).await {
                Ok(position) => invoice = self.invoice(order, position.as_slice()).await?,
                Err(error) => return Ok(Some(GivenUp { credit: place, error })),
            }
            if let Err(error) = self.refund(pipe, order, place, &invoice).await {
                return Ok(Some(GivenUp { credit: place, error }));
            }
            self.progress.lines(credit.sources.len());
        }
        Ok(None)
    }

    /// The order's invoice; an empty one when there is none.
    async fn invoice(&self, order: &Order, at_least: &[Position]) -> Result<Invoice, ImportError> {
        let found = ask(async || {
            let request = GetInvoiceRequest {
                meta: fresh(at_least.to_vec()),
                invoice_id: names::invoice_of(self.order_id(order)).to_string(),
            };
            PaymentQueryServiceClient::new(self.caller.clone()).get_invoice(request).await
        });
        Ok(found.await?.and_then(|answer| answer.invoice).unwrap_or_default())
    }

    /// Takes the stamps out of circulation and then credits them; where the log stands with the credit note.
    async fn credit(&self, pipe: &Pipe, order: &Order, credit: &Credit) -> Result<Option<Position>, SendError> {
        let order_id = self.order_id(order);
        let name = format!("return {} of {}", credit.number, order.number);
        let decommissions = credit.taken.iter().map(async |taken| {
            let decommission = |meta| {
                Command::DecommissionCodes(DecommissionCodesRequest {
                    meta,
                    batch_id: names::batch_of(order_id, taken.line).to_string(),
                    ranges: vec![OrdinalRange { first: u64::from(taken.first), count: u64::from(taken.count) }],
                    reason: DecommissionReason::Returned as i32,
                    note: Some(format!("Return {}", credit.number)),
                    ..DecommissionCodesRequest::default()
                })
            };
            let id = self.names.command(format_args!("{name} decommission {} {}", taken.line, taken.first));
            pipe.send(id, &[], decommission).await
        });
        join_all(decommissions).await.into_iter().collect::<Result<Vec<_>, _>>()?;
        let note = |meta| {
            let taken = credit.taken.iter();
            Command::IssueCreditNote(IssueCreditNoteRequest {
                meta,
                invoice_id: names::invoice_of(order_id).to_string(),
                lines: taken.map(|taken| LineCount { line: taken.line, count: u64::from(taken.count) }).collect(),
                reason: format!("Return {}", credit.number),
            })
        };
        let receipt = pipe.send(self.names.command(format_args!("{name} credit")), &[], note).await?;
        Ok(receipt.position)
    }

    /// Gives back what is due on the invoice after the credit at this place, if anything is.
    async fn refund(&self, pipe: &Pipe, order: &Order, credit: usize, invoice: &Invoice) -> Result<(), SendError> {
        let due = invoice.balance.as_ref().and_then(|balance| balance.refund_due.clone());
        let Some(due) = due.filter(|due| due.minor > 0) else { return Ok(()) };
        let name = format!("return {} of {}", order.credits[credit].number, order.number);
        let refund = |meta| {
            Command::RecordRefund(RecordRefundRequest {
                meta,
                invoice_id: invoice.invoice_id.clone(),
                amount: Some(due.clone()),
                method: PaymentMethod::BankTransfer as i32,
                receipt_number: order.credits[credit].number.clone(),
            })
        };
        pipe.send(self.names.command(format_args!("{name} refund")), &[], refund).await.map(drop)
    }
}

/// How many of the order's credits its invoice holds already: what is credited of each line is what the first so many
/// take; `None` when it is not, because somebody else credited something.
fn credited(order: &Order, invoice: &Invoice) -> Option<usize> {
    let credited = invoice.lines.iter().filter(|line| line.credited_count > 0);
    let credited: BTreeMap<u32, u64> = credited.map(|line| (line.line, line.credited_count)).collect();
    let mut taken = BTreeMap::new();
    for (done, credit) in order.credits.iter().enumerate() {
        if taken == credited {
            return Some(done);
        }
        for part in &credit.taken {
            *taken.entry(part.line).or_default() += u64::from(part.count);
        }
    }
    (taken == credited).then_some(order.credits.len())
}

fn credited_otherwise(order: &Order) -> LineRefusal {
    LineRefusal::Platform {
        reason: "CREDITED_OTHERWISE".to_owned(),
        text: format!(
            "the invoice of order {} has credits that are not of this file: credit the rest by hand",
            order.number
        ),
    }
}
