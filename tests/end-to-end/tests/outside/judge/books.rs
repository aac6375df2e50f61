//! The books that the views should show, kept by hand from the events.

use std::collections::BTreeMap;

use sceau_proto::common::v1::Money;
use sceau_proto::payment::v1::{CreditNoteIssued, InvoiceIssued, InvoiceVoided, RefundRecorded, SettlementRecorded};
use sceau_proto::stamp::v1::{BatchGenerated, BatchReleased, CodesActivated, CodesDecommissioned, OrdinalRange};

use super::journal::{Journal, id_of};

/// What a company owes and has paid, in minor units.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Account {
    pub invoiced: i64,
    pub settled: i64,
    pub credited: i64,
    pub refunded: i64,
    pub invoices: u64,
    pub voided: u64,
    pub credit_notes: u64,
}

/// The stamps of a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stamps {
    pub certificate_id: String,
    pub count: u64,
    pub released: bool,
    pub active: u64,
    pub decommissioned: u64,
}

/// Everything that is compared with views.
#[derive(Debug, Default)]
pub(crate) struct Books {
    /// By company and currency.
    pub accounts: BTreeMap<(String, String), Account>,
    /// By batch.
    pub batches: BTreeMap<String, Stamps>,
    /// The last event's short name, by kind of stream and id.
    pub standing: BTreeMap<(String, String), String>,
}

impl Books {
    pub(crate) fn of(journal: &Journal) -> Self {
        let mut books = Self { batches: batches(journal), ..Self::default() };
        for event in journal.events() {
            let kind = event.stream.split('/').nth(1).unwrap_or_default().to_owned();
            let name = event.r#type.rsplit('.').next().unwrap_or_default().to_owned();
            books.standing.insert((kind, id_of(event)), name);
        }
        books.post(journal);
        books
    }

    /// Ids of the streams of a kind, each with the name of its last event.
    pub(crate) fn standing_of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.standing.iter().filter(move |((of, _), _)| of == kind).map(|((_, id), event)| (&**id, &**event))
    }

    fn account(&mut self, company_id: &str, money: &Money) -> &mut Account {
        self.accounts.entry((company_id.to_owned(), money.currency.clone())).or_default()
    }

    fn post(&mut self, journal: &Journal) {
        for (_, event) in journal.of::<InvoiceIssued>() {
            let total = event.total.unwrap();
            let account = self.account(&event.company_id, &total);
            account.invoiced += total.minor;
            account.invoices += 1;
        }
        for (_, event) in journal.of::<SettlementRecorded>() {
            let amount = event.amount.unwrap();
            self.account(&event.company_id, &amount).settled += amount.minor;
        }
        for (_, event) in journal.of::<RefundRecorded>() {
            let amount = event.amount.unwrap();
            self.account(&event.company_id, &amount).refunded += amount.minor;
        }
        for (_, event) in journal.of::<CreditNoteIssued>() {
            let total = event.total.unwrap();
            let account = self.account(&event.company_id, &total);
            account.credited += total.minor;
            account.credit_notes += 1;
        }
        for (_, event) in journal.of::<InvoiceVoided>() {
            self.account(&event.company_id, &event.refund_due.unwrap()).voided += 1;
        }
    }
}

/// One byte per stamp: 0 not activated, 1 active, 2 decommissioned.
fn batches(journal: &Journal) -> BTreeMap<String, Stamps> {
    let mut stamps: BTreeMap<String, (Stamps, Vec<u8>)> = BTreeMap::new();
    for (id, event) in journal.of::<BatchGenerated>() {
        let batch = event.batch.unwrap();
        let known = Stamps { certificate_id: batch.certificate_id, count: batch.count, ..Stamps::default() };
        stamps.insert(id, (known, vec![0; batch.count as usize]));
    }
    for (id, _) in journal.of::<BatchReleased>() {
        stamps.get_mut(&id).expect("a released batch was generated").0.released = true;
    }
    let mut mark = |id: &str, ranges: Vec<OrdinalRange>, state: u8| {
        let (_, codes) = stamps.get_mut(id).expect("a batch was generated");
        for range in ranges {
            for code in &mut codes[range.first as usize..(range.first + range.count) as usize] {
                *code = (*code).max(state);
            }
        }
    };
    for (id, event) in journal.of::<CodesActivated>() {
        mark(&id, event.ranges, 1);
    }
    for (id, event) in journal.of::<CodesDecommissioned>() {
        mark(&id, event.ranges, 2);
    }
    let count = |codes: &[u8], state: u8| codes.iter().map(|code| u64::from(*code == state)).sum();
    let batches = stamps.into_iter();
    batches
        .map(|(id, (known, codes))| {
            (id, Stamps { active: count(&codes, 1), decommissioned: count(&codes, 2), ..known })
        })
        .collect()
}
