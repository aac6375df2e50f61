//! Codes in containers.

use super::*;
use crate::container::{ContainerFacts, ContainerKind};
use crate::{RangeSet, Sscc};

fn sscc(n: u64) -> Sscc {
    (0..10).find_map(|digit| Sscc::of_value(n * 10 + digit)).unwrap()
}

fn put_into(container: u64, pairs: &[(u64, u64)]) -> BatchCommand {
    let facts = ContainerFacts { kind: ContainerKind::Carton, company_id: BATCH.company_id };
    BatchCommand::Aggregate(AggregateCodes { ranges: ranges(pairs), into: sscc(container) }, Some(facts))
}

fn put(container: u64, pairs: &[(u64, u64)]) -> BatchEvent {
    let codes = pairs.iter().map(|(_, count)| count).sum();
    BatchEvent::Aggregated(CodesAggregated { batch: BATCH, into: sscc(container), ranges: ranges(pairs), codes })
}

pub(super) fn take_out(container: u64, pairs: &[(u64, u64)]) -> BatchCommand {
    BatchCommand::Disaggregate(DisaggregateCodes { ranges: ranges(pairs), from: sscc(container) })
}

fn taken(from: &[(u64, &[(u64, u64)])]) -> BatchEvent {
    let from = from.iter().map(|(n, pairs)| ContainerCodes { container: sscc(*n), ranges: ranges(pairs) }).collect();
    BatchEvent::Disaggregated(CodesDisaggregated { batch: BATCH, from })
}

/// A hundred active codes, ten in each of two cartons.
fn packed() -> [BatchEvent; 5] {
    [generated(), released(), activated(&[(0, 100)]), put(1, &[(0, 10)]), put(2, &[(10, 10)])]
}

#[test]
fn active_codes_go_into_a_container_and_a_repeat_changes_nothing() {
    given::<Batch>(packed()).when(&put_into(3, &[(25, 5), (20, 5)])).then([put(3, &[(20, 10)])]);
    given::<Batch>(packed()).when(&put_into(1, &[(0, 10)])).then([]);
    given::<Batch>(packed()).when(&put_into(2, &[(15, 10)])).then([put(2, &[(20, 5)])]);
}

#[test]
fn a_code_is_in_one_container_at_most() {
    let refusal = BatchRefusal::InContainer { first: 10, count: 3, container: sscc(2) };
    given::<Batch>(packed()).when(&put_into(1, &[(0, 13)])).refused(&refusal);
    given::<Batch>(packed()).when(&take_out(1, &[(0, 13)])).refused(&refusal);
}

#[test]
fn only_active_codes_go_into_a_container() {
    given::<Batch>(packed()).when(&put_into(3, &[(95, 10)])).refused(&BatchRefusal::NotActive { first: 100, count: 5 });
    given::<Batch>(packed().into_iter().chain([decommissioned(&[(50, 1)], 1)]))
        .when(&put_into(3, &[(40, 20)]))
        .refused(&BatchRefusal::NotActive { first: 50, count: 1 });
}

#[test]
fn a_container_is_known_and_of_the_same_company() {
    let command = AggregateCodes { ranges: ranges(&[(30, 1)]), into: sscc(3) };
    given::<Batch>(packed())
        .when(&BatchCommand::Aggregate(command.clone(), None))
        .refused(&BatchRefusal::IntoUnknown { container: sscc(3) });
    let facts = ContainerFacts { kind: ContainerKind::Carton, company_id: CompanyId(Uuid::from_u128(99)) };
    given::<Batch>(packed())
        .when(&BatchCommand::Aggregate(command, Some(facts)))
        .refused(&BatchRefusal::IntoAnotherCompanys { container: sscc(3) });
}

#[test]
fn codes_leave_a_container_in_part_or_all_at_once() {
    given::<Batch>(packed()).when(&take_out(1, &[(4, 2)])).then([taken(&[(1, &[(4, 2)])])]);
    given::<Batch>(packed()).when(&take_out(2, &[])).then([taken(&[(2, &[(10, 10)])])]);
    given::<Batch>(packed()).when(&take_out(3, &[])).then([]);
    given::<Batch>(packed()).when(&take_out(1, &[(5, 5), (50, 9)])).then([taken(&[(1, &[(5, 5)])])]);
    let apart = || packed().into_iter().chain([taken(&[(1, &[(4, 2)])])]);
    given::<Batch>(apart()).when(&put_into(3, &[(4, 2)])).then([put(3, &[(4, 2)])]);
    given::<Batch>(apart()).when(&take_out(1, &[])).then([taken(&[(1, &[(0, 4), (6, 4)])])]);
}

#[test]
fn what_is_decommissioned_leaves_its_container_in_the_same_commit() {
    let both = taken(&[(1, &[(8, 2)]), (2, &[(10, 3)])]);
    given::<Batch>(packed()).when(&decommission(&[(8, 5)])).then([both.clone(), decommissioned(&[(8, 5)], 5)]);
    let back = packed().into_iter().chain([both, decommissioned(&[(8, 5)], 5)]);
    let mut state = BatchState::default();
    for event in back {
        Batch::evolve(&mut state, &event);
    }
    let BatchState::Released { codes, .. } = &state else { unreachable!() };
    let held = |n| codes.packs.held_by(sscc(n)).codes();
    assert_eq!((held(1), held(2)), (8, 7));
    assert_eq!(codes.packs.among(&RangeSet::from_iter(ranges(&[(8, 5)]))).fragments(), 0);
}

#[test]
fn a_batch_is_not_packed_into_dust() {
    let count = MAX_FRAGMENTS as u64;
    let every_other: Vec<(u64, u64)> = (0..count).map(|n| (2 * n, 1)).collect();
    let full = || [generated(), released(), activated(&[(0, 3 * count)]), put(1, &every_other)];
    let refusal = BatchRefusal::TooFragmented { fragments: MAX_FRAGMENTS + 1 };
    given::<Batch>(full()).when(&put_into(1, &[(2 * count, 1)])).refused(&refusal);
    given::<Batch>(full()).when(&put_into(1, &[(1, 1)])).then([put(1, &[(1, 1)])]);

    let pairs: Vec<(u64, u64)> = (0..count).map(|n| (4 * n, 3)).collect();
    let middles: Vec<(u64, u64)> = (0..count).map(|n| (4 * n + 1, 1)).collect();
    let cut = || {
        let gone = [taken(&[(1, &middles)]), decommissioned(&middles, count)];
        [generated(), released(), activated(&[(0, 4 * count)]), put(1, &pairs)].into_iter().chain(gone)
    };
    given::<Batch>(cut()).when(&take_out(1, &[(0, 1)])).then([taken(&[(1, &[(0, 1)])])]);
}
