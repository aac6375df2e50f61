//! Given what happened, then these rows.

#![allow(clippy::unwrap_used, reason = "a sample that is not valid fails its test")]

use std::collections::HashMap;

use sceau_certification::certificate::*;
use sceau_certification::company::*;
use sceau_certification::stamper::*;
use sceau_certification::{Certification, CertificationEvent, Contact, Name, Remark, Sha256};
use sceau_certification_view::*;
use sceau_kernel::uuid::Uuid;
use sceau_kernel::{Domain, Personal, Recorded, Source, StreamId, Timestamp};
use sceau_projection::row::Json;
use sceau_projection::{Cells, Projection};
use sceau_proto::certification::v1 as proto;

const T0: Timestamp = Timestamp(1_767_225_600_000_000);

fn day(n: i64) -> Timestamp {
    T0.plus_days(n)
}

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

fn remark(text: &str) -> Remark {
    Remark::new(text).unwrap()
}

/// Folds the events of one stream, a day apart, through encoding, cells and back, as the runtime does.
fn rows<P: Projection>(stream: &StreamId, events: &[CertificationEvent]) -> HashMap<P::Key, P::Row> {
    let source = Source { topic: Certification::TOPIC, partition: 0 };
    let mut rows = HashMap::new();
    for (n, event) in events.iter().enumerate() {
        let encoded = Certification::encode(event);
        let record = Recorded {
            source: &source,
            offset: n as u64,
            index: 0,
            stream,
            version: n as u64 + 1,
            time: day(n as i64),
            actor: "koffi",
            type_name: encoded.type_name,
            payload: &encoded.payload,
        };
        let Some(event) = P::interpret(&record) else { continue };
        let event = event.unwrap();
        for key in P::route(&event, &record) {
            let row = rows.remove(&key).unwrap_or_default();
            let mut row = P::Row::from_cells(Cells::to_cells(&row)).unwrap();
            P::apply(&mut row, &key, &event, &record);
            rows.insert(P::Key::from_cells(key.to_cells()).unwrap(), row);
        }
    }
    rows
}

fn stream(kind: &str) -> StreamId {
    format!("ci/{kind}/{}", Uuid::from_u128(7)).parse().unwrap()
}

fn subject() -> CertificateSubject {
    CertificateSubject {
        company_id: CompanyId(Uuid::from_u128(0xC0)),
        company_name: name("Cacao d'Abidjan SA"),
        gtin: "6291041500213".parse().unwrap(),
        product_name: name("Cocoa powder 500 g"),
        category: ProductCategory::Food,
        applied_at: T0,
    }
}

fn evidence(title: &str) -> Evidence {
    Evidence { title: name(title), sha256: Sha256([7; 32]) }
}

fn applied() -> CertificateEvent {
    CertificateEvent::Applied(CertificateApplied { subject: subject(), evidence: vec![evidence("Report")] })
}

fn assigned() -> CertificateEvent {
    CertificateEvent::ReviewerAssigned(ReviewerAssigned { subject: subject(), reviewer: name("koffi") })
}

fn granted(until: i64) -> CertificateEvent {
    let (subject, reviewer) = (subject(), name("koffi"));
    CertificateEvent::Granted(CertificateGranted { subject, reviewer, valid_until: day(until) })
}

fn suspended(until: i64) -> CertificateEvent {
    let (subject, reason) = (subject(), remark("recall"));
    CertificateEvent::Suspended(CertificateSuspended { subject, reason, valid_until: day(until) })
}

fn renewed(from: i64, to: i64) -> CertificateEvent {
    let (previous_valid_until, valid_until) = (day(from), day(to));
    CertificateEvent::Renewed(CertificateRenewed { subject: subject(), previous_valid_until, valid_until })
}

fn certificate<P: Projection>(events: Vec<CertificateEvent>) -> HashMap<P::Key, P::Row> {
    let events: Vec<_> = events.into_iter().map(CertificationEvent::Certificate).collect();
    rows::<P>(&stream("certificate"), &events)
}

