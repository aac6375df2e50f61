//! One order in full.

use sceau_kernel::uuid::Uuid;
use sceau_kernel::{DecodeError, Money, Recorded, Timestamp, Wire};
use sceau_order::order::{OrderLine, OrderQuoted};
use sceau_order::{BatchId, CertificateId, InvoiceId, OrderEvent, OrderId, OrderStatus, StampForm};
use sceau_projection::row::Json;
use sceau_projection::{Projection, Row};
use serde::{Deserialize, Serialize};

use crate::{TOPICS, order_event};

/// Key of an order.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Row)]
pub struct OrderKey {
    /// Its tenant.
    pub tenant: String,
    /// Its id.
    pub order_id: Uuid,
}

/// A line of an order as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Wire)]
#[wire(sceau_proto::order::v1::OrderLineState)]
pub struct LineState {
    /// Number of the line.
    pub line: u32,
    /// The certificate of the product the stamps are for.
    pub certificate_id: CertificateId,
    /// Name of the product, as certified when the order was placed.
    pub product_name: String,
    /// Form of the stamps.
    pub form: StampForm,
    /// How many stamps were ordered.
    pub count: u64,
    /// Price of a thousand stamps in minor units, once quoted.
    pub price_per_thousand: Option<i64>,
    /// Net amount in minor units, once quoted.
    pub net: Option<i64>,
    /// How many stamps are to be allocated, once paid.
    pub paid_count: Option<u64>,
    /// The batch that holds the stamps, once allocated.
    pub batch_id: Option<BatchId>,
}

impl LineState {
    fn new(ordered: &OrderLine) -> Self {
        Self {
            line: ordered.line,
            certificate_id: ordered.certificate_id,
            product_name: ordered.product_name.clone(),
            form: ordered.form,
            count: ordered.count,
            price_per_thousand: None,
            net: None,
            paid_count: None,
            batch_id: None,
        }
    }
}

/// An order.
#[derive(Clone, Debug, Default, PartialEq, Row)]
pub struct OrderRow {
    /// The ordering company.
    pub company_id: Uuid,
    /// Where it stands.
    pub status: Json<OrderStatus>,
    /// Its lines.
    pub lines: Json<Vec<LineState>>,
    /// A remark of the company.
    pub note: Option<String>,
    /// Sum of the lines, once quoted.
    pub net: Option<Money>,
    /// The rate of tax in parts per million, once quoted.
    pub tax_rate: Option<u32>,
    /// The tax, once quoted.
    pub tax: Option<Money>,
    /// Net and tax, once quoted.
    pub total: Option<Money>,
    /// Until when the quote holds, once quoted.
    pub valid_until: Option<Timestamp>,
    /// Its invoice, once confirmed.
    pub invoice_id: Option<Uuid>,
    /// Why it was cancelled.
    pub cancel_reason: Option<String>,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// When it came to stand where it stands.
    pub changed_at: Timestamp,
    /// Version of its stream.
    pub version: u64,
}

impl OrderRow {
    /// The certificates its lines name, each once.
    pub fn certificates(&self) -> Vec<CertificateId> {
        let mut named: Vec<CertificateId> = self.lines.0.iter().map(|line| line.certificate_id).collect();
        named.sort_unstable();
        named.dedup();
        named
    }

    fn line(&mut self, number: u32) -> Option<&mut LineState> {
        // Lines are numbered from 1 in their order.
        self.lines.0.get_mut((number as usize).checked_sub(1)?).filter(|line| line.line == number)
    }

    fn take(&mut self, order_id: OrderId, event: &OrderEvent) {
        match event {
            OrderEvent::Placed(e) => {
                self.lines = Json(e.lines.iter().map(LineState::new).collect());
                self.note = e.note.as_ref().map(ToString::to_string);
            }
            OrderEvent::Quoted(e) => self.take_quote(e),
            OrderEvent::Paid(e) => {
                for line in &mut self.lines.0 {
                    line.paid_count = Some(0);
                }
                for paid in &e.lines {
                    if let Some(line) = self.line(paid.line) {
                        line.paid_count = Some(paid.count);
                    }
                }
            }
            OrderEvent::Fulfilled(e) => {
                for batch in &e.batches {
                    if let Some(line) = self.line(batch.line) {
                        line.batch_id = Some(batch.batch_id);
                    }
                }
            }
            OrderEvent::Cancelled(e) => self.cancel_reason = Some(e.reason.to_string()),
            OrderEvent::Confirmed(_) => self.invoice_id = Some(InvoiceId::of_order(order_id).0),
            OrderEvent::Expired(_) => {}
        }
    }

    fn take_quote(&mut self, quoted: &OrderQuoted) {
        for priced in &quoted.lines {
            if let Some(line) = self.line(priced.line) {
                line.price_per_thousand = Some(priced.price_per_thousand);
                line.net = Some(priced.net);
            }
        }
        self.net = Some(quoted.net);
        self.tax_rate = Some(quoted.tax_rate.0);
        self.tax = Some(quoted.tax);
        self.total = Some(quoted.total);
        self.valid_until = Some(quoted.valid_until);
    }
}

/// Orders, by id.
pub struct OrderView;

impl Projection for OrderView {
    const NAME: &'static str = "order";
    const VERSION: u32 = 1;
    const TOPICS: &'static [&'static str] = TOPICS;
    const PARTITION_COLUMNS: usize = 2;
    type Event = OrderEvent;
    type Key = OrderKey;
    type Row = OrderRow;

    fn interpret(record: &Recorded<'_>) -> Option<Result<OrderEvent, DecodeError>> {
        order_event(record)
    }

    fn route(_: &OrderEvent, record: &Recorded<'_>) -> Vec<OrderKey> {
        let id = OrderId::of_stream(record.stream);
        id.map(|id| OrderKey { tenant: record.stream.tenant().to_owned(), order_id: id.0 }).into_iter().collect()
    }

    fn apply(row: &mut OrderRow, key: &OrderKey, event: &OrderEvent, record: &Recorded<'_>) {
        row.take(OrderId(key.order_id), event);
        let owner = event.owner();
        row.company_id = owner.company_id.0;
        row.placed_at = owner.placed_at;
        row.status = Json(event.status());
        row.changed_at = record.time;
        row.version = record.version;
    }
}
