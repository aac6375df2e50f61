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
        let queries = CertificationQueryServiceClient::new(caller.clone());
        let companies = pages(|page| {
            let (mut queries, meta) = (queries.clone(), meta.clone());
            async move {
                let answer = queries.list_companies(ListCompaniesRequest { meta, page }).await?.into_inner();
                Ok((answer.companies, answer.page))
            }
        });
        let stampers = pages(|page| {
            let (mut queries, meta) = (queries.clone(), meta.clone());
            async move {
                let answer = queries.list_stampers(ListStampersRequest { meta, page }).await?.into_inner();
                Ok((answer.stampers, answer.page))
            }
        });
        let certificates = pages(|page| {
            let (mut queries, meta) = (queries.clone(), meta.clone());
            async move {
                let request = ListCertificatesRequest { meta, page, company_id: None, status: None };
                let answer = queries.list_certificates(request).await?.into_inner();
                Ok((answer.certificates, answer.page))
            }
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
    async fn of_company(caller: &Caller, meta: &Option<QueryMeta>, company_id: String) -> Result<Self, CallError> {
        let mut summary = Self::default();
        let orders = pages(|page| {
            let mut queries = OrderQueryServiceClient::new(caller.clone());
            let request = ListOrdersRequest { meta: meta.clone(), page, company_id: company_id.clone(), status: 0 };
            async move {
                let answer = queries.list_orders(request).await?.into_inner();
                Ok((answer.orders, answer.page))
            }
        });
        for order in orders.await? {
            *summary.orders.entry(word(order.status().as_str_name(), "ORDER_STATUS_")).or_default() += 1;
        }
        let batches = pages(|page| {
            let mut queries = StampQueryServiceClient::new(caller.clone());
            let (meta, company_id) = (meta.clone(), company_id.clone());
            let request = ListBatchesRequest { meta, page, company_id, ..ListBatchesRequest::default() };
            async move {
                let answer = queries.list_batches(request).await?.into_inner();
                Ok((answer.batches, answer.page))
            }
        });
        for batch in batches.await? {
            let idle = batch.count.saturating_sub(batch.active + batch.decommissioned);
            let waiting = if batch.status() == BatchStatus::Released { "released" } else { "not released" };
            for (what, count) in [(waiting, idle), ("active", batch.active), ("decommissioned", batch.decommissioned)] {
                *summary.stamps.entry(what).or_default() += count;
            }
        }
        let request = GetLedgerRequest { meta: meta.clone(), company_id };
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
async fn log_end(caller: &Caller) -> Result<Option<QueryMeta>, Status> {
    let answer = AdminServiceClient::new(caller.clone()).log_stat(LogStatRequest {}).await?.into_inner();
    let filled = answer
        .partitions
        .into_iter()
        .filter_map(|at| Some(Position { topic: at.topic, partition: at.partition, offset: at.end.checked_sub(1)? }));
    Ok(Some(QueryMeta { at_least: filled.collect() }))
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
