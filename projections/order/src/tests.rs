//! Given what happened, then these rows.

use std::collections::HashMap;

use sceau_kernel::uuid::Uuid;
use sceau_kernel::{Currency, Money, Phrase, Rate, StreamId, Timestamp};
use sceau_order::order::{
    ConfirmedLine, LineBatch, OrderCancelled, OrderConfirmed, OrderFulfilled, OrderLine, OrderPaid, OrderPlaced,
    OrderQuoted, PricedLine,
};
use sceau_order::price_list::{FormPrices, PriceTier};
use sceau_order::{
    BatchId, CertificateId, CompanyId, InvoiceId, OrderEvent, OrderId, OrderStatus, Ordering, OrderingEvent,
    PriceListEvent, Prices, StampForm, price_list,
};
use sceau_projection::Projection;
use sceau_projection::row::Json;
use sceau_projection::testing::{day, rows};
use sceau_proto::order::v1 as proto;

use super::*;

const ORDER: OrderId = OrderId(Uuid::from_u128(1));
const COMPANY: CompanyId = CompanyId(Uuid::from_u128(2));
const SOAP: CertificateId = CertificateId(Uuid::from_u128(3));
const BATCH: BatchId = BatchId(Uuid::from_u128(4));

fn xof(minor: i64) -> Money {
    Money::new(minor, Currency::Xof)
}

fn stream() -> StreamId {
    ORDER.stream(&"ci".parse().unwrap())
}

fn line(number: u32, count: u64) -> OrderLine {
    let (certificate_id, product_name, form) = (SOAP, "Savon".to_owned(), StampForm::SignedQr);
    OrderLine { line: number, certificate_id, product_name, form, count }
}

fn valid_until() -> Timestamp {
    day(30)
}

fn placed() -> OrderEvent {
    OrderEvent::Placed(OrderPlaced {
        company_id: COMPANY,
        placed_at: day(0),
        lines: vec![line(1, 1000), line(2, 500)],
        note: Some(Phrase::new("urgent").unwrap()),
    })
}

fn quoted() -> OrderEvent {
    let priced = |line, net| PricedLine { line, price_per_thousand: 4000, net };
    OrderEvent::Quoted(OrderQuoted {
        company_id: COMPANY,
        placed_at: day(0),
        lines: vec![priced(1, 4000), priced(2, 2000)],
        net: xof(6000),
        tax_rate: Rate(100_000),
        tax: xof(600),
        total: xof(6600),
        valid_until: valid_until(),
    })
}

fn confirmed() -> OrderEvent {
    let confirmed = |OrderLine { line, certificate_id, product_name, form, count }, net| ConfirmedLine {
        line,
        certificate_id,
        product_name,
        form,
        count,
        net,
    };
    OrderEvent::Confirmed(OrderConfirmed {
        company_id: COMPANY,
        placed_at: day(0),
        valid_until: valid_until(),
        lines: vec![confirmed(line(1, 1000), 4000), confirmed(line(2, 500), 2000)],
        net: xof(6000),
        tax_rate: Rate(100_000),
        tax: xof(600),
        total: xof(6600),
    })
}

/// Line 2 was credited before payment.
fn paid() -> OrderEvent {
    let invoice_id = InvoiceId::of_order(ORDER);
    OrderEvent::Paid(OrderPaid { company_id: COMPANY, placed_at: day(0), invoice_id, lines: vec![line(1, 1000)] })
}

fn fulfilled() -> OrderEvent {
    let batches = vec![LineBatch { line: 1, batch_id: BATCH }];
    OrderEvent::Fulfilled(OrderFulfilled { company_id: COMPANY, placed_at: day(0), batches })
}

fn cancelled(valid_until: Option<Timestamp>) -> OrderEvent {
    OrderEvent::Cancelled(OrderCancelled {
        company_id: COMPANY,
        placed_at: day(0),
        reason: Phrase::new("withdrawn").unwrap(),
        valid_until,
        invoiced: false,
    })
}

fn given<P: Projection>(events: impl IntoIterator<Item = OrderEvent>) -> HashMap<P::Key, P::Row> {
    let events: Vec<_> = events.into_iter().map(OrderingEvent::Order).collect();
    rows::<Ordering, P>(&stream(), &events)
}

