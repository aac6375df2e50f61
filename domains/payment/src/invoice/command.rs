//! What may be asked of an invoice.

use sceau_kernel::{Money, Phrase, Rate, Timestamp, Wire};
use serde::{Deserialize, Serialize};

use super::event::{InvoiceLine, LineCount, PaymentMethod, ReceiptNumber};
use crate::{CompanyId, OrderId};

/// Issues the invoice of a confirmed order; it goes to the stream of
/// [`InvoiceId::of_order`](crate::InvoiceId::of_order). Net, tax and total are those of the confirmed quote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssueInvoice {
    /// The order.
    pub order_id: OrderId,
    /// Who has to pay.
    pub company_id: CompanyId,
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

/// A cashier received money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Wire)]
#[wire(request = sceau_proto::payment::v1::RecordSettlementRequest)]
pub struct RecordSettlement {
    /// The money received.
    pub amount: Money,
    /// How it came.
    pub method: PaymentMethod,
    /// The bank's reference or the number of the cash receipt.
    pub receipt_number: ReceiptNumber,
    /// When it was paid, when the receipt says so.
    pub paid_at: Option<Timestamp>,
}

/// Takes stamps of an invoice back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Wire)]
#[wire(request = sceau_proto::payment::v1::IssueCreditNoteRequest)]
pub struct IssueCreditNote {
    /// How many stamps of which lines.
    pub lines: Vec<LineCount>,
    /// Why.
    pub reason: Phrase<500>,
}

/// A cashier gave money back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Wire)]
#[wire(request = sceau_proto::payment::v1::RecordRefundRequest)]
pub struct RecordRefund {
    /// The money given back.
    pub amount: Money,
    /// How it went.
    pub method: PaymentMethod,
    /// The bank's reference or the number of the cash receipt.
    pub receipt_number: ReceiptNumber,
}

/// A command to an invoice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum InvoiceCommand {
    /// The order was confirmed.
    Issue(IssueInvoice),
    /// Money was received.
    RecordSettlement(RecordSettlement),
    /// Stamps are taken back.
    IssueCreditNote(IssueCreditNote),
    /// The order was cancelled: everything not credited yet is.
    CreditRemainder {
        /// Why.
        reason: Phrase<500>,
    },
    /// Money was given back.
    RecordRefund(RecordRefund),
}
