//! Undoing a decommissioning: who may, how long, and of what.

use super::*;

pub(super) fn reinstate(pairs: &[(u64, u64)]) -> BatchCommand {
    BatchCommand::Reinstate(ReinstateCodes { ranges: ranges(pairs), note: None })
}

fn reinstated(pairs: &[(u64, u64)], active: &[(u64, u64)]) -> BatchEvent {
    let count = |pairs: &[(u64, u64)]| pairs.iter().map(|(_, count)| count).sum();
    BatchEvent::Reinstated(CodesReinstated {
        batch: BATCH,
        ranges: ranges(pairs),
        codes: count(pairs),
        active: ranges(active),
        reactivated: count(active),
        note: None,
    })
}

/// Ten codes active, of which the last two are decommissioned with two that wait.
fn life() -> [BatchEvent; 4] {
    [generated(), released(), activated(&[(0, 10)]), decommissioned(&[(8, 4)], 2)]
}

#[test]
fn codes_come_back_as_what_they_were() {
    given::<Batch>(life()).when(&reinstate(&[(8, 4)])).then([reinstated(&[(8, 4)], &[(8, 2)])]);
    given::<Batch>(life()).when(&reinstate(&[(9, 2)])).then([reinstated(&[(9, 2)], &[(9, 1)])]);
    let back = || life().into_iter().chain([reinstated(&[(8, 4)], &[(8, 2)])]);
    given::<Batch>(back()).when(&activate(&[(0, 12)])).then([activated(&[(10, 2)])]);
    given::<Batch>(back()).when(&decommission(&[(9, 2)])).then([decommissioned(&[(9, 2)], 1)]);
}

#[test]
fn codes_in_circulation_stay_as_they_are() {
    given::<Batch>(life()).when(&reinstate(&[(0, 8)])).then([]);
    given::<Batch>(life()).when(&reinstate(&[(0, 9)])).then([reinstated(&[(8, 1)], &[(8, 1)])]);
}

#[test]
fn it_is_too_late_after_ten_days() {
    let last_moment = now().plus_days(UNDO_DAYS).plus_micros(-1);
    given::<Batch>(life()).at(last_moment).when(&reinstate(&[(8, 1)])).then([reinstated(&[(8, 1)], &[(8, 1)])]);
    given::<Batch>(life())
        .at(now().plus_days(UNDO_DAYS))
        .when(&reinstate(&[(7, 5)]))
        .refused(&BatchRefusal::ReinstateTooLate { first: 8, count: 4 });
}

#[test]
fn only_the_party_that_decommissioned_undoes_it() {
    let stamper = acting(Role::Stamper, &STAMPER);
    let colleague = Actor { subject: "koffi".into(), ..stamper.clone() };
    let company = acting(Role::Company, &BATCH.company_id);
    let life = || [generated(), released(), decommissioned_by(&stamper, &[(0, 5)], 0)];
    given::<Batch>(life()).by(colleague).when(&reinstate(&[(0, 5)])).then([reinstated(&[(0, 5)], &[])]);
    for other in [company, context().actor] {
        given::<Batch>(life())
            .by(other)
            .when(&reinstate(&[(3, 9)]))
            .refused(&BatchRefusal::ReinstateByAnother { first: 3, count: 2 });
    }
}

#[test]
fn stolen_recalled_and_destroyed_is_final() {
    for reason in [DecommissionReason::Stolen, DecommissionReason::Recalled, DecommissionReason::Withdrawn] {
        let BatchEvent::Decommissioned(event) = decommissioned(&[(0, 5)], 0) else { unreachable!() };
        let gone = BatchEvent::Decommissioned(CodesDecommissioned { reason, ..event });
        given::<Batch>([generated(), gone]).when(&reinstate(&[(0, 5)])).refused(&BatchRefusal::ReinstateFinal {
            first: 0,
            count: 5,
            reason,
        });
    }
}

#[test]
fn what_an_early_record_says_no_party_of_is_final() {
    let BatchEvent::Decommissioned(event) = decommissioned(&[(0, 5)], 0) else { unreachable!() };
    let early = BatchEvent::Decommissioned(CodesDecommissioned { party: None, decommissioned_at: None, ..event });
    given::<Batch>([generated(), early])
        .when(&reinstate(&[(0, 5)]))
        .refused(&BatchRefusal::ReinstateTooLate { first: 0, count: 5 });
}

#[test]
fn what_is_remembered_is_bounded_in_size_and_in_time() {
    let dust: Vec<(u64, u64)> = (0..MAX_FRAGMENTS as u64).map(|n| (2 * n, 1)).collect();
    let one = (2 * MAX_FRAGMENTS as u64 - 1, 1);
    let full = || [generated(), decommissioned(&dust, 0), decommissioned(&[one], 0)];
    given::<Batch>(full()).when(&reinstate(&[one])).refused(&BatchRefusal::ReinstateTooLate { first: one.0, count: 1 });
    given::<Batch>(full()).when(&reinstate(&dust[..1])).then([reinstated(&dust[..1], &[])]);

    let BatchEvent::Decommissioned(event) = decommissioned(&[(1, 1)], 0) else { unreachable!() };
    let later = Some(now().plus_days(UNDO_DAYS));
    let later = BatchEvent::Decommissioned(CodesDecommissioned { decommissioned_at: later, ..event });
    let mut state = BatchState::default();
    for event in full().into_iter().chain([later]) {
        Batch::evolve(&mut state, &event);
    }
    let BatchState::Generated { codes, .. } = state else { unreachable!() };
    assert_eq!(codes.removals.iter().count(), 1);
}
