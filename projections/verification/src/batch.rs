//! How the codes of a batch are scanned, together.

use std::collections::BTreeSet;

use sceau_kernel::{DecodeError, Recorded};
use sceau_projection::{Projection, Row};
use sceau_verification::clone::BatchCounts;
use sceau_verification::{Scan, ScansEvent};

use crate::{TOPICS, scans_event, tenant};

/// Key of a batch that was scanned.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Row)]
pub struct BatchScanKey {
    /// Its tenant.
    pub tenant: String,
    /// Its first number.
    pub first_number: u64,
}

/// The scans of a batch.
#[derive(Clone, Debug, Default, PartialEq, Row)]
pub struct BatchScanRow {
    /// Codes of it that were scanned.
    pub scanned: u64,
    /// Codes of it that were scanned in places far apart.
    pub apart: u64,
}

impl BatchScanRow {
    /// What the rules need to know.
    pub const fn counts(&self) -> BatchCounts {
        BatchCounts { scanned: self.scanned, apart: self.apart }
    }
}

/// Whether a scan tells something new of its batch.
const fn is_news(scan: &Scan) -> bool {
    scan.batch > 0 && (scan.first || scan.apart)
}

/// The scans of each batch. Its codes are in many streams, so many partitions feed its row.
pub struct BatchScan;

impl Projection for BatchScan {
    const NAME: &'static str = "batch_scan";
    const VERSION: u32 = 1;
    const TOPICS: &'static [&'static str] = TOPICS;
    const PARTITION_COLUMNS: usize = 2;
    const PARTIAL: bool = true;
    type Event = ScansEvent;
    type Key = BatchScanKey;
    type Row = BatchScanRow;

    fn interpret(record: &Recorded<'_>) -> Option<Result<ScansEvent, DecodeError>> {
        scans_event(record)
    }

    fn route(event: &ScansEvent, record: &Recorded<'_>) -> Vec<BatchScanKey> {
        let ScansEvent::Scanned(event) = event else {
            return Vec::new();
        };
        let batches: BTreeSet<u64> = event.scans.iter().filter(|scan| is_news(scan)).map(|scan| scan.batch).collect();
        let tenant = tenant(record);
        batches.into_iter().map(|first_number| BatchScanKey { tenant: tenant.clone(), first_number }).collect()
    }

    fn apply(row: &mut BatchScanRow, key: &BatchScanKey, event: &ScansEvent, _: &Recorded<'_>) {
        let ScansEvent::Scanned(event) = event else { return };
        for scan in event.scans.iter().filter(|scan| scan.batch == key.first_number) {
            row.scanned += u64::from(scan.first);
            row.apart += u64::from(scan.apart);
        }
    }

    fn merge(row: &mut BatchScanRow, other: BatchScanRow) {
        row.scanned += other.scanned;
        row.apart += other.apart;
    }
}
