//! Certificates: one, the office's queue, a company's own. The three tables hold the same row under different keys.

use sceau_certification::certificate::{CertificateEvent, Evidence};
use sceau_certification::{CertificateId, CertificateStatus, ProductCategory};
use sceau_kernel::uuid::Uuid;
use sceau_kernel::{DecodeError, Recorded, Timestamp};
use sceau_projection::row::Json;
use sceau_projection::{Projection, Row};

use crate::TOPICS;

/// A certificate.
#[derive(Clone, Debug, Default, PartialEq, Row)]
pub struct CertificateRow {
    /// Where it stands. One in force whose `valid_until` has passed is about to expire and no longer counts.
    pub status: Json<CertificateStatus>,
    /// The company that applied.
    pub company_id: Uuid,
    /// Its name when it applied.
    pub company_name: String,
    /// GTIN of the product, 14 digits.
    pub gtin: String,
    /// Name of the product.
    pub product_name: String,
    /// What kind of product it is.
    pub category: Json<ProductCategory>,
    /// The officer who reviews or reviewed it.
    pub reviewer: Option<String>,
    /// When the company applied.
    pub applied_at: Timestamp,
    /// When it was granted.
    pub granted_at: Option<Timestamp>,
    /// The first instant at which it no longer holds.
    pub valid_until: Option<Timestamp>,
    /// Why it is suspended, revoked or refused.
    pub reason: Option<String>,
    /// The last word between reviewer and company.
    pub notes: Option<String>,
    /// All documents handed in.
    pub evidence: Json<Vec<Evidence>>,
    /// When it last changed.
    pub changed_at: Timestamp,
    /// Number of events in its history.
    pub history_count: u64,
}

impl CertificateRow {
    /// True when the certificate counts at `time`.
    pub fn in_force_at(&self, time: Timestamp) -> bool {
        self.status.0 == CertificateStatus::InForce && self.valid_until.is_some_and(|end| time < end)
    }

    fn take(&mut self, event: &CertificateEvent, record: &Recorded<'_>) {
        self.status = Json(event.status());
        self.reason = None;
        match event {
            CertificateEvent::Applied(event) => {
                let subject = &event.subject;
                self.company_id = subject.company_id.0;
                self.company_name = subject.company_name.to_string();
                self.gtin = subject.gtin.to_string();
                self.product_name = subject.product_name.to_string();
                self.category = Json(subject.category);
                self.applied_at = subject.applied_at;
                self.evidence.0.clone_from(&event.evidence);
            }
            CertificateEvent::ReviewerAssigned(event) => self.reviewer = Some(event.reviewer.to_string()),
            CertificateEvent::ChangesRequested(event) => self.notes = Some(event.notes.to_string()),
            CertificateEvent::ChangesProvided(event) => {
                self.notes = Some(event.notes.to_string());
                self.evidence.0.extend_from_slice(&event.evidence);
            }
            CertificateEvent::Granted(event) => {
                self.granted_at = Some(record.time);
                self.valid_until = Some(event.valid_until);
            }
            CertificateEvent::Renewed(event) => self.valid_until = Some(event.valid_until),
            CertificateEvent::Suspended(event) => self.reason = Some(event.reason.to_string()),
            CertificateEvent::Revoked(event) => self.reason = Some(event.reason.to_string()),
            CertificateEvent::Refused(event) => self.reason = Some(event.reason.to_string()),
            CertificateEvent::Resumed(_) | CertificateEvent::Expired(_) => {}
        }
        self.changed_at = record.time;
        self.history_count = record.version;
    }
}

fn interpret(record: &Recorded<'_>) -> Option<Result<CertificateEvent, DecodeError>> {
    CertificateEvent::decode_event(record.type_name, record.payload)
}

