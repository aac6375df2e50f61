//! What an invoice answers.

use sceau_kernel::{Context, Money, Phrase};

use super::account::{Account, Credit, Receipt, ReceiptKind};
use super::command::{InvoiceCommand, IssueCreditNote, IssueInvoice, RecordRefund, RecordSettlement};
use super::event::{
    CreditNoteIssued, InvoiceEvent, InvoiceIssued, InvoiceSettled, InvoiceVoided, LineCount, RefundRecorded,
    SettlementRecorded,
};
use super::refusal::InvoiceRefusal;
use super::state::InvoiceState;

type Decision = Result<Vec<InvoiceEvent>, InvoiceRefusal>;

pub(super) fn decide(state: &InvoiceState, command: &InvoiceCommand, context: &Context) -> Decision {
    match command {
        InvoiceCommand::Issue(command) => issue(state, command, context),
        InvoiceCommand::RecordSettlement(command) => record_settlement(known(state)?, command),
        InvoiceCommand::IssueCreditNote(IssueCreditNote { lines, reason }) => {
            known(state)?;
            if lines.is_empty() {
                return Err(InvoiceRefusal::NothingToCredit);
            }
            credit(state, lines, reason)
        }
        InvoiceCommand::CreditRemainder { reason } => {
            let lines = known(state)?.remaining();
            if lines.is_empty() { Ok(Vec::new()) } else { credit(state, &lines, reason) }
        }
        InvoiceCommand::RecordRefund(command) => record_refund(known(state)?, command),
    }
}

fn known(state: &InvoiceState) -> Result<&Account, InvoiceRefusal> {
    state.account().ok_or(InvoiceRefusal::NotFound)
}

fn issue(state: &InvoiceState, command: &IssueInvoice, context: &Context) -> Decision {
    if let Some(account) = state.account() {
        let same = account.order_id == command.order_id && account.amounts_to(command.net, command.tax);
        return if same { Ok(Vec::new()) } else { Err(InvoiceRefusal::AlreadyIssued { total: account.total() }) };
    }
    if !adds_up(command) {
        return Err(InvoiceRefusal::DoesNotAddUp { total: command.total });
    }
    let issued = InvoiceIssued {
        order_id: command.order_id,
        company_id: command.company_id,
        issued_at: context.time,
        lines: command.lines.clone(),
        net: command.net,
        tax_rate: command.tax_rate,
        tax: command.tax,
        total: command.total,
    };
    let account = Account::new(&issued);
    let mut events = vec![InvoiceEvent::Issued(issued)];
    events.extend(closing(&account));
    Ok(events)
}

/// Lines give the net sum, net and tax give the total, and nothing is negative or for no stamps.
fn adds_up(IssueInvoice { lines, net, tax, total, .. }: &IssueInvoice) -> bool {
    let sum = lines.iter().try_fold(0_i64, |sum, line| sum.checked_add(line.net));
    let sound = !lines.is_empty() && lines.iter().all(|line| line.count > 0 && line.net >= 0);
    sound && tax.minor >= 0 && sum == Some(net.minor) && net.plus(*tax) == Some(*total)
}

fn record_settlement(account: &Account, command: &RecordSettlement) -> Decision {
    let RecordSettlement { amount, method, receipt_number, paid_at } = command;
    let receipt =
        Receipt { number: receipt_number.clone(), kind: ReceiptKind::Settlement, amount: *amount, method: *method };
    if counted_before(account, &receipt)? {
        return Ok(Vec::new());
    }
    if amount.minor > account.open().minor {
        return Err(InvoiceRefusal::Overpayment { amount: *amount, open: account.open() });
    }
    let mut after = account.clone();
    after.take_receipt(receipt);
    let Account { order_id, company_id, issued_at, .. } = after;
    let mut events = vec![InvoiceEvent::SettlementRecorded(SettlementRecorded {
        order_id,
        company_id,
        issued_at,
        amount: *amount,
        method: *method,
        receipt_number: receipt_number.clone(),
        paid_at: *paid_at,
        open: after.open(),
    })];
    events.extend(closing(&after));
    Ok(events)
}

fn record_refund(account: &Account, command: &RecordRefund) -> Decision {
    let RecordRefund { amount, method, receipt_number } = command;
    let receipt =
        Receipt { number: receipt_number.clone(), kind: ReceiptKind::Refund, amount: *amount, method: *method };
    if counted_before(account, &receipt)? {
        return Ok(Vec::new());
    }
    if amount.minor > account.refund_due().minor {
        return Err(InvoiceRefusal::RefundExceedsDue { amount: *amount, refund_due: account.refund_due() });
    }
    let mut after = account.clone();
    after.take_receipt(receipt);
    let Account { order_id, company_id, issued_at, .. } = after;
    Ok(vec![InvoiceEvent::RefundRecorded(RefundRecorded {
        order_id,
        company_id,
        issued_at,
        amount: *amount,
        method: *method,
        receipt_number: receipt_number.clone(),
        refund_due: after.refund_due(),
    })])
}

/// True when this very receipt was counted before. The checks that settlements and refunds share are made here.
fn counted_before(account: &Account, receipt: &Receipt) -> Result<bool, InvoiceRefusal> {
    let Money { minor, currency } = receipt.amount;
    if currency != account.currency() {
        return Err(InvoiceRefusal::CurrencyMismatch { given: currency, invoiced: account.currency() });
    }
    if minor <= 0 {
        return Err(InvoiceRefusal::AmountNotPositive { amount: receipt.amount });
    }
    match account.receipt(&receipt.number) {
        None => Ok(false),
        Some(counted) if counted == receipt => Ok(true),
        Some(counted) => {
            Err(InvoiceRefusal::ReceiptReused { receipt_number: receipt.number.clone(), counted: counted.amount })
        }
    }
}

fn credit(state: &InvoiceState, lines: &[LineCount], reason: &Phrase<500>) -> Decision {
    let account = known(state)?;
    let Credit { net, tax, total, off_open, to_refund } = account.credit(lines)?;
    let number = account.next_credit_note();
    let mut after = account.clone();
    after.take_credit(number, lines, net, tax);
    let Account { order_id, company_id, issued_at, .. } = after;
    let mut events = vec![InvoiceEvent::Credited(CreditNoteIssued {
        order_id,
        company_id,
        issued_at,
        number,
        lines: lines.to_vec(),
        reason: reason.clone(),
        net,
        tax,
        total,
        off_open,
        to_refund,
    })];
    match state {
        InvoiceState::Open(_) => events.extend(closing(&after)),
        InvoiceState::Unissued | InvoiceState::Settled(_) | InvoiceState::Voided(_) => {}
    }
    Ok(events)
}

/// How an open invoice closes once this is what is counted on it: when nothing remains to be paid, what remains to be
/// delivered is settled; when nothing remains of that either, the invoice is void.
fn closing(after: &Account) -> Option<InvoiceEvent> {
    if after.open().minor > 0 {
        return None;
    }
    let Account { order_id, company_id, issued_at, .. } = *after;
    let lines = after.remaining();
    Some(if lines.is_empty() {
        InvoiceEvent::Voided(InvoiceVoided { order_id, company_id, issued_at, refund_due: after.refund_due() })
    } else {
        InvoiceEvent::Settled(InvoiceSettled { order_id, company_id, issued_at, lines, paid: after.paid() })
    })
}
