//! The cases of suspect codes.

use std::collections::BTreeSet;

use sceau_kernel::{DecodeError, Recorded, Timestamp};
use sceau_projection::row::Json;
use sceau_projection::{Projection, Row};
use sceau_verification::clone::Suspicion;
use sceau_verification::{CaseClosed, CaseOutcome, CaseStatus, Place, Scan, ScansEvent};

use crate::{TOPICS, scans_event, tenant};

/// Key of a case: the cases of neighbouring codes, and so of a batch, stand together.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Row)]
pub struct CaseKey {
    /// Its tenant.
    pub tenant: String,
    /// The code's number.
    pub number: u64,
}

/// A case.
#[derive(Clone, Debug, Default, PartialEq, Row)]
pub struct CaseRow {
    /// Where it stands.
    pub status: Json<CaseStatus>,
    /// What spoke last against the code; always there.
    pub suspicion: Option<Json<Suspicion>>,
    /// When the code was first found suspect since the case last opened.
    pub opened_at: Timestamp,
    /// When it was last found suspect.
    pub last_at: Timestamp,
    /// How many scans found it suspect since the case last opened.
    pub scans: u64,
    /// Where it was last scanned, when the caller said so.
    pub last_place: Option<String>,
    /// First number of its batch.
    pub batch: u64,
    /// When it was closed; `None` while it is open.
    pub closed_at: Option<Timestamp>,
    /// Who closed it.
    pub closed_by: Option<String>,
    /// How it was found to be what it is.
    pub note: Option<String>,
}

impl CaseRow {
    fn suspect(&mut self, scan: &Scan, suspicion: Suspicion) {
        if self.suspicion.is_none() || self.status.0 == CaseStatus::Honest {
            *self = Self { opened_at: scan.at, batch: scan.batch, ..Self::default() };
        }
        self.suspicion = Some(Json(suspicion));
        self.last_at = self.last_at.max(scan.at);
        self.scans += 1;
        if let Some(place) = scan.place.as_ref().map(Place::as_str) {
            self.last_place = Some(place.to_owned());
        }
    }

    fn close(&mut self, event: &CaseClosed, record: &Recorded<'_>) {
        self.status = Json(match event.outcome {
            CaseOutcome::Honest => CaseStatus::Honest,
            CaseOutcome::Confirmed => CaseStatus::Confirmed,
        });
        self.closed_at = Some(record.time);
        self.closed_by = Some(record.actor.to_owned());
        self.note = Some(event.note.to_string());
    }
}

/// The cases of each tenant.
pub struct CaseView;

impl Projection for CaseView {
    const NAME: &'static str = "clone_case";
    const VERSION: u32 = 1;
    const TOPICS: &'static [&'static str] = TOPICS;
    const PARTITION_COLUMNS: usize = 1;
    type Event = ScansEvent;
    type Key = CaseKey;
    type Row = CaseRow;

    fn interpret(record: &Recorded<'_>) -> Option<Result<ScansEvent, DecodeError>> {
        scans_event(record)
    }

    fn route(event: &ScansEvent, record: &Recorded<'_>) -> Vec<CaseKey> {
        let numbers: BTreeSet<u64> = match event {
            ScansEvent::Scanned(event) => {
                event.scans.iter().filter(|scan| scan.suspicion.is_some()).map(|scan| scan.number).collect()
            }
            ScansEvent::CaseClosed(event) => BTreeSet::from([event.number]),
        };
        let tenant = tenant(record);
        numbers.into_iter().map(|number| CaseKey { tenant: tenant.clone(), number }).collect()
    }

    fn apply(row: &mut CaseRow, key: &CaseKey, event: &ScansEvent, record: &Recorded<'_>) {
        match event {
            ScansEvent::Scanned(event) => {
                for scan in event.scans.iter().filter(|scan| scan.number == key.number) {
                    if let Some(suspicion) = scan.suspicion {
                        row.suspect(scan, suspicion);
                    }
                }
            }
            ScansEvent::CaseClosed(event) => row.close(event, record),
        }
    }
}
