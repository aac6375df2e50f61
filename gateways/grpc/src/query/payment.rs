//! Invoices and ledgers, as their views hold them.

use sceau_kernel::wire::Wire;
use sceau_payment::{CompanyId, InvoiceId};
use sceau_payment_view::InvoiceKey;
use sceau_projector::Range;
use sceau_proto::payment::v1::{
    GetInvoiceRequest, GetInvoiceResponse, GetLedgerRequest, GetLedgerResponse, ListInvoicesRequest,
    ListInvoicesResponse,
};
use tonic::Status;

use super::list::{List, Wanted, text, uuid};
use super::{fresh, own_or_named, query_call, row};
use crate::call::Call;
use crate::command::id;
use crate::door::Door;
use crate::failure;

query_call!("/sceau.payment.v1.PaymentQueryService/GetInvoice", GetInvoiceRequest, GetInvoiceResponse, get_invoice);
query_call!(
    "/sceau.payment.v1.PaymentQueryService/ListInvoices",
    ListInvoicesRequest,
    ListInvoicesResponse,
    list_invoices
);
query_call!("/sceau.payment.v1.PaymentQueryService/GetLedger", GetLedgerRequest, GetLedgerResponse, get_ledger);

/// A ledger has one row per currency; there are six.
const CURRENCIES: usize = 64;

async fn get_invoice(request: GetInvoiceRequest, door: &Door, call: &Call) -> Result<GetInvoiceResponse, Status> {
    let named = request.invoice_id.clone();
    let invoice_id = id::<InvoiceId>("invoice_id", request.invoice_id)?.0;
    let key = InvoiceKey { tenant: call.tenant.to_string(), invoice_id };
    let found = row(&door.tables.invoice, &key, request.meta.as_ref(), call).await?;
    let found = found.ok_or_else(|| failure::not_found("INVOICE_NOT_FOUND", "invoice", &named))?;
    call.check_owner(&found.company_id.to_string(), "invoice", &named)?;
    Ok(GetInvoiceResponse { invoice: Some(found.message(invoice_id)) })
}

async fn list_invoices(request: ListInvoicesRequest, door: &Door, call: &Call) -> Result<ListInvoicesResponse, Status> {
    let company_id = own_or_named::<CompanyId>("company_id", &request.company_id, call)?.0;
    call.check_owner(&company_id.to_string(), "company", &request.company_id)?;
    let status = request.status;
    let query = format!("invoices {status}");
    let wanted = Wanted { meta: request.meta.as_ref(), page: request.page.as_ref(), query: &query };
    let prefix = vec![text(&call.tenant), uuid(company_id)];
    let list = List::read(&door.tables.invoice_by_company, prefix, wanted, call, |_, row| {
        status == 0 || row.status.0.to_wire() == status
    })
    .await?;
    let invoices = list.rows.iter().map(|(key, row)| row.summary(key)).collect();
    Ok(ListInvoicesResponse { invoices, page: Some(list.page) })
}

async fn get_ledger(request: GetLedgerRequest, door: &Door, call: &Call) -> Result<GetLedgerResponse, Status> {
    let company_id = own_or_named::<CompanyId>("company_id", &request.company_id, call)?.0;
    call.check_owner(&company_id.to_string(), "company", &request.company_id)?;
    let ledgers = &door.tables.company_ledger;
    fresh(ledgers, request.meta.as_ref().map_or(&[][..], |meta| &meta.at_least), call).await?;
    let prefix = vec![text(&call.tenant), uuid(company_id)];
    let rows = ledgers.scan(Range::of(prefix, CURRENCIES)).await.map_err(|error| failure::view(&error))?;
    Ok(GetLedgerResponse { ledgers: rows.iter().map(|(key, row)| row.message(key)).collect() })
}
