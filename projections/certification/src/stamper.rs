//! Stampers: one, and all. The two tables hold the same row under different keys.

use sceau_certification::stamper::StamperEvent;
use sceau_certification::{StamperId, StamperStatus};
use sceau_kernel::uuid::Uuid;
use sceau_kernel::{DecodeError, Recorded, Timestamp};
use sceau_projection::row::Json;
use sceau_projection::{Projection, Row};

use crate::TOPICS;

/// A stamper.
#[derive(Clone, Debug, Default, PartialEq, Row)]
pub struct StamperRow {
    /// Its legal name.
    pub name: String,
    /// Where it stands.
    pub status: Json<StamperStatus>,
    /// The person who answers.
    pub contact_person: String,
    /// Telephone number.
    pub contact_phone: String,
    /// E-mail address, when there is one.
    pub contact_email: Option<String>,
    /// When it was accredited.
    pub accredited_at: Timestamp,
    /// The first instant at which the accreditation no longer holds.
    pub valid_until: Timestamp,
    /// Why the accreditation was taken away.
    pub reason: Option<String>,
}

impl StamperRow {
    /// True when the accreditation counts at `time`.
    pub fn in_force_at(&self, time: Timestamp) -> bool {
        self.status.0 == StamperStatus::Accredited && time < self.valid_until
    }

    fn take(&mut self, event: &StamperEvent) {
        match event {
            StamperEvent::Accredited(event) => {
                self.name = event.name.to_string();
                self.status = Json(StamperStatus::Accredited);
                self.contact_person.clone_from(event.contact.person.reveal());
                self.contact_phone.clone_from(event.contact.phone.reveal());
                self.contact_email = event.contact.email.as_ref().map(|email| email.reveal().clone());
                self.accredited_at = event.accredited_at;
                self.valid_until = event.valid_until;
            }
            StamperEvent::Withdrawn(event) => {
                self.status = Json(StamperStatus::Withdrawn);
                self.reason = Some(event.reason.to_string());
            }
        }
    }
}

fn accredited_at(event: &StamperEvent) -> Timestamp {
    match event {
        StamperEvent::Accredited(event) => event.accredited_at,
        StamperEvent::Withdrawn(event) => event.accredited_at,
    }
}

/// Key of a stamper.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Row)]
pub struct StamperKey {
    /// Its tenant.
    pub tenant: String,
    /// Its id.
    pub stamper_id: Uuid,
}

/// One stamper, by id.
pub struct StamperView;

impl Projection for StamperView {
    const NAME: &'static str = "stamper";
    const VERSION: u32 = 1;
    const TOPICS: &'static [&'static str] = TOPICS;
    const PARTITION_COLUMNS: usize = 2;
    type Event = StamperEvent;
    type Key = StamperKey;
    type Row = StamperRow;

    fn interpret(record: &Recorded<'_>) -> Option<Result<StamperEvent, DecodeError>> {
        StamperEvent::decode_event(record.type_name, record.payload)
    }

    fn route(_: &StamperEvent, record: &Recorded<'_>) -> Vec<StamperKey> {
        let key = |id: StamperId| StamperKey { tenant: record.stream.tenant().to_owned(), stamper_id: id.0 };
        StamperId::of_stream(record.stream).map(key).into_iter().collect()
    }

    fn apply(row: &mut StamperRow, _: &StamperKey, event: &StamperEvent, _: &Recorded<'_>) {
        row.take(event);
    }
}

/// Key of a stamper among all, in the order of accreditation.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Row)]
pub struct StamperListKey {
    /// Its tenant.
    pub tenant: String,
    /// When it was accredited.
    pub since: Timestamp,
    /// Its id.
    pub stamper_id: Uuid,
}

/// All stampers of a tenant.
pub struct StamperList;

impl Projection for StamperList {
    const NAME: &'static str = "stamper_list";
    const VERSION: u32 = 2;
    const TOPICS: &'static [&'static str] = TOPICS;
    const PARTITION_COLUMNS: usize = 1;
    type Event = StamperEvent;
    type Key = StamperListKey;
    type Row = StamperRow;

    fn interpret(record: &Recorded<'_>) -> Option<Result<StamperEvent, DecodeError>> {
        StamperEvent::decode_event(record.type_name, record.payload)
    }

    fn route(event: &StamperEvent, record: &Recorded<'_>) -> Vec<StamperListKey> {
        let key = |id: StamperId| StamperListKey {
            tenant: record.stream.tenant().to_owned(),
            since: accredited_at(event),
            stamper_id: id.0,
        };
        StamperId::of_stream(record.stream).map(key).into_iter().collect()
    }

    fn apply(row: &mut StamperRow, _: &StamperListKey, event: &StamperEvent, _: &Recorded<'_>) {
        row.take(event);
    }
}
