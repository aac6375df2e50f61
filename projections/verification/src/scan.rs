//! What is known of a code by its scans.

use std::collections::BTreeSet;

use sceau_kernel::{DecodeError, Recorded, Timestamp};
use sceau_projection::{Projection, Row};
use sceau_verification::{Place, Scan, ScansEvent};

use crate::{EvidenceCell, TOPICS, scans_event, tenant};

/// Key of a scanned code.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Row)]
pub struct ScanKey {
    /// Its tenant.
    pub tenant: String,
    /// Its number.
    pub number: u64,
}

/// The scans of a code.
#[derive(Clone, Debug, Default, PartialEq, Row)]
pub struct ScanRow {
    /// How many there were.
    pub count: u64,
    /// The first.
    pub first_at: Timestamp,
    /// The last.
    pub last_at: Timestamp,
    /// Where the last was that said so.
    pub last_place: Option<String>,
    /// What they tell of copies.
    pub evidence: EvidenceCell,
}

impl ScanRow {
    fn add(&mut self, scan: &Scan) {
        if self.count == 0 {
            (self.first_at, self.last_at) = (scan.at, scan.at);
        }
        self.count += 1;
        // Scans of one group may have been received a little out of order.
        self.first_at = self.first_at.min(scan.at);
        self.last_at = self.last_at.max(scan.at);
        if let Some(place) = scan.place.as_ref().map(Place::as_str) {
            self.last_place = Some(place.to_owned());
        }
        self.evidence.0.see(scan);
    }
}

/// The scans of each code. All scans of a code are in one stream, so one partition feeds its row.
pub struct ScanView;

impl Projection for ScanView {
    const NAME: &'static str = "scan";
    const VERSION: u32 = 2;
    const TOPICS: &'static [&'static str] = TOPICS;
    const PARTITION_COLUMNS: usize = 2;
    type Event = ScansEvent;
    type Key = ScanKey;
    type Row = ScanRow;

    fn interpret(record: &Recorded<'_>) -> Option<Result<ScansEvent, DecodeError>> {
        scans_event(record)
    }

    fn route(event: &ScansEvent, record: &Recorded<'_>) -> Vec<ScanKey> {
        let numbers: BTreeSet<u64> = match event {
            ScansEvent::Scanned(event) => event.scans.iter().map(|scan| scan.number).collect(),
            ScansEvent::CaseClosed(event) => BTreeSet::from([event.number]),
        };
        let tenant = tenant(record);
        numbers.into_iter().map(|number| ScanKey { tenant: tenant.clone(), number }).collect()
    }

    fn apply(row: &mut ScanRow, key: &ScanKey, event: &ScansEvent, _: &Recorded<'_>) {
        match event {
            ScansEvent::Scanned(event) => {
                event.scans.iter().filter(|scan| scan.number == key.number).for_each(|scan| row.add(scan));
            }
            ScansEvent::CaseClosed(event) => row.evidence.0.close(event.outcome),
        }
    }
}