#[test]
fn an_application_shows_company_and_product() {
    let rows = certificate::<CertificateView>(vec![applied()]);
    let key = CertificateKey { tenant: "ci".into(), certificate_id: Uuid::from_u128(7) };
    let expected = CertificateRow {
        status: Json(CertificateStatus::Applied),
        company_id: Uuid::from_u128(0xC0),
        company_name: "Cacao d'Abidjan SA".into(),
        gtin: "06291041500213".into(),
        product_name: "Cocoa powder 500 g".into(),
        category: Json(ProductCategory::Food),
        applied_at: T0,
        evidence: Json(vec![evidence("Report")]),
        changed_at: T0,
        history_count: 1,
        ..CertificateRow::default()
    };
    assert_eq!(rows, HashMap::from([(key, expected)]));
}

#[test]
fn a_review_gathers_notes_and_documents() {
    let requested = CertificateEvent::ChangesRequested(ChangesRequested {
        subject: subject(),
        reviewer: name("koffi"),
        notes: remark("label in French"),
    });
    let provided = CertificateEvent::ChangesProvided(ChangesProvided {
        subject: subject(),
        reviewer: name("koffi"),
        notes: remark("translated"),
        evidence: vec![evidence("New label")],
    });
    let rows = certificate::<CertificateView>(vec![applied(), assigned(), requested, provided]);
    let row = rows.values().next().unwrap();
    assert_eq!(row.status.0, CertificateStatus::UnderReview);
    assert_eq!(row.reviewer.as_deref(), Some("koffi"));
    assert_eq!(row.notes.as_deref(), Some("translated"));
    assert_eq!(row.evidence.0, [evidence("Report"), evidence("New label")]);
    assert_eq!((row.changed_at, row.history_count), (day(3), 4));
}

#[test]
fn a_certificate_counts_from_its_grant_to_its_end_unless_suspended() {
    let only = |events| certificate::<CertificateView>(events).into_values().next().unwrap();
    let row = only(vec![applied(), assigned(), granted(10)]);
    assert_eq!((row.granted_at, row.valid_until), (Some(day(2)), Some(day(10))));
    assert!(row.in_force_at(day(9)) && !row.in_force_at(day(10)));
    let row = only(vec![applied(), assigned(), granted(10), suspended(10)]);
    assert_eq!(row.reason.as_deref(), Some("recall"));
    assert!(!row.in_force_at(day(9)));
    let resumed = CertificateEvent::Resumed(CertificateResumed { subject: subject(), valid_until: day(10) });
    let row = only(vec![applied(), assigned(), granted(10), suspended(10), resumed]);
    assert_eq!(row.reason, None);
    assert!(row.in_force_at(day(9)));
}

#[test]
fn the_lists_hold_the_same_row_under_their_own_keys() {
    let history = || vec![applied(), assigned(), granted(10), suspended(10)];
    let row = certificate::<CertificateView>(history()).into_values().next().unwrap();
    let certificate_id = Uuid::from_u128(7);
    let key = CertificateListKey { tenant: "ci".into(), since: T0, certificate_id };
    assert_eq!(certificate::<CertificateList>(history()), HashMap::from([(key, row.clone())]));
    let company_id = Uuid::from_u128(0xC0);
    let key = CertificateByCompanyKey { tenant: "ci".into(), owner_id: company_id, since: T0, certificate_id };
    assert_eq!(certificate::<CertificateByCompany>(history()), HashMap::from([(key, row)]));
}

#[test]
fn a_deadline_is_open_until_it_is_moved_or_met() {
    let open = |events| -> Vec<(Timestamp, bool)> {
        let rows = certificate::<CertificateDeadline>(events);
        let mut found: Vec<_> = rows.into_iter().map(|(key, row)| (key.due, row.open)).collect();
        found.sort();
        found
    };
    let revoked = CertificateEvent::Revoked(CertificateRevoked {
        subject: subject(),
        reason: remark("fraud"),
        valid_until: day(20),
    });
    let expired = CertificateEvent::Expired(CertificateExpired { subject: subject(), valid_until: day(10) });
    assert_eq!(open(vec![applied(), assigned()]), []);
    assert_eq!(open(vec![applied(), granted(10), suspended(10)]), [(day(10), true)]);
    assert_eq!(open(vec![applied(), granted(10), expired.clone()]), [(day(10), false)]);
    let renewal = vec![applied(), granted(10), expired, renewed(10, 20)];
    assert_eq!(open(renewal.clone()), [(day(10), false), (day(20), true)]);
    assert_eq!(open([renewal, vec![revoked]].concat()), [(day(10), false), (day(20), false)]);
}

