//! Scans, in sentences.

use sceau_kernel::testing::{context, given};

use super::*;

fn scan(number: u64) -> Scan {
    Scan { number, at: context().time, channel: ScanChannel::Ussd, place: Place::new("Bouaké").ok() }
}

fn record(numbers: &[u64]) -> ScansCommand {
    ScansCommand::Record(RecordScans { scans: numbers.iter().copied().map(scan).collect() })
}

fn scanned(numbers: &[u64]) -> ScansEvent {
    ScansEvent::Scanned(CodesScanned { scans: numbers.iter().copied().map(scan).collect() })
}

#[test]
fn scans_are_recorded_together() {
    given::<Scans>([]).when(&record(&[7, 71, 7])).then([scanned(&[7, 71, 7])]);
    given::<Scans>([scanned(&[7])]).when(&record(&[7])).then([scanned(&[7])]);
}

#[test]
fn no_scans_are_no_event() {
    given::<Scans>([]).when(&record(&[])).then([]);
}

#[test]
fn refusals_have_an_order() {
    let mut numbers = vec![7; MAX_SCANS];
    numbers.push(8);
    given::<Scans>([]).when(&record(&numbers)).refused(&ScansRefusal::TooMany { scans: MAX_SCANS + 1 });
    given::<Scans>([]).when(&record(&[7, 8])).refused(&ScansRefusal::OfAnotherShard { number: 8, shard: 7 });
}

#[test]
fn all_scans_of_a_code_go_to_one_stream() {
    assert_eq!(scan_stream(&context().tenant, 64 * 1000 + 5).as_str(), "ci/scan/05");
}
