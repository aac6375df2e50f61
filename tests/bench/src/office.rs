//! A batch of stamps, brought into being through the public API: a certified product, an order, an invoice, its
//! settlement, a release, an activation.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use prost_types::Timestamp;
use sceau::client::{Caller, meta};
use sceau_api::certification::v1::certification_command_service_client::CertificationCommandServiceClient;
use sceau_api::order::v1::order_command_service_client::OrderCommandServiceClient;
use sceau_api::payment::v1::payment_command_service_client::PaymentCommandServiceClient;
use sceau_api::payment::v1::payment_query_service_client::PaymentQueryServiceClient;
use sceau_api::stamp::v1::stamp_command_service_client::StampCommandServiceClient;
use sceau_api::stamp::v1::stamp_query_service_client::StampQueryServiceClient;
use sceau_proto::certification::v1::{
    AccreditStamperRequest, ApplyForCertificateRequest, AssignReviewerRequest, GrantCertificateRequest,
    ProductCategory, RegisterCompanyRequest,
};
use sceau_proto::certification::v1::{Contact, Evidence};
use sceau_proto::common::v1::{CommandMeta, CommandReceipt, Personal, Position};
use sceau_proto::order::v1::{
    ConfirmOrderRequest, FormPrices, PlaceOrderRequest, PriceTier, QuoteOrderRequest, RequestedLine,
    SetPriceListRequest, StampForm,
};
use sceau_proto::payment::v1::{ListInvoicesRequest, PaymentMethod, RecordSettlementRequest};
use sceau_proto::stamp::v1::{
    ActivateCodesRequest, Code, DownloadCodesRequest, ListBatchesRequest, OrdinalRange, ReleaseBatchRequest,
};

use crate::Result;

/// How long the loop of the platform may take for one order.
const PATIENCE: Duration = Duration::from_secs(30);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(10);
const YEAR: u64 = 365 * 86_400;

/// An office with one certified product, one accredited stamper and prices.
pub(crate) struct Office {
    caller: Caller,
    company_id: String,
    certificate_id: String,
    stamper_id: String,
    /// Positions of what was done so far: what comes next is decided on it.
    after: Vec<Position>,
}

impl Office {
    /// Certifies, accredits, and sets prices.
    pub(crate) async fn open(caller: Caller) -> Result<Self> {
        let mut office = Self {
            caller: caller.clone(),
            company_id: String::new(),
            certificate_id: String::new(),
            stamper_id: String::new(),
            after: Vec::new(),
        };
        let mut register = CertificationCommandServiceClient::new(caller.clone());
        let company = RegisterCompanyRequest {
            meta: office.meta(),
            name: "Brasserie du Golfe".to_owned(),
            registration_number: "CI-ABJ-2019-B-1234".to_owned(),
            contact: contact(),
        };
        office.company_id = office.done(register.register_company(company).await?.into_inner());
        let application = ApplyForCertificateRequest {
            meta: office.meta(),
            company_id: office.company_id.clone(),
            gtin: "6181100530018".to_owned(),
            product_name: "Bière blonde 65 cl".to_owned(),
            category: ProductCategory::Beverage.into(),
            evidence: vec![Evidence { title: "Laboratory report".to_owned(), sha256: "0123456789abcdef".repeat(4) }],
        };
        office.certificate_id = office.done(register.apply_for_certificate(application).await?.into_inner());
        let certificate_id = office.certificate_id.clone();
        let (meta, reviewer) = (office.meta(), "awa".to_owned());
        let assigned = AssignReviewerRequest { meta, certificate_id: certificate_id.clone(), reviewer };
        office.done(register.assign_reviewer(assigned).await?.into_inner());
        let (meta, valid_until) = (office.meta(), in_a_year());
        let grant = GrantCertificateRequest { meta, certificate_id, valid_until };
        office.done(register.grant_certificate(grant).await?.into_inner());
        let name = "Imprimerie nationale".to_owned();
        let stamper =
            AccreditStamperRequest { meta: office.meta(), name, contact: contact(), valid_until: in_a_year() };
        office.stamper_id = office.done(register.accredit_stamper(stamper).await?.into_inner());
        let tiers = vec![PriceTier { from_count: 1, price_per_thousand: 1_000 }];
        let prices = SetPriceListRequest {
            meta: office.meta(),
            currency: "XOF".to_owned(),
            tax: 180_000,
            quote_days: 30,
            prices: vec![FormPrices { form: StampForm::SignedQr.into(), tiers }],
        };
        office.done(OrderCommandServiceClient::new(caller).set_price_list(prices).await?.into_inner());
        Ok(office)
    }

