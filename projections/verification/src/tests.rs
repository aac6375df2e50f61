//! Given the scans, then these rows.

use std::collections::HashMap;

use crate::{BatchScan, BatchScanKey, CaseKey, CaseRow, CaseView, ScanKey, ScanRow, ScanView};
use sceau_kernel::{Domain, Recorded, Source, StreamId, Timestamp};
use sceau_projection::{Cells, Projection};
use sceau_verification::clone::{CloneRule, Suspicion};
use sceau_verification::{
    CaseClosed, CaseOutcome, CaseStatus, CodesScanned, Note, Place, Scan, ScanChannel, ScansEvent, Verification,
    VerificationEvent,
};

const T0: Timestamp = Timestamp(1_767_225_600_000_000);

fn scan(number: u64, at: Timestamp, place: &str) -> Scan {
    Scan { place: Place::new(place).ok(), caller: Some(1), ..Scan::new(number, at, ScanChannel::App) }
}

fn scanned(scans: Vec<Scan>) -> ScansEvent {
    ScansEvent::Scanned(CodesScanned { scans })
}

/// Folds events through encoding, cells and back, as the runtime does.
fn fold<P: Projection<Event = ScansEvent>>(events: Vec<ScansEvent>) -> HashMap<P::Key, P::Row> {
    let source = Source { topic: Verification::TOPIC, partition: 0 };
    let stream: StreamId = "ci/scan/07".parse().unwrap();
    let mut rows = HashMap::new();
    for (n, event) in (0_u64..).zip(events) {
        let encoded = Verification::encode(&VerificationEvent::Scans(event));
        let record = Recorded {
            source: &source,
            offset: n,
            index: 0,
            stream: &stream,
            version: n + 1,
            time: T0.plus_micros(n as i64),
            actor: "inspector",
            type_name: encoded.type_name,
            payload: &encoded.payload,
        };
        let event = P::interpret(&record).unwrap().unwrap();
        for key in P::route(&event, &record) {
            let row: P::Row = rows.remove(&key).unwrap_or_default();
            let mut row = P::Row::from_cells(row.to_cells()).unwrap();
            P::apply(&mut row, &key, &event, &record);
            rows.insert(key, row);
        }
    }
    rows
}

fn row(groups: Vec<Vec<Scan>>, number: u64) -> ScanRow {
    let mut rows = fold::<ScanView>(groups.into_iter().map(scanned).collect());
    rows.remove(&ScanKey { tenant: "ci".into(), number }).unwrap()
}

#[test]
fn each_code_has_its_own_scans() {
    let later = T0.plus_micros(5);
    let groups = vec![vec![scan(7, T0, "Abidjan"), scan(71, T0, ""), scan(7, later, "Bouaké")]];
    let seven = row(groups.clone(), 7);
    assert_eq!((seven.count, seven.first_at, seven.last_at), (2, T0, later));
    assert_eq!(seven.last_place.as_deref(), Some("Bouaké"));
    assert_eq!(row(groups, 71).count, 1);
}

#[test]
fn a_row_stays_small_however_many_scan_a_code() {
    let scans = (0..1000).map(|caller| Scan { caller: Some(caller), ..scan(7, T0, "Douala") }).collect();
    let row = row(vec![scans], 7);
    assert_eq!((row.count, row.evidence.0.witnesses().len()), (1000, 16));
}

#[test]
fn scans_out_of_order_keep_the_first_and_the_last() {
    let row = row(vec![vec![scan(7, T0.plus_micros(9), ""), scan(7, T0, "")]], 7);
    assert_eq!((row.first_at, row.last_at), (T0, T0.plus_micros(9)));
}

fn suspicion(rule: CloneRule) -> Option<Suspicion> {
    Some(Suspicion { rule, seen: 9, limit: 8, distance_km: 0, within_seconds: 0, from: None, to: None })
}

fn suspect(at: Timestamp) -> ScansEvent {
    scanned(vec![Scan { suspicion: suspicion(CloneRule::TooMany), batch: 5, ..scan(7, at, "Douala") }])
}

fn closed(outcome: CaseOutcome) -> ScansEvent {
    ScansEvent::CaseClosed(CaseClosed { number: 7, outcome, note: Note::new("Visited.").unwrap() })
}

fn case(events: Vec<ScansEvent>) -> CaseRow {
    fold::<CaseView>(events).remove(&CaseKey { tenant: "ci".into(), number: 7 }).unwrap()
}

#[test]
fn a_case_opens_with_the_first_suspect_scan_and_counts_the_others() {
    assert!(fold::<CaseView>(vec![scanned(vec![scan(7, T0, "")])]).is_empty());
    let row = case(vec![suspect(T0), scanned(vec![scan(7, T0, "")]), suspect(T0.plus_days(1))]);
    assert_eq!((row.status.0, row.opened_at, row.last_at), (CaseStatus::Open, T0, T0.plus_days(1)));
    assert_eq!((row.scans, row.batch, row.last_place.as_deref()), (2, 5, Some("Douala")));
}

#[test]
fn a_case_closed_as_honest_opens_anew_and_a_confirmed_one_stays() {
    let honest = case(vec![suspect(T0), closed(CaseOutcome::Honest)]);
    assert_eq!((honest.status.0, honest.closed_by.as_deref()), (CaseStatus::Honest, Some("inspector")));
    assert_eq!((honest.closed_at, honest.note.as_deref()), (Some(T0.plus_micros(1)), Some("Visited.")));
    let anew = case(vec![suspect(T0), closed(CaseOutcome::Honest), suspect(T0.plus_days(1))]);
    assert_eq!((anew.status.0, anew.opened_at, anew.closed_at), (CaseStatus::Open, T0.plus_days(1), None));
    let confirmed = case(vec![suspect(T0), closed(CaseOutcome::Confirmed), suspect(T0.plus_days(1))]);
    assert_eq!((confirmed.status.0, confirmed.scans), (CaseStatus::Confirmed, 2));
}

#[test]
fn a_closed_case_settles_what_the_code_was_known_for() {
    let key = ScanKey { tenant: "ci".into(), number: 7 };
    let mut rows = fold::<ScanView>(vec![suspect(T0), closed(CaseOutcome::Confirmed)]);
    let row = rows.remove(&key).unwrap();
    assert_eq!((row.count, row.evidence.0.witnesses().len(), row.evidence.0.confirmed()), (1, 0, true));
}

#[test]
fn a_batch_counts_codes_and_not_scans() {
    let first = |number| Scan { batch: 5, first: true, ..scan(number, T0, "Douala") };
    let apart = Scan { batch: 5, apart: true, ..scan(7, T0, "Garoua") };
    let again = Scan { batch: 5, ..scan(7, T0, "Garoua") };
    let rows = fold::<BatchScan>(vec![scanned(vec![first(7), first(71)]), scanned(vec![apart]), scanned(vec![again])]);
    let row = &rows[&BatchScanKey { tenant: "ci".into(), first_number: 5 }];
    assert_eq!((row.scanned, row.apart), (2, 1));
    let mut merged = row.clone();
    BatchScan::merge(&mut merged, row.clone());
    assert_eq!((merged.counts().scanned, merged.counts().apart), (4, 2));
}
