//! Scans folded per code: table `scan`, key tenant and number. A code that nobody scanned has no row.

use std::collections::BTreeSet;

use sceau_kernel::{DecodeError, Domain, Recorded, Timestamp};
use sceau_projection::row::Json;
use sceau_projection::{Projection, Row};
use sceau_verification::{MAX_DAILY_PLACES, ScanFacts, ScansEvent, Verification};

/// Places kept per day: enough to tell that there were more than [`MAX_DAILY_PLACES`].
const PLACES_KEPT: usize = MAX_DAILY_PLACES as usize + 1;

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
    /// Begin of the day (24 hours) in which the last scan fell. A day begins with the first scan that falls in none.
    pub day_began: Timestamp,
    /// Scans within that day.
    pub day_scans: u64,
    /// Different places among them, at most four.
    pub day_places: Json<BTreeSet<String>>,
}

impl ScanRow {
    /// What the verdict on the code needs to know.
    pub fn facts(&self) -> ScanFacts {
        let day_places = self.day_places.0.len() as u64;
        ScanFacts { day_began: self.day_began, day_scans: self.day_scans, day_places }
    }

    fn add(&mut self, at: Timestamp, place: Option<&str>) {
        if self.count == 0 {
            (self.first_at, self.last_at) = (at, at);
        }
        if self.count == 0 || at >= self.day_began.plus_days(1) {
            self.day_began = at;
            self.day_scans = 0;
            self.day_places.0.clear();
        }
        self.count += 1;
        self.day_scans += 1;
        // Scans of one group may have been received a little out of order.
        self.first_at = self.first_at.min(at);
        self.last_at = self.last_at.max(at);
        if let Some(place) = place {
            self.last_place = Some(place.to_owned());
            if self.day_places.0.len() < PLACES_KEPT {
                self.day_places.0.insert(place.to_owned());
            }
        }
    }
}

/// The scans of each code. All scans of a code are in one stream, so one partition feeds its row.
pub struct ScanView;

impl Projection for ScanView {
    const NAME: &'static str = "scan";
    const VERSION: u32 = 1;
    const TOPICS: &'static [&'static str] = &[Verification::TOPIC];
    const PARTITION_COLUMNS: usize = 2;
    type Event = ScansEvent;
    type Key = ScanKey;
    type Row = ScanRow;

    fn interpret(record: &Recorded<'_>) -> Option<Result<ScansEvent, DecodeError>> {
        ScansEvent::decode_event(record.type_name, record.payload)
    }

    fn route(ScansEvent::Scanned(event): &ScansEvent, record: &Recorded<'_>) -> Vec<ScanKey> {
        let numbers: BTreeSet<u64> = event.scans.iter().map(|scan| scan.number).collect();
        let tenant = record.stream.tenant();
        numbers.into_iter().map(|number| ScanKey { tenant: tenant.to_owned(), number }).collect()
    }

    fn apply(row: &mut ScanRow, key: &ScanKey, ScansEvent::Scanned(event): &ScansEvent, _: &Recorded<'_>) {
        for scan in event.scans.iter().filter(|scan| scan.number == key.number) {
            row.add(scan.at, scan.place.as_ref().map(sceau_verification::Place::as_str));
        }
    }
}

#[cfg(test)]
mod tests;
