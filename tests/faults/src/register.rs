//! Companies that many callers change at the same time, each over any node.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sceau_proto::certification::v1::{ChangeCompanyContactRequest, Contact, RegisterCompanyRequest};
use sceau_proto::common::v1::{CommandReceipt, Personal};
use sceau_proto::submit::v1::submit_request::Command;

use crate::caller::Caller;
use crate::random::Random;

/// How many companies there come to be.
const COMPANIES: usize = 40;
/// A stream promises to recognise a command that is given again while fewer than 32 others were accepted after it. So no
/// caller begins one on a company where that many have begun since the oldest that is not answered.
const WINDOW: u64 = 24;
/// Between two commands of one caller: the machine has to carry nodes, brokers and callers.
const PAUSE: Duration = Duration::from_millis(20);

/// The companies that are registered.
#[derive(Default)]
pub(crate) struct Register {
    entries: Mutex<Vec<Entry>>,
}

struct Entry {
    id: String,
    begun: u64,
    open: BTreeSet<u64>,
}

/// One command on its way to a company.
struct Turn {
    place: usize,
    id: String,
    number: u64,
}

impl Register {
    fn enter(&self, id: String) {
        self.entries().push(Entry { id, begun: 0, open: BTreeSet::new() });
    }

    /// A company to change, if chance finds one that may be changed now.
    fn begin(&self, random: &mut Random) -> Option<Turn> {
        let mut entries = self.entries();
        if entries.is_empty() {
            return None;
        }
        let place = random.index(entries.len());
        let entry = &mut entries[place];
        let number = entry.begun;
        if entry.open.first().is_some_and(|oldest| number - oldest >= WINDOW) {
            return None;
        }
        entry.begun += 1;
        entry.open.insert(number);
        Some(Turn { place, id: entry.id.clone(), number })
    }

    fn end(&self, turn: &Turn) {
        self.entries()[turn.place].open.remove(&turn.number);
    }

    fn has_room(&self) -> bool {
        self.entries().len() < COMPANIES
    }

    fn entries(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Registers companies and changes how they are reached, until the caller is to begin nothing new.
pub(crate) async fn keep(mut caller: Caller, register: Arc<Register>) {
    let mut nth = 0;
    while caller.is_open() {
        nth += 1;
        if register.has_room() && caller.random.one_in(4) {
            if let Some(company) = enrol(&mut caller, "Maison", nth).await {
                register.enter(company.id);
            }
        } else if let Some(turn) = register.begin(&mut caller.random) {
            let (id, meta) = caller.meta(&[]);
            let contact = contact(caller.number, nth);
            let change = ChangeCompanyContactRequest { meta, company_id: turn.id.clone(), contact };
            // Without an answer it may still be on its way, so the turn stays open.
            if caller.does(id, Command::ChangeCompanyContact(change)).await.is_some() {
                register.end(&turn);
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Registers the caller's nth company.
pub(crate) async fn enrol(caller: &mut Caller, kind: &str, nth: u64) -> Option<CommandReceipt> {
    let (id, meta) = caller.meta(&[]);
    let number = caller.number;
    let request = RegisterCompanyRequest {
        meta,
        name: format!("{kind} {number}-{nth}"),
        registration_number: format!("CI-ABJ-2026-B-{number}-{nth}"),
        contact: contact(number, nth),
    };
    caller.does(id, Command::RegisterCompany(request)).await
}

/// A contact that nobody else has, so that every change is one.
fn contact(caller: u64, nth: u64) -> Option<Contact> {
    let personal = |clear: String| Some(Personal { clear });
    let person = personal("Awa Koné".to_owned());
    Some(Contact { person, phone: personal(format!("+225 {caller:02} {nth:08}")), email: None })
}
