//! What was invoiced, paid, credited and given back, and what of it is left.

use sceau_payment::InvoiceEvent;
use serde::{Deserialize, Serialize};

/// The amounts of one invoice, or of many in one currency, in minor units. They are sums of what events say, so they
/// add up in any order: `invoiced + refund_due = settled − refunded + credited + open`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amounts {
    /// What was invoiced.
    pub invoiced: i64,
    /// Money received.
    pub settled: i64,
    /// Money given back.
    pub refunded: i64,
    /// What was credited.
    pub credited: i64,
    /// What remains to be paid.
    pub open: i64,
    /// What remains to be given back.
    pub refund_due: i64,
}

impl Amounts {
    /// Counts an event.
    pub(crate) fn take(&mut self, event: &InvoiceEvent) {
        match event {
            InvoiceEvent::Issued(e) => {
                self.invoiced += e.total.minor;
                self.open += e.total.minor;
            }
            InvoiceEvent::SettlementRecorded(e) => {
                self.settled += e.amount.minor;
                self.open -= e.amount.minor;
            }
            InvoiceEvent::Credited(e) => {
                self.credited += e.total.minor;
                self.open -= e.off_open.minor;
                self.refund_due += e.to_refund.minor;
            }
            InvoiceEvent::RefundRecorded(e) => {
                self.refunded += e.amount.minor;
                self.refund_due -= e.amount.minor;
            }
            InvoiceEvent::Settled(_) | InvoiceEvent::Voided(_) => {}
        }
    }

    /// Adds those of other invoices.
    pub(crate) fn add(&mut self, other: &Self) {
        self.invoiced += other.invoiced;
        self.settled += other.settled;
        self.refunded += other.refunded;
        self.credited += other.credited;
        self.open += other.open;
        self.refund_due += other.refund_due;
    }
}
