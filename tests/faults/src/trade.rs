//! The stamp loop under faults: a product is certified, stamps of it are ordered and paid, and the reactors do the rest.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use prost_types::Timestamp;
use sceau_api::order::v1::order_query_service_client::OrderQueryServiceClient;
use sceau_proto::certification::v1::{
    ApplyForCertificateRequest, AssignReviewerRequest, GrantCertificateRequest, ProductCategory,
};
use sceau_proto::common::v1::{CommandReceipt, Money, QueryMeta};
use sceau_proto::order::v1::{
    ConfirmOrderRequest, FormPrices, GetOrderRequest, Order, OrderStatus, PlaceOrderRequest, PriceTier,
    QuoteOrderRequest, RequestedLine, SetPriceListRequest, StampForm,
};
use sceau_proto::payment::v1::{PaymentMethod, RecordSettlementRequest};
use sceau_proto::submit::v1::submit_request::Command;

use crate::caller::{Caller, PATIENCE};
use crate::doors::passes;
use crate::register::enrol;

/// Between two looks at an order.
const LOOK: Duration = Duration::from_millis(50);
/// Stamps of an order.
const COUNT: u64 = 100;

/// Trades until the caller is to begin nothing new, and then ends what was begun.
pub(crate) async fn trade(mut caller: Caller) {
    let Some(prices) = set_prices(&mut caller).await else { return };
    let mut nth = 0;
    while caller.is_open() {
        nth += 1;
        // What went wrong is a complaint already; the next product is another matter.
        let _ = one_product(&mut caller, &prices, nth).await;
    }
}

async fn one_product(caller: &mut Caller, prices: &CommandReceipt, nth: u64) -> Option<()> {
    let (company, product) = certify(caller, nth).await?;
    let order = order(caller, &company, &product, prices).await?;
    pay(caller, &order, nth).await?;
    shown(caller, &order, |order| order.status() == OrderStatus::Fulfilled).await.map(drop)
}

async fn set_prices(caller: &mut Caller) -> Option<CommandReceipt> {
    let (id, meta) = caller.meta(&[]);
    let prices = PriceTier { from_count: 1, price_per_thousand: 12_000 };
    let prices = vec![FormPrices { form: StampForm::SignedQr.into(), tiers: vec![prices] }];
    // Each caller's list differs, and each may be the one in force: what is ordered is paid as it was quoted.
    let quote_days = 30 + caller.number as u32;
    let request = SetPriceListRequest { meta, currency: "XOF".to_owned(), tax: 180_000, quote_days, prices };
    caller.does(id, Command::SetPriceList(request)).await
}

/// A GTIN-13 whose last digit is the check digit of GS1: weights 1 and 3 in turn.
fn gtin(number: u64) -> String {
    let digits = format!("618{number:09}");
    let sum: u32 = digits.bytes().zip([1, 3].into_iter().cycle()).map(|(d, w)| u32::from(d - b'0') * w).sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

/// A company and the certificate of its product, granted.
async fn certify(caller: &mut Caller, nth: u64) -> Option<(String, CommandReceipt)> {
    let company = enrol(caller, "Comptoir", nth).await?;
    let (id, meta) = caller.meta(&[&company]);
    let application = ApplyForCertificateRequest {
        meta,
        company_id: company.id.clone(),
        gtin: gtin(caller.number * 1_000_000 + nth),
        product_name: format!("Eau {}-{nth}", caller.number),
        category: ProductCategory::Beverage.into(),
        evidence: Vec::new(),
    };
    let certificate_id = caller.does(id, Command::ApplyForCertificate(application)).await?.id;
    let (id, meta) = caller.meta(&[]);
    let reviewer = "Koffi".to_owned();
    let assignment = AssignReviewerRequest { meta, certificate_id: certificate_id.clone(), reviewer };
    caller.does(id, Command::AssignReviewer(assignment)).await?;
    let (id, meta) = caller.meta(&[]);
    let in_five_years: Timestamp = (SystemTime::now() + Duration::from_hours(5 * 365 * 24)).into();
    let grant = GrantCertificateRequest { meta, certificate_id, valid_until: Some(in_five_years) };
    Some((company.id, caller.does(id, Command::GrantCertificate(grant)).await?))
}

/// Places, quotes and confirms; the confirmation.
async fn order(
    caller: &mut Caller,
    company: &str,
    product: &CommandReceipt,
    prices: &CommandReceipt,
) -> Option<CommandReceipt> {
    let (id, meta) = caller.meta(&[product]);
    let line = RequestedLine { certificate_id: product.id.clone(), form: StampForm::SignedQr.into(), count: COUNT };
    let place = PlaceOrderRequest { meta, company_id: company.to_owned(), lines: vec![line], note: None };
    let placed = caller.does(id, Command::PlaceOrder(place)).await?;
    let (id, meta) = caller.meta(&[prices]);
    let quote = QuoteOrderRequest { meta, order_id: placed.id.clone() };
    let quoted = caller.does(id, Command::QuoteOrder(quote)).await?;
    let (id, meta) = caller.meta(&[product, &quoted]);
    caller.does(id, Command::ConfirmOrder(ConfirmOrderRequest { meta, order_id: placed.id })).await
}

/// Pays in two parts, once the reactor has invoiced.
async fn pay(caller: &mut Caller, order: &CommandReceipt, nth: u64) -> Option<()> {
    let confirmed = shown(caller, order, |order| order.invoice_id.is_some()).await?;
    let (invoice_id, total) = (confirmed.invoice_id?, confirmed.total?.minor);
    let first = 1 + caller.random.below(total as u64 - 1) as i64;
    for (part, minor) in [first, total - first].into_iter().enumerate() {
        let (id, meta) = caller.meta(&[]);
        let settlement = RecordSettlementRequest {
            meta,
            invoice_id: invoice_id.clone(),
            amount: Some(Money { minor, currency: "XOF".to_owned() }),
            method: PaymentMethod::Cash.into(),
            receipt_number: format!("CAISSE-{}-{nth}-{part}", caller.number),
            paid_at: Some(SystemTime::now().into()),
        };
        caller.does_once_it_is_there(id, Command::RecordSettlement(settlement)).await?;
    }
    Some(())
}

/// The order as any node shows it, as soon as it is as wanted.
async fn shown(caller: &mut Caller, order: &CommandReceipt, wanted: impl Fn(&Order) -> bool) -> Option<Order> {
    let begun = Instant::now();
    let ledger = Arc::clone(&caller.ledger);
    loop {
        let node = caller.random.index(caller.doors.count());
        let mut queries = OrderQueryServiceClient::new(caller.doors.channel(node));
        let meta = Some(QueryMeta { at_least: order.position.clone().into_iter().collect() });
        let request = caller.doors.signed(GetOrderRequest { meta, order_id: order.id.clone() });
        let last = match queries.get_order(request).await.map(|answer| answer.into_inner().order) {
            Ok(Some(shown)) if wanted(&shown) => return Some(shown),
            Ok(shown) => format!("it is {shown:?}"),
            Err(status) if passes(&status) => status.to_string(),
            Err(status) => {
                ledger.complain(format!("order {} cannot be read: {status}", order.id));
                return None;
            }
        };
        if begun.elapsed() > PATIENCE {
            ledger.complain(format!("order {} does not become what it should: {last}", order.id));
            return None;
        }
        tokio::time::sleep(LOOK).await;
    }
}
