//! What may have happened to an order.
//!
//! Every event carries the company and the time of placing, so that lists by company can be kept without looking back.

use sceau_kernel::{Money, Phrase, Rate, Timestamp, Wire};
use serde::{Deserialize, Serialize};

use super::state::{OrderStatus, Owner};
use crate::{BatchId, CertificateId, CompanyId, InvoiceId, StampForm};

/// A line of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Wire)]
#[wire(sceau_proto::order::v1::OrderLine)]
pub struct OrderLine {
    /// Number of the line within the order, from 1.
    pub line: u32,
    /// The certificate of the product the stamps are for.
    pub certificate_id: CertificateId,
    /// Name of the product, as certified when the order was placed.
    pub product_name: String,
    /// Form of the stamps.
    pub form: StampForm,
    /// How many stamps.
    pub count: u64,
}

/// The price of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Wire)]
#[wire(sceau_proto::order::v1::PricedLine)]
pub struct PricedLine {
    /// Number of the line.
    pub line: u32,
    /// Price of a thousand stamps at the tier of the line's count, in minor units of the quote's currency.
    pub price_per_thousand: i64,
    /// Net amount, in minor units of the quote's currency.
    pub net: i64,
}

/// A line of a confirmed order, with its price.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[wire(sceau_proto::order::v1::ConfirmedLine)]
pub struct ConfirmedLine {
    /// Number of the line.
    pub line: u32,
    /// The certificate of the product the stamps are for.
    pub certificate_id: CertificateId,
    /// Name of the product.
    pub product_name: String,
    /// Form of the stamps.
    pub form: StampForm,
    /// How many stamps.
    pub count: u64,
    /// Net amount, in minor units of the order's currency.
    pub net: i64,
}

/// A line's batch of stamps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Wire)]
#[wire(sceau_proto::order::v1::LineBatch)]
pub struct LineBatch {
    /// Number of the line.
    pub line: u32,
    /// The batch.
    pub batch_id: BatchId,
}

/// A company ordered stamps.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[wire(sceau_proto::order::v1::OrderPlaced)]
pub struct OrderPlaced {
    /// The ordering company.
    pub company_id: CompanyId,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// What was ordered.
    pub lines: Vec<OrderLine>,
    /// A remark of the company.
    pub note: Option<Phrase<500>>,
}

/// The order was priced.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[wire(sceau_proto::order::v1::OrderQuoted)]
pub struct OrderQuoted {
    /// The ordering company.
    pub company_id: CompanyId,
    /// When the order was placed.
    pub placed_at: Timestamp,
    /// The price of each line.
    pub lines: Vec<PricedLine>,
    /// Sum of the lines.
    pub net: Money,
    /// The rate of tax.
    pub tax_rate: Rate,
    /// The tax on the net sum.
    pub tax: Money,
    /// What the company will have to pay.
    pub total: Money,
    /// The quote can be confirmed until this instant.
    pub valid_until: Timestamp,
}

/// The company accepted the quote.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[wire(sceau_proto::order::v1::OrderConfirmed)]
pub struct OrderConfirmed {
    /// The ordering company.
    pub company_id: CompanyId,
    /// When the order was placed.
    pub placed_at: Timestamp,
    /// Until when the quote would have held.
    pub valid_until: Timestamp,
    /// What was ordered, at which price.
    pub lines: Vec<ConfirmedLine>,
    /// Sum of the lines.
    pub net: Money,
    /// The rate of tax.
    pub tax_rate: Rate,
    /// The tax on the net sum.
    pub tax: Money,
    /// What the company has to pay.
    pub total: Money,
}

/// The order's invoice was settled.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[wire(sceau_proto::order::v1::OrderPaid)]
pub struct OrderPaid {
    /// The ordering company.
    pub company_id: CompanyId,
    /// When the order was placed.
    pub placed_at: Timestamp,
    /// The invoice that was settled.
    pub invoice_id: InvoiceId,
    /// What is to be allocated: the lines without the stamps that were credited before payment.
    pub lines: Vec<OrderLine>,
}

/// Every line of the order has its batch.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[wire(sceau_proto::order::v1::OrderFulfilled)]
pub struct OrderFulfilled {
    /// The ordering company.
    pub company_id: CompanyId,
    /// When the order was placed.
    pub placed_at: Timestamp,
    /// The batches.
    pub batches: Vec<LineBatch>,
}

/// The order was given up before it was paid.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[wire(sceau_proto::order::v1::OrderCancelled)]
pub struct OrderCancelled {
    /// The ordering company.
    pub company_id: CompanyId,
    /// When the order was placed.
    pub placed_at: Timestamp,
    /// Why.
    pub reason: Phrase<500>,
    /// Until when its quote would have held, when it had one.
    pub valid_until: Option<Timestamp>,
    /// True when it had been confirmed, so that an invoice has to be credited.
    pub invoiced: bool,
}

/// The order's quote was not confirmed in time.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[wire(sceau_proto::order::v1::OrderExpired)]
pub struct OrderExpired {
    /// The ordering company.
    pub company_id: CompanyId,
    /// When the order was placed.
    pub placed_at: Timestamp,
    /// Until when its quote held.
    pub valid_until: Timestamp,
}

/// An event of an order.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
pub enum OrderEvent {
    /// A company ordered.
    Placed(OrderPlaced),
    /// The order was priced.
    Quoted(OrderQuoted),
    /// The company accepted the quote.
    Confirmed(OrderConfirmed),
    /// The invoice was settled.
    Paid(OrderPaid),
    /// The stamps were allocated.
    Fulfilled(OrderFulfilled),
    /// The order was given up.
    Cancelled(OrderCancelled),
    /// The quote ran out.
    Expired(OrderExpired),
}

impl OrderEvent {
    /// Whose order it is, and since when.
    pub fn owner(&self) -> Owner {
        let (company_id, placed_at) = match self {
            Self::Placed(e) => (e.company_id, e.placed_at),
            Self::Quoted(e) => (e.company_id, e.placed_at),
            Self::Confirmed(e) => (e.company_id, e.placed_at),
            Self::Paid(e) => (e.company_id, e.placed_at),
            Self::Fulfilled(e) => (e.company_id, e.placed_at),
            Self::Cancelled(e) => (e.company_id, e.placed_at),
            Self::Expired(e) => (e.company_id, e.placed_at),
        };
        Owner { company_id, placed_at }
    }

    /// Where the order stands after it.
    pub fn status(&self) -> OrderStatus {
        match self {
            Self::Placed(_) => OrderStatus::Placed,
            Self::Quoted(_) => OrderStatus::Quoted,
            Self::Confirmed(_) => OrderStatus::Confirmed,
            Self::Paid(_) => OrderStatus::Paid,
            Self::Fulfilled(_) => OrderStatus::Fulfilled,
            Self::Cancelled(_) => OrderStatus::Cancelled,
            Self::Expired(_) => OrderStatus::Expired,
        }
    }
}
