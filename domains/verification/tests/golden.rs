//! Every event of the verification domain that was ever written stays readable.

use std::path::Path;

use sceau_kernel::Timestamp;
use sceau_kernel::testing::golden;
use sceau_verification::{CodesScanned, Place, Scan, ScanChannel, ScansEvent, Verification, VerificationEvent};

#[test]
fn events_ever_written_stay_readable() {
    let scans = vec![
        Scan { number: 42, at: Timestamp(1_767_225_600_000_001), channel: ScanChannel::App, place: None },
        Scan {
            number: 106,
            at: Timestamp(1_767_225_600_000_002),
            channel: ScanChannel::Inspector,
            place: Place::new("Korhogo").ok(),
        },
    ];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let samples = [VerificationEvent::Scans(ScansEvent::Scanned(CodesScanned { scans }))];
    golden::<Verification>(&folder, &Verification::event_types(), &samples);
}
