//! The story of an invoice.

mod conservation;
mod precedence;

use sceau_kernel::testing::{context, given};
use sceau_kernel::uuid::Uuid;
use sceau_kernel::{Currency, Money, Phrase, Rate, Timestamp};

use super::*;
use crate::{CertificateId, CompanyId, OrderId};

const ORDER: OrderId = OrderId(Uuid::from_u128(1));
const COMPANY: CompanyId = CompanyId(Uuid::from_u128(2));

fn now() -> Timestamp {
    context().time
}

fn eur(minor: i64) -> Money {
    Money::new(minor, Currency::Eur)
}

fn lines() -> Vec<InvoiceLine> {
    [(1, "Stamps (signed QR) for Savon", 10, 1000), (2, "Stamps (digits) for Thé", 3, 100)]
        .into_iter()
        .map(|(line, description, count, net)| InvoiceLine {
            line,
            description: description.into(),
            certificate_id: CertificateId(Uuid::from_u128(u128::from(line))),
            count,
            net,
        })
        .collect()
}

/// 11.00 and 10 % tax: 12.10 in all.
fn issue() -> IssueInvoice {
    IssueInvoice {
        order_id: ORDER,
        company_id: COMPANY,
        lines: lines(),
        net: eur(1100),
        tax_rate: Rate(100_000),
        tax: eur(110),
        total: eur(1210),
    }
}

fn issued() -> InvoiceEvent {
    let IssueInvoice { order_id, company_id, lines, net, tax_rate, tax, total } = issue();
    InvoiceEvent::Issued(InvoiceIssued { order_id, company_id, issued_at: now(), lines, net, tax_rate, tax, total })
}

fn number(text: &str) -> ReceiptNumber {
    Phrase::new(text).unwrap()
}

fn reason() -> Phrase<500> {
    Phrase::new("returned").unwrap()
}

fn settle(amount: Money, receipt: &str) -> InvoiceCommand {
    InvoiceCommand::RecordSettlement(RecordSettlement {
        amount,
        method: PaymentMethod::Cash,
        receipt_number: number(receipt),
        paid_at: None,
    })
}

fn settlement(minor: i64, receipt: &str, open: i64) -> InvoiceEvent {
    InvoiceEvent::SettlementRecorded(SettlementRecorded {
        order_id: ORDER,
        company_id: COMPANY,
        issued_at: now(),
        amount: eur(minor),
        method: PaymentMethod::Cash,
        receipt_number: number(receipt),
        paid_at: None,
        open: eur(open),
    })
}

fn settled(counts: &[(u32, u64)], paid: i64) -> InvoiceEvent {
    let (order_id, company_id, issued_at) = (ORDER, COMPANY, now());
    InvoiceEvent::Settled(InvoiceSettled {
        order_id,
        company_id,
        issued_at,
        lines: line_counts(counts),
        paid: eur(paid),
    })
}

fn voided(refund_due: i64) -> InvoiceEvent {
    let (order_id, company_id, issued_at) = (ORDER, COMPANY, now());
    InvoiceEvent::Voided(InvoiceVoided { order_id, company_id, issued_at, refund_due: eur(refund_due) })
}

fn line_counts(counts: &[(u32, u64)]) -> Vec<LineCount> {
    counts.iter().map(|(line, count)| LineCount { line: *line, count: *count }).collect()
}

fn credit(counts: &[(u32, u64)]) -> InvoiceCommand {
    InvoiceCommand::IssueCreditNote(IssueCreditNote { lines: line_counts(counts), reason: reason() })
}

/// A credit note of `net` and `tax`, of which `off_open` lowers what remains to be paid.
fn credited(number: u32, counts: &[(u32, u64)], (net, tax): (i64, i64), off_open: i64) -> InvoiceEvent {
    InvoiceEvent::Credited(CreditNoteIssued {
        order_id: ORDER,
        company_id: COMPANY,
        issued_at: now(),
        number,
        lines: line_counts(counts),
        reason: reason(),
        net: eur(net),
        tax: eur(tax),
        total: eur(net + tax),
        off_open: eur(off_open),
        to_refund: eur(net + tax - off_open),
    })
}

fn refund(amount: Money, receipt: &str) -> InvoiceCommand {
    let (method, receipt_number) = (PaymentMethod::BankTransfer, number(receipt));
    InvoiceCommand::RecordRefund(RecordRefund { amount, method, receipt_number })
}

fn refunded(minor: i64, receipt: &str, refund_due: i64) -> InvoiceEvent {
    InvoiceEvent::RefundRecorded(RefundRecorded {
        order_id: ORDER,
        company_id: COMPANY,
        issued_at: now(),
        amount: eur(minor),
        method: PaymentMethod::BankTransfer,
        receipt_number: number(receipt),
        refund_due: eur(refund_due),
    })
}

#[test]
fn an_invoice_is_paid_in_parts_and_settled_once() {
    given::<Invoice>([]).when(&InvoiceCommand::Issue(issue())).then([issued()]);
    given::<Invoice>([issued()]).when(&settle(eur(1000), "A")).then([settlement(1000, "A", 210)]);
    given::<Invoice>([issued(), settlement(1000, "A", 210)])
        .when(&settle(eur(210), "B"))
        .then([settlement(210, "B", 0), settled(&[(1, 10), (2, 3)], 1210)]);
}

