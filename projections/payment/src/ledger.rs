//! What a company was invoiced, has paid and owes.

use sceau_kernel::uuid::Uuid;
use sceau_kernel::{DecodeError, Recorded};
use sceau_payment::InvoiceEvent;
use sceau_projection::{Projection, Row};

use crate::{Amounts, TOPICS, invoice_event};

/// Key of a ledger.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Row)]
pub struct CompanyLedgerKey {
    /// Its tenant.
    pub tenant: String,
    /// The company.
    pub company_id: Uuid,
    /// ISO 4217 code of every amount.
    pub currency: String,
}

/// A ledger. The amounts have columns of their own, so that an analyst can sum them.
#[derive(Clone, Debug, Default, PartialEq, Row)]
pub struct CompanyLedgerRow {
    /// What was invoiced, in minor units like all amounts.
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
    /// How many invoices were issued.
    pub invoices: u64,
    /// How many of them are settled.
    pub settled_invoices: u64,
    /// How many of them were voided.
    pub voided_invoices: u64,
    /// How many credit notes were issued.
    pub credit_notes: u64,
}

impl CompanyLedgerRow {
    /// Its amounts.
    pub fn amounts(&self) -> Amounts {
        Amounts {
            invoiced: self.invoiced,
            settled: self.settled,
            refunded: self.refunded,
            credited: self.credited,
            open: self.open,
            refund_due: self.refund_due,
        }
    }

    fn set_amounts(&mut self, amounts: &Amounts) {
        let Amounts { invoiced, settled, refunded, credited, open, refund_due } = *amounts;
        (self.invoiced, self.settled, self.refunded) = (invoiced, settled, refunded);
        (self.credited, self.open, self.refund_due) = (credited, open, refund_due);
    }
}

/// The ledgers of all companies.
pub struct CompanyLedger;

impl Projection for CompanyLedger {
    const NAME: &'static str = "company_ledger";
    const VERSION: u32 = 1;
    const TOPICS: &'static [&'static str] = TOPICS;
    const PARTITION_COLUMNS: usize = 2;
    const PARTIAL: bool = true;
    type Event = InvoiceEvent;
    type Key = CompanyLedgerKey;
    type Row = CompanyLedgerRow;

    fn interpret(record: &Recorded<'_>) -> Option<Result<InvoiceEvent, DecodeError>> {
        invoice_event(record)
    }

    fn route(event: &InvoiceEvent, record: &Recorded<'_>) -> Vec<CompanyLedgerKey> {
        vec![CompanyLedgerKey {
            tenant: record.stream.tenant().to_owned(),
            company_id: event.subject().company_id.0,
            currency: event.currency().code().to_owned(),
        }]
    }

    fn apply(row: &mut CompanyLedgerRow, _: &CompanyLedgerKey, event: &InvoiceEvent, _: &Recorded<'_>) {
        let mut amounts = row.amounts();
        amounts.take(event);
        row.set_amounts(&amounts);
        match event {
            InvoiceEvent::Issued(_) => row.invoices += 1,
            InvoiceEvent::Settled(_) => row.settled_invoices += 1,
            InvoiceEvent::Voided(_) => row.voided_invoices += 1,
            InvoiceEvent::Credited(_) => row.credit_notes += 1,
            InvoiceEvent::SettlementRecorded(_) | InvoiceEvent::RefundRecorded(_) => {}
        }
    }

    fn merge(row: &mut CompanyLedgerRow, other: CompanyLedgerRow) {
        let mut amounts = row.amounts();
        amounts.add(&other.amounts());
        row.set_amounts(&amounts);
        row.invoices += other.invoices;
        row.settled_invoices += other.settled_invoices;
        row.voided_invoices += other.voided_invoices;
        row.credit_notes += other.credit_notes;
    }
}
