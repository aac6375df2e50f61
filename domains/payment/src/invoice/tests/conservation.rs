//! Money is neither made nor lost, whatever is asked of an invoice.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

/// What the test counts itself, from the events alone.
#[derive(Default)]
struct Books {
    invoiced: i64,
    settled: i64,
    refunded: i64,
    credited: i64,
    open: i64,
    refund_due: i64,
    closings: u32,
}

impl Books {
    fn enter(&mut self, event: &InvoiceEvent) {
        match event {
            InvoiceEvent::Issued(e) => {
                self.invoiced = e.total.minor;
                self.open = e.total.minor;
            }
            InvoiceEvent::SettlementRecorded(e) => {
                self.settled += e.amount.minor;
                self.open -= e.amount.minor;
                assert_eq!(self.open, e.open.minor);
            }
            InvoiceEvent::Credited(e) => {
                self.credited += e.total.minor;
                self.open -= e.off_open.minor;
                self.refund_due += e.to_refund.minor;
                assert!(e.net.minor >= 0 && e.tax.minor >= 0 && e.off_open.minor >= 0 && e.to_refund.minor >= 0);
            }
            InvoiceEvent::RefundRecorded(e) => {
                self.refunded += e.amount.minor;
                self.refund_due -= e.amount.minor;
                assert_eq!(self.refund_due, e.refund_due.minor);
            }
            InvoiceEvent::Settled(_) | InvoiceEvent::Voided(_) => self.closings += 1,
        }
    }
}

fn command() -> impl Strategy<Value = InvoiceCommand> {
    let receipt = || "[A-Z]";
    prop_oneof![
        (-5_i64..2000, receipt()).prop_map(|(minor, number)| settle(eur(minor), &number)),
        (-5_i64..600, receipt()).prop_map(|(minor, number)| refund(eur(minor), &number)),
        vec((1_u32..5, 0_u64..6), 0..4).prop_map(|counts| credit(&counts)),
        Just(InvoiceCommand::CreditRemainder { reason: reason() }),
        Just(InvoiceCommand::Issue(issue())),
    ]
}

fn invoice() -> impl Strategy<Value = IssueInvoice> {
    (vec((1_u64..15, 0_i64..500), 1..4), 0_u32..300_000).prop_map(|(lines, rate)| {
        let template = lines_of(&lines);
        let net = eur(template.iter().map(|line| line.net).sum());
        let tax = Rate(rate).of(net).unwrap();
        let total = net.plus(tax).unwrap();
        IssueInvoice { lines: template, net, tax_rate: Rate(rate), tax, total, ..issue() }
    })
}

fn lines_of(counts: &[(u64, i64)]) -> Vec<InvoiceLine> {
    let template = &lines()[0];
    let line =
        |(line, (count, net)): (u32, &(u64, i64))| InvoiceLine { line, count: *count, net: *net, ..template.clone() };
    (1..).zip(counts).map(line).collect()
}

proptest! {
    #[test]
    fn what_was_invoiced_is_paid_credited_or_open(invoice in invoice(), commands in vec(command(), 0..40)) {
        let (mut state, mut books) = (InvoiceState::default(), Books::default());
        for command in std::iter::once(InvoiceCommand::Issue(invoice)).chain(commands) {
            let Ok(events) = Invoice::decide(&state, &command, &context()) else { continue };
            for event in &events {
                Invoice::evolve(&mut state, event);
                books.enter(event);
            }
            prop_assert_eq!(
                books.invoiced + books.refund_due,
                books.settled - books.refunded + books.credited + books.open
            );
            prop_assert!(books.open >= 0 && books.refund_due >= 0 && books.credited <= books.invoiced);
            prop_assert!(books.open == 0 || books.refund_due == 0);
            let account = state.account().expect("it was issued");
            prop_assert_eq!((account.open(), account.refund_due()), (eur(books.open), eur(books.refund_due)));
            prop_assert_eq!(books.closings, u32::from(books.open == 0), "it closes once, when nothing is open");
            prop_assert!(books.open > 0 || books.credited == books.invoiced || !account.remaining().is_empty());
        }
    }

    #[test]
    fn crediting_everything_in_any_parts_credits_exactly_the_invoice(
        invoice in invoice(),
        parts in vec((1_u32..4, 1_u64..4), 0..60),
    ) {
        let (mut state, mut credited) = (InvoiceState::default(), 0);
        let parts = parts.iter().map(|part| credit(&[*part]));
        let remainder = InvoiceCommand::CreditRemainder { reason: reason() };
        let total = invoice.total.minor;
        for command in std::iter::once(InvoiceCommand::Issue(invoice)).chain(parts).chain([remainder]) {
            for event in Invoice::decide(&state, &command, &context()).unwrap_or_default() {
                Invoice::evolve(&mut state, &event);
                if let InvoiceEvent::Credited(note) = event {
                    credited += note.total.minor;
                }
            }
        }
        prop_assert_eq!(credited, total);
    }
}
