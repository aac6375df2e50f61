//! What the platform holds in the end, beside what the file says: it has to add up.

mod print;

use std::collections::BTreeMap;

use futures_util::{StreamExt, stream};
use sceau_api::payment::v1::payment_query_service_client::PaymentQueryServiceClient;
use sceau_kernel::Domain;
use sceau_order::Ordering;
use sceau_payment::Payments;
use sceau_proto::common::v1::Position;
use sceau_proto::order::v1::OrderStatus;
use sceau_proto::payment::v1::{Balance, GetLedgerRequest, ListInvoicesRequest};
use sceau_stamp::Stamping;

use super::error::ImportError;
use super::query::{ask, fresh, next, page};
use super::refused::Refused;
use super::run::{Run, Sent, Unsent, WINDOW};

/// What the file asked of one product and was not refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Expected {
    pub(super) ordered: u64,
    pub(super) returned: u64,
}

/// What came of an import.
#[derive(Debug)]
pub(super) struct Report {
    read: u64,
    refused: u64,
    /// By reason: how many lines, and the first.
    reasons: BTreeMap<String, (u64, u64)>,
    /// Stamps that returns asked for beyond those in force.
    beyond: u64,
    orders: Orders,
    /// Sums of what the file says and of what the platform holds.
    stamps: (Expected, Held),
    products: Vec<ProductLine>,
    money: Vec<Account>,
}

/// Orders of the file, and what the platform holds of them.
#[derive(Debug, Default)]
struct Orders {
    expected: u64,
    fulfilled: u64,
    stamps: u64,
}

/// The stamps of a product, as the platform counts them.
#[derive(Clone, Copy, Debug, Default)]
struct Held {
    allocated: u64,
    decommissioned: u64,
    in_force: u64,
}

#[derive(Debug)]
struct ProductLine {
    stock_code: String,
    name: String,
    expected: Expected,
    held: Held,
}

impl ProductLine {
    fn adds_up(&self) -> bool {
        let Expected { ordered, returned } = self.expected;
        let Held { allocated, decommissioned, in_force } = self.held;
        (allocated, decommissioned) == (ordered, returned) && Some(in_force) == ordered.checked_sub(returned)
    }
}

/// What the company was invoiced and paid in one currency, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Amounts {
    invoiced: i64,
    settled: i64,
    refunded: i64,
    credited: i64,
    open: i64,
    refund_due: i64,
}

impl Amounts {
    fn of(balance: &Balance) -> Self {
        let minor = |money: &Option<sceau_proto::common::v1::Money>| money.as_ref().map_or(0, |money| money.minor);
        Self {
            invoiced: minor(&balance.invoiced),
            settled: minor(&balance.settled),
            refunded: minor(&balance.refunded),
            credited: minor(&balance.credited),
            open: minor(&balance.open),
            refund_due: minor(&balance.refund_due),
        }
    }

    fn add(&mut self, other: Self) {
        self.invoiced += other.invoiced;
        self.settled += other.settled;
        self.refunded += other.refunded;
        self.credited += other.credited;
        self.open += other.open;
        self.refund_due += other.refund_due;
    }

    /// What was paid and not given back.
    const fn paid(&self) -> i64 {
        self.settled - self.refunded
    }
}

/// One currency: the ledger, and the sum of the invoices, which is another view.
#[derive(Debug)]
struct Account {
    currency: String,
    ledger: Amounts,
    invoices: Amounts,
}

impl Account {
    fn adds_up(&self) -> bool {
        let Amounts { invoiced, credited, open, refund_due, .. } = self.ledger;
        invoiced == self.ledger.paid() + credited + open && refund_due == 0 && self.ledger == self.invoices
    }
}

impl Report {
    /// True when every sum is what it has to be.
    pub(super) fn adds_up(&self) -> bool {
        self.products.iter().all(ProductLine::adds_up)
            && self.money.iter().all(Account::adds_up)
            && self.orders.fulfilled == self.orders.expected
            && self.orders.stamps == self.stamps.0.ordered
    }
}

