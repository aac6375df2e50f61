//! What the views should show, kept by hand from the valid commits.

use std::collections::BTreeMap;

use prost::{Message, Name};
use sceau_proto::certification::v1::{CompanyContactChanged, CompanyRegistered, Contact};
use sceau_proto::common::v1::Money;
use sceau_proto::payment::v1::{InvoiceIssued, SettlementRecorded};

use crate::journal::{Journal, Valid};

/// A company as its view should show it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Company {
    pub(crate) name: String,
    pub(crate) contact: Option<Contact>,
}

/// An order as its view should show it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Order {
    /// Short name of its last event.
    pub(crate) last: String,
    pub(crate) version: u64,
}

/// What a company was invoiced and has paid, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) invoiced: i64,
    pub(crate) settled: i64,
    pub(crate) invoices: u64,
}

/// Everything that is compared with views, by id.
#[derive(Clone, Debug, Default)]
pub(crate) struct Books {
    pub(crate) companies: BTreeMap<String, Company>,
    pub(crate) orders: BTreeMap<String, Order>,
    pub(crate) accounts: BTreeMap<String, Account>,
}

impl Books {
    /// The fold of the log.
    pub(crate) fn of(journal: &Journal) -> Self {
        let mut books = Self::default();
        for commit in &journal.valid {
            let (kind, id) = commit.stream();
            match kind {
                "company" => books.company(id, commit),
                "order" => {
                    let last = commit.commit.events.last().and_then(|event| event.r#type.rsplit('.').next());
                    let order = Order { last: last.unwrap_or_default().to_owned(), version: commit.version() };
                    books.orders.insert(id.to_owned(), order);
                }
                _ => books.money(commit),
            }
        }
        books
    }

    fn company(&mut self, id: &str, commit: &Valid) {
        let company = self.companies.entry(id.to_owned()).or_default();
        if let Some(registered) = events::<CompanyRegistered>(commit).pop() {
            *company = Company { name: registered.name, contact: registered.contact };
        }
        if let Some(changed) = events::<CompanyContactChanged>(commit).pop() {
            company.contact = changed.contact;
        }
    }

    fn money(&mut self, commit: &Valid) {
        let minor = |money: Option<Money>| money.map_or(0, |money| money.minor);
        for issued in events::<InvoiceIssued>(commit) {
            let account = self.accounts.entry(issued.company_id).or_default();
            account.invoiced += minor(issued.total);
            account.invoices += 1;
        }
        for settled in events::<SettlementRecorded>(commit) {
            self.accounts.entry(settled.company_id).or_default().settled += minor(settled.amount);
        }
    }
}

/// The events of one message type in a commit. One that cannot be decoded is not there, and then something is missing.
pub(crate) fn events<M: Message + Name + Default>(commit: &Valid) -> Vec<M> {
    let name = M::full_name();
    let named = commit.commit.events.iter().filter(|event| event.r#type == name);
    named.filter_map(|event| M::decode(event.payload.as_slice()).ok()).collect()
}
