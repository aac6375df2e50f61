//! One invoice in full.

use sceau_kernel::uuid::Uuid;
use sceau_kernel::{DecodeError, Recorded, Timestamp, Wire};
use sceau_payment::invoice::{CreditNoteIssued, InvoiceIssued, InvoiceLine};
use sceau_payment::{CertificateId, InvoiceEvent, InvoiceId, InvoiceStatus};
use sceau_projection::row::Json;
use sceau_projection::{Projection, Row};
use serde::{Deserialize, Serialize};

use crate::{Amounts, TOPICS, invoice_event};

/// Key of an invoice.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Row)]
pub struct InvoiceKey {
    /// Its tenant.
    pub tenant: String,
    /// Its id.
    pub invoice_id: Uuid,
}

/// A line of an invoice as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Wire)]
#[wire(sceau_proto::payment::v1::InvoiceLineState)]
pub struct LineState {
    /// Number of the line.
    pub line: u32,
    /// What it is for, in words.
    pub description: String,
    /// The certificate of the product the stamps are for.
    pub certificate_id: CertificateId,
    /// How many stamps were invoiced.
    pub count: u64,
    /// Net amount, in minor units of the invoice's currency.
    pub net: i64,
    /// How many of the stamps were credited.
    pub credited_count: u64,
}

impl LineState {
    fn new(invoiced: &InvoiceLine) -> Self {
        Self {
            line: invoiced.line,
            description: invoiced.description.clone(),
            certificate_id: invoiced.certificate_id,
            count: invoiced.count,
            net: invoiced.net,
            credited_count: 0,
        }
    }
}

/// What kind of entry it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Wire)]
#[wire(enumeration = sceau_proto::payment::v1::EntryKind)]
pub enum EntryKind {
    /// Money received.
    Settlement,
    /// Stamps taken back.
    CreditNote,
    /// Money given back.
    Refund,
}

/// Something that happened to an invoice after it was issued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Wire)]
#[wire(sceau_proto::payment::v1::InvoiceEntry)]
pub struct Entry {
    /// What.
    pub kind: EntryKind,
    /// How much, in minor units of the invoice's currency.
    pub amount: i64,
    /// The receipt number of a settlement or refund; the number of a credit note.
    pub reference: String,
    /// When it was recorded.
    pub at: Timestamp,
}

/// An invoice.
#[derive(Clone, Debug, Default, PartialEq, Row)]
pub struct InvoiceRow {
    /// The order it is for.
    pub order_id: Uuid,
    /// Who has to pay.
    pub company_id: Uuid,
    /// Where it stands.
    pub status: Json<InvoiceStatus>,
    /// ISO 4217 code of every amount.
    pub currency: String,
    /// Its lines.
    pub lines: Json<Vec<LineState>>,
    /// Sum of the lines.
    pub net: i64,
    /// The rate of tax, in parts per million.
    pub tax_rate: u32,
    /// The tax on the net sum.
    pub tax: i64,
    /// Its amounts.
    pub amounts: Json<Amounts>,
    /// What happened to it, oldest first.
    pub entries: Json<Vec<Entry>>,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// Version of its stream.
    pub version: u64,
}

impl InvoiceRow {
    fn take(&mut self, event: &InvoiceEvent, at: Timestamp) {
        match event {
            InvoiceEvent::Issued(e) => self.take_issue(e),
            InvoiceEvent::SettlementRecorded(e) => self.entries.0.push(Entry {
                kind: EntryKind::Settlement,
                amount: e.amount.minor,
                reference: e.receipt_number.to_string(),
                at,
            }),
            InvoiceEvent::Credited(e) => self.take_credit(e, at),
            InvoiceEvent::RefundRecorded(e) => self.entries.0.push(Entry {
                kind: EntryKind::Refund,
                amount: e.amount.minor,
                reference: e.receipt_number.to_string(),
                at,
            }),
            InvoiceEvent::Settled(_) => self.status = Json(InvoiceStatus::Settled),
            InvoiceEvent::Voided(_) => self.status = Json(InvoiceStatus::Voided),
        }
    }

    fn take_issue(&mut self, issued: &InvoiceIssued) {
        self.status = Json(InvoiceStatus::Open);
        self.lines = Json(issued.lines.iter().map(LineState::new).collect());
        self.net = issued.net.minor;
        self.tax_rate = issued.tax_rate.0;
        self.tax = issued.tax.minor;
    }

    fn take_credit(&mut self, credited: &CreditNoteIssued, at: Timestamp) {
        for count in &credited.lines {
            if let Some(line) = self.lines.0.iter_mut().find(|line| line.line == count.line) {
                line.credited_count += count.count;
            }
        }
        let (amount, reference) = (credited.total.minor, credited.number.to_string());
        self.entries.0.push(Entry { kind: EntryKind::CreditNote, amount, reference, at });
    }
}

/// Invoices, by id.
pub struct InvoiceView;

impl Projection for InvoiceView {
    const NAME: &'static str = "invoice";
    const VERSION: u32 = 1;
    const TOPICS: &'static [&'static str] = TOPICS;
    const PARTITION_COLUMNS: usize = 2;
    type Event = InvoiceEvent;
    type Key = InvoiceKey;
    type Row = InvoiceRow;

    fn interpret(record: &Recorded<'_>) -> Option<Result<InvoiceEvent, DecodeError>> {
        invoice_event(record)
    }

    fn route(_: &InvoiceEvent, record: &Recorded<'_>) -> Vec<InvoiceKey> {
        let id = InvoiceId::of_stream(record.stream);
        id.map(|id| InvoiceKey { tenant: record.stream.tenant().to_owned(), invoice_id: id.0 }).into_iter().collect()
    }

    fn apply(row: &mut InvoiceRow, _: &InvoiceKey, event: &InvoiceEvent, record: &Recorded<'_>) {
        row.take(event, record.time);
        row.amounts.0.take(event);
        let subject = event.subject();
        row.order_id = subject.order_id.0;
        row.company_id = subject.company_id.0;
        row.issued_at = subject.issued_at;
        event.currency().code().clone_into(&mut row.currency);
        row.version = record.version;
    }
}
