//! Codes into circulation, out of it, and back.

use sceau_kernel::Context;

use super::super::command::{ActivateCodes, DecommissionCodes, DecommissionReason, ReinstateCodes};
use super::super::event::{BatchEvent, BatchRef, CodesActivated, CodesDecommissioned, CodesReinstated};
use super::super::refusal::BatchRefusal;
use super::super::removal::Party;
use super::super::state::{Codes, Release};
use super::aggregate::unpacked;
use super::{Decision, check_fragments, check_ranges};
use crate::{OrdinalRange, RangeSet};

pub(super) fn activate(
    batch: &BatchRef,
    codes: &Codes,
    release: Option<&Release>,
    command: &ActivateCodes,
) -> Decision {
    let Some(release) = release else {
        return Err(BatchRefusal::NotReleased);
    };
    let wanted = check_ranges(&command.ranges, batch)?;
    if let Some(OrdinalRange { first, count }) = first_of(&wanted.intersection(&codes.decommissioned)) {
        return Err(BatchRefusal::Decommissioned { first, count });
    }
    check_fragments(&codes.active.union(&wanted))?;
    let new = wanted.minus(&codes.active);
    if new.is_empty() {
        return Ok(Vec::new());
    }
    Ok(vec![BatchEvent::Activated(CodesActivated {
        batch: *batch,
        stamper_id: release.stamper_id,
        codes: new.codes(),
        ranges: new.ranges().to_vec(),
        production_line: command.production_line.clone(),
        lot: command.lot.clone(),
        place: command.place.clone(),
    })])
}

pub(super) fn decommission(
    batch: &BatchRef,
    codes: &Codes,
    command: &DecommissionCodes,
    context: &Context,
) -> Decision {
    if command.reason == DecommissionReason::Other && command.note.is_none() {
        return Err(BatchRefusal::NoteRequired);
    }
    let wanted = check_ranges(&command.ranges, batch)?;
    check_fragments(&codes.decommissioned.union(&wanted))?;
    check_fragments(&codes.active.minus(&wanted))?;
    let new = wanted.minus(&codes.decommissioned);
    if new.is_empty() {
        return Ok(Vec::new());
    }
    let decommissioned = BatchEvent::Decommissioned(CodesDecommissioned {
        batch: *batch,
        codes: new.codes(),
        were_active: new.intersection(&codes.active).codes(),
        ranges: new.ranges().to_vec(),
        reason: command.reason,
        note: command.note.clone(),
        party: Some(Party::of(&context.actor)),
        decommissioned_at: Some(context.time),
    });
    // What is out of circulation is in no container.
    Ok(unpacked(batch, &codes.packs.among(&new)).into_iter().chain([decommissioned]).collect())
}

pub(super) fn reinstate(batch: &BatchRef, codes: &Codes, command: &ReinstateCodes, context: &Context) -> Decision {
    let wanted = check_ranges(&command.ranges, batch)?.intersection(&codes.decommissioned);
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let (mut found, mut active) = (RangeSet::default(), RangeSet::default());
    let party = Party::of(&context.actor);
    for removal in codes.removals.iter().filter(|removal| removal.is_open(context.time)) {
        let meant = removal.codes().intersection(&wanted);
        let Some(OrdinalRange { first, count }) = first_of(&meant) else { continue };
        if removal.party != party {
            return Err(BatchRefusal::ReinstateByAnother { first, count });
        }
        if removal.reason.is_final() {
            return Err(BatchRefusal::ReinstateFinal { first, count, reason: removal.reason });
        }
        found = found.union(&meant);
        active = active.union(&removal.active.intersection(&wanted));
    }
    if let Some(OrdinalRange { first, count }) = first_of(&wanted.minus(&found)) {
        return Err(BatchRefusal::ReinstateTooLate { first, count });
    }
    check_fragments(&codes.active.union(&active))?;
    check_fragments(&codes.decommissioned.minus(&wanted))?;
    Ok(vec![BatchEvent::Reinstated(CodesReinstated {
        batch: *batch,
        codes: wanted.codes(),
        ranges: wanted.ranges().to_vec(),
        reactivated: active.codes(),
        active: active.ranges().to_vec(),
        note: command.note.clone(),
    })])
}

fn first_of(codes: &RangeSet) -> Option<OrdinalRange> {
    codes.ranges().first().copied()
}
