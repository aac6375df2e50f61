//! What of the log is public, and what is not.

#![allow(clippy::unwrap_used, reason = "a sample that is not valid fails its test")]

use sceau_certification::certificate::{
    CertificateEvent, CertificateGranted, CertificateRefused, CertificateRevoked, CertificateSubject,
};
use sceau_certification::{CertificateId, Certification, CertificationEvent, CompanyId, Gtin, Name, ProductCategory};
use sceau_kernel::uuid::Uuid;
use sceau_kernel::{Domain, EncodedEvent, Phrase, Recorded, Source, StreamId, Tenant, Timestamp};
use sceau_process::witness::{KeyFact, key_leaf, leaf};
use sceau_stamp::{BatchEvent, BatchId, BatchRef, BatchReleased, OrderId, StamperId, Stamping, StampingEvent};
use serde_json::Value;

const NOON: Timestamp = Timestamp(1_795_262_400_000_000);

fn subject() -> CertificateSubject {
    CertificateSubject {
        company_id: CompanyId(Uuid::from_u128(2)),
        company_name: Name::new("SOLIBRA").unwrap(),
        gtin: "6291041500213".parse::<Gtin>().unwrap(),
        product_name: Name::new("Eau \"vive\"").unwrap(),
        category: ProductCategory::Food,
        applied_at: Timestamp(0),
    }
}

fn witnessed(topic: &'static str, stream: &StreamId, event: &EncodedEvent) -> Option<Value> {
    let record = Recorded {
        source: &Source { topic, partition: 0 },
        offset: 7,
        index: 0,
        stream,
        version: 3,
        time: NOON,
        actor: "koffi",
        type_name: event.type_name,
        payload: &event.payload,
    };
    leaf(&record).unwrap().map(|leaf| serde_json::from_str(&leaf).unwrap())
}

fn of_certificate(event: CertificateEvent) -> Option<Value> {
    let tenant: Tenant = "ci".parse().unwrap();
    let stream = CertificateId(Uuid::from_u128(1)).stream(&tenant);
    witnessed(Certification::TOPIC, &stream, &Certification::encode(&CertificationEvent::Certificate(event)))
}

#[test]
fn a_certificate_in_force_is_public_without_its_officer() {
    let reviewer = Name::new("Koffi").unwrap();
    let granted = CertificateGranted { subject: subject(), reviewer, valid_until: NOON.plus_days(365) };
    let leaf = of_certificate(CertificateEvent::Granted(granted)).unwrap();
    assert_eq!(leaf["fact"], "certificate_in_force");
    assert_eq!(leaf["certificate"], Uuid::from_u128(1).to_string());
    assert_eq!(leaf["product"], "Eau \"vive\"");
    assert_eq!(leaf["gtin"], "06291041500213");
    assert_eq!(leaf["at"], NOON.to_string());
    assert_eq!(leaf["valid_until"], NOON.plus_days(365).to_string());
    assert!(!leaf.to_string().contains("Koffi"));
}

#[test]
fn a_revocation_is_public_without_its_reason_and_a_refused_application_is_not() {
    let reason = Phrase::new("a person complained").unwrap();
    let revoked = CertificateRevoked { subject: subject(), reason: reason.clone(), valid_until: NOON };
    let leaf = of_certificate(CertificateEvent::Revoked(revoked)).unwrap();
    assert_eq!(leaf["fact"], "certificate_revoked");
    assert!(!leaf.to_string().contains("complained"));
    assert_eq!(of_certificate(CertificateEvent::Refused(CertificateRefused { subject: subject(), reason })), None);
}

#[test]
fn a_released_batch_is_one_leaf() {
    let tenant: Tenant = "ci".parse().unwrap();
    let batch_id = BatchId(Uuid::from_u128(5));
    let batch = BatchRef {
        batch_id,
        order_id: OrderId(Uuid::from_u128(6)),
        line: 1,
        certificate_id: sceau_stamp::CertificateId(Uuid::from_u128(1)),
        company_id: sceau_stamp::CompanyId(Uuid::from_u128(2)),
        first_number: 1001,
        count: 1_000_000,
    };
    let stamper_id = StamperId(Uuid::from_u128(8));
    let released = BatchReleased { batch, stamper_id, key_id: 4, expiry_day: 21_000 };
    let event = Stamping::encode(&StampingEvent::Batch(BatchEvent::Released(released)));
    let leaf = witnessed(Stamping::TOPIC, &batch_id.stream(&tenant), &event).unwrap();
    assert_eq!(leaf["fact"], "batch_released");
    assert_eq!((&leaf["first_number"], &leaf["count"], &leaf["key"]), (&1001.into(), &1_000_000.into(), &4.into()));
}

#[test]
fn a_key_is_named_by_its_public_half() {
    let leaf = key_leaf(KeyFact::Withdrawn, NOON, 4, &[0xab; 32]);
    let leaf: Value = serde_json::from_str(&leaf).unwrap();
    assert_eq!((leaf["fact"].as_str(), leaf["key"].as_u64()), (Some("key_withdrawn"), Some(4)));
    assert_eq!(leaf["public_key"].as_str(), Some("ab".repeat(32).as_str()));
}
