//! A file of activations: good lines become few commands, each bad line says its number and why.

use proptest::prelude::*;
use sceau_proto::stamp::v1 as pb;

use super::check::Plan;
use super::file::{About, BadLine, Line, Lines};
use super::*;

const BATCH: &str = "00000000-0000-4000-8000-000000000001";

fn lines(text: &[u8]) -> Result<Vec<Result<Line, BadLine>>, CallError> {
    Lines::of(text, Path::new("f.csv"), 0)?.chunk(usize::MAX)
}

fn bad(text: &str) -> Vec<(u64, String)> {
    lines(text.as_bytes()).unwrap().into_iter().filter_map(Result::err).map(|bad| (bad.line, bad.reason)).collect()
}

fn line(number: u64, first: u64, count: u64, lot: &str) -> (Line, pb::ResolvedCode) {
    let about = About { lot: Some(lot.to_owned()), ..About::default() };
    let found = pb::ResolvedCode { batch_id: BATCH.to_owned(), ordinal: first, ..Default::default() };
    (Line { number, code: "1".to_owned(), count, about }, found)
}

fn plan(only: Option<&str>) -> Plan {
    let mut plan = Plan::new(only);
    plan.learn(pb::Batch {
        batch_id: BATCH.to_owned(),
        status: pb::BatchStatus::Released.into(),
        count: 100,
        decommissioned_ranges: vec![pb::OrdinalRange { first: 50, count: 5 }],
        ..Default::default()
    });
    plan
}

#[test]
fn a_line_names_a_code_or_a_range_and_what_is_said_of_it() {
    let found = lines("\u{feff}Code,LOT,line\n 17 ,A-1,\n18,,L2\n".as_bytes()).unwrap();
    let about = |lot: Option<&str>, line: Option<&str>| About {
        lot: lot.map(str::to_owned),
        production_line: line.map(str::to_owned),
        place: None,
    };
    let first = Line { number: 2, code: "17".to_owned(), count: 1, about: about(Some("A-1"), None) };
    let second = Line { number: 3, code: "18".to_owned(), count: 1, about: about(None, Some("L2")) };
    assert_eq!(found, [Ok(first), Ok(second)]);
    let found = lines(b"first,count,place\n17,500,Man\n").unwrap();
    assert_eq!(found[0].as_ref().map(|line| line.count), Ok(500));
}

#[test]
fn a_bad_line_says_its_number_and_why() {
    let found = bad("first,count,lot\n1,-5,x\n1,0,x\n1,2\n,2,x\n7,2,x\n");
    let reasons = [
        (2, "count `-5` is no count of codes: write 1 or more"),
        (3, "count `0` is no count of codes: write 1 or more"),
        (4, "has 2 values: the header has 3"),
        (5, "names no code"),
    ];
    assert_eq!(found, reasons.map(|(line, reason)| (line, reason.to_owned())));
    let long = format!("code,lot\n1,{}\n", "x".repeat(61));
    assert_eq!(bad(&long), [(2, "lot is 61 bytes long: use at most 60".to_owned())]);
    let found = lines(b"code\n\xff\n").unwrap();
    assert!(found[0].as_ref().is_err_and(|bad| bad.reason.contains("UTF-8")), "{found:?}");
}

#[test]
fn a_header_that_names_no_codes_or_something_unknown_is_refused() {
    for header in ["", "lot", "code,first,count", "first", "code,count", "code,code", "code,colour"] {
        let refused = lines(header.as_bytes()).map(|lines| lines.len());
        assert!(matches!(refused, Err(CallError::Unread { .. })), "{header}");
    }
}

#[test]
fn lines_of_a_batch_become_a_command_for_each_lot() {
    let mut plan = plan(None);
    for (line, found) in [line(2, 0, 10, "A"), line(3, 20, 5, "B"), line(4, 10, 10, "A")] {
        plan.take(line, &found).unwrap();
    }
    let sent: Vec<_> = plan.activations().map(|sent| (sent.lot.unwrap(), sent.ranges)).collect();
    let range = |first, count| vec![pb::OrdinalRange { first, count }];
    assert_eq!(sent, [("A".to_owned(), range(0, 20)), ("B".to_owned(), range(20, 5))]);
    assert_eq!((plan.codes(), plan.batches()), (25, 1));
}

#[test]
fn a_line_that_overlaps_or_reaches_too_far_or_is_of_another_is_told() {
    let mut taken = plan(None);
    let (first, found) = line(2, 10, 10, "A");
    taken.take(first, &found).unwrap();
    let cases = [
        (line(3, 19, 1, "A"), "`1` names codes that line 2 names already"),
        (line(4, 5, 30, "A"), "`1` names codes that line 2 names already"),
        (line(5, 99, 2, "A"), "`1` begins 2 codes, but its batch ends after 1: name fewer"),
        (line(6, 48, 9, "A"), "`1` and what follows holds 5 codes that are out of circulation: leave them out"),
    ];
    for ((line, found), reason) in cases {
        assert_eq!(taken.take(line, &found), Err(reason.to_owned()));
    }
    let (only, found) = line(2, 0, 1, "A");
    assert_eq!(plan(Some("x")).take(only, &found), Err(format!("`1` is of batch {BATCH}")));
    let (unknown, _) = line(2, 0, 1, "A");
    let fault = pb::ResolvedCode { fault: "belongs to somebody else".to_owned(), ..Default::default() };
    assert_eq!(plan(None).take(unknown, &fault), Err("`1` belongs to somebody else".to_owned()));
}

proptest! {
    #[test]
    fn any_bytes_are_lines_or_reasons(bytes: Vec<u8>, named: bool) {
        let text = if named { [b"first,count,lot\n".to_vec(), bytes].concat() } else { bytes };
        if let Ok(found) = lines(&text) {
            for bad in found.into_iter().filter_map(Result::err) {
                prop_assert!(bad.line > 1 && !bad.reason.is_empty());
            }
        }
    }

    #[test]
    fn no_code_is_sent_twice(pairs in proptest::collection::vec((0_u64..100, 1_u64..20), 0..30)) {
        let mut plan = plan(None);
        let mut good = 0;
        for (n, (first, count)) in pairs.into_iter().enumerate() {
            let (line, found) = line(n as u64 + 2, first, count, if n % 2 == 0 { "A" } else { "B" });
            good += plan.take(line, &found).map_or(0, |()| count);
        }
        let mut sent: Vec<u64> =
            plan.activations().flat_map(|sent| sent.ranges).flat_map(|range| range.first..range.first + range.count).collect();
        prop_assert_eq!(sent.len() as u64, good);
        sent.sort_unstable();
        prop_assert!(sent.windows(2).all(|pair| pair[0] < pair[1]), "{:?}", sent);
    }
}
