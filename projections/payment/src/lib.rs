//! What readers may know of invoices and of what companies owe.
//!
//! | table | key (partition \| order) | for |
//! |---|---|---|
//! | `invoice` | tenant, id \| | one invoice in full |
//! | `invoice_by_company` | tenant, company \| issued_at, id | a company's invoices; newest first by descending scan |
//! | `company_ledger` | tenant, company \| currency | what a company was invoiced, has paid and owes |
//!
//! An invoice's rows are fed by its one stream; a ledger is fed by the partitions of all its invoices and merged when
//! read. All three keep the same [`Amounts`], so that invoices and ledgers add up to the minor unit. Rows become the
//! messages of `PaymentQueryService` here, in `message`, so that a field is added in one place.

mod amounts;
mod by_company;
mod invoice;
mod ledger;
mod message;
#[cfg(test)]
mod tests;

pub use amounts::Amounts;
pub use by_company::{InvoiceByCompany, InvoiceByCompanyKey, InvoiceByCompanyRow};
pub use invoice::{Entry, EntryKind, InvoiceKey, InvoiceRow, InvoiceView, LineState};
pub use ledger::{CompanyLedger, CompanyLedgerKey, CompanyLedgerRow};
use sceau_kernel::{DecodeError, Domain, Recorded};
use sceau_payment::{InvoiceEvent, Payments};

/// The topic of all these views.
const TOPICS: &[&str] = &[Payments::TOPIC];

fn invoice_event(record: &Recorded<'_>) -> Option<Result<InvoiceEvent, DecodeError>> {
    InvoiceEvent::decode_event(record.type_name, record.payload)
}