#[test]
fn an_invoice_for_nothing_is_settled_when_issued() {
    let mut free = issue();
    for line in &mut free.lines {
        line.net = 0;
    }
    (free.net, free.tax, free.total) = (eur(0), eur(0), eur(0));
    let InvoiceEvent::Issued(event) = issued() else { unreachable!("it is issued") };
    let IssueInvoice { lines, net, tax, total, .. } = free.clone();
    given::<Invoice>([]).when(&InvoiceCommand::Issue(free)).then([
        InvoiceEvent::Issued(InvoiceIssued { lines, net, tax, total, ..event }),
        settled(&[(1, 10), (2, 3)], 0),
    ]);
}

#[test]
fn issuing_twice_changes_nothing() {
    given::<Invoice>([issued()]).when(&InvoiceCommand::Issue(issue())).then([]);
}

#[test]
fn a_receipt_counts_once() {
    let paid = || [issued(), settlement(1000, "A", 210)];
    given::<Invoice>(paid()).when(&settle(eur(1000), "A")).then([]);
    let reused = InvoiceRefusal::ReceiptReused { receipt_number: number("A"), counted: eur(1000) };
    given::<Invoice>(paid()).when(&settle(eur(210), "A")).refused(&reused);
    given::<Invoice>(paid()).when(&refund(eur(1000), "A")).refused(&reused);
}

#[test]
fn what_is_credited_before_payment_is_neither_paid_nor_delivered() {
    // 4 of 10 stamps of line 1: net 400, tax 110 * 400 / 1100 = 40.
    let note = || credited(1, &[(1, 4)], (400, 40), 440);
    given::<Invoice>([issued()]).when(&credit(&[(1, 4)])).then([note()]);
    given::<Invoice>([issued(), note()])
        .when(&settle(eur(770), "A"))
        .then([settlement(770, "A", 0), settled(&[(1, 6), (2, 3)], 770)]);
}

#[test]
fn a_credit_that_covers_what_remains_to_be_paid_settles_the_rest() {
    let history = [issued(), settlement(1000, "A", 210)];
    // 2 of 10 and 3 of 3: net 300, tax 30. Only 210 of the 330 were still open.
    given::<Invoice>(history)
        .when(&credit(&[(1, 2), (2, 3)]))
        .then([credited(1, &[(1, 2), (2, 3)], (300, 30), 210), settled(&[(1, 8)], 880 + 120)]);
}

#[test]
fn crediting_everything_before_payment_voids_the_invoice() {
    let all = [(1, 10), (2, 3)];
    given::<Invoice>([issued()]).when(&credit(&all)).then([credited(1, &all, (1100, 110), 1210), voided(0)]);
    let remainder = InvoiceCommand::CreditRemainder { reason: reason() };
    given::<Invoice>([issued(), settlement(100, "A", 1110)])
        .when(&remainder)
        .then([credited(1, &all, (1100, 110), 1110), voided(100)]);
    given::<Invoice>([issued(), credited(1, &all, (1100, 110), 1210), voided(0)]).when(&remainder).then([]);
}

#[test]
fn what_was_paid_for_credited_stamps_is_refunded() {
    let history = || {
        vec![issued(), settlement(1210, "A", 0), settled(&[(1, 10), (2, 3)], 1210), credited(1, &[(2, 1)], (33, 3), 0)]
    };
    given::<Invoice>(history()).when(&refund(eur(30), "R")).then([refunded(30, "R", 6)]);
    let too_much = InvoiceRefusal::RefundExceedsDue { amount: eur(37), refund_due: eur(36) };
    given::<Invoice>(history()).when(&refund(eur(37), "R")).refused(&too_much);
}

#[test]
fn a_line_is_worth_its_last_unit_only_when_all_of_it_is_credited() {
    // A third of 100, twice, is 66; the last third is 34.
    let first = || credited(1, &[(2, 1)], (33, 3), 36);
    let second = || credited(2, &[(2, 1)], (33, 3), 36);
    given::<Invoice>([issued()]).when(&credit(&[(2, 1)])).then([first()]);
    given::<Invoice>([issued(), first()]).when(&credit(&[(2, 1)])).then([second()]);
    given::<Invoice>([issued(), first(), second()]).when(&credit(&[(2, 1)])).then([credited(
        3,
        &[(2, 1)],
        (34, 4),
        38,
    )]);
}

#[test]
fn every_event_ever_written_can_still_be_read() {
    use sceau_kernel::testing::golden;

    use crate::{PaymentEvent, Payments};

    let counts = [(1, 2), (2, 3)];
    let samples = [
        issued(),
        settlement(1000, "A", 210),
        settled(&counts, 1000),
        credited(1, &counts, (300, 30), 210),
        voided(100),
        refunded(30, "R", 6),
    ];
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    golden::<Payments>(&folder, &Payments::event_types(), &samples.map(PaymentEvent::Invoice));
}
