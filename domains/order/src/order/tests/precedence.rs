//! What placing and quoting refuse, in order of precedence: each case has its own fault and those of the later ones.

use sceau_kernel::Refusal;

use super::*;
use crate::order::decide::{MOST_LINES, MOST_PER_LINE, MOST_PER_ORDER};
use crate::order::quote::HIGHEST_TOTAL;

fn line(certificate_id: CertificateId, count: u64) -> RequestedLine {
    RequestedLine { certificate_id, form: StampForm::SignedQr, count }
}

fn certificate_fault(line: u32, certificate_id: CertificateId, fault: CertificateFault) -> OrderRefusal {
    OrderRefusal::Certificate { line, certificate_id, fault }
}

fn place_with(lines: Vec<RequestedLine>, certificates: Certificates) -> OrderCommand {
    let request = RequestedOrder { company_id: COMPANY, lines, note: None };
    OrderCommand::Place(PlaceOrder { request, certificates })
}

const UNKNOWN: CertificateId = CertificateId(Uuid::from_u128(99));

#[test]
fn placing_checks_the_lines_before_their_certificates() {
    let (most, too_many) = (MOST_PER_LINE, MOST_PER_LINE + 1);
    let table = [
        (vec![], OrderRefusal::LinesOutOfRange { lines: 0, most: MOST_LINES }),
        (vec![line(UNKNOWN, 0); 2001], OrderRefusal::LinesOutOfRange { lines: 2001, most: MOST_LINES }),
        (vec![line(UNKNOWN, 0)], OrderRefusal::CountOutOfRange { line: 1, count: 0, most }),
        (
            vec![line(SOAP, 1), line(UNKNOWN, too_many)],
            OrderRefusal::CountOutOfRange { line: 2, count: too_many, most },
        ),
        (vec![line(UNKNOWN, most); 1001], OrderRefusal::TooManyStamps { count: 1001 * most, most: MOST_PER_ORDER }),
        (vec![line(SOAP, 1), line(UNKNOWN, 1)], certificate_fault(2, UNKNOWN, CertificateFault::Unknown)),
    ];
    for (lines, refusal) in table {
        given::<Order>([]).when(&place_with(lines, certificates())).refused(&refusal);
    }
}

#[test]
fn a_certificate_is_known_then_owned_then_in_force() {
    let suspended = Standing::NotInForce { status: "suspended".into() };
    let foreign =
        CertificateFacts { company_id: CompanyId(Uuid::from_u128(2)), standing: suspended.clone(), ..facts("Sel") };
    let not_in_force = |status: &str| CertificateFault::NotInForce { status: status.into() };
    let table = [
        (foreign, CertificateFault::OfAnotherCompany),
        (CertificateFacts { standing: suspended, ..facts("Riz") }, not_in_force("suspended")),
        (
            CertificateFacts { standing: Standing::InForce { valid_until: now() }, ..facts("Café") },
            not_in_force("expired"),
        ),
    ];
    for (facts, fault) in table {
        // The line after it names an unknown certificate: lines are checked one by one.
        let command = place_with(vec![line(SOAP, 1), line(UNKNOWN, 1)], [(SOAP, facts)].into());
        given::<Order>([]).when(&command).refused(&certificate_fault(1, SOAP, fault));
    }
}

#[test]
fn the_largest_order_is_taken() {
    let command = place_with(vec![line(SOAP, MOST_PER_LINE); 1000], certificates());
    assert!(Order::decide(&OrderState::Unplaced, &command, &context()).is_ok());
}

#[test]
fn quoting_refuses_in_order_of_precedence() {
    let mut dear = prices();
    dear.prices[0].tiers[0].price_per_thousand = 1_000_000_000;
    let mut unpriced = dear.clone();
    unpriced.prices.truncate(1);
    let large = OrderEvent::Placed(OrderPlaced {
        company_id: COMPANY,
        placed_at: now(),
        lines: lines().into_iter().map(|line| OrderLine { count: MOST_PER_LINE, ..line }).collect(),
        note: None,
    });
    let table = [
        (None, OrderRefusal::NoPriceList),
        (Some(unpriced), OrderRefusal::NoPrice { line: 2, form: StampForm::Digits }),
        (Some(dear), OrderRefusal::TotalTooLarge { most: xof(HIGHEST_TOTAL) }),
    ];
    for (prices, refusal) in table {
        given::<Order>([large.clone()]).when(&OrderCommand::Quote(QuoteOrder { prices })).refused(&refusal);
    }
}

#[test]
fn every_refusal_names_its_values_and_what_to_do() {
    let status = OrderStatus::Paid;
    let certificate = |fault| certificate_fault(3, SOAP, fault);
    let refusals = [
        OrderRefusal::NotFound,
        OrderRefusal::OfAnotherCompany,
        OrderRefusal::AlreadyPlaced,
        OrderRefusal::LinesOutOfRange { lines: 0, most: 9 },
        OrderRefusal::CountOutOfRange { line: 3, count: 0, most: 9 },
        OrderRefusal::TooManyStamps { count: 10, most: 9 },
        certificate(CertificateFault::Unknown),
        certificate(CertificateFault::OfAnotherCompany),
        certificate(CertificateFault::NotInForce { status: "revoked".into() }),
        OrderRefusal::NotAwaitingQuote { status },
        OrderRefusal::NoPriceList,
        OrderRefusal::NoPrice { line: 3, form: StampForm::Digits },
        OrderRefusal::TotalTooLarge { most: xof(9) },
        OrderRefusal::NotQuoted { status },
        OrderRefusal::QuoteExpired { valid_until: now() },
        OrderRefusal::QuoteStillHolds { valid_until: now() },
        OrderRefusal::NotCancellable { status },
        OrderRefusal::NotAwaitingPayment { status },
        OrderRefusal::PaidOtherThanOrdered { line: 3, count: 4 },
        OrderRefusal::NotPaid { status },
    ];
    let mut codes: Vec<&str> = refusals.iter().map(Refusal::code).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), refusals.len(), "no two refusals share a code");
    for refusal in refusals {
        let sentence = refusal.to_string();
        assert!(sentence.contains(": "), "{sentence} says what to do");
        for (name, value) in refusal.values() {
            assert!(sentence.contains(&value), "{sentence} names {name} = {value}");
        }
    }
}
