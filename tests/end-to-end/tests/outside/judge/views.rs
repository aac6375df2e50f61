//! What queries answer, held against the books.

use std::collections::BTreeMap;

use sceau_api::certification::v1::certification_query_service_client::CertificationQueryServiceClient;
use sceau_api::order::v1::order_query_service_client::OrderQueryServiceClient;
use sceau_api::payment::v1::payment_query_service_client::PaymentQueryServiceClient;
use sceau_api::stamp::v1::stamp_query_service_client::StampQueryServiceClient;
use sceau_proto::certification::v1::{CertificateStatus, GetCertificateRequest, GetCompanyRequest};
use sceau_proto::common::v1::QueryMeta;
use sceau_proto::order::v1::{GetOrderRequest, OrderStatus};
use sceau_proto::payment::v1::GetLedgerRequest;
use sceau_proto::stamp::v1::{BatchStatus, GetBatchRequest, GetProductStampsRequest};
use tonic::transport::Channel;

use super::books::{Account, Books, Stamps};
use super::journal::{Journal, everything};
use crate::api::by;

/// Asks a platform at rest and compares.
pub(crate) struct Auditor<'a> {
    pub channel: &'a Channel,
    pub token: &'a str,
}

impl Auditor<'_> {
    /// Reads the log, holds the rules against it, and compares every view with the books kept from it.
    pub(crate) async fn audit(&self) -> Journal {
        let fresh = everything(self.channel, self.token).await;
        let journal = Journal::read(self.channel, self.token).await.unwrap();
        super::rules::must_hold(&journal);
        let books = Books::of(&journal);
        self.certification(&books, fresh.clone()).await;
        self.orders(&books, fresh.clone()).await;
        self.ledgers(&books, fresh.clone()).await;
        self.stamps(&books, fresh).await;
        journal
    }

    async fn certification(&self, books: &Books, meta: Option<QueryMeta>) {
        let mut queries = CertificationQueryServiceClient::new(self.channel.clone());
        for (company_id, _) in books.standing_of("company") {
            let request = GetCompanyRequest { meta: meta.clone(), company_id: company_id.to_owned() };
            queries.get_company(by(self.token, request)).await.expect("a registered company is in its view");
        }
        for (certificate_id, last) in books.standing_of("certificate") {
            let request = GetCertificateRequest { meta: meta.clone(), certificate_id: certificate_id.to_owned() };
            let answer = queries.get_certificate(by(self.token, request)).await.unwrap().into_inner();
            let expected = match last {
                "CertificateApplied" => CertificateStatus::Applied,
                "ReviewerAssigned" | "ChangesProvided" => CertificateStatus::UnderReview,
                "ChangesRequested" => CertificateStatus::ChangesRequested,
                "CertificateGranted" | "CertificateResumed" | "CertificateRenewed" => CertificateStatus::InForce,
                "CertificateSuspended" => CertificateStatus::Suspended,
                "CertificateRevoked" => CertificateStatus::Revoked,
                "CertificateExpired" => CertificateStatus::Expired,
                "CertificateRefused" => CertificateStatus::Refused,
                other => panic!("{other} is no event of a certificate"),
            };
            assert_eq!(answer.certificate.unwrap().status(), expected, "certificate {certificate_id}");
        }
    }

    async fn orders(&self, books: &Books, meta: Option<QueryMeta>) {
        let mut queries = OrderQueryServiceClient::new(self.channel.clone());
        for (order_id, last) in books.standing_of("order") {
            let request = GetOrderRequest { meta: meta.clone(), order_id: order_id.to_owned() };
            let answer = queries.get_order(by(self.token, request)).await.unwrap().into_inner();
            let expected = match last {
                "OrderPlaced" => OrderStatus::Placed,
                "OrderQuoted" => OrderStatus::Quoted,
                "OrderConfirmed" => OrderStatus::Confirmed,
                "OrderPaid" => OrderStatus::Paid,
                "OrderFulfilled" => OrderStatus::Fulfilled,
                "OrderCancelled" => OrderStatus::Cancelled,
                "OrderExpired" => OrderStatus::Expired,
                other => panic!("{other} is no event of an order"),
            };
            assert_eq!(answer.order.unwrap().status(), expected, "order {order_id}");
        }
    }

    async fn ledgers(&self, books: &Books, meta: Option<QueryMeta>) {
        let mut queries = PaymentQueryServiceClient::new(self.channel.clone());
        for ((company_id, currency), expected) in &books.accounts {
            let request = GetLedgerRequest { meta: meta.clone(), company_id: company_id.clone() };
            let ledgers = queries.get_ledger(by(self.token, request)).await.unwrap().into_inner().ledgers;
            let of_currency = |ledger: &&sceau_proto::payment::v1::Ledger| {
                let balance = ledger.balance.as_ref().unwrap();
                balance.invoiced.as_ref().unwrap().currency == *currency
            };
            let ledger = ledgers.iter().find(of_currency).expect("a company that was invoiced has a ledger");
            let balance = ledger.balance.clone().unwrap();
            let minor = |money: Option<sceau_proto::common::v1::Money>| money.unwrap().minor;
            let open = minor(balance.open);
            let due = minor(balance.refund_due);
            let shown = Account {
                invoiced: minor(balance.invoiced),
                settled: minor(balance.settled),
                credited: minor(balance.credited),
                refunded: minor(balance.refunded),
                invoices: ledger.invoices,
                voided: ledger.voided_invoices,
                credit_notes: ledger.credit_notes,
            };
            assert_eq!(&shown, expected, "ledger of {company_id}");
            let paid = shown.settled - shown.refunded - due;
            assert_eq!(shown.invoiced, paid + shown.credited + open, "ledger of {company_id} adds up");
        }
    }

    async fn stamps(&self, books: &Books, meta: Option<QueryMeta>) {
        let mut queries = StampQueryServiceClient::new(self.channel.clone());
        let mut products: BTreeMap<&str, (u64, Stamps)> = BTreeMap::new();
        for (batch_id, expected) in &books.batches {
            let request = GetBatchRequest { meta: meta.clone(), batch_id: batch_id.clone() };
            let batch = queries.get_batch(by(self.token, request)).await.unwrap().into_inner().batch.unwrap();
            let shown = Stamps {
                released: batch.status() == BatchStatus::Released,
                certificate_id: batch.certificate_id,
                count: batch.count,
                active: batch.active,
                decommissioned: batch.decommissioned,
            };
            assert_eq!(&shown, expected, "batch {batch_id}");
            let (batches, product) = products.entry(&expected.certificate_id).or_default();
            *batches += 1;
            product.count += expected.count;
            product.active += expected.active;
            product.decommissioned += expected.decommissioned;
        }
        for (certificate_id, (batches, expected)) in products {
            let request = GetProductStampsRequest { meta: meta.clone(), certificate_id: certificate_id.to_owned() };
            let shown = queries.get_product_stamps(by(self.token, request)).await.unwrap().into_inner();
            let counts = (shown.batches, shown.allocated, shown.active, shown.decommissioned, shown.in_force);
            let in_force = expected.count - expected.decommissioned;
            let expected = (batches, expected.count, expected.active, expected.decommissioned, in_force);
            assert_eq!(counts, expected, "stamps of {certificate_id}");
        }
    }
}