impl Run<'_> {
    /// By product: what the file asks for, without what the platform refused.
    pub(super) fn expected(&self, unsent: &Unsent) -> Vec<Expected> {
        let mut products = vec![Expected::default(); self.plan.products.len()];
        for (place, order) in self.plan.orders.iter().enumerate() {
            if unsent.orders.contains_key(&place) {
                continue;
            }
            for line in &order.lines {
                products[line.product as usize].ordered += u64::from(line.count);
            }
            for (credit, taken_back) in order.credits.iter().enumerate() {
                if unsent.credits.contains_key(&(place, credit)) {
                    continue;
                }
                for taken in &taken_back.taken {
                    if let Some(product) = order.product_of(taken.line) {
                        products[product as usize].returned += u64::from(taken.count);
                    }
                }
            }
        }
        products
    }

    /// Asks the platform for everything the report compares, as fresh as the last command that was sent.
    pub(super) async fn report(&self, read: u64, refused: &Refused, sent: Sent) -> Result<Report, ImportError> {
        self.progress.stage("adding up");
        let at_least = |topic| sent.pipe.as_ref().map(|pipe| pipe.accepted(topic)).unwrap_or_default();
        let products = self.product_lines(&sent.unsent, &at_least(Stamping::TOPIC)).await?;
        let mut stamps = (Expected::default(), Held::default());
        for ProductLine { expected, held, .. } in &products {
            stamps.0.ordered += expected.ordered;
            stamps.0.returned += expected.returned;
            stamps.1.allocated += held.allocated;
            stamps.1.decommissioned += held.decommissioned;
            stamps.1.in_force += held.in_force;
        }
        Ok(Report {
            read,
            refused: refused.lines(),
            reasons: refused.by_reason(),
            beyond: self.plan.beyond,
            orders: self.orders(&sent.unsent, &at_least(Ordering::TOPIC)).await?,
            stamps,
            products,
            money: self.accounts(&at_least(Payments::TOPIC)).await?,
        })
    }

    async fn product_lines(&self, unsent: &Unsent, at_least: &[Position]) -> Result<Vec<ProductLine>, ImportError> {
        let mut answers = stream::iter(self.plan.products.iter().zip(self.expected(unsent)).enumerate())
            .map(async |(place, asked)| (asked, self.product_stamps(place, at_least).await))
            .buffered(WINDOW);
        let mut lines = Vec::new();
        while let Some(((product, expected), stamps)) = answers.next().await {
            let stamps = stamps?;
            let (allocated, decommissioned) = (stamps.allocated, stamps.decommissioned);
            let held = Held { allocated, decommissioned, in_force: stamps.in_force };
            let (stock_code, name) = (product.stock_code.clone(), product.name.clone());
            lines.push(ProductLine { stock_code, name, expected, held });
        }
        Ok(lines)
    }

    async fn orders(&self, unsent: &Unsent, at_least: &[Position]) -> Result<Orders, ImportError> {
        let held = self.list_orders(&self.company_id(), OrderStatus::Unspecified, at_least).await?;
        let fulfilled = held.iter().filter(|order| order.status() == OrderStatus::Fulfilled);
        let held: BTreeMap<&str, u64> = fulfilled.map(|order| (order.order_id.as_str(), order.count)).collect();
        let expected = self.plan.orders.iter().enumerate().filter(|(place, _)| !unsent.orders.contains_key(place));
        let mut orders = Orders::default();
        for (_, order) in expected {
            orders.expected += 1;
            if let Some(stamps) = held.get(self.order_id(order).to_string().as_str()) {
                orders.fulfilled += 1;
                orders.stamps += stamps;
            }
        }
        Ok(orders)
    }

    async fn accounts(&self, at_least: &[Position]) -> Result<Vec<Account>, ImportError> {
        let ledgers = ask(async || {
            let request = GetLedgerRequest { meta: fresh(at_least.to_vec()), company_id: self.company_id() };
            PaymentQueryServiceClient::new(self.caller.clone()).get_ledger(request).await
        });
        let mut invoices = self.invoiced(at_least).await?;
        let ledgers = ledgers.await?.unwrap_or_default().ledgers;
        let balances = ledgers.into_iter().filter_map(|ledger| ledger.balance);
        let accounts = balances.map(|balance| {
            let currency = currency(&balance);
            let invoices = invoices.remove(&currency).unwrap_or_default();
            Account { currency, ledger: Amounts::of(&balance), invoices }
        });
        Ok(accounts.collect())
    }

    /// The sums of the company's invoices, by currency.
    async fn invoiced(&self, at_least: &[Position]) -> Result<BTreeMap<String, Amounts>, ImportError> {
        let (mut sums, mut token) = (BTreeMap::<String, Amounts>::new(), Some(String::new()));
        while let Some(this) = token {
            let answer = ask(async || {
                let request = ListInvoicesRequest {
                    meta: fresh(at_least.to_vec()),
                    page: Some(page(&this)),
                    company_id: self.company_id(),
                    status: 0,
                };
                PaymentQueryServiceClient::new(self.caller.clone()).list_invoices(request).await
            });
            let answer = answer.await?.unwrap_or_default();
            for balance in answer.invoices.iter().filter_map(|invoice| invoice.balance.as_ref()) {
                sums.entry(currency(balance)).or_default().add(Amounts::of(balance));
            }
            token = next(answer.page);
        }
        Ok(sums)
    }
}

fn currency(balance: &Balance) -> String {
    balance.invoiced.as_ref().map(|money| money.currency.clone()).unwrap_or_default()
}
