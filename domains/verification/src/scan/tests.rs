//! Scans, in sentences.

use sceau_kernel::testing::{context, given};

use super::*;

fn scan(number: u64) -> Scan {
    Scan { place: Place::new("Bouaké").ok(), ..Scan::new(number, context().time, ScanChannel::Ussd) }
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

fn close(status: CaseStatus, outcome: CaseOutcome) -> ScansCommand {
    let closing = Closing { outcome, note: Note::new("Visited the shop.").unwrap() };
    ScansCommand::CloseCase(CloseCase { number: 7, closing, facts: CaseFacts { status } })
}

fn closed(outcome: CaseOutcome) -> ScansEvent {
    ScansEvent::CaseClosed(CaseClosed { number: 7, outcome, note: Note::new("Visited the shop.").unwrap() })
}

#[test]
fn an_open_case_is_closed_either_way_and_a_confirmed_one_may_prove_honest() {
    for outcome in [CaseOutcome::Honest, CaseOutcome::Confirmed] {
        given::<Scans>([scanned(&[7])]).when(&close(CaseStatus::Open, outcome)).then([closed(outcome)]);
    }
    let honest = close(CaseStatus::Confirmed, CaseOutcome::Honest);
    given::<Scans>([closed(CaseOutcome::Confirmed)]).when(&honest).then([closed(CaseOutcome::Honest)]);
}

#[test]
fn what_is_closed_so_already_changes_nothing_and_an_honest_case_is_not_confirmed() {
    given::<Scans>([]).when(&close(CaseStatus::Honest, CaseOutcome::Honest)).then([]);
    given::<Scans>([]).when(&close(CaseStatus::Confirmed, CaseOutcome::Confirmed)).then([]);
    let confirm = close(CaseStatus::Honest, CaseOutcome::Confirmed);
    given::<Scans>([]).when(&confirm).refused(&ScansRefusal::CaseIsHonest { number: 7 });
}