/// The one key that `make` gives for the certificate whose stream this is.
fn route<K>(record: &Recorded<'_>, make: impl FnOnce(String, Uuid) -> K) -> Vec<K> {
    let id = CertificateId::of_stream(record.stream);
    id.map(|id| make(record.stream.tenant().to_owned(), id.0)).into_iter().collect()
}

/// Key of a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Row)]
pub struct CertificateKey {
    /// Its tenant.
    pub tenant: String,
    /// Its id.
    pub certificate_id: Uuid,
}

/// One certificate, by id.
pub struct CertificateView;

impl Projection for CertificateView {
    const NAME: &'static str = "certificate";
    const VERSION: u32 = 1;
    const TOPICS: &'static [&'static str] = TOPICS;
    const PARTITION_COLUMNS: usize = 2;
    type Event = CertificateEvent;
    type Key = CertificateKey;
    type Row = CertificateRow;

    fn interpret(record: &Recorded<'_>) -> Option<Result<CertificateEvent, DecodeError>> {
        interpret(record)
    }

    fn route(_: &CertificateEvent, record: &Recorded<'_>) -> Vec<CertificateKey> {
        route(record, |tenant, certificate_id| CertificateKey { tenant, certificate_id })
    }

    fn apply(row: &mut CertificateRow, _: &CertificateKey, event: &CertificateEvent, record: &Recorded<'_>) {
        row.take(event, record);
    }
}

/// Key of a certificate among all, in the order of application.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Row)]
pub struct CertificateListKey {
    /// Its tenant.
    pub tenant: String,
    /// When the company applied.
    pub since: Timestamp,
    /// Its id.
    pub certificate_id: Uuid,
}

/// All certificates of a tenant.
pub struct CertificateList;

impl Projection for CertificateList {
    const NAME: &'static str = "certificate_list";
    const VERSION: u32 = 2;
    const TOPICS: &'static [&'static str] = TOPICS;
    const PARTITION_COLUMNS: usize = 1;
    type Event = CertificateEvent;
    type Key = CertificateListKey;
    type Row = CertificateRow;

    fn interpret(record: &Recorded<'_>) -> Option<Result<CertificateEvent, DecodeError>> {
        interpret(record)
    }

    fn route(event: &CertificateEvent, record: &Recorded<'_>) -> Vec<CertificateListKey> {
        let since = event.subject().applied_at;
        route(record, |tenant, certificate_id| CertificateListKey { tenant, since, certificate_id })
    }

    fn apply(row: &mut CertificateRow, _: &CertificateListKey, event: &CertificateEvent, record: &Recorded<'_>) {
        row.take(event, record);
    }
}

/// Key of a certificate among its company's, in the order of application.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Row)]
pub struct CertificateByCompanyKey {
    /// Its tenant.
    pub tenant: String,
    /// The company.
    pub owner_id: Uuid,
    /// When the company applied.
    pub since: Timestamp,
    /// Its id.
    pub certificate_id: Uuid,
}

/// All certificates of a company.
pub struct CertificateByCompany;

impl Projection for CertificateByCompany {
    const NAME: &'static str = "certificate_by_company";
    const VERSION: u32 = 2;
    const TOPICS: &'static [&'static str] = TOPICS;
    const PARTITION_COLUMNS: usize = 2;
    type Event = CertificateEvent;
    type Key = CertificateByCompanyKey;
    type Row = CertificateRow;

    fn interpret(record: &Recorded<'_>) -> Option<Result<CertificateEvent, DecodeError>> {
        interpret(record)
    }

    fn route(event: &CertificateEvent, record: &Recorded<'_>) -> Vec<CertificateByCompanyKey> {
        let (owner_id, since) = (event.subject().company_id.0, event.subject().applied_at);
        route(record, |tenant, certificate_id| CertificateByCompanyKey { tenant, owner_id, since, certificate_id })
    }

    fn apply(row: &mut CertificateRow, _: &CertificateByCompanyKey, event: &CertificateEvent, record: &Recorded<'_>) {
        row.take(event, record);
    }
}
