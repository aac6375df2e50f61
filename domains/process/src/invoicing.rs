//! From the order to its invoice.

use sceau_kernel::{DecodeError, Recorded};
use sceau_order::order::{ConfirmedLine, OrderCancelled, OrderConfirmed};
use sceau_payment::invoice::{InvoiceLine, IssueInvoice};
use sceau_payment::{CertificateId, CompanyId, InvoiceCommand, InvoiceId, OrderId, PaymentCommand};

use crate::{Commands, ProcessCommand};

/// A confirmed order is invoiced.
pub(crate) fn issue(record: &Recorded<'_>) -> Result<Commands, DecodeError> {
    let order_id: OrderId = record.id()?;
    let confirmed: OrderConfirmed = record.read()?;
    let issue = IssueInvoice {
        order_id,
        company_id: CompanyId(confirmed.company_id.0),
        lines: confirmed.lines.iter().map(invoice_line).collect(),
        net: confirmed.net,
        tax_rate: confirmed.tax_rate,
        tax: confirmed.tax,
        total: confirmed.total,
    };
    Ok(to_invoice(record, order_id, InvoiceCommand::Issue(issue)))
}

fn invoice_line(line: &ConfirmedLine) -> InvoiceLine {
    InvoiceLine {
        line: line.line,
        description: format!("Stamps ({}) for {}", line.form, line.product_name),
        certificate_id: CertificateId(line.certificate_id.0),
        count: line.count,
        net: line.net,
    }
}

/// When an order that was invoiced is cancelled, nothing may remain to be paid for it.
pub(crate) fn credit(record: &Recorded<'_>) -> Result<Commands, DecodeError> {
    let cancelled: OrderCancelled = record.read()?;
    if !cancelled.invoiced {
        return Ok(Vec::new());
    }
    Ok(to_invoice(record, record.id()?, InvoiceCommand::CreditRemainder { reason: cancelled.reason }))
}

fn to_invoice(record: &Recorded<'_>, order_id: OrderId, command: InvoiceCommand) -> Commands {
    let stream = InvoiceId::of_order(order_id).stream(&record.stream.to_tenant());
    vec![(stream, ProcessCommand::Payment(PaymentCommand::Invoice(command)))]
}
