//! What an invoice refuses. In each table a command has its own fault and all that could come after it, so the order of
//! the table is the precedence.

use sceau_kernel::Refusal;

use super::*;

fn partly_paid() -> Vec<InvoiceEvent> {
    vec![issued(), settlement(1000, "A", 210)]
}

#[track_caller]
fn refused(history: Vec<InvoiceEvent>, command: &InvoiceCommand, refusal: &InvoiceRefusal) {
    let sentence = refusal.to_string();
    assert!(sentence.contains(": "), "{sentence} says what to do");
    assert!(refusal.code().chars().all(|c| c.is_ascii_uppercase() || c == '_'));
    given::<Invoice>(history).when(command).refused(refusal);
}

#[test]
fn an_invoice_exists_once_and_adds_up() {
    let issue_with = |tax, total| InvoiceCommand::Issue(IssueInvoice { tax: eur(tax), total: eur(total), ..issue() });
    let total = eur(1210);
    refused(vec![issued()], &issue_with(111, 1210), &InvoiceRefusal::AlreadyIssued { total });
    refused(Vec::new(), &issue_with(111, 1210), &InvoiceRefusal::DoesNotAddUp { total });
    refused(Vec::new(), &issue_with(-1, 1099), &InvoiceRefusal::DoesNotAddUp { total: eur(1099) });
    refused(Vec::new(), &credit(&[]), &InvoiceRefusal::NotFound);
}

#[test]
fn money_is_refused_in_order_of_precedence() {
    let dollars = Money::new(-1, Currency::Usd);
    let mismatch = InvoiceRefusal::CurrencyMismatch { given: Currency::Usd, invoiced: Currency::Eur };
    let reused = InvoiceRefusal::ReceiptReused { receipt_number: number("A"), counted: eur(1000) };
    let table = [
        (Vec::new(), settle(dollars, "A"), InvoiceRefusal::NotFound),
        (partly_paid(), settle(dollars, "A"), mismatch.clone()),
        (partly_paid(), settle(eur(0), "A"), InvoiceRefusal::AmountNotPositive { amount: eur(0) }),
        (partly_paid(), settle(eur(9999), "A"), reused.clone()),
        (partly_paid(), settle(eur(211), "B"), InvoiceRefusal::Overpayment { amount: eur(211), open: eur(210) }),
        (Vec::new(), refund(dollars, "A"), InvoiceRefusal::NotFound),
        (partly_paid(), refund(dollars, "A"), mismatch),
        (partly_paid(), refund(eur(0), "A"), InvoiceRefusal::AmountNotPositive { amount: eur(0) }),
        (partly_paid(), refund(eur(1000), "A"), reused),
        (partly_paid(), refund(eur(1), "R"), InvoiceRefusal::RefundExceedsDue { amount: eur(1), refund_due: eur(0) }),
    ];
    for (history, command, refusal) in table {
        refused(history, &command, &refusal);
    }
}

#[test]
fn credit_notes_are_refused_in_order_of_precedence() {
    let out_of_range = |line, count, left| InvoiceRefusal::CreditOutOfRange { line, count, left };
    let table = [
        (credit(&[]), InvoiceRefusal::NothingToCredit),
        (credit(&[(3, 0), (1, 11)]), InvoiceRefusal::UnknownLine { line: 3 }),
        (credit(&[(1, 11)]), out_of_range(1, 11, 10)),
        (credit(&[(1, 6), (1, 5)]), out_of_range(1, 5, 4)),
        (credit(&[(2, 0)]), out_of_range(2, 0, 3)),
    ];
    for (command, refusal) in table {
        refused(partly_paid(), &command, &refusal);
    }
}

#[test]
fn an_amount_that_cannot_be_counted_is_refused_not_wrapped() {
    let left = InvoiceRefusal::CreditOutOfRange { line: 1, count: u64::MAX, left: 10 };
    refused(vec![issued()], &credit(&[(1, u64::MAX)]), &left);
    let most = InvoiceRefusal::Overpayment { amount: eur(i64::MAX), open: eur(1210) };
    refused(vec![issued()], &settle(eur(i64::MAX), "A"), &most);
}
