//! From the invoice back to its order.

use sceau_kernel::{DecodeError, Phrase, Recorded};
use sceau_order::order::{CancelOrder, PaidLine, RecordPayment};
use sceau_order::{OrderCommand, OrderId, OrderingCommand};
use sceau_payment::invoice::{InvoiceSettled, InvoiceVoided};

use crate::{Commands, ProcessCommand};

/// A settled invoice pays its order, for the stamps that were not credited.
pub(crate) fn pay(record: &Recorded<'_>) -> Result<Commands, DecodeError> {
    let settled: InvoiceSettled = record.read()?;
    let lines = settled.lines.iter().map(|line| PaidLine { line: line.line, count: line.count });
    let payment = RecordPayment { invoice_id: record.id()?, lines: lines.collect() };
    Ok(to_order(record, OrderId(settled.order_id.0), OrderCommand::RecordPayment(payment)))
}

/// An invoice that is void leaves nothing of its order to deliver.
pub(crate) fn cancel(record: &Recorded<'_>) -> Result<Commands, DecodeError> {
    let voided: InvoiceVoided = record.read()?;
    let reason = Phrase::new("its invoice was credited in full before it was settled");
    let reason = reason
        .map_err(|fault| DecodeError::Invalid { type_name: record.type_name.to_owned(), faults: fault.into() })?;
    Ok(to_order(record, OrderId(voided.order_id.0), OrderCommand::Cancel(CancelOrder { reason })))
}

/// A command to an order of the tenant whose stream the event is of.
pub(crate) fn to_order(record: &Recorded<'_>, order_id: OrderId, command: OrderCommand) -> Commands {
    let stream = order_id.stream(&record.stream.to_tenant());
    vec![(stream, ProcessCommand::Order(OrderingCommand::Order(command)))]
}
