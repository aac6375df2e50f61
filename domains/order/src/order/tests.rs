//! The story of an order, and everything it refuses.

mod precedence;
mod stages;

use sceau_kernel::testing::{context, given};
use sceau_kernel::uuid::Uuid;
use sceau_kernel::{Actor, Currency, Money, Phrase, Rate, Role, Timestamp};

use super::*;
use crate::price_list::{FormPrices, PriceTier, Prices};
use crate::{BatchId, CertificateId, CompanyId, InvoiceId, StampForm};

const COMPANY: CompanyId = CompanyId(Uuid::from_u128(1));
const SOAP: CertificateId = CertificateId(Uuid::from_u128(10));
const TEA: CertificateId = CertificateId(Uuid::from_u128(11));
const INVOICE: InvoiceId = InvoiceId(Uuid::from_u128(20));

fn now() -> Timestamp {
    context().time
}

fn xof(minor: i64) -> Money {
    Money::new(minor, Currency::Xof)
}

fn facts(product_name: &str) -> CertificateFacts {
    CertificateFacts {
        company_id: COMPANY,
        product_name: product_name.into(),
        standing: Standing::InForce { valid_until: now().plus_days(365) },
    }
}

fn certificates() -> Certificates {
    [(SOAP, facts("Savon de Marseille")), (TEA, facts("Thé vert"))].into()
}

fn request() -> RequestedOrder {
    RequestedOrder {
        company_id: COMPANY,
        lines: vec![
            RequestedLine { certificate_id: SOAP, form: StampForm::SignedQr, count: 10_000 },
            RequestedLine { certificate_id: TEA, form: StampForm::Digits, count: 3 },
        ],
        note: None,
    }
}

fn lines() -> Vec<OrderLine> {
    vec![
        OrderLine {
            line: 1,
            certificate_id: SOAP,
            product_name: "Savon de Marseille".into(),
            form: StampForm::SignedQr,
            count: 10_000,
        },
        OrderLine { line: 2, certificate_id: TEA, product_name: "Thé vert".into(), form: StampForm::Digits, count: 3 },
    ]
}

fn prices() -> Prices {
    let form =
        |form, price_per_thousand| FormPrices { form, tiers: vec![PriceTier { from_count: 1, price_per_thousand }] };
    Prices {
        currency: Currency::Xof,
        tax: Rate(180_000),
        quote_days: 30,
        prices: vec![form(StampForm::SignedQr, 4000), form(StampForm::Digits, 500)],
    }
}

fn place() -> OrderCommand {
    OrderCommand::Place(PlaceOrder { request: request(), certificates: certificates() })
}

fn quote() -> OrderCommand {
    OrderCommand::Quote(QuoteOrder { prices: Some(prices()) })
}

fn confirm() -> OrderCommand {
    OrderCommand::Confirm(ConfirmOrder { certificates: certificates() })
}

fn cancel() -> OrderCommand {
    OrderCommand::Cancel(CancelOrder { reason: reason() })
}

fn pay() -> OrderCommand {
    let lines = vec![PaidLine { line: 1, count: 9_000 }];
    OrderCommand::RecordPayment(RecordPayment { invoice_id: INVOICE, lines })
}

fn fulfil() -> OrderCommand {
    OrderCommand::RecordFulfilment(RecordFulfilment { batches: batches() })
}

fn reason() -> Phrase<500> {
    Phrase::new("the product is withdrawn").unwrap()
}

fn batches() -> Vec<LineBatch> {
    vec![LineBatch { line: 1, batch_id: BatchId(Uuid::from_u128(30)) }]
}

fn valid_until() -> Timestamp {
    now().plus_days(30)
}

fn placed() -> OrderEvent {
    OrderEvent::Placed(OrderPlaced { company_id: COMPANY, placed_at: now(), lines: lines(), note: None })
}

fn quoted() -> OrderEvent {
    OrderEvent::Quoted(OrderQuoted {
        company_id: COMPANY,
        placed_at: now(),
        lines: vec![
            PricedLine { line: 1, price_per_thousand: 4000, net: 40_000 },
            PricedLine { line: 2, price_per_thousand: 500, net: 2 },
        ],
        net: xof(40_002),
        tax_rate: Rate(180_000),
        tax: xof(7_200),
        total: xof(47_202),
        valid_until: valid_until(),
    })
}

fn confirmed() -> OrderEvent {
    let priced = |line: OrderLine, net| ConfirmedLine {
        line: line.line,
        certificate_id: line.certificate_id,
        product_name: line.product_name,
        form: line.form,
        count: line.count,
        net,
    };
    OrderEvent::Confirmed(OrderConfirmed {
        company_id: COMPANY,
        placed_at: now(),
        valid_until: valid_until(),
        lines: lines().into_iter().zip([40_000, 2]).map(|(line, net)| priced(line, net)).collect(),
        net: xof(40_002),
        tax_rate: Rate(180_000),
        tax: xof(7_200),
        total: xof(47_202),
    })
}

