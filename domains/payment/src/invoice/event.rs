//! What may have happened to an invoice.
//!
//! Every event carries the order, the company and the time of issue, so that lists and reactions need no look back.

use sceau_kernel::{Currency, Money, Phrase, Rate, Timestamp, Wire};
use serde::{Deserialize, Serialize};

use crate::{CertificateId, CompanyId, OrderId};

/// The bank's reference or the number of a cash receipt.
pub type ReceiptNumber = Phrase<64>;

/// How money changed hands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Wire)]
#[wire(enumeration = sceau_proto::payment::v1::PaymentMethod)]
pub enum PaymentMethod {
    /// By bank, against the bank's reference.
    BankTransfer,
    /// At the cash desk, against its receipt.
    Cash,
}

/// A line of an invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Wire)]
#[wire(sceau_proto::payment::v1::InvoiceLine)]
pub struct InvoiceLine {
    /// Number of the line, the same as in the order.
    pub line: u32,
    /// What it is for, in words.
    pub description: String,
    /// The certificate of the product the stamps are for.
    pub certificate_id: CertificateId,
    /// How many stamps.
    pub count: u64,
    /// Net amount, in minor units of the invoice's currency.
    pub net: i64,
}

/// A number of stamps of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Wire)]
#[wire(sceau_proto::payment::v1::LineCount)]
pub struct LineCount {
    /// Number of the line.
    pub line: u32,
    /// How many stamps of it.
    pub count: u64,
}

/// An invoice was issued for a confirmed order.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[wire(sceau_proto::payment::v1::InvoiceIssued)]
pub struct InvoiceIssued {
    /// The order it is for.
    pub order_id: OrderId,
    /// Who has to pay.
    pub company_id: CompanyId,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// What for.
    pub lines: Vec<InvoiceLine>,
    /// Sum of the lines.
    pub net: Money,
    /// The rate of tax.
    pub tax_rate: Rate,
    /// The tax on the net sum.
    pub tax: Money,
    /// What has to be paid.
    pub total: Money,
}

/// A cashier recorded money received.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[wire(sceau_proto::payment::v1::SettlementRecorded)]
pub struct SettlementRecorded {
    /// The order the invoice is for.
    pub order_id: OrderId,
    /// Who had to pay.
    pub company_id: CompanyId,
    /// When the invoice was issued.
    pub issued_at: Timestamp,
    /// The money received.
    pub amount: Money,
    /// How it came.
    pub method: PaymentMethod,
    /// The bank's reference or the number of the cash receipt.
    pub receipt_number: ReceiptNumber,
    /// When it was paid, when the receipt says so.
    pub paid_at: Option<Timestamp>,
    /// What remains to be paid after it.
    pub open: Money,
}

/// Nothing remains to be paid, and something is left to deliver. Said once in an invoice's life.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[wire(sceau_proto::payment::v1::InvoiceSettled)]
pub struct InvoiceSettled {
    /// The order the invoice is for.
    pub order_id: OrderId,
    /// Who had to pay.
    pub company_id: CompanyId,
    /// When the invoice was issued.
    pub issued_at: Timestamp,
    /// The stamps paid for: each line without what was credited, lines credited in full left out.
    pub lines: Vec<LineCount>,
    /// What was paid for them: the total without what was credited.
    pub paid: Money,
}

/// Stamps of an invoice were taken back.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[wire(sceau_proto::payment::v1::CreditNoteIssued)]
pub struct CreditNoteIssued {
    /// The order the invoice is for.
    pub order_id: OrderId,
    /// Who is credited.
    pub company_id: CompanyId,
    /// When the invoice was issued.
    pub issued_at: Timestamp,
    /// Number of the credit note within the invoice, from 1.
    pub number: u32,
    /// How many stamps of which lines.
    pub lines: Vec<LineCount>,
    /// Why.
    pub reason: Phrase<500>,
    /// Net amount credited.
    pub net: Money,
    /// Tax credited.
    pub tax: Money,
    /// Net and tax.
    pub total: Money,
    /// The part of it that lowers what remains to be paid.
    pub off_open: Money,
    /// The part of it that had been paid already, and is now to be refunded.
    pub to_refund: Money,
}

/// An invoice was credited in full before it was settled.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[wire(sceau_proto::payment::v1::InvoiceVoided)]
pub struct InvoiceVoided {
    /// The order the invoice was for.
    pub order_id: OrderId,
    /// Who was credited.
    pub company_id: CompanyId,
    /// When the invoice was issued.
    pub issued_at: Timestamp,
    /// What had been paid in part, and is now to be refunded.
    pub refund_due: Money,
}

/// A cashier recorded money given back.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[wire(sceau_proto::payment::v1::RefundRecorded)]
pub struct RefundRecorded {
    /// The order the invoice is for.
    pub order_id: OrderId,
    /// Who received it.
    pub company_id: CompanyId,
    /// When the invoice was issued.
    pub issued_at: Timestamp,
    /// The money given back.
    pub amount: Money,
    /// How it went.
    pub method: PaymentMethod,
    /// The bank's reference or the number of the cash receipt.
    pub receipt_number: ReceiptNumber,
    /// What remains to be refunded after it.
    pub refund_due: Money,
}

/// An event of an invoice.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
pub enum InvoiceEvent {
    /// It was issued.
    Issued(InvoiceIssued),
    /// Money was received.
    SettlementRecorded(SettlementRecorded),
    /// Nothing remains to be paid.
    Settled(InvoiceSettled),
    /// Stamps were taken back.
    Credited(CreditNoteIssued),
    /// Everything was credited before it was settled.
    Voided(InvoiceVoided),
    /// Money was given back.
    RefundRecorded(RefundRecorded),
}

/// What every event of an invoice says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The order it is for.
    pub order_id: OrderId,
    /// Who has to pay.
    pub company_id: CompanyId,
    /// When it was issued.
    pub issued_at: Timestamp,
}

impl InvoiceEvent {
    /// Which invoice it is of.
    pub fn subject(&self) -> Subject {
        let (order_id, company_id, issued_at) = match self {
            Self::Issued(e) => (e.order_id, e.company_id, e.issued_at),
            Self::SettlementRecorded(e) => (e.order_id, e.company_id, e.issued_at),
            Self::Settled(e) => (e.order_id, e.company_id, e.issued_at),
            Self::Credited(e) => (e.order_id, e.company_id, e.issued_at),
            Self::Voided(e) => (e.order_id, e.company_id, e.issued_at),
            Self::RefundRecorded(e) => (e.order_id, e.company_id, e.issued_at),
        };
        Subject { order_id, company_id, issued_at }
    }

    /// The currency of its amounts.
    pub fn currency(&self) -> Currency {
        match self {
            Self::Issued(e) => e.total.currency,
            Self::SettlementRecorded(e) => e.amount.currency,
            Self::Settled(e) => e.paid.currency,
            Self::Credited(e) => e.total.currency,
            Self::Voided(e) => e.refund_due.currency,
            Self::RefundRecorded(e) => e.amount.currency,
        }
    }
}
