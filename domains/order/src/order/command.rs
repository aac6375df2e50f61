//! What may be asked of an order.

use sceau_kernel::{Phrase, Wire};
use serde::{Deserialize, Serialize};

use super::event::LineBatch;
use super::facts::Certificates;
use crate::{CertificateId, CompanyId, InvoiceId, Prices, StampForm};

/// A line to be ordered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Wire)]
#[wire(sceau_proto::order::v1::RequestedLine)]
pub struct RequestedLine {
    /// The certificate of the product the stamps are for.
    pub certificate_id: CertificateId,
    /// Form of the stamps.
    pub form: StampForm,
    /// How many stamps.
    pub count: u64,
}

/// What a company asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Wire)]
#[wire(request = sceau_proto::order::v1::PlaceOrderRequest)]
pub struct RequestedOrder {
    /// The ordering company.
    pub company_id: CompanyId,
    /// The lines; they are numbered from 1 in this order.
    pub lines: Vec<RequestedLine>,
    /// A remark of the company.
    pub note: Option<Phrase<500>>,
}

/// Places an order; its id is [`OrderId::created_by`](crate::OrderId::created_by) this command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceOrder {
    /// What the company asks for.
    pub request: RequestedOrder,
    /// What is known of the certificates named, by id; one that is not known is left out.
    pub certificates: Certificates,
}

/// Prices a placed order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteOrder {
    /// The tenant's prices, if any were set.
    pub prices: Option<Prices>,
}

/// Accepts a quote that still holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmOrder {
    /// What is known of the order's certificates, by id.
    pub certificates: Certificates,
}

/// Gives an order up before it is paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Wire)]
#[wire(request = sceau_proto::order::v1::CancelOrderRequest)]
pub struct CancelOrder {
    /// Why.
    pub reason: Phrase<500>,
}

/// The stamps of a line that were paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaidLine {
    /// Number of the line.
    pub line: u32,
    /// How many stamps: at most what was ordered.
    pub count: u64,
}

/// The order's invoice was settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordPayment {
    /// The invoice.
    pub invoice_id: InvoiceId,
    /// What was paid for; lines credited before payment are left out.
    pub lines: Vec<PaidLine>,
}

/// The order's stamps were allocated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordFulfilment {
    /// The batch of each line.
    pub batches: Vec<LineBatch>,
}

/// A command to an order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum OrderCommand {
    /// A company orders.
    Place(PlaceOrder),
    /// The office prices the order.
    Quote(QuoteOrder),
    /// The company accepts the quote.
    Confirm(ConfirmOrder),
    /// The company or the office gives the order up.
    Cancel(CancelOrder),
    /// The quote's time has run out.
    Expire,
    /// The invoice was settled.
    RecordPayment(RecordPayment),
    /// The stamps were allocated.
    RecordFulfilment(RecordFulfilment),
}
