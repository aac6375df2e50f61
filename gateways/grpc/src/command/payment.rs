//! Commands to invoices.

use sceau_payment::invoice::{InvoiceCommand, IssueCreditNote, RecordRefund, RecordSettlement};
use sceau_payment::{InvoiceId, PaymentCommand as Command, Payments};
use sceau_proto::payment::v1::{IssueCreditNoteRequest, RecordRefundRequest, RecordSettlementRequest};

use super::commands_to;

commands_to! {
    Payments, "/sceau.payment.v1.PaymentCommandService/";
    RecordSettlement: RecordSettlementRequest, invoice_id as InvoiceId, RecordSettlement
        => |body| Command::Invoice(InvoiceCommand::RecordSettlement(body));
    IssueCreditNote: IssueCreditNoteRequest, invoice_id as InvoiceId, IssueCreditNote
        => |body| Command::Invoice(InvoiceCommand::IssueCreditNote(body));
    RecordRefund: RecordRefundRequest, invoice_id as InvoiceId, RecordRefund
        => |body| Command::Invoice(InvoiceCommand::RecordRefund(body));
}
