//! Companies: one, and all.

use sceau_certification::company::{CompanyEvent, CompanyRegistered};
use sceau_certification::{CompanyFacts, CompanyId, Contact, Name};
use sceau_kernel::uuid::Uuid;
use sceau_kernel::{DecodeError, Recorded, Timestamp};
use sceau_projection::{Projection, Row};

use crate::TOPICS;

/// Key of a company.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Row)]
pub struct CompanyKey {
    /// Its tenant.
    pub tenant: String,
    /// Its id.
    pub company_id: Uuid,
}

/// A company.
#[derive(Clone, Debug, Default, PartialEq, Row)]
pub struct CompanyRow {
    /// Its legal name.
    pub name: String,
    /// Its number in the trade register.
    pub registration_number: String,
    /// The person who answers.
    pub contact_person: String,
    /// Telephone number.
    pub contact_phone: String,
    /// E-mail address, when there is one.
    pub contact_email: Option<String>,
    /// When it was registered.
    pub registered_at: Timestamp,
}

impl CompanyRow {
    /// What a decision on an application has to know of this company.
    pub fn facts(&self) -> Option<CompanyFacts> {
        Name::new(&self.name).ok().map(|name| CompanyFacts { name })
    }

    fn take_contact(&mut self, contact: &Contact) {
        self.contact_person.clone_from(contact.person.reveal());
        self.contact_phone.clone_from(contact.phone.reveal());
        self.contact_email = contact.email.as_ref().map(|email| email.reveal().clone());
    }
}

/// One company, by id.
pub struct CompanyView;

impl Projection for CompanyView {
    const NAME: &'static str = "company";
    const VERSION: u32 = 1;
    const TOPICS: &'static [&'static str] = TOPICS;
    const PARTITION_COLUMNS: usize = 2;
    type Event = CompanyEvent;
    type Key = CompanyKey;
    type Row = CompanyRow;

    fn interpret(record: &Recorded<'_>) -> Option<Result<CompanyEvent, DecodeError>> {
        CompanyEvent::decode_event(record.type_name, record.payload)
    }

    fn route(_: &CompanyEvent, record: &Recorded<'_>) -> Vec<CompanyKey> {
        let key = |id: CompanyId| CompanyKey { tenant: record.stream.tenant().to_owned(), company_id: id.0 };
        CompanyId::of_stream(record.stream).map(key).into_iter().collect()
    }

    fn apply(row: &mut CompanyRow, _: &CompanyKey, event: &CompanyEvent, record: &Recorded<'_>) {
        match event {
            CompanyEvent::Registered(event) => {
                row.name = event.name.to_string();
                row.registration_number = event.registration_number.to_string();
                row.take_contact(&event.contact);
                row.registered_at = record.time;
            }
            CompanyEvent::ContactChanged(event) => row.take_contact(&event.contact),
        }
    }
}

/// Key of a company among all, in the order of registration.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Row)]
pub struct CompanyListKey {
    /// Its tenant.
    pub tenant: String,
    /// When it was registered.
    pub registered_at: Timestamp,
    /// Its id.
    pub company_id: Uuid,
}

/// A company as lists show it; nothing here is personal.
#[derive(Clone, Debug, Default, PartialEq, Row)]
pub struct CompanyListRow {
    /// Its legal name.
    pub name: String,
    /// Its number in the trade register.
    pub registration_number: String,
}

/// All companies of a tenant.
pub struct CompanyList;

impl Projection for CompanyList {
    const NAME: &'static str = "company_list";
    const VERSION: u32 = 1;
    const TOPICS: &'static [&'static str] = TOPICS;
    const PARTITION_COLUMNS: usize = 1;
    type Event = CompanyEvent;
    type Key = CompanyListKey;
    type Row = CompanyListRow;

    /// A change of contact does not show here.
    fn interpret(record: &Recorded<'_>) -> Option<Result<CompanyEvent, DecodeError>> {
        let shows = record.type_name == CompanyRegistered::TYPE_NAME;
        shows.then(|| CompanyEvent::decode_event(record.type_name, record.payload)).flatten()
    }

    fn route(_: &CompanyEvent, record: &Recorded<'_>) -> Vec<CompanyListKey> {
        let key = |id: CompanyId| CompanyListKey {
            tenant: record.stream.tenant().to_owned(),
            registered_at: record.time,
            company_id: id.0,
        };
        CompanyId::of_stream(record.stream).map(key).into_iter().collect()
    }

    fn apply(row: &mut CompanyListRow, _: &CompanyListKey, event: &CompanyEvent, _: &Recorded<'_>) {
        if let CompanyEvent::Registered(event) = event {
            row.name = event.name.to_string();
            row.registration_number = event.registration_number.to_string();
        }
    }
}
