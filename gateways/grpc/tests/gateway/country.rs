//! A little country: a company with a certified product, a paid order, a released batch, and its stamper, who
//! opened a carton and a pallet.

use sceau_api::certification::v1::certification_command_service_client::CertificationCommandServiceClient;
use sceau_api::order::v1::order_command_service_client::OrderCommandServiceClient;
use sceau_api::order::v1::order_query_service_client::OrderQueryServiceClient;
use sceau_api::payment::v1::payment_command_service_client::PaymentCommandServiceClient;
use sceau_api::payment::v1::payment_query_service_client::PaymentQueryServiceClient;
use sceau_api::stamp::v1::stamp_command_service_client::StampCommandServiceClient;
use sceau_api::stamp::v1::stamp_query_service_client::StampQueryServiceClient;
use sceau_kernel::Role;
use sceau_kernel::wire::Wire;
use sceau_payment::InvoiceId;
use sceau_proto::certification::v1::{
    AccreditStamperRequest, ApplyForCertificateRequest, AssignReviewerRequest, Contact, Evidence,
    GrantCertificateRequest, ProductCategory, RegisterCompanyRequest,
};
use sceau_proto::common::v1::{CommandMeta, CommandReceipt, Personal, Position, QueryMeta};
use sceau_proto::order::v1::{
    ConfirmOrderRequest, FormPrices, GetOrderRequest, OrderStatus, PlaceOrderRequest, PriceTier, QuoteOrderRequest,
    RequestedLine, SetPriceListRequest, StampForm,
};
use sceau_proto::payment::v1::{GetInvoiceRequest, PaymentMethod, RecordSettlementRequest};
use sceau_proto::stamp::v1::{ContainerKind, GetBatchRequest, OpenContainerRequest, ReleaseBatchRequest};

use crate::platform::{Platform, by, command_id, eventually, meta};

/// A carton that the stamper opened.
pub(crate) const CARTON: &str = "034000000000000012";
/// A pallet that the stamper opened.
pub(crate) const PALLET: &str = "034000000000000029";

/// The ids of what there is.
pub(crate) struct Country {
    pub administrator: String,
    pub company_id: String,
    pub certificate_id: String,
    pub stamper_id: String,
    pub order_id: String,
    pub invoice_id: String,
    pub batch_id: String,
    /// The certificate's last position.
    pub certified_at: Position,
}

/// The meta of a new command that is decided on views at least this fresh.
pub(crate) fn after(receipts: &[&CommandReceipt]) -> Option<CommandMeta> {
    let after = receipts.iter().filter_map(|receipt| receipt.position.clone()).collect();
    Some(CommandMeta { command_id: command_id(), after, ..CommandMeta::default() })
}

pub(crate) fn contact(person: &str) -> Option<Contact> {
    let personal = |clear: &str| Some(Personal { clear: clear.into() });
    Some(Contact { person: personal(person), phone: personal("+22507000000"), email: None })
}

pub(crate) fn register(name: &str) -> RegisterCompanyRequest {
    RegisterCompanyRequest {
        meta: meta(),
        name: name.into(),
        registration_number: "CI-ABJ-2026-B-1".into(),
        contact: contact("Awa"),
    }
}

pub(crate) fn apply(company_id: &str, known: &CommandReceipt) -> ApplyForCertificateRequest {
    ApplyForCertificateRequest {
        meta: after(&[known]),
        company_id: company_id.into(),
        gtin: "06194007510014".into(),
        product_name: "Eau de source".into(),
        category: ProductCategory::Beverage.into(),
        evidence: vec![Evidence { title: "Analyse".into(), sha256: "ab".repeat(32) }],
    }
}

pub(crate) fn prices() -> SetPriceListRequest {
    let price = |form: StampForm| FormPrices {
        form: form.into(),
        tiers: vec![PriceTier { from_count: 1, price_per_thousand: 5000 }],
    };
    SetPriceListRequest {
        meta: meta(),
        currency: "XOF".into(),
        tax: 180_000,
        quote_days: 30,
        prices: vec![price(StampForm::SignedQr), price(StampForm::SmallQr), price(StampForm::Digits)],
    }
}

pub(crate) fn place(country: (&str, &str), meta: Option<CommandMeta>, count: u64) -> PlaceOrderRequest {
    let (company_id, certificate_id) = country;
    PlaceOrderRequest {
        meta,
        company_id: company_id.into(),
        lines: vec![RequestedLine { certificate_id: certificate_id.into(), form: StampForm::SignedQr.into(), count }],
        note: None,
    }
}

/// A time `days` from now.
pub(crate) fn in_days(days: i64) -> Option<prost_types::Timestamp> {
    Some(sceau_grpc::system_clock().plus_days(days).to_wire())
}

impl Country {
    /// Brings it into being in tenant `ci`, by the calls that people would make.
    pub(crate) async fn found(platform: &Platform) -> Self {
        Self::found_with(platform, StampForm::SignedQr).await
    }

