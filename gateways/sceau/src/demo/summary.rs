//! What the platform holds at the end, read back from its views.

use std::collections::BTreeMap;

use futures_util::stream::{self, StreamExt, TryStreamExt};
use sceau_api::admin::v1::admin_service_client::AdminServiceClient;
use sceau_api::certification::v1::certification_query_service_client::CertificationQueryServiceClient;
use sceau_api::order::v1::order_query_service_client::OrderQueryServiceClient;
use sceau_api::payment::v1::payment_query_service_client::PaymentQueryServiceClient;
use sceau_api::stamp::v1::stamp_query_service_client::StampQueryServiceClient;
use sceau_kernel::wire::Wire;
use sceau_proto::admin::v1::LogStatRequest;
use sceau_proto::certification::v1::{ListCertificatesRequest, ListCompaniesRequest, ListStampersRequest};
use sceau_proto::common::v1::{Money, PageInfo, PageRequest, Position, QueryMeta};
use sceau_proto::order::v1::ListOrdersRequest;
use sceau_proto::payment::v1::{Balance, GetLedgerRequest};
use sceau_proto::stamp::v1::{BatchStatus, ListBatchesRequest};
use serde_json::{Value, json};
use tonic::Status;

use super::sender::patiently;
use crate::client::{CallError, Caller};
use crate::show::aligned;

/// Companies that are asked about at the same time.
const AT_ONCE: usize = 32;
const PAGE: u32 = 500;

/// All of a list: the client, its method, the field of the answer that holds the items, and the request of a page.
macro_rules! all {
    ($caller:expr, $client:ident, $method:ident, $items:ident, $request:expr) => {
        pages(|page| {
            let (mut queries, request) = ($client::new($caller.clone()), $request(page));
            async move {
                let answer = queries.$method(request).await?.into_inner();
                Ok((answer.$items, answer.page))
            }
        })
    };
}

/// Everything of the caller's tenant, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Registered companies.
    pub companies: u64,
    /// Accredited stampers.
    pub stampers: u64,
    /// Products by the status of their certificate.
    pub products: BTreeMap<String, u64>,
    /// Orders by status.
    pub orders: BTreeMap<String, u64>,
    /// Stamps by what has become of them.
    pub stamps: BTreeMap<&'static str, u64>,
    /// Amounts in minor units, by currency and by what they are.
    pub money: BTreeMap<String, BTreeMap<&'static str, i64>>,
    /// Recorded scans.
    pub scans: u64,
}

impl Summary {
    /// Reads the views once they hold all that the log does now.
    pub(super) async fn read(caller: &Caller, scans: u64) -> Result<Self, CallError> {
        let meta = &patiently(|| log_end(caller)).await?;
        let companies = all!(caller, CertificationQueryServiceClient, list_companies, companies, |page| {
            ListCompaniesRequest { meta: Some(meta.clone()), page }
        });
        let stampers = all!(caller, CertificationQueryServiceClient, list_stampers, stampers, |page| {
            ListStampersRequest { meta: Some(meta.clone()), page }
        });
        let certificates = all!(caller, CertificationQueryServiceClient, list_certificates, certificates, |page| {
            ListCertificatesRequest { meta: Some(meta.clone()), page, company_id: None, status: None }
        });
        let (companies, stampers, certificates) = (companies.await?, stampers.await?, certificates.await?);
        let (all, stampers) = (companies.len() as u64, stampers.len() as u64);
        let mut summary = Self { companies: all, stampers, scans, ..Self::default() };
        for certificate in certificates {
            *summary.products.entry(word(certificate.status().as_str_name(), "CERTIFICATE_STATUS_")).or_default() += 1;
        }
        let parts = companies.into_iter().map(|company| Self::of_company(caller, meta, company.company_id));
        let parts: Vec<Self> = stream::iter(parts).buffer_unordered(AT_ONCE).try_collect().await?;
        for part in parts {
            summary.add(part);
        }
        Ok(summary)
    }

