//! What a clerk does all day: certifies a product, has stamps of it ordered, paid, released, used and given back.

use std::time::{Duration, Instant, SystemTime};

use prost_types::Timestamp;
use sceau_api::order::v1::order_query_service_client::OrderQueryServiceClient;
use sceau_api::stamp::v1::stamp_query_service_client::StampQueryServiceClient;
use sceau_proto::certification::v1::{
    AccreditStamperRequest, ApplyForCertificateRequest, AssignReviewerRequest, Contact, GrantCertificateRequest,
    ProductCategory, RegisterCompanyRequest, ResumeCertificateRequest, SuspendCertificateRequest,
};
use sceau_proto::common::v1::{CommandReceipt, Money, Personal};
use sceau_proto::order::v1::{
    CancelOrderRequest, ConfirmOrderRequest, FormPrices, GetOrderRequest, Order, OrderStatus, PlaceOrderRequest,
    PriceTier, QuoteOrderRequest, RequestedLine, SetPriceListRequest, StampForm,
};
use sceau_proto::payment::v1::{
    IssueCreditNoteRequest, LineCount, PaymentMethod, RecordRefundRequest, RecordSettlementRequest,
};
use sceau_proto::stamp::v1::{
    ActivateCodesRequest, DecommissionCodesRequest, DecommissionReason, GetBatchRequest, OrdinalRange,
    ReleaseBatchRequest,
};
use sceau_proto::submit::v1::submit_request::Command;
use tokio::sync::watch;
use tonic::Code;

use super::clerk::{Clerk, passing};
use crate::api::{by, meta, since};

const PATIENCE: Duration = Duration::from_secs(90);
/// Stamps of each line of an order.
const COUNT: u64 = 100;

/// Works until the office closes, and then ends what was begun.
pub(crate) async fn work(clerk: &mut Clerk, closed: &watch::Receiver<bool>) {
    let stamper = accredit(clerk).await;
    let prices = set_prices(clerk).await;
    let mut n = 0;
    while !*closed.borrow() {
        n += 1;
        let company = register(clerk, n).await;
        let product = certify(clerk, &company, n).await;
        let order = order(clerk, &company, &product, &prices).await;
        if clerk.random.one_in(4) {
            cancel(clerk, &order).await;
        } else {
            pay(clerk, &order, n).await;
            use_stamps(clerk, &order, &product, &stamper).await;
        }
        if clerk.random.one_in(3) {
            credit(clerk, &order, n).await;
        }
    }
}

fn contact() -> Option<Contact> {
    let personal = |clear: &str| Some(Personal { clear: clear.into() });
    Some(Contact { person: personal("Awa Koné"), phone: personal("+2250700000000"), email: None })
}

/// In some five years.
fn far() -> Option<Timestamp> {
    Some((SystemTime::now() + Duration::from_hours(5 * 365 * 24)).into())
}

async fn accredit(clerk: &mut Clerk) -> CommandReceipt {
    let (meta, name) = (meta(clerk.id(), &[]), format!("Imprimerie {}", clerk.number));
    let request = AccreditStamperRequest { meta, name, contact: contact(), valid_until: far() };
    clerk.does(Command::AccreditStamper(request)).await
}

async fn set_prices(clerk: &mut Clerk) -> CommandReceipt {
    let tiers = vec![PriceTier { from_count: 1, price_per_thousand: 12_000 }];
    let prices = [StampForm::SignedQr, StampForm::Digits]
        .map(|form| FormPrices { form: form.into(), tiers: tiers.clone() })
        .to_vec();
    let meta = meta(clerk.id(), &[]);
    // Each clerk's list differs, and each may be the one in force: what is ordered is paid as it was quoted.
    let days = 30 + clerk.number;
    let request = SetPriceListRequest { meta, currency: "XOF".into(), tax: 180_000, quote_days: days, prices };
    clerk.does(Command::SetPriceList(request)).await
}

