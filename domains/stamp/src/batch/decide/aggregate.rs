//! Codes into containers and out of them.

use super::super::command::{AggregateCodes, DisaggregateCodes};
use super::super::event::{BatchEvent, BatchRef, CodesAggregated, CodesDisaggregated, ContainerCodes};
use super::super::packs::Packs;
use super::super::refusal::BatchRefusal;
use super::super::state::Codes;
use super::{Decision, check_ranges};
use crate::container::ContainerFacts;
use crate::{MAX_FRAGMENTS, OrdinalRange};

pub(super) fn aggregate(
    batch: &BatchRef,
    codes: &Codes,
    command: &AggregateCodes,
    facts: Option<&ContainerFacts>,
) -> Decision {
    let container = command.into;
    let Some(facts) = facts else {
        return Err(BatchRefusal::IntoUnknown { container });
    };
    if facts.company_id != batch.company_id {
        return Err(BatchRefusal::IntoAnotherCompanys { container });
    }
    let wanted = check_ranges(&command.ranges, batch)?;
    if let Some(OrdinalRange { first, count }) = wanted.minus(&codes.active).ranges().first().copied() {
        return Err(BatchRefusal::NotActive { first, count });
    }
    let packed = codes.packs.among(&wanted);
    if let Some(other) = packed.iter().find(|pack| pack.container != container) {
        let OrdinalRange { first, count } = other.range;
        return Err(BatchRefusal::InContainer { first, count, container: other.container });
    }
    let new = wanted.minus(&packed.held_by(container));
    if new.is_empty() {
        return Ok(Vec::new());
    }
    let mut packs = codes.packs.clone();
    packs.put(&new, container);
    check_packs(&packs)?;
    Ok(vec![BatchEvent::Aggregated(CodesAggregated {
        batch: *batch,
        into: container,
        codes: new.codes(),
        ranges: new.ranges().to_vec(),
    })])
}

pub(super) fn disaggregate(batch: &BatchRef, codes: &Codes, command: &DisaggregateCodes) -> Decision {
    let held = codes.packs.held_by(command.from);
    let wanted = if command.ranges.is_empty() { held } else { check_ranges(&command.ranges, batch)? };
    let packed = codes.packs.among(&wanted);
    if let Some(other) = packed.iter().find(|pack| pack.container != command.from) {
        let OrdinalRange { first, count } = other.range;
        return Err(BatchRefusal::InContainer { first, count, container: other.container });
    }
    let mut packs = codes.packs.clone();
    packs.take(&wanted);
    // Decommissioning may have cut more packs than there should be: what leaves no more of them is always welcome.
    if packs.fragments() > codes.packs.fragments() {
        check_packs(&packs)?;
    }
    Ok(unpacked(batch, &packed).into_iter().collect())
}

/// What takes codes out of their containers, if they are in any.
pub(super) fn unpacked(batch: &BatchRef, packs: &Packs) -> Option<BatchEvent> {
    let from: Vec<ContainerCodes> = packs
        .by_container()
        .into_iter()
        .map(|(container, codes)| ContainerCodes { container, ranges: codes.ranges().to_vec() })
        .collect();
    (!from.is_empty()).then_some(BatchEvent::Disaggregated(CodesDisaggregated { batch: *batch, from }))
}

fn check_packs(packs: &Packs) -> Result<(), BatchRefusal> {
    match packs.fragments() {
        fragments if fragments > MAX_FRAGMENTS => Err(BatchRefusal::TooFragmented { fragments }),
        _ => Ok(()),
    }
}
