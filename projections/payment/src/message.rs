//! Rows as the messages that `PaymentQueryService` answers with.

use sceau_kernel::uuid::Uuid;
use sceau_kernel::wire::Wire;
use sceau_proto::common::v1::Money;
use sceau_proto::payment::v1 as proto;

use crate::{Amounts, CompanyLedgerKey, CompanyLedgerRow, InvoiceByCompanyKey, InvoiceByCompanyRow, InvoiceRow};

fn money(minor: i64, currency: &str) -> Money {
    Money { minor, currency: currency.to_owned() }
}

impl Amounts {
    fn message(&self, currency: &str) -> proto::Balance {
        proto::Balance {
            invoiced: Some(money(self.invoiced, currency)),
            settled: Some(money(self.settled, currency)),
            refunded: Some(money(self.refunded, currency)),
            credited: Some(money(self.credited, currency)),
            open: Some(money(self.open, currency)),
            refund_due: Some(money(self.refund_due, currency)),
        }
    }
}

impl InvoiceRow {
    /// The invoice with this id.
    pub fn message(&self, id: Uuid) -> proto::Invoice {
        proto::Invoice {
            invoice_id: id.to_string(),
            order_id: self.order_id.to_string(),
            company_id: self.company_id.to_string(),
            status: self.status.0.to_wire(),
            lines: self.lines.0.iter().map(Wire::to_wire).collect(),
            net: Some(money(self.net, &self.currency)),
            tax_rate: self.tax_rate,
            tax: Some(money(self.tax, &self.currency)),
            balance: Some(self.amounts.0.message(&self.currency)),
            entries: self.entries.0.iter().map(Wire::to_wire).collect(),
            issued_at: Some(self.issued_at.to_wire()),
            version: self.version,
        }
    }
}

impl InvoiceByCompanyRow {
    /// The invoice of this key, as lists show it.
    pub fn summary(&self, key: &InvoiceByCompanyKey) -> proto::InvoiceSummary {
        proto::InvoiceSummary {
            invoice_id: key.invoice_id.to_string(),
            order_id: self.order_id.to_string(),
            company_id: key.company_id.to_string(),
            status: self.status.0.to_wire(),
            balance: Some(self.amounts.0.message(&self.currency)),
            issued_at: Some(key.issued_at.to_wire()),
            version: self.version,
        }
    }
}

impl CompanyLedgerRow {
    /// The ledger of this key.
    pub fn message(&self, key: &CompanyLedgerKey) -> proto::Ledger {
        proto::Ledger {
            balance: Some(self.amounts().message(&key.currency)),
            invoices: self.invoices,
            settled_invoices: self.settled_invoices,
            voided_invoices: self.voided_invoices,
            credit_notes: self.credit_notes,
        }
    }
}