fn contact(phone: &str) -> Contact {
    let personal = |text: &str| Personal::new(text.to_owned());
    Contact { person: personal("Awa"), phone: personal(phone), email: Some(personal("awa@example.ci")) }
}

#[test]
fn a_company_shows_its_latest_contact_and_lists_show_none() {
    let events = [
        CompanyEvent::Registered(CompanyRegistered {
            name: name("Cacao d'Abidjan SA"),
            registration_number: name("CI-ABJ-1"),
            contact: contact("+225 01"),
        }),
        CompanyEvent::ContactChanged(CompanyContactChanged { contact: contact("+225 02") }),
    ]
    .map(CertificationEvent::Company);
    let (key, row) = rows::<CompanyView>(&stream("company"), &events).into_iter().next().unwrap();
    assert_eq!(row.contact_phone, "+225 02");
    assert_eq!(row.facts(), Some(CompanyFacts { name: name("Cacao d'Abidjan SA") }));
    let message = row.message(key.company_id);
    assert_eq!(message.registered_at.map(|time| time.seconds), Some(T0.0 / 1_000_000));
    assert_eq!(message.contact.unwrap().email.unwrap().clear, "awa@example.ci");
    let listed = rows::<CompanyList>(&stream("company"), &events);
    let key = CompanyListKey { tenant: "ci".into(), registered_at: T0, company_id: Uuid::from_u128(7) };
    let row = CompanyListRow { name: "Cacao d'Abidjan SA".into(), registration_number: "CI-ABJ-1".into() };
    assert_eq!(listed, HashMap::from([(key, row)]));
}

#[test]
fn a_stamper_counts_until_withdrawn_or_over() {
    let accredited = StamperEvent::Accredited(StamperAccredited {
        name: name("Imprimerie du Plateau"),
        contact: contact("+225 03"),
        valid_until: day(10),
        accredited_at: T0,
    });
    let withdrawn = StamperEvent::Withdrawn(StamperWithdrawn { reason: remark("lost stamps"), accredited_at: T0 });
    let events = [accredited, withdrawn].map(CertificationEvent::Stamper);
    let row = rows::<StamperView>(&stream("stamper"), &events[..1]).into_values().next().unwrap();
    assert!(row.in_force_at(day(9)) && !row.in_force_at(day(10)));
    let row = rows::<StamperView>(&stream("stamper"), &events).into_values().next().unwrap();
    assert!(!row.in_force_at(day(9)));
    let message = row.message(Uuid::from_u128(7));
    assert_eq!(message.status(), proto::StamperStatus::Withdrawn);
    assert_eq!(message.reason.as_deref(), Some("lost stamps"));
    let key = StamperListKey { tenant: "ci".into(), since: T0, stamper_id: Uuid::from_u128(7) };
    assert_eq!(rows::<StamperList>(&stream("stamper"), &events), HashMap::from([(key, row)]));
}

#[test]
fn a_certificate_becomes_the_message_of_the_query() {
    let rows = certificate::<CertificateView>(vec![applied(), assigned(), granted(10)]);
    let (key, row) = rows.into_iter().next().unwrap();
    let message = row.message(key.certificate_id);
    assert_eq!(message.status(), proto::CertificateStatus::InForce);
    assert_eq!(message.category(), proto::ProductCategory::Food);
    assert_eq!(message.evidence[0].sha256, "07".repeat(32));
    assert_eq!(row.summary(key.certificate_id).gtin, message.gtin);
}

#[test]
fn events_of_other_kinds_touch_no_row() {
    let other = [CertificationEvent::Certificate(applied())];
    assert!(rows::<CompanyView>(&stream("certificate"), &other).is_empty());
    assert!(rows::<StamperList>(&stream("certificate"), &other).is_empty());
}
