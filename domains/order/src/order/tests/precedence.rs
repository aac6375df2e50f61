//! What placing and quoting refuse, in order of precedence: each case has its own fault and those of the later ones.

use sceau_kernel::Refusal;

use super::*;
use crate::order::decide::{MOST_LINES, MOST_PER_LINE, MOST_PER_ORDER};
use crate::order::quote::HIGHEST_TOTAL;

fn line(certificate_id: CertificateId, count: u64) -> RequestedLine {
    RequestedLine {
        certificate_id,
        form: StampForm::SignedQr,
        count,
    }
}

fn certificate_fault(line: u32, certificate_id: CertificateId, fault: CertificateFault) -> OrderRefusal {
    OrderRefusal::Certificate {
        line,
        certificate_id,
        fault,
    }
}

#[test]
fn placing_refuses_in_order_of_precedence() {
    let unknown = CertificateId(Uuid::from_u128(99));
    let foreign = CertificateId(Uuid::from_u128(98));
    let suspended = CertificateId(Uuid::from_u128(97));
    let lapsed = CertificateId(Uuid::from_u128(96));
    let standing = Standing::NotInForce {
        status: "suspended".into(),
    };
    let mut certificates = certificates();
    certificates.insert(
        foreign,
        CertificateFacts {
            company_id: CompanyId(Uuid::from_u128(2)),
            standing: standing.clone(),
            ..facts("Sel")
        },
    );
    certificates.insert(
        suspended,
        CertificateFacts {
            standing,
            ..facts("Riz")
        },
    );
    certificates.insert(
        lapsed,
        CertificateFacts {
            standing: Standing::InForce { valid_until: now() },
            ..facts("Café")
        },
    );

    let (too_many, too_few) = (MOST_PER_LINE + 1, 0);
    let table = [
        (
            Vec::new(),
            OrderRefusal::LinesOutOfRange {
                lines: 0,
                most: MOST_LINES,
            },
        ),
        (
            vec![line(unknown, too_few); MOST_LINES + 1],
            OrderRefusal::LinesOutOfRange {
                lines: MOST_LINES + 1,
                most: MOST_LINES,
            },
        ),
        (
            vec![line(unknown, too_few)],
            OrderRefusal::CountOutOfRange {
                line: 1,
                count: 0,
                most: MOST_PER_LINE,
            },
        ),
        (
            vec![line(SOAP, 1), line(unknown, too_many)],
            OrderRefusal::CountOutOfRange {
                line: 2,
                count: too_many,
                most: MOST_PER_LINE,
            },
        ),
        (
            vec![line(unknown, MOST_PER_LINE); 1001],
            OrderRefusal::TooManyStamps {
                count: 1001 * MOST_PER_LINE,
                most: MOST_PER_ORDER,
            },
        ),
        (
            vec![line(SOAP, 1), line(unknown, 1), line(foreign, 1)],
            certificate_fault(2, unknown, CertificateFault::Unknown),
        ),
        (
            vec![line(foreign, 1), line(unknown, 1)],
            certificate_fault(1, foreign, CertificateFault::OfAnotherCompany),
        ),
        (
            vec![line(suspended, 1)],
            certificate_fault(
                1,
                suspended,
                CertificateFault::NotInForce {
                    status: "suspended".into(),
                },
            ),
        ),
        (
            vec![line(lapsed, 1)],
            certificate_fault(
                1,
                lapsed,
                CertificateFault::NotInForce {
                    status: "expired".into(),
                },
            ),
        ),
    ];
    for (lines, refusal) in table {
        let request = RequestedOrder {
            company_id: COMPANY,
            lines,
            note: None,
        };
        let command = OrderCommand::Place(PlaceOrder {
            request,
            certificates: certificates.clone(),
        });
        given::<Order>([]).when(&command).refused(&refusal);
    }
}

#[test]
fn the_largest_order_is_taken() {
    let request = RequestedOrder {
        company_id: COMPANY,
        lines: vec![line(SOAP, MOST_PER_LINE); 1000],
        note: None,
    };
    let command = OrderCommand::Place(PlaceOrder {
        request,
        certificates: certificates(),
    });
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
        lines: lines()
            .into_iter()
            .map(|line| OrderLine {
                count: MOST_PER_LINE,
                ..line
            })
            .collect(),
        note: None,
    });
    let table = [
        (None, OrderRefusal::NoPriceList),
        (
            Some(unpriced),
            OrderRefusal::NoPrice {
                line: 2,
                form: StampForm::Digits,
            },
        ),
        (
            Some(dear),
            OrderRefusal::TotalTooLarge {
                most: xof(HIGHEST_TOTAL),
            },
        ),
    ];
    for (prices, refusal) in table {
        given::<Order>([large.clone()])
            .when(&OrderCommand::Quote(QuoteOrder { prices }))
            .refused(&refusal);
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
        OrderRefusal::CountOutOfRange {
            line: 3,
            count: 0,
            most: 9,
        },
        OrderRefusal::TooManyStamps { count: 10, most: 9 },
        certificate(CertificateFault::Unknown),
        certificate(CertificateFault::OfAnotherCompany),
        certificate(CertificateFault::NotInForce {
            status: "revoked".into(),
        }),
        OrderRefusal::NotAwaitingQuote { status },
        OrderRefusal::NoPriceList,
        OrderRefusal::NoPrice {
            line: 3,
            form: StampForm::Digits,
        },
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