async fn register(clerk: &mut Clerk, n: u64) -> CommandReceipt {
    let request = RegisterCompanyRequest {
        meta: meta(clerk.id(), &[]),
        name: format!("Maison {}-{n}", clerk.number),
        registration_number: format!("CI-ABJ-2026-B-{}-{n}", clerk.number),
        contact: contact(),
    };
    clerk.does(Command::RegisterCompany(request)).await
}

/// A GTIN-13 whose last digit is the check digit of GS1: weights 1 and 3 in turn.
fn gtin(number: u64) -> String {
    let digits = format!("618{number:09}");
    let sum: u32 = digits.bytes().zip([1, 3].into_iter().cycle()).map(|(d, w)| u32::from(d - b'0') * w).sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

async fn certify(clerk: &mut Clerk, company: &CommandReceipt, n: u64) -> CommandReceipt {
    let apply = ApplyForCertificateRequest {
        meta: meta(clerk.id(), &[company]),
        company_id: company.id.clone(),
        gtin: gtin(u64::from(clerk.number) * 1_000_000 + n),
        product_name: format!("Eau {}-{n}", clerk.number),
        category: ProductCategory::Beverage.into(),
        evidence: Vec::new(),
    };
    let certificate_id = clerk.does(Command::ApplyForCertificate(apply)).await.id;
    let (id, reviewer) = (certificate_id.clone(), "Koffi".into());
    let meta_of = |clerk: &mut Clerk| meta(clerk.id(), &[]);
    let assign = AssignReviewerRequest { meta: meta_of(clerk), certificate_id: id, reviewer };
    clerk.does(Command::AssignReviewer(assign)).await;
    let id = certificate_id.clone();
    let grant = GrantCertificateRequest { meta: meta_of(clerk), certificate_id: id, valid_until: far() };
    let mut last = clerk.does(Command::GrantCertificate(grant)).await;
    if clerk.random.one_in(4) {
        let (id, reason) = (certificate_id.clone(), "Contrôle".into());
        let suspend = SuspendCertificateRequest { meta: meta_of(clerk), certificate_id: id, reason };
        clerk.does(Command::SuspendCertificate(suspend)).await;
        let resume = ResumeCertificateRequest { meta: meta_of(clerk), certificate_id };
        last = clerk.does(Command::ResumeCertificate(resume)).await;
    }
    last
}

/// Places, quotes and confirms; the confirmation.
async fn order(
    clerk: &mut Clerk,
    company: &CommandReceipt,
    product: &CommandReceipt,
    prices: &CommandReceipt,
) -> CommandReceipt {
    let line = |form: StampForm| RequestedLine { certificate_id: product.id.clone(), form: form.into(), count: COUNT };
    let place = PlaceOrderRequest {
        meta: meta(clerk.id(), &[product]),
        company_id: company.id.clone(),
        lines: vec![line(StampForm::SignedQr), line(StampForm::Digits)],
        note: None,
    };
    let placed = clerk.does(Command::PlaceOrder(place)).await;
    let quote = QuoteOrderRequest { meta: meta(clerk.id(), &[prices]), order_id: placed.id.clone() };
    let quoted = clerk.does(Command::QuoteOrder(quote)).await;
    let confirm = ConfirmOrderRequest { meta: meta(clerk.id(), &[product, &quoted]), order_id: placed.id };
    clerk.does(Command::ConfirmOrder(confirm)).await
}

async fn cancel(clerk: &mut Clerk, order: &CommandReceipt) {
    let request =
        CancelOrderRequest { meta: meta(clerk.id(), &[]), order_id: order.id.clone(), reason: "Erreur".into() };
    clerk.does(Command::CancelOrder(request)).await;
}

fn xof(minor: i64) -> Option<Money> {
    Some(Money { minor, currency: "XOF".into() })
}

/// Pays in two parts.
async fn pay(clerk: &mut Clerk, order: &CommandReceipt, n: u64) {
    let invoiced = shown(clerk, order, |order| order.invoice_id.is_some()).await;
    let total = invoiced.total.unwrap().minor;
    let first = 1 + clerk.random.below(total as u64 - 1) as i64;
    for (part, amount) in [first, total - first].into_iter().enumerate() {
        let request = RecordSettlementRequest {
            meta: meta(clerk.id(), &[]),
            invoice_id: invoiced.invoice_id.clone().unwrap(),
            amount: xof(amount),
            method: PaymentMethod::Cash.into(),
            receipt_number: format!("CAISSE-{}-{n}-{part}", clerk.number),
            paid_at: Some(SystemTime::now().into()),
        };
        clerk.does(Command::RecordSettlement(request)).await;
    }
}

async fn use_stamps(clerk: &mut Clerk, order: &CommandReceipt, product: &CommandReceipt, stamper: &CommandReceipt) {
    let fulfilled = shown(clerk, order, |order| order.status() == OrderStatus::Fulfilled).await;
    for line in fulfilled.lines {
        let batch_id = line.batch_id.expect("a line that is fulfilled has a batch");
        readable(clerk, &batch_id).await;
        let (id, stamper_id) = (batch_id.clone(), stamper.id.clone());
        let after = meta(clerk.id(), &[stamper, product]);
        let release = ReleaseBatchRequest { meta: after, batch_id: id, stamper_id };
        let released = clerk.does(Command::ReleaseBatch(release)).await;
        let ranges = vec![OrdinalRange { first: 0, count: COUNT / 2 }];
        let after = meta(clerk.id(), &[&released, stamper, product]);
        let activate = ActivateCodesRequest { meta: after, batch_id: batch_id.clone(), ranges, ..Default::default() };
        clerk.does(Command::ActivateCodes(activate)).await;
        let reason = DecommissionReason::Spoiled.into();
        let ranges = vec![OrdinalRange { first: clerk.random.below(COUNT / 2), count: COUNT / 2 }];
        let after = meta(clerk.id(), &[]);
        let decommission = DecommissionCodesRequest { meta: after, batch_id, ranges, reason, ..Default::default() };
        clerk.does(Command::DecommissionCodes(decommission)).await;
    }
}

/// Waits for a batch: it is generated beside the order's fulfilment, not before it.
async fn readable(clerk: &mut Clerk, batch_id: &str) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let mut queries = StampQueryServiceClient::new(clerk.door.channel().await);
        let request = GetBatchRequest { meta: None, batch_id: batch_id.to_owned() };
        match queries.get_batch(by(&clerk.door.token, request)).await {
            Ok(_) => return,
            Err(status) => assert!(status.code() == Code::NotFound || passing(&status), "{status:?}"),
        }
        assert!(Instant::now() < deadline, "batch {batch_id} is never generated");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Credits a part of a paid order and gives the money back.
async fn credit(clerk: &mut Clerk, order: &CommandReceipt, n: u64) {
    let order = shown(clerk, order, |_| true).await;
    let (OrderStatus::Fulfilled, Some(invoice_id)) = (order.status(), order.invoice_id) else { return };
    let request = IssueCreditNoteRequest {
        meta: meta(clerk.id(), &[]),
        invoice_id: invoice_id.clone(),
        lines: vec![LineCount { line: 1, count: COUNT / 10 }],
        reason: "Retour".into(),
    };
    clerk.does(Command::IssueCreditNote(request)).await;
    let refund = RecordRefundRequest {
        meta: meta(clerk.id(), &[]),
        invoice_id,
        amount: xof(100),
        method: PaymentMethod::Cash.into(),
        receipt_number: format!("REMB-{}-{n}", clerk.number),
    };
    clerk.does(Command::RecordRefund(refund)).await;
}

/// The order, as soon as it is as wanted.
async fn shown(clerk: &mut Clerk, order: &CommandReceipt, wanted: impl Fn(&Order) -> bool) -> Order {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let mut queries = OrderQueryServiceClient::new(clerk.door.channel().await);
        let request = GetOrderRequest { meta: since(&[order]), order_id: order.id.clone() };
        match queries.get_order(by(&clerk.door.token, request)).await {
            Ok(answer) => {
                let order = answer.into_inner().order.unwrap();
                if wanted(&order) {
                    return order;
                }
            }
            Err(status) => assert!(passing(&status), "{status:?}"),
        }
        assert!(Instant::now() < deadline, "the order does not become what it should: {order:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
