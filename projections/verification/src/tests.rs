//! Given the scans, then these rows.

use std::collections::HashMap;

use crate::{ScanKey, ScanRow, ScanView};
use sceau_kernel::{Domain, Recorded, Source, StreamId, Timestamp};
use sceau_projection::{Cells, Projection};
use sceau_verification::{
    CodesScanned, Place, Scan, ScanChannel, ScanFacts, ScansEvent, Verification, VerificationEvent,
};

const T0: Timestamp = Timestamp(1_767_225_600_000_000);

fn scan(number: u64, at: Timestamp, place: &str) -> Scan {
    Scan { number, at, channel: ScanChannel::App, place: Place::new(place).ok() }
}

/// Folds groups of scans through encoding, cells and back, as the runtime does.
fn rows(groups: Vec<Vec<Scan>>) -> HashMap<ScanKey, ScanRow> {
    let source = Source { topic: Verification::TOPIC, partition: 0 };
    let stream: StreamId = "ci/scan/07".parse().unwrap();
    let mut rows = HashMap::new();
    for (n, scans) in (0_u64..).zip(groups) {
        let encoded = Verification::encode(&VerificationEvent::Scans(ScansEvent::Scanned(CodesScanned { scans })));
        let record = Recorded {
            source: &source,
            offset: n,
            index: 0,
            stream: &stream,
            version: n + 1,
            time: T0,
            actor: "system",
            type_name: encoded.type_name,
            payload: &encoded.payload,
        };
        let event = ScanView::interpret(&record).unwrap().unwrap();
        for key in ScanView::route(&event, &record) {
            let row: ScanRow = rows.remove(&key).unwrap_or_default();
            let mut row = ScanRow::from_cells(row.to_cells()).unwrap();
            ScanView::apply(&mut row, &key, &event, &record);
            rows.insert(key, row);
        }
    }
    rows
}

fn row(groups: Vec<Vec<Scan>>, number: u64) -> ScanRow {
    rows(groups).remove(&ScanKey { tenant: "ci".into(), number }).unwrap()
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
fn a_day_counts_from_its_first_scan() {
    let groups = vec![
        vec![scan(7, T0, "Abidjan"), scan(7, T0.plus_micros(Timestamp::DAY - 1), "Bouaké")],
        vec![scan(7, T0.plus_days(1), "Man")],
    ];
    let before = row(groups[..1].to_vec(), 7);
    assert_eq!(before.facts(), ScanFacts { day_began: T0, day_scans: 2, day_places: 2 });
    let after = row(groups, 7);
    assert_eq!(after.facts(), ScanFacts { day_began: T0.plus_days(1), day_scans: 1, day_places: 1 });
    assert_eq!((after.count, after.first_at), (3, T0));
}

#[test]
fn a_row_stays_small_however_far_a_code_travels() {
    let scans = (0..1000).map(|n| scan(7, T0, &format!("place {n}"))).collect();
    let row = row(vec![scans], 7);
    assert_eq!(row.facts(), ScanFacts { day_began: T0, day_scans: 1000, day_places: 4 });
}

#[test]
fn scans_out_of_order_keep_the_first_and_the_last() {
    let row = row(vec![vec![scan(7, T0.plus_micros(9), ""), scan(7, T0, "")]], 7);
    assert_eq!((row.first_at, row.last_at), (T0, T0.plus_micros(9)));
}