fn order(events: impl IntoIterator<Item = OrderEvent>) -> OrderRow {
    let mut rows = given::<OrderView>(events);
    rows.remove(&OrderKey { tenant: "ci".into(), order_id: ORDER.0 }).expect("the order has a row")
}

#[test]
fn an_order_shows_what_it_came_to() {
    let row = order([placed(), quoted(), confirmed(), paid(), fulfilled()]);
    assert_eq!(row.status, Json(OrderStatus::Fulfilled));
    assert_eq!((row.total, row.invoice_id), (Some(xof(6600)), Some(InvoiceId::of_order(ORDER).0)));
    assert_eq!((row.placed_at, row.changed_at, row.version), (day(0), day(4), 5));
    let lines: Vec<_> = row.lines.0.iter().map(|line| (line.net, line.paid_count, line.batch_id)).collect();
    assert_eq!(lines, [(Some(4000), Some(1000), Some(BATCH)), (Some(2000), Some(0), None)]);
    assert_eq!(row.certificates(), [SOAP]);
}

#[test]
fn an_order_names_its_invoice_as_soon_as_it_is_confirmed() {
    assert_eq!(order([placed(), quoted()]).invoice_id, None);
    assert_eq!(order([placed(), quoted(), confirmed()]).invoice_id, Some(InvoiceId::of_order(ORDER).0));
}

#[test]
fn a_company_sees_its_orders_in_short() {
    let key = OrderByCompanyKey { tenant: "ci".into(), company_id: COMPANY.0, placed_at: day(0), order_id: ORDER.0 };
    let rows = given::<OrderByCompany>([placed(), quoted(), cancelled(Some(valid_until()))]);
    assert_eq!(rows.len(), 1, "all events of an order meet in one row");
    let row = OrderByCompanyRow {
        status: Json(OrderStatus::Cancelled),
        lines: 2,
        count: 1500,
        total: Some(xof(6600)),
        changed_at: day(2),
        version: 3,
    };
    assert_eq!(rows.get(&key), Some(&row));
}

#[test]
fn a_deadline_is_open_while_its_quote_can_be_confirmed() {
    let open = |events: Vec<OrderEvent>| -> Vec<(Timestamp, bool)> {
        given::<OrderDeadline>(events).into_iter().map(|(key, row)| (key.due, row.open)).collect()
    };
    assert_eq!(open(vec![placed(), cancelled(None)]), []);
    assert_eq!(open(vec![placed(), quoted()]), [(valid_until(), true)]);
    assert_eq!(open(vec![placed(), quoted(), confirmed(), paid()]), [(valid_until(), false)]);
    assert_eq!(open(vec![placed(), quoted(), cancelled(Some(valid_until()))]), [(valid_until(), false)]);
}

#[test]
fn the_price_list_is_the_last_one_set() {
    let prices = |tax| Prices {
        currency: Currency::Xof,
        tax,
        quote_days: 30,
        prices: vec![FormPrices {
            form: StampForm::Digits,
            tiers: vec![PriceTier { from_count: 1, price_per_thousand: 500 }],
        }],
    };
    let set = |tax| OrderingEvent::PriceList(PriceListEvent::Set(prices(tax)));
    let events = [set(Rate(0)), set(Rate(180_000))];
    let rows = rows::<Ordering, PriceListView>(&price_list::stream(&"ci".parse().unwrap()), &events);
    let row = PriceListRow { prices: Json(Some(prices(Rate(180_000)))), set_at: day(1), version: 2 };
    assert_eq!(rows.get(&PriceListKey { tenant: "ci".into() }), Some(&row));
    assert_eq!(row.message().map(|message| (message.tax, message.version)), Some((180_000, 2)));
    assert_eq!(PriceListRow::default().message(), None);
}

#[test]
fn rows_become_messages_with_every_field() {
    let message = order([placed(), quoted(), confirmed(), paid(), fulfilled()]).message(ORDER.0);
    assert_eq!(message.status, proto::OrderStatus::Fulfilled as i32);
    assert_eq!((message.order_id, message.company_id), (ORDER.to_string(), COMPANY.to_string()));
    assert_eq!(message.lines[0].batch_id, Some(BATCH.to_string()));
    assert_eq!(message.note.as_deref(), Some("urgent"));
    let message = order([placed(), cancelled(None)]).message(ORDER.0);
    assert_eq!((message.total, message.cancel_reason.as_deref()), (None, Some("withdrawn")));
}
