//! What an invoice refuses, in order of precedence.

use sceau_kernel::Refusal;

use super::*;

/// Each command has its own fault and all that could come after it, so the order of the table is the precedence.
#[test]
fn faults_are_refused_in_order_of_precedence() {
    let issue_with = |tax, total| {
        InvoiceCommand::Issue(IssueInvoice {
            tax: eur(tax),
            total: eur(total),
            ..issue()
        })
    };
    let dollars = |minor| Money::new(minor, Currency::Usd);
    let history = || vec![issued(), settlement(1000, "A", 210)];
    let table = [
        (Vec::new(), settle(dollars(-1), "A"), InvoiceRefusal::NotFound),
        (Vec::new(), credit(&[]), InvoiceRefusal::NotFound),
        (
            history(),
            issue_with(111, 1210),
            InvoiceRefusal::AlreadyIssued { total: eur(1210) },
        ),
        (
            Vec::new(),
            issue_with(111, 1210),
            InvoiceRefusal::DoesNotAddUp { total: eur(1210) },
        ),
        (
            history(),
            settle(dollars(-1), "A"),
            InvoiceRefusal::CurrencyMismatch {
                given: Currency::Usd,
                invoiced: Currency::Eur,
            },
        ),
        (
            history(),
            settle(eur(0), "A"),
            InvoiceRefusal::AmountNotPositive { amount: eur(0) },
        ),
        (
            history(),
            settle(eur(9999), "A"),
            InvoiceRefusal::ReceiptReused {
                receipt_number: number("A"),
                counted: eur(1000),
            },
        ),
        (
            history(),
            settle(eur(211), "B"),
            InvoiceRefusal::Overpayment {
                amount: eur(211),
                open: eur(210),
            },
        ),
        (history(), credit(&[]), InvoiceRefusal::NothingToCredit),
        (
            history(),
            credit(&[(3, 0), (1, 11)]),
            InvoiceRefusal::UnknownLine { line: 3 },
        ),
        (
            history(),
            credit(&[(1, 11)]),
            InvoiceRefusal::CreditOutOfRange {
                line: 1,
                count: 11,
                left: 10,
            },
        ),
        (
            history(),
            credit(&[(1, 6), (1, 5)]),
            InvoiceRefusal::CreditOutOfRange {
                line: 1,
                count: 5,
                left: 4,
            },
        ),
        (
            history(),
            credit(&[(2, 0)]),
            InvoiceRefusal::CreditOutOfRange {
                line: 2,
                count: 0,
                left: 3,
            },
        ),
        (
            history(),
            refund(eur(1), "R"),
            InvoiceRefusal::RefundExceedsDue {
                amount: eur(1),
                refund_due: eur(0),
            },
        ),
    ];
    for (history, command, refusal) in table {
        let sentence = refusal.to_string();
        assert!(sentence.contains(": "), "{sentence} says what to do");
        assert!(refusal.code().chars().all(|c| c.is_ascii_uppercase() || c == '_'));
        given::<Invoice>(history).when(&command).refused(&refusal);
    }
}

#[test]
fn a_quantity_that_cannot_be_counted_is_refused_not_wrapped() {
    let left = InvoiceRefusal::CreditOutOfRange {
        line: 1,
        count: u64::MAX,
        left: 10,
    };
    given::<Invoice>([issued()])
        .when(&credit(&[(1, u64::MAX)]))
        .refused(&left);
    let most = InvoiceRefusal::Overpayment {
        amount: eur(i64::MAX),
        open: eur(1210),
    };
    given::<Invoice>([issued()])
        .when(&settle(eur(i64::MAX), "A"))
        .refused(&most);
}
