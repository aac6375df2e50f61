//! The public facts of the log: what of it becomes leaves of the transparency log.
//!
//! | event | leaf |
//! | --- | --- |
//! | a certificate was granted, suspended, resumed, revoked, renewed, or expired | its id, company, product, GTIN, end of validity |
//! | a batch was released to its stamper | its id, order, certificate, range of numbers, stamper, key, expiry |
//!
//! One leaf stands for a whole batch. A leaf is a JSON object with its members in alphabetical order. It names no person and
//! gives no reasons: those may be about people.

use sceau_certification::certificate::CertificateEvent;
use sceau_certification::{CertificateId, CertificateStatus, Certification};
use sceau_kernel::{DecodeError, Domain, Recorded, Timestamp};
use sceau_stamp::{BatchReleased, Stamping};
use serde_json::json;

/// The topics in which public facts stand.
pub const WITNESSED: &[&str] = &[Certification::TOPIC, Stamping::TOPIC];

/// What may happen to a key that signs codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyFact {
    /// It was made, and signs new codes.
    Made,
    /// It was withdrawn with all its batches.
    Withdrawn,
}

/// The leaf of a change of a key. Keys are not in the log of events: whoever keeps them says when.
pub fn key_leaf(fact: KeyFact, at: Timestamp, key_id: u16, public_key: &[u8; 32]) -> String {
    let fact = match fact {
        KeyFact::Made => "key_made",
        KeyFact::Withdrawn => "key_withdrawn",
    };
    let public_key: String = public_key.iter().map(|byte| format!("{byte:02x}")).collect();
    json!({ "fact": fact, "at": at.to_string(), "key": key_id, "public_key": public_key }).to_string()
}

/// The leaf that a record gives; `None` for one that is not public.
pub fn leaf(record: &Recorded<'_>) -> Result<Option<String>, DecodeError> {
    if record.type_name == BatchReleased::TYPE_NAME {
        return released(record).map(Some);
    }
    match CertificateEvent::decode_event(record.type_name, record.payload) {
        Some(event) => certificate(record, &event?),
        None => Ok(None),
    }
}

fn certificate(record: &Recorded<'_>, event: &CertificateEvent) -> Result<Option<String>, DecodeError> {
    let valid_until = match event {
        CertificateEvent::Granted(event) => event.valid_until,
        CertificateEvent::Suspended(event) => event.valid_until,
        CertificateEvent::Resumed(event) => event.valid_until,
        CertificateEvent::Revoked(event) => event.valid_until,
        CertificateEvent::Renewed(event) => event.valid_until,
        CertificateEvent::Expired(event) => event.valid_until,
        CertificateEvent::Applied(_)
        | CertificateEvent::ReviewerAssigned(_)
        | CertificateEvent::ChangesRequested(_)
        | CertificateEvent::ChangesProvided(_)
        | CertificateEvent::Refused(_) => return Ok(None),
    };
    let fact = match event.status() {
        CertificateStatus::Suspended => "certificate_suspended",
        CertificateStatus::Revoked => "certificate_revoked",
        CertificateStatus::Expired => "certificate_expired",
        _ => "certificate_in_force",
    };
    let subject = event.subject();
    let leaf = json!({
        "fact": fact,
        "at": record.time.to_string(),
        "certificate": record.id::<CertificateId>()?.to_string(),
        "company": subject.company_id.to_string(),
        "company_name": subject.company_name.as_str(),
        "gtin": subject.gtin.to_string(),
        "product": subject.product_name.as_str(),
        "valid_until": valid_until.to_string(),
    });
    Ok(Some(leaf.to_string()))
}

fn released(record: &Recorded<'_>) -> Result<String, DecodeError> {
    let event: BatchReleased = record.read()?;
    let leaf = json!({
        "fact": "batch_released",
        "at": record.time.to_string(),
        "batch": event.batch.batch_id.to_string(),
        "order": event.batch.order_id.to_string(),
        "certificate": event.batch.certificate_id.to_string(),
        "company": event.batch.company_id.to_string(),
        "first_number": event.batch.first_number,
        "count": event.batch.count,
        "stamper": event.stamper_id.to_string(),
        "key": event.key_id,
        "expiry_day": event.expiry_day,
    });
    Ok(leaf.to_string())
}
