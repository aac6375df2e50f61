//! Every event of the verification domain that was ever written stays readable.

use std::path::Path;

use sceau_kernel::Timestamp;
use sceau_kernel::testing::golden;
use sceau_kernel::{Personal, Phrase};
use sceau_verification::clone::{CloneRule, GridPoint, Spot, Suspicion};
use sceau_verification::{
    CaseClosed, CaseOutcome, CodeState, CodesScanned, Note, Place, ProblemReported, ReportEvent, ReportedCode, Scan,
    ScanChannel, ScansEvent, Verification, VerificationEvent,
};

#[test]
fn events_ever_written_stay_readable() {
    let scans = vec![
        Scan::new(42, Timestamp(1_767_225_600_000_001), ScanChannel::App),
        Scan {
            place: Place::new("Korhogo").ok(),
            ..Scan::new(106, Timestamp(1_767_225_600_000_002), ScanChannel::Inspector)
        },
    ];
    let (garoua, douala) = (GridPoint { latitude: 930, longitude: 1340 }, GridPoint { latitude: 405, longitude: 970 });
    let told = Scan {
        point: Some(garoua),
        country: sceau_kernel::wire::Text::parse("CM"),
        caller: Some(0xDEAD_BEEF),
        found: Some(CodeState::Active),
        wrong_before: 3,
        batch: 65,
        first: true,
        apart: true,
        suspicion: Some(Suspicion {
            rule: CloneRule::TooFar,
            seen: 2_000,
            limit: 250,
            distance_km: 700,
            within_seconds: 1_200,
            from: Some(Spot { point: douala, radius_km: 1 }),
            to: Some(Spot { point: garoua, radius_km: 1 }),
        }),
        ..Scan::new(106, Timestamp(1_767_225_600_000_003), ScanChannel::App)
    };
    let closed =
        CaseClosed { number: 106, outcome: CaseOutcome::Honest, note: Note::new("A shop's shelf copy.").unwrap() };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let report = ProblemReported {
        code: ReportedCode::new("1234 5678 9012 3456").ok(),
        text: Personal::new("Étiquette recollée".to_owned()),
        place: Place::new("Marché d'Adjamé").ok(),
        photo_sha256: Phrase::new(&"0f".repeat(32)).ok(),
        channel: ScanChannel::Web,
    };
    let samples = [
        VerificationEvent::Scans(ScansEvent::Scanned(CodesScanned { scans })),
        VerificationEvent::Scans(ScansEvent::Scanned(CodesScanned { scans: vec![told] })),
        VerificationEvent::Scans(ScansEvent::CaseClosed(closed)),
        VerificationEvent::Report(ReportEvent::Reported(report)),
    ];
    golden::<Verification>(&folder, &Verification::event_types(), &samples);
}
