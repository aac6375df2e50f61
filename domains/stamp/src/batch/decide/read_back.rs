//! What a scan of printed labels found.

use super::super::command::RecordReadBack;
use super::super::event::{BatchEvent, BatchRef, CodesReadBack};
use super::super::refusal::BatchRefusal;
use super::super::state::{Codes, Release};
use super::{Decision, check_fragments, check_ranges};
use crate::{OrdinalRange, RangeSet};

pub(super) fn record(batch: &BatchRef, codes: &Codes, release: Option<&Release>, command: &RecordReadBack) -> Decision {
    if release.is_none() {
        return Err(BatchRefusal::NotReleased);
    }
    let (good, bad) = match (command.good.as_slice(), command.bad.as_slice()) {
        ([], []) if command.unreadable == 0 => return Err(BatchRefusal::NoRanges),
        (good, bad) => (meant(good, batch)?, meant(bad, batch)?),
    };
    if let Some(OrdinalRange { first, count }) = good.intersection(&bad).ranges().first().copied() {
        return Err(BatchRefusal::ReadGoodAndBad { first, count });
    }
    let mut read = codes.read.clone();
    read.record(&good, &bad);
    check_fragments(&read.good)?;
    check_fragments(&read.bad)?;
    let (good, bad) = (good.minus(&codes.read.good), bad.minus(&codes.read.bad));
    if good.is_empty() && bad.is_empty() && command.unreadable == 0 {
        return Ok(Vec::new());
    }
    Ok(vec![BatchEvent::ReadBack(CodesReadBack {
        batch: *batch,
        good: good.ranges().to_vec(),
        bad: bad.ranges().to_vec(),
        unreadable: command.unreadable,
    })])
}

/// The codes that are meant, of which there may be none.
fn meant(ranges: &[OrdinalRange], batch: &BatchRef) -> Result<RangeSet, BatchRefusal> {
    if ranges.is_empty() { Ok(RangeSet::default()) } else { check_ranges(ranges, batch) }
}