    /// The same with a batch of this form.
    pub(crate) async fn found_with(platform: &Platform, form: StampForm) -> Self {
        let administrator = platform.token("ci", Role::Administrator, None);
        let channel = || platform.channel.clone();
        let mut certification = CertificationCommandServiceClient::new(channel());
        let token = administrator.as_str();
        let company = certification.register_company(by(token, register("SODIBO"))).await.unwrap().into_inner();
        let mut certified =
            certification.apply_for_certificate(by(token, apply(&company.id, &company))).await.unwrap().into_inner();
        let certificate_id = certified.id.clone();
        let review =
            AssignReviewerRequest { meta: meta(), certificate_id: certificate_id.clone(), reviewer: "Koffi".into() };
        certification.assign_reviewer(by(token, review)).await.unwrap();
        let grant =
            GrantCertificateRequest { meta: meta(), certificate_id: certificate_id.clone(), valid_until: in_days(365) };
        certified = certification.grant_certificate(by(token, grant)).await.unwrap().into_inner();
        let accredit = AccreditStamperRequest {
            meta: meta(),
            name: "Imprimerie du Golfe".into(),
            contact: contact("Yao"),
            valid_until: in_days(365),
        };
        let stamper = certification.accredit_stamper(by(token, accredit)).await.unwrap().into_inner();

        let mut orders = OrderCommandServiceClient::new(channel());
        let priced = orders.set_price_list(by(token, prices())).await.unwrap().into_inner();
        let company_token = platform.token("ci", Role::Company, Some(&company.id));
        let mut request = place((&company.id, &certificate_id), after(&[&certified]), 1000);
        request.lines[0].form = form.into();
        let order = orders.place_order(by(&company_token, request)).await.unwrap().into_inner();
        let quote = QuoteOrderRequest { meta: after(&[&priced]), order_id: order.id.clone() };
        let quoted = orders.quote_order(by(&company_token, quote)).await.unwrap().into_inner();
        let confirm = ConfirmOrderRequest { meta: after(&[&quoted, &certified]), order_id: order.id.clone() };
        orders.confirm_order(by(&company_token, confirm)).await.unwrap();
        let invoice_id = pay(platform, token, &order.id).await;
        let batch_id = fulfilled(platform, token, &order.id).await;
        let release = ReleaseBatchRequest {
            meta: after(&[&stamper, &certified]),
            batch_id: batch_id.clone(),
            stamper_id: stamper.id.clone(),
        };
        let mut stamps = StampCommandServiceClient::new(channel());
        let released = stamps.release_batch(by(&company_token, release)).await.unwrap().into_inner();
        open_containers(platform, &stamper.id, &company.id).await;
        let at_least = released.position.into_iter().collect();
        let seen = GetBatchRequest { meta: Some(QueryMeta { at_least }), batch_id: batch_id.clone() };
        StampQueryServiceClient::new(channel()).get_batch(by(token, seen)).await.unwrap();
        Self {
            company_id: company.id,
            certificate_id,
            stamper_id: stamper.id,
            order_id: order.id,
            invoice_id,
            batch_id,
            certified_at: certified.position.unwrap(),
            administrator,
        }
    }
}

/// The stamper opens a carton and a pallet for the company's goods.
async fn open_containers(platform: &Platform, stamper_id: &str, company_id: &str) {
    let token = platform.token("ci", Role::Stamper, Some(stamper_id));
    let mut stamps = StampCommandServiceClient::new(platform.channel.clone());
    for (sscc, kind) in [(CARTON, ContainerKind::Carton), (PALLET, ContainerKind::Pallet)] {
        let (sscc, kind, company_id) = (sscc.into(), kind.into(), company_id.into());
        let open = OpenContainerRequest { meta: meta(), sscc, kind, company_id };
        stamps.open_container(by(&token, open)).await.unwrap();
    }
}

/// Settles the invoice of an order when it comes, in full.
async fn pay(platform: &Platform, token: &str, order_id: &str) -> String {
    let invoices = PaymentQueryServiceClient::new(platform.channel.clone());
    let order_id = sceau_payment::OrderId(order_id.parse().unwrap());
    let invoice_id = InvoiceId::of_order(order_id).to_string();
    let invoice = eventually("the order has an invoice", || {
        let (mut invoices, invoice_id) = (invoices.clone(), invoice_id.clone());
        async move {
            let request = GetInvoiceRequest { meta: None, invoice_id };
            invoices.get_invoice(by(token, request)).await.ok()?.into_inner().invoice
        }
    })
    .await;
    let settlement = RecordSettlementRequest {
        meta: meta(),
        invoice_id: invoice_id.clone(),
        amount: invoice.balance.unwrap().open,
        method: PaymentMethod::BankTransfer.into(),
        receipt_number: "BICICI-1".into(),
        paid_at: in_days(0),
    };
    let mut payments = PaymentCommandServiceClient::new(platform.channel.clone());
    payments.record_settlement(by(token, settlement)).await.unwrap();
    invoice_id
}

/// The batch of the order's line, when its stamps are allocated and the batch can be read.
async fn fulfilled(platform: &Platform, token: &str, order_id: &str) -> String {
    let orders = OrderQueryServiceClient::new(platform.channel.clone());
    let batches = StampQueryServiceClient::new(platform.channel.clone());
    eventually("the order is fulfilled", || {
        let (mut orders, mut batches) = (orders.clone(), batches.clone());
        async move {
            let request = GetOrderRequest { meta: None, order_id: order_id.into() };
            let order = orders.get_order(by(token, request)).await.ok()?.into_inner().order?;
            let batch_id =
                order.lines.first()?.batch_id.clone().filter(|_| order.status() == OrderStatus::Fulfilled)?;
            let request = GetBatchRequest { meta: None, batch_id: batch_id.clone() };
            batches.get_batch(by(token, request)).await.ok().map(|_| batch_id)
        }
    })
    .await
}
