//! Views of scans.
//!
//! | table | key | for |
//! |---|---|---|
//! | `scan` | tenant, number | what is known of a code by its scans; a code that nobody scanned has no row |
//! | `batch_scan` | tenant, first number of the batch | how many of its codes were scanned, and scanned far apart |
//! | `clone_case` | tenant · number | the cases of suspect codes |

mod batch;
mod case;
mod evidence;
mod scan;

use sceau_kernel::{DecodeError, Domain, Recorded};
use sceau_verification::{ScansEvent, Verification};

pub use batch::{BatchScan, BatchScanKey, BatchScanRow};
pub use case::{CaseKey, CaseRow, CaseView};
pub use evidence::EvidenceCell;
pub use scan::{ScanKey, ScanRow, ScanView};

const TOPICS: &[&str] = &[Verification::TOPIC];

fn scans_event(record: &Recorded<'_>) -> Option<Result<ScansEvent, DecodeError>> {
    ScansEvent::decode_event(record.type_name, record.payload)
}

fn tenant(record: &Recorded<'_>) -> String {
    record.stream.tenant().to_owned()
}

#[cfg(test)]
mod tests;