    /// Orders, stamps and money of one company.
    async fn of_company(caller: &Caller, meta: &QueryMeta, company_id: String) -> Result<Self, CallError> {
        let mut summary = Self::default();
        let orders = all!(caller, OrderQueryServiceClient, list_orders, orders, |page| {
            let company_id = company_id.clone();
            ListOrdersRequest { meta: Some(meta.clone()), page, company_id, status: 0 }
        });
        for order in orders.await? {
            *summary.orders.entry(word(order.status().as_str_name(), "ORDER_STATUS_")).or_default() += 1;
        }
        let batches = all!(caller, StampQueryServiceClient, list_batches, batches, |page| {
            let company_id = company_id.clone();
            ListBatchesRequest { meta: Some(meta.clone()), page, company_id, ..ListBatchesRequest::default() }
        });
        for batch in batches.await? {
            let idle = batch.count.saturating_sub(batch.active + batch.decommissioned);
            let waiting =
                if batch.status() == BatchStatus::Released { "waiting for activation" } else { "waiting for release" };
            for (what, count) in [(waiting, idle), ("active", batch.active), ("decommissioned", batch.decommissioned)] {
                *summary.stamps.entry(what).or_default() += count;
            }
        }
        let request = GetLedgerRequest { meta: Some(meta.clone()), company_id };
        let ledgers = patiently(|| {
            let (mut queries, request) = (PaymentQueryServiceClient::new(caller.clone()), request.clone());
            async move { queries.get_ledger(request).await }
        });
        for balance in ledgers.await?.into_inner().ledgers.into_iter().filter_map(|ledger| ledger.balance) {
            summary.add_balance(balance);
        }
        Ok(summary)
    }

    fn add_balance(&mut self, balance: Balance) {
        let Balance { invoiced, settled, refunded, credited, open, refund_due } = balance;
        let amounts = [
            ("invoiced", invoiced),
            ("paid", settled),
            ("refunded", refunded),
            ("credited", credited),
            ("open", open),
            ("to be refunded", refund_due),
        ];
        for (what, amount) in amounts {
            let Some(Money { minor, currency }) = amount else { continue };
            *self.money.entry(currency).or_default().entry(what).or_default() += minor;
        }
    }

    fn add(&mut self, part: Self) {
        for (status, count) in part.orders {
            *self.orders.entry(status).or_default() += count;
        }
        for (what, count) in part.stamps {
            *self.stamps.entry(what).or_default() += count;
        }
        for (currency, amounts) in part.money {
            let sums = self.money.entry(currency).or_default();
            for (what, amount) in amounts {
                *sums.entry(what).or_default() += amount;
            }
        }
    }

    /// The summary as a table.
    pub fn table(&self) -> String {
        let row = |what: &str, which: &str, how_much: String| vec![what.to_owned(), which.to_owned(), how_much];
        let mut rows =
            vec![row("companies", "", self.companies.to_string()), row("stampers", "", self.stampers.to_string())];
        let count = |what: &'static str| move |(which, count): (&String, &u64)| row(what, which, count.to_string());
        rows.extend(self.products.iter().map(count("products")));
        rows.extend(self.orders.iter().map(count("orders")));
        rows.extend(self.stamps.iter().map(|(which, count)| row("stamps", which, count.to_string())));
        for (currency, amounts) in &self.money {
            let amount = |(which, minor): (&&'static str, &i64)| {
                let money = Money { minor: *minor, currency: currency.clone() };
                let text =
                    sceau_kernel::Money::from_wire(money).map_or_else(|_| minor.to_string(), |money| money.to_string());
                row("money", which, text)
            };
            rows.extend(amounts.iter().map(amount));
        }
        rows.push(row("scans", "", self.scans.to_string()));
        aligned(&["WHAT", "WHICH", "HOW MUCH"].map(str::to_owned), &rows)
    }

    /// The summary as JSON; amounts in minor units.
    pub fn json(&self) -> Value {
        json!({
            "companies": self.companies,
            "stampers": self.stampers,
            "products": self.products,
            "orders": self.orders,
            "stamps": self.stamps,
            "money": self.money,
            "scans": self.scans,
        })
    }
}

/// The last position of each partition of the log.
async fn log_end(caller: &Caller) -> Result<QueryMeta, Status> {
    let answer = AdminServiceClient::new(caller.clone()).log_stat(LogStatRequest {}).await?.into_inner();
    let filled = answer
        .partitions
        .into_iter()
        .filter_map(|at| Some(Position { topic: at.topic, partition: at.partition, offset: at.end.checked_sub(1)? }));
    Ok(QueryMeta { at_least: filled.collect() })
}

/// All pages of a list.
async fn pages<T, F>(mut ask: impl FnMut(Option<PageRequest>) -> F) -> Result<Vec<T>, CallError>
where
    F: Future<Output = Result<(Vec<T>, Option<PageInfo>), Status>>,
{
    let (mut items, mut token) = (Vec::new(), String::new());
    loop {
        let (more, page) = patiently(|| ask(Some(PageRequest { size: PAGE, token: token.clone() }))).await?;
        items.extend(more);
        token = page.map(|page| page.next_token).unwrap_or_default();
        if token.is_empty() {
            return Ok(items);
        }
    }
}

/// `ORDER_STATUS_PLACED` is `placed` to a person.
fn word(name: &str, prefix: &str) -> String {
    name.strip_prefix(prefix).unwrap_or(name).replace('_', " ").to_lowercase()
}
