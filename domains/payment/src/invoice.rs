//! An invoice: one stream, `<tenant>/invoice/<invoice id>`.

mod account;
mod command;
mod decide;
mod event;
mod refusal;
mod state;
#[cfg(test)]
mod tests;

pub use account::{Account, Receipt, ReceiptKind};
pub use command::{InvoiceCommand, IssueCreditNote, IssueInvoice, RecordRefund, RecordSettlement};
pub use event::{
    CreditNoteIssued, InvoiceEvent, InvoiceIssued, InvoiceLine, InvoiceSettled, InvoiceVoided, LineCount,
    PaymentMethod, ReceiptNumber, RefundRecorded, SettlementRecorded, Subject,
};
pub use refusal::InvoiceRefusal;
use sceau_kernel::{Context, Decider};
pub use state::{InvoiceState, InvoiceStatus};

/// The decider of invoices.
pub struct Invoice;

impl Decider for Invoice {
    type State = InvoiceState;
    type Command = InvoiceCommand;
    type Event = InvoiceEvent;
    type Refusal = InvoiceRefusal;

    fn decide(
        state: &InvoiceState,
        command: &InvoiceCommand,
        context: &Context,
    ) -> Result<Vec<InvoiceEvent>, InvoiceRefusal> {
        decide::decide(state, command, context)
    }

    fn evolve(state: &mut InvoiceState, event: &InvoiceEvent) {
        state.evolve(event);
    }
}
