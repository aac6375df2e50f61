//! What the nodes show once they are whole and quiet, each asked for a part of it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use sceau_api::admin::v1::admin_service_client::AdminServiceClient;
use sceau_api::certification::v1::certification_query_service_client::CertificationQueryServiceClient;
use sceau_api::order::v1::order_query_service_client::OrderQueryServiceClient;
use sceau_api::payment::v1::payment_query_service_client::PaymentQueryServiceClient;
use sceau_proto::admin::v1::{ListProjectionsRequest, LogStatRequest, PartitionProgress};
use sceau_proto::certification::v1::GetCompanyRequest;
use sceau_proto::common::v1::{Money, Position, QueryMeta};
use sceau_proto::order::v1::{GetOrderRequest, OrderStatus};
use sceau_proto::payment::v1::GetLedgerRequest;
use tonic::Status;

use crate::books::{Account, Books, Company, Order};
use crate::doors::Doors;
use crate::error::FaultsError;
use crate::ledger::Pages;

/// How long a healed platform may take to come to rest.
const REST: Duration = Duration::from_secs(120);
/// How long nothing must change before it counts as at rest: longer than a reactor takes to answer an event.
const QUIET: Duration = Duration::from_secs(3);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(250);

type Ends = BTreeMap<(String, u32), u64>;

/// A platform at rest.
pub(crate) struct Rest {
    /// How many records each partition holds.
    ends: Ends,
    /// What is wrong with the state of the projections.
    pub(crate) faults: Vec<String>,
}

impl Rest {
    /// Waits until no record is added and no projection lags.
    pub(crate) async fn wait(doors: &Doors) -> Result<Self, FaultsError> {
        let begun = Instant::now();
        let (mut since, mut rest) = (Instant::now(), None::<Self>);
        loop {
            let now = look(doors).await;
            if begun.elapsed() > REST {
                return now.map_err(FaultsError::unanswered("the state of the log and the projections"));
            }
            if let Ok(now) = now {
                let unchanged = rest.as_ref().is_some_and(|rest| rest.ends == now.ends) && now.faults.is_empty();
                if !unchanged {
                    since = Instant::now();
                    rest = Some(now);
                } else if since.elapsed() > QUIET {
                    return Ok(now);
                }
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// The meta of a query that sees everything.
    fn everything(&self) -> Option<QueryMeta> {
        let held = self.ends.iter().filter(|(_, end)| **end > 0);
        let at_least = held.map(|((topic, partition), end)| Position {
            topic: topic.clone(),
            partition: *partition,
            offset: end - 1,
        });
        Some(QueryMeta { at_least: at_least.collect() })
    }
}

async fn look(doors: &Doors) -> Result<Rest, Status> {
    let mut admin = AdminServiceClient::new(doors.channel(0));
    let stat = admin.log_stat(doors.signed(LogStatRequest {})).await?.into_inner();
    let ends = stat.partitions.into_iter().map(|part| ((part.topic, part.partition), part.end)).collect();
    let mut faults = Vec::new();
    for node in 0..doors.count() {
        let mut admin = AdminServiceClient::new(doors.channel(node));
        let listed = admin.list_projections(doors.signed(ListProjectionsRequest {})).await?.into_inner();
        for projection in listed.projections {
            match &projection.serving {
                Some(serving) => faults.extend(
                    serving
                        .partitions
                        .iter()
                        .filter(|part| is_wrong(part))
                        .map(|part| format!("node-{} says of {}: {part:?}", node + 1, projection.name)),
                ),
                None => faults.push(format!("node-{} says that {} serves nothing", node + 1, projection.name)),
            }
        }
    }
    Ok(Rest { ends, faults })
}

fn is_wrong(part: &PartitionProgress) -> bool {
    part.lag != 0 || part.holes != 0 || part.dead_letters != 0 || !part.trouble.is_empty()
}

/// What the views show of everything that was made in the run.
pub(crate) async fn shown(doors: &Doors, rest: &Rest, pages: &Pages) -> Result<Books, FaultsError> {
    let mut books = Books::default();
    let receipts = || pages.commands.values().flatten();
    let of = |topic: &'static str| {
        let made = receipts().filter(move |receipt| receipt.position.as_ref().is_some_and(|at| at.topic == topic));
        made.map(|receipt| receipt.id.clone()).collect::<BTreeSet<_>>()
    };
    for (n, id) in of("sceau.certification").into_iter().enumerate() {
        // Certificates have ids in the same topic; a company is what the view of companies knows.
        if let Some(company) = company(doors, n % doors.count(), &id, rest).await? {
            books.companies.insert(id.clone(), company);
            let account = account(doors, (n + 1) % doors.count(), &id, rest).await?;
            books.accounts.extend(account.map(|account| (id, account)));
        }
    }
    // The price list stands in the topic of orders, under a name of its own.
    for (n, id) in of("sceau.order").into_iter().filter(|id| id != "current").enumerate() {
        books.orders.insert(id.clone(), order(doors, n % doors.count(), &id, rest).await?);
    }
    Ok(books)
}

async fn company(doors: &Doors, node: usize, id: &str, rest: &Rest) -> Result<Option<Company>, FaultsError> {
    let mut queries = CertificationQueryServiceClient::new(doors.channel(node));
    let request = GetCompanyRequest { meta: rest.everything(), company_id: id.to_owned() };
    match queries.get_company(doors.signed(request)).await {
        Ok(answer) => {
            let company = answer.into_inner().company.unwrap_or_default();
            Ok(Some(Company { name: company.name, contact: company.contact }))
        }
        Err(status) if status.code() == tonic::Code::NotFound => Ok(None),
        Err(status) => Err(FaultsError::unanswered("a company")(status)),
    }
}

async fn account(doors: &Doors, node: usize, id: &str, rest: &Rest) -> Result<Option<Account>, FaultsError> {
    let mut queries = PaymentQueryServiceClient::new(doors.channel(node));
    let request = GetLedgerRequest { meta: rest.everything(), company_id: id.to_owned() };
    let answer = queries.get_ledger(doors.signed(request)).await;
    let ledgers = answer.map_err(FaultsError::unanswered("a ledger"))?.into_inner().ledgers;
    let minor = |money: Option<Money>| money.map_or(0, |money| money.minor);
    Ok(ledgers.into_iter().next().map(|ledger| {
        let balance = ledger.balance.unwrap_or_default();
        Account { invoiced: minor(balance.invoiced), settled: minor(balance.settled), invoices: ledger.invoices }
    }))
}

async fn order(doors: &Doors, node: usize, id: &str, rest: &Rest) -> Result<Order, FaultsError> {
    let mut queries = OrderQueryServiceClient::new(doors.channel(node));
    let request = GetOrderRequest { meta: rest.everything(), order_id: id.to_owned() };
    let answer = queries.get_order(doors.signed(request)).await;
    let order = answer.map_err(FaultsError::unanswered("an order"))?.into_inner().order.unwrap_or_default();
    let last = match order.status() {
        OrderStatus::Placed => "OrderPlaced",
        OrderStatus::Quoted => "OrderQuoted",
        OrderStatus::Confirmed => "OrderConfirmed",
        OrderStatus::Paid => "OrderPaid",
        OrderStatus::Fulfilled => "OrderFulfilled",
        OrderStatus::Cancelled => "OrderCancelled",
        OrderStatus::Expired => "OrderExpired",
        OrderStatus::Unspecified => "nothing",
    };
    Ok(Order { last: last.to_owned(), version: order.version })
}
