//! The invoices of a company, in short.

use sceau_kernel::uuid::Uuid;
use sceau_kernel::{DecodeError, Recorded, Timestamp};
use sceau_payment::{InvoiceEvent, InvoiceId, InvoiceStatus};
use sceau_projection::row::Json;
use sceau_projection::{Projection, Row};

use crate::{Amounts, TOPICS, invoice_event};

/// Key of an invoice among its company's, in the order of issue.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Row)]
pub struct InvoiceByCompanyKey {
    /// Its tenant.
    pub tenant: String,
    /// Who has to pay.
    pub company_id: Uuid,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// Its id.
    pub invoice_id: Uuid,
}

/// An invoice, in short.
#[derive(Clone, Debug, Default, PartialEq, Row)]
pub struct InvoiceByCompanyRow {
    /// The order it is for.
    pub order_id: Uuid,
    /// Where it stands.
    pub status: Json<InvoiceStatus>,
    /// ISO 4217 code of every amount.
    pub currency: String,
    /// Its amounts.
    pub amounts: Json<Amounts>,
    /// Version of its stream.
    pub version: u64,
}

/// All invoices of a company.
pub struct InvoiceByCompany;

impl Projection for InvoiceByCompany {
    const NAME: &'static str = "invoice_by_company";
    const VERSION: u32 = 1;
    const TOPICS: &'static [&'static str] = TOPICS;
    const PARTITION_COLUMNS: usize = 2;
    type Event = InvoiceEvent;
    type Key = InvoiceByCompanyKey;
    type Row = InvoiceByCompanyRow;

    fn interpret(record: &Recorded<'_>) -> Option<Result<InvoiceEvent, DecodeError>> {
        invoice_event(record)
    }

    fn route(event: &InvoiceEvent, record: &Recorded<'_>) -> Vec<InvoiceByCompanyKey> {
        let subject = event.subject();
        let id = InvoiceId::of_stream(record.stream);
        let key = id.map(|id| InvoiceByCompanyKey {
            tenant: record.stream.tenant().to_owned(),
            company_id: subject.company_id.0,
            issued_at: subject.issued_at,
            invoice_id: id.0,
        });
        key.into_iter().collect()
    }

    fn apply(row: &mut InvoiceByCompanyRow, _: &InvoiceByCompanyKey, event: &InvoiceEvent, record: &Recorded<'_>) {
        match event {
            InvoiceEvent::Issued(_) => row.status = Json(InvoiceStatus::Open),
            InvoiceEvent::Settled(_) => row.status = Json(InvoiceStatus::Settled),
            InvoiceEvent::Voided(_) => row.status = Json(InvoiceStatus::Voided),
            InvoiceEvent::SettlementRecorded(_) | InvoiceEvent::Credited(_) | InvoiceEvent::RefundRecorded(_) => {}
        }
        row.amounts.0.take(event);
        row.order_id = event.subject().order_id.0;
        event.currency().code().clone_into(&mut row.currency);
        row.version = record.version;
    }
}
