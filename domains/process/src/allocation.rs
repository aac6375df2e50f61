//! From the paid order to its stamps.

use sceau_kernel::{DecodeError, Recorded};
use sceau_order::order::{LineBatch, OrderLine, OrderPaid, RecordFulfilment};
use sceau_order::{OrderCommand, OrderId};
use sceau_stamp::{
    AllocateStamps, AllocationLine, BatchCommand, CertificateId, CompanyId, SeriesCommand, StampForm, StampingCommand,
    StampsAllocated, series_stream,
};

use crate::settlement::to_order;
use crate::{Commands, ProcessCommand};

/// A paid order gets its numbers, all lines at once.
pub(crate) fn allocate(record: &Recorded<'_>) -> Result<Commands, DecodeError> {
    let paid: OrderPaid = record.read()?;
    let allocate = AllocateStamps {
        order_id: record.id()?,
        company_id: CompanyId(paid.company_id.0),
        lines: paid.lines.into_iter().map(allocation_line).collect(),
    };
    let command = StampingCommand::Series(SeriesCommand::Allocate(allocate));
    Ok(vec![(series_stream(&record.stream.to_tenant()), ProcessCommand::Stamp(command))])
}

fn allocation_line(OrderLine { line, certificate_id, product_name, form, count }: OrderLine) -> AllocationLine {
    let certificate_id = CertificateId(certificate_id.0);
    AllocationLine { line, certificate_id, product_name, form: stamp_form(form), count }
}

/// The two domains each have a word of their own for the form.
fn stamp_form(form: sceau_order::StampForm) -> StampForm {
    match form {
        sceau_order::StampForm::SignedQr => StampForm::SignedQr,
        sceau_order::StampForm::SmallQr => StampForm::SmallQr,
        sceau_order::StampForm::Digits => StampForm::Digits,
    }
}

/// Allocated numbers become one batch a line, and the order has what it asked for.
pub(crate) fn generate(record: &Recorded<'_>) -> Result<Commands, DecodeError> {
    let allocated: StampsAllocated = record.read()?;
    let tenant = record.stream.to_tenant();
    let mut commands: Commands = allocated
        .batches()
        .map(|generate| {
            let stream = generate.batch.batch_id.stream(&tenant);
            (stream, ProcessCommand::Stamp(StampingCommand::Batch(BatchCommand::Generate(generate))))
        })
        .collect();
    let batches = allocated
        .lines
        .iter()
        .map(|line| LineBatch { line: line.line, batch_id: sceau_order::BatchId(line.batch_id.0) });
    let fulfilment = RecordFulfilment { batches: batches.collect() };
    commands.extend(to_order(record, OrderId(allocated.order_id.0), OrderCommand::RecordFulfilment(fulfilment)));
    Ok(commands)
}
