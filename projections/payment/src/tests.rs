//! Given what happened, then these rows.

use std::collections::HashMap;

use sceau_kernel::uuid::Uuid;
use sceau_kernel::{Context, Currency, Decider, Money, Phrase, Rate, StreamId};
use sceau_payment::invoice::{
    InvoiceLine, IssueCreditNote, IssueInvoice, LineCount, PaymentMethod, RecordRefund, RecordSettlement,
};
use sceau_payment::{
    CertificateId, CompanyId, Invoice, InvoiceCommand, InvoiceEvent, InvoiceId, InvoiceStatus, OrderId, PaymentEvent,
    Payments,
};
use sceau_projection::Projection;
use sceau_projection::row::Json;
use sceau_projection::testing::{day, rows};
use sceau_proto::payment::v1 as proto;

use super::*;

const COMPANY: CompanyId = CompanyId(Uuid::from_u128(2));

fn order(n: u128) -> OrderId {
    OrderId(Uuid::from_u128(n))
}

fn stream(order_id: OrderId) -> StreamId {
    InvoiceId::of_order(order_id).stream(&"ci".parse().unwrap())
}

fn xof(minor: i64) -> Money {
    Money::new(minor, Currency::Xof)
}

/// 10 stamps for 1000 and 18 % tax: 1180 in all.
fn issue(order_id: OrderId) -> InvoiceCommand {
    let (description, certificate_id) = ("Stamps for Savon".to_owned(), CertificateId(Uuid::from_u128(3)));
    InvoiceCommand::Issue(IssueInvoice {
        order_id,
        company_id: COMPANY,
        lines: vec![InvoiceLine { line: 1, description, certificate_id, count: 10, net: 1000 }],
        net: xof(1000),
        tax_rate: Rate(180_000),
        tax: xof(180),
        total: xof(1180),
    })
}

fn settle(minor: i64, receipt: &str) -> InvoiceCommand {
    let (method, receipt_number) = (PaymentMethod::Cash, Phrase::new(receipt).unwrap());
    InvoiceCommand::RecordSettlement(RecordSettlement { amount: xof(minor), method, receipt_number, paid_at: None })
}

fn credit(count: u64) -> InvoiceCommand {
    let lines = vec![LineCount { line: 1, count }];
    InvoiceCommand::IssueCreditNote(IssueCreditNote { lines, reason: Phrase::new("returned").unwrap() })
}

fn refund(minor: i64, receipt: &str) -> InvoiceCommand {
    let (method, receipt_number) = (PaymentMethod::Cash, Phrase::new(receipt).unwrap());
    InvoiceCommand::RecordRefund(RecordRefund { amount: xof(minor), method, receipt_number })
}

/// What the commands give rise to, one after the other.
fn events(commands: &[InvoiceCommand]) -> Vec<PaymentEvent> {
    let context: Context = sceau_kernel::testing::context();
    let mut state = <Invoice as Decider>::State::default();
    let mut events: Vec<InvoiceEvent> = Vec::new();
    for command in commands {
        for event in Invoice::decide(&state, command, &context).expect("the command is accepted") {
            Invoice::evolve(&mut state, &event);
            events.push(event);
        }
    }
    events.into_iter().map(PaymentEvent::Invoice).collect()
}

fn given<P: Projection>(order_id: OrderId, commands: &[InvoiceCommand]) -> HashMap<P::Key, P::Row> {
    rows::<Payments, P>(&stream(order_id), &events(commands))
}

fn returned() -> [InvoiceCommand; 5] {
    [issue(order(1)), settle(1000, "A"), settle(180, "B"), credit(3), refund(300, "C")]
}

/// 3 of 10 stamps: 300 and 54 tax, of which 300 were given back.
const RETURNED: Amounts =
    Amounts { invoiced: 1180, settled: 1180, refunded: 300, credited: 354, open: 0, refund_due: 54 };

#[test]
fn an_invoice_shows_everything_that_happened_to_it() {
    let rows = given::<InvoiceView>(order(1), &returned());
    let invoice_id = InvoiceId::of_order(order(1)).0;
    let row = &rows[&InvoiceKey { tenant: "ci".into(), invoice_id }];
    assert_eq!((row.status.0, row.amounts.0, row.version), (InvoiceStatus::Settled, RETURNED, 6));
    assert_eq!(row.lines.0[0].credited_count, 3);
    let entry = |kind, amount, reference: &str, at| Entry { kind, amount, reference: reference.into(), at };
    assert_eq!(
        row.entries.0,
        [
            entry(EntryKind::Settlement, 1000, "A", day(1)),
            entry(EntryKind::Settlement, 180, "B", day(2)),
            entry(EntryKind::CreditNote, 354, "1", day(4)),
            entry(EntryKind::Refund, 300, "C", day(5)),
        ]
    );
    let message = row.message(invoice_id);
    assert_eq!(message.status, proto::InvoiceStatus::Settled as i32);
    assert_eq!(message.balance.and_then(|balance| balance.refund_due).map(|due| due.minor), Some(54));
}

#[test]
fn a_company_sees_its_invoices_in_short() {
    let rows = given::<InvoiceByCompany>(order(1), &returned());
    assert_eq!(rows.len(), 1, "all events of an invoice meet in one row");
    let (key, row) = rows.iter().next().expect("one row");
    assert_eq!((key.company_id, key.invoice_id), (COMPANY.0, InvoiceId::of_order(order(1)).0));
    assert_eq!((row.status.0, row.amounts.0), (InvoiceStatus::Settled, RETURNED));
    assert_eq!(row.summary(key).order_id, order(1).to_string());
}

#[test]
fn a_void_invoice_owes_nothing() {
    let rows = given::<InvoiceByCompany>(order(1), &[issue(order(1)), credit(10)]);
    let amounts = Amounts { invoiced: 1180, credited: 1180, ..Amounts::default() };
    assert!(rows.values().all(|row| row.status == Json(InvoiceStatus::Voided) && row.amounts.0 == amounts));
}

#[test]
fn a_ledger_is_the_sum_of_its_partial_rows() {
    let key = CompanyLedgerKey { tenant: "ci".into(), company_id: COMPANY.0, currency: "XOF".into() };
    let partial = |order_id, commands: &[InvoiceCommand]| {
        given::<CompanyLedger>(order_id, commands).remove(&key).expect("the company has a ledger")
    };
    let mut ledger = partial(order(1), &returned());
    CompanyLedger::merge(&mut ledger, partial(order(2), &[issue(order(2)), settle(500, "D")]));
    CompanyLedger::merge(&mut ledger, partial(order(3), &[issue(order(3)), credit(10)]));

    let Amounts { invoiced, settled, refunded, credited, open, refund_due } = ledger.amounts();
    assert_eq!((invoiced, settled, refunded, credited, open, refund_due), (3540, 1680, 300, 1534, 680, 54));
    assert_eq!(invoiced + refund_due, settled - refunded + credited + open);
    assert_eq!((ledger.invoices, ledger.settled_invoices, ledger.voided_invoices, ledger.credit_notes), (3, 1, 1, 2));
    assert_eq!(ledger.message(&key).balance.and_then(|balance| balance.open).map(|open| open.minor), Some(680));
}