fn paid() -> OrderEvent {
    let mut lines = lines();
    lines.truncate(1);
    lines[0].count = 9_000;
    OrderEvent::Paid(OrderPaid { company_id: COMPANY, placed_at: now(), invoice_id: INVOICE, lines })
}

fn fulfilled() -> OrderEvent {
    OrderEvent::Fulfilled(OrderFulfilled { company_id: COMPANY, placed_at: now(), batches: batches() })
}

fn cancelled(valid_until: Option<Timestamp>, invoiced: bool) -> OrderEvent {
    OrderEvent::Cancelled(OrderCancelled {
        company_id: COMPANY,
        placed_at: now(),
        reason: reason(),
        valid_until,
        invoiced,
    })
}

fn expired() -> OrderEvent {
    OrderEvent::Expired(OrderExpired { company_id: COMPANY, placed_at: now(), valid_until: valid_until() })
}

#[test]
fn an_order_goes_from_request_to_batches() {
    given::<Order>([]).when(&place()).then([placed()]);
    given::<Order>([placed()]).when(&quote()).then([quoted()]);
    given::<Order>([placed(), quoted()]).when(&confirm()).then([confirmed()]);
    given::<Order>([placed(), quoted(), confirmed()]).when(&pay()).then([paid()]);
    given::<Order>([placed(), quoted(), confirmed(), paid()]).when(&fulfil()).then([fulfilled()]);
}

#[test]
fn an_order_can_be_cancelled_until_it_is_paid() {
    given::<Order>([placed()]).when(&cancel()).then([cancelled(None, false)]);
    given::<Order>([placed(), quoted()]).when(&cancel()).then([cancelled(Some(valid_until()), false)]);
    given::<Order>([placed(), quoted(), confirmed()]).when(&cancel()).then([cancelled(Some(valid_until()), true)]);
}

#[test]
fn a_quote_holds_until_its_last_instant() {
    let last = Timestamp(valid_until().0 - 1);
    given::<Order>([placed(), quoted()]).at(last).when(&confirm()).then([confirmed()]);
    given::<Order>([placed(), quoted()])
        .at(last)
        .when(&OrderCommand::Expire)
        .refused(&OrderRefusal::QuoteStillHolds { valid_until: valid_until() });
    given::<Order>([placed(), quoted()])
        .at(valid_until())
        .when(&confirm())
        .refused(&OrderRefusal::QuoteExpired { valid_until: valid_until() });
    given::<Order>([placed(), quoted()]).at(valid_until()).when(&OrderCommand::Expire).then([expired()]);
}

#[test]
fn a_certificate_suspended_since_the_quote_stops_the_order() {
    let mut certificates = certificates();
    certificates.insert(
        TEA,
        CertificateFacts { standing: Standing::NotInForce { status: "suspended".into() }, ..facts("Thé vert") },
    );
    let refusal = OrderRefusal::Certificate {
        line: 2,
        certificate_id: TEA,
        fault: CertificateFault::NotInForce { status: "suspended".into() },
    };
    given::<Order>([placed(), quoted()]).when(&OrderCommand::Confirm(ConfirmOrder { certificates })).refused(&refusal);
}

#[test]
fn a_company_touches_its_own_orders_only() {
    let of = |company: CompanyId| Actor {
        subject: "awa".into(),
        role: Role::Company,
        party: Some(company.to_string().into()),
    };
    let other = of(CompanyId(Uuid::from_u128(2)));
    given::<Order>([]).by(of(COMPANY)).when(&place()).then([placed()]);
    given::<Order>([]).by(other.clone()).when(&place()).refused(&OrderRefusal::OfAnotherCompany);
    for command in [quote(), confirm(), cancel()] {
        given::<Order>([placed(), quoted()]).by(other.clone()).when(&command).refused(&OrderRefusal::OfAnotherCompany);
    }
}

#[test]
fn a_payment_is_for_what_was_ordered() {
    for (line, count) in [(3, 1), (1, 0), (1, 10_001)] {
        let payment = RecordPayment { invoice_id: INVOICE, lines: vec![PaidLine { line, count }] };
        given::<Order>([placed(), quoted(), confirmed()])
            .when(&OrderCommand::RecordPayment(payment))
            .refused(&OrderRefusal::PaidOtherThanOrdered { line, count });
    }
}

#[test]
fn every_event_ever_written_can_still_be_read() {
    use sceau_kernel::testing::golden;

    use crate::{Ordering, OrderingEvent};

    let noted = OrderEvent::Placed(OrderPlaced {
        company_id: COMPANY,
        placed_at: now(),
        lines: lines(),
        note: Some(Phrase::new("urgent").unwrap()),
    });
    let orders = [noted, quoted(), confirmed(), paid(), fulfilled(), cancelled(Some(valid_until()), true), expired()];
    let mut samples: Vec<_> = orders.into_iter().map(OrderingEvent::Order).collect();
    samples.push(OrderingEvent::PriceList(crate::PriceListEvent::Set(prices())));
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    golden::<Ordering>(&folder, &Ordering::event_types(), &samples);
}