    /// Orders `count` stamps, pays, and has them released and activated; the batch.
    pub(crate) async fn issue(&mut self, count: u64) -> Result<String> {
        let order_id = self.order(count).await?;
        self.settle(&order_id).await?;
        let batch_id = self.allocated(&order_id).await?;
        let mut stamps = StampCommandServiceClient::new(self.caller.clone());
        let (meta, stamper_id) = (self.meta(), self.stamper_id.clone());
        let release = ReleaseBatchRequest { meta, batch_id: batch_id.clone(), stamper_id };
        self.done(stamps.release_batch(release).await?.into_inner());
        let (meta, ranges) = (self.meta(), vec![OrdinalRange { first: 0, count }]);
        let activate = ActivateCodesRequest { meta, batch_id: batch_id.clone(), ranges, ..Default::default() };
        self.done(stamps.activate_codes(activate).await?.into_inner());
        Ok(batch_id)
    }

    /// The first `count` codes of a batch.
    pub(crate) async fn codes(&self, batch_id: &str, count: u64) -> Result<Vec<Code>> {
        let meta = Some(sceau_proto::common::v1::QueryMeta { at_least: self.after.clone() });
        let request =
            DownloadCodesRequest { meta, batch_id: batch_id.to_owned(), first: 0, count, ..Default::default() };
        let mut parts = StampQueryServiceClient::new(self.caller.clone()).download_codes(request).await?.into_inner();
        let mut codes = Vec::new();
        while let Some(part) = parts.message().await? {
            codes.extend(part.codes);
        }
        Ok(codes)
    }

    async fn order(&mut self, count: u64) -> Result<String> {
        let mut orders = OrderCommandServiceClient::new(self.caller.clone());
        let (certificate_id, form) = (self.certificate_id.clone(), StampForm::SignedQr.into());
        let lines = vec![RequestedLine { certificate_id, form, count }];
        let company_id = self.company_id.clone();
        let place = PlaceOrderRequest { meta: self.meta(), company_id, lines, note: None };
        let order_id = self.done(orders.place_order(place).await?.into_inner());
        let quote = QuoteOrderRequest { meta: self.meta(), order_id: order_id.clone() };
        self.done(orders.quote_order(quote).await?.into_inner());
        let confirm = ConfirmOrderRequest { meta: self.meta(), order_id: order_id.clone() };
        self.done(orders.confirm_order(confirm).await?.into_inner());
        Ok(order_id)
    }

    /// Waits for the order's invoice and pays it.
    async fn settle(&mut self, order_id: &str) -> Result<()> {
        let mut queries = PaymentQueryServiceClient::new(self.caller.clone());
        let begun = Instant::now();
        let invoice = loop {
            let company_id = self.company_id.clone();
            let list = ListInvoicesRequest { company_id, ..ListInvoicesRequest::default() };
            let invoices = queries.list_invoices(list).await?.into_inner().invoices;
            if let Some(invoice) = invoices.into_iter().find(|invoice| invoice.order_id == order_id) {
                break invoice;
            }
            pause(begun, "an invoice").await?;
        };
        let balance = invoice.balance.unwrap_or_default();
        let settlement = RecordSettlementRequest {
            meta: self.meta(),
            invoice_id: invoice.invoice_id,
            amount: balance.open,
            method: PaymentMethod::BankTransfer.into(),
            receipt_number: format!("BANK-{}", &order_id[..8]),
            paid_at: None,
        };
        let mut payments = PaymentCommandServiceClient::new(self.caller.clone());
        self.done(payments.record_settlement(settlement).await?.into_inner());
        Ok(())
    }

    /// Waits for the order's batch.
    async fn allocated(&self, order_id: &str) -> Result<String> {
        let mut queries = StampQueryServiceClient::new(self.caller.clone());
        let begun = Instant::now();
        loop {
            let list = ListBatchesRequest { order_id: order_id.to_owned(), ..ListBatchesRequest::default() };
            if let Some(batch) = queries.list_batches(list).await?.into_inner().batches.pop() {
                return Ok(batch.batch_id);
            }
            pause(begun, "a batch").await?;
        }
    }

    /// A new command, to be decided on what was done before.
    fn meta(&self) -> Option<CommandMeta> {
        Some(CommandMeta { after: self.after.clone(), ..meta(None) })
    }

    /// Takes note of where a command's commit stands; the id of what it made or changed.
    fn done(&mut self, receipt: CommandReceipt) -> String {
        if let Some(position) = receipt.position {
            self.after.retain(|known| (&known.topic, known.partition) != (&position.topic, position.partition));
            self.after.push(position);
        }
        receipt.id
    }
}

async fn pause(begun: Instant, what: &str) -> Result<()> {
    if begun.elapsed() > PATIENCE {
        return Err(format!("{what} of an order does not come").into());
    }
    tokio::time::sleep(LOOK).await;
    Ok(())
}

fn contact() -> Option<Contact> {
    let personal = |clear: &str| Some(Personal { clear: clear.to_owned() });
    Some(Contact { person: personal("Awa Koné"), phone: personal("+225 07 00 00 00 00"), email: None })
}

fn in_a_year() -> Option<Timestamp> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Some(Timestamp { seconds: (now.as_secs() + YEAR) as i64, nanos: 0 })
}
