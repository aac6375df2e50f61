//! The account of a batch adds up, whatever was asked of it.

use proptest::prelude::*;
use sceau_kernel::Decider;
use sceau_kernel::testing::context;
use sceau_stamp::{
    ActivateCodes, AggregateCodes, Batch, BatchCommand, BatchState, CertificateFacts, ContainerAggregated,
    ContainerDisaggregated, ContainerEvent, ContainerFacts, ContainerKind, ContainerOpened, DecommissionCodes,
    DisaggregateCodes, GenerateBatch, Note, RangeSet, RecordReadBack, ReinstateCodes, ReleaseBatch,
    ReleaseFacts as Facts, Sscc, StamperFacts,
};

use super::*;
use crate::{BatchPacking, CartonByPallet, CodesByContainer, ContainerKey, ContainerView};

const SMALL: BatchRef = BatchRef { count: 40, ..BATCH };
const REASONS: [DecommissionReason; 7] = [
    DecommissionReason::Spoiled,
    DecommissionReason::Lost,
    DecommissionReason::Stolen,
    DecommissionReason::Returned,
    DecommissionReason::Recalled,
    DecommissionReason::Withdrawn,
    DecommissionReason::Other,
];

fn command() -> impl Strategy<Value = BatchCommand> {
    // Some of these reach beyond the batch, and are refused.
    let some =
        || proptest::collection::vec((0_u64..44, 0_u64..12).prop_map(|(first, count)| range(first, count)), 1..3);
    let activate = some().prop_map(|ranges| {
        BatchCommand::Activate(ActivateCodes { ranges, production_line: None, lot: None, place: None })
    });
    let decommission = (some(), 0_usize..7).prop_map(|(ranges, reason)| {
        let (reason, note) = (REASONS[reason], Note::new("so it was").ok());
        BatchCommand::Decommission(DecommissionCodes { ranges, reason, note })
    });
    let reinstate = some().prop_map(|ranges| BatchCommand::Reinstate(ReinstateCodes { ranges, note: None }));
    let read = (some(), some(), 0_u64..3)
        .prop_map(|(good, bad, unreadable)| BatchCommand::RecordReadBack(RecordReadBack { good, bad, unreadable }));
    let container = || (1_u64..4).prop_map(sscc);
    let aggregate = (some(), container()).prop_map(|(ranges, into)| {
        let facts = ContainerFacts { kind: ContainerKind::Carton, company_id: SMALL.company_id };
        BatchCommand::Aggregate(AggregateCodes { ranges, into }, Some(facts))
    });
    let disaggregate =
        (some(), container()).prop_map(|(ranges, from)| BatchCommand::Disaggregate(DisaggregateCodes { ranges, from }));
    prop_oneof![3 => activate, 2 => decommission, 2 => reinstate, 1 => read, 3 => aggregate, 1 => disaggregate]
}

fn sscc(n: u64) -> Sscc {
    (0..10).find_map(|digit| Sscc::of_value(n * 10 + digit)).unwrap()
}

/// What happens when all of this is asked one after the other, half a day apart; a refusal changes nothing.
fn story(commands: Vec<BatchCommand>) -> (BatchState, Vec<StampingEvent>, Vec<Fate>) {
    let mut context = context();
    let until = Some(context.time.plus_days(100));
    let facts = Facts {
        stamper: Some(StamperFacts { accredited_until: until }),
        certificate: Some(CertificateFacts { in_force_until: until }),
        key_id: 9,
    };
    let (product_name, form) = ("Savon".to_owned(), StampForm::SignedQr);
    let begin = [
        BatchCommand::Generate(GenerateBatch { batch: SMALL, product_name, form }),
        BatchCommand::Release(ReleaseBatch { stamper_id: STAMPER }, facts),
    ];
    let (mut state, mut events) = (BatchState::default(), Vec::new());
    let mut fates = vec![Fate::Waiting; SMALL.count as usize];
    for command in begin.into_iter().chain(commands) {
        if let Ok(happened) = Batch::decide(&state, &command, &context) {
            keep_by_hand(&mut fates, &command);
            for event in happened {
                Batch::evolve(&mut state, &event);
                events.push(StampingEvent::Batch(event));
            }
        }
        context.time = context.time.plus_micros(Timestamp::DAY / 2);
    }
    (state, events, fates)
}

/// What has become of one code, without ranges and sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Waiting,
    Active,
    Out { was_active: bool },
}

fn keep_by_hand(fates: &mut [Fate], command: &BatchCommand) {
    let (ranges, next): (_, fn(Fate) -> Fate) = match command {
        BatchCommand::Activate(command) => (&command.ranges, |fate| match fate {
            Fate::Waiting => Fate::Active,
            other => other,
        }),
        BatchCommand::Decommission(command) => (&command.ranges, |fate| match fate {
            Fate::Out { was_active } => Fate::Out { was_active },
            other => Fate::Out { was_active: other == Fate::Active },
        }),
        BatchCommand::Reinstate(command) => (&command.ranges, |fate| match fate {
            Fate::Out { was_active: true } => Fate::Active,
            Fate::Out { was_active: false } => Fate::Waiting,
            other => other,
        }),
        _ => return,
    };
    // Each code once, though ranges may name it twice.
    let named: RangeSet = ranges.iter().copied().collect();
    for fate in named.ranges().iter().flat_map(|range| range.first..range.end()) {
        fates[fate as usize] = next(fates[fate as usize]);
    }
}

fn sum(account: &proto::Reconciliation) -> u64 {
    account.activated + account.spoiled + account.returned + account.lost + account.otherwise + account.not_used
}

proptest! {
    #[test]
    fn the_account_adds_up_and_is_the_state(commands in proptest::collection::vec(command(), 0..40)) {
        let (state, events, fates) = story(commands);
        let BatchState::Released { codes, .. } = state else { unreachable!() };
        for (ordinal, fate) in (0..).zip(fates) {
            prop_assert_eq!(codes.active.contains(ordinal), fate == Fate::Active);
            prop_assert_eq!(codes.decommissioned.contains(ordinal), matches!(fate, Fate::Out { .. }));
        }
        let (key, row) = rows::<BatchView>(&events).into_iter().next().unwrap();
        let account = row.reconciliation(key.batch_id);
        prop_assert_eq!(sum(&account), SMALL.count);
        prop_assert_eq!(&row.active.0, &codes.active);
        prop_assert_eq!(&row.decommissioned.0, &codes.decommissioned);
        prop_assert_eq!((&row.read_good.0, &row.read_bad.0), (&codes.read.good, &codes.read.bad));

        let packing = rows::<BatchPacking>(&events).into_values().next().unwrap_or_default();
        prop_assert_eq!(&packing.packs.0, &codes.packs);
        let packed: RangeSet = codes.packs.iter().map(|pack| pack.range).collect();
        prop_assert_eq!(packed.minus(&codes.active), RangeSet::default());
        for (key, held) in rows::<CodesByContainer>(&events) {
            prop_assert_eq!(held.ranges.0, codes.packs.held_by(Sscc::of_value(key.sscc).unwrap()));
        }

        let (_, product) = rows::<ProductStamps>(&events).into_iter().next().unwrap();
        let counted = (product.active(), product.decommissioned);
        prop_assert_eq!(counted, (codes.active.codes(), codes.decommissioned.codes()));
        let (_, by_number) = rows::<BatchRange>(&events).into_iter().next().unwrap();
        prop_assert_eq!((&by_number.active, &by_number.decommissioned), (&row.active, &row.decommissioned));
    }
}

#[test]
fn a_pallet_has_the_cartons_that_stand_on_it() {
    let (carton, other, pallet) = (sscc(1), sscc(2), sscc(9));
    let open = |sscc, kind| {
        ContainerEvent::Opened(ContainerOpened { sscc, kind, company_id: BATCH.company_id, stamper_id: Some(STAMPER) })
    };
    let on = |sscc| ContainerEvent::Aggregated(ContainerAggregated { sscc, into: pallet });
    let off = |sscc| ContainerEvent::Disaggregated(ContainerDisaggregated { sscc, from: pallet });
    let life = [open(carton, ContainerKind::Carton), on(carton), on(other), off(other)].map(StampingEvent::Container);
    let stands: Vec<(u64, bool)> = {
        let mut rows: Vec<_> = rows::<CartonByPallet>(&life).into_iter().collect();
        rows.sort_by_key(|(key, _)| key.carton);
        rows.into_iter().map(|(key, row)| (key.carton, row.stands)).collect()
    };
    assert_eq!(stands, [(carton.value(), true), (other.value(), false)]);
    let row = &rows::<ContainerView>(&life)[&ContainerKey::of("ci", carton)];
    assert_eq!((row.inside, row.stamper_id), (Some(pallet.value()), Some(STAMPER.0)));
    let facts = ContainerFacts { kind: ContainerKind::Carton, company_id: BATCH.company_id };
    assert_eq!(row.facts(), Some(facts));
}

#[test]
fn each_code_stands_on_its_line() {
    let all = |first, count| vec![range(first, count)];
    let out = |first, reason| {
        let note = Note::new("so it was").ok();
        BatchCommand::Decommission(DecommissionCodes { ranges: all(first, 2), reason, note })
    };
    // Of each reason one of the two codes is active, the other was never used.
    let activate = ActivateCodes {
        ranges: [1, 3, 5, 7, 9, 11, 13].map(|first| range(first, 1)).to_vec(),
        production_line: None,
        lot: None,
        place: None,
    };
    let reasons = (0..).step_by(2).zip(REASONS).map(|(first, reason)| out(first, reason));
    let (_, events, _) = story([BatchCommand::Activate(activate)].into_iter().chain(reasons).collect());
    let (key, row) = rows::<BatchView>(&events).into_iter().next().unwrap();
    let account = row.reconciliation(key.batch_id);
    let lines =
        [account.activated, account.spoiled, account.returned, account.lost, account.otherwise, account.not_used];
    assert_eq!(lines, [6, 2, 1, 2, 3, 26]);
    assert_eq!((account.active, account.issued), (0, 40));
}

#[test]
fn an_activation_is_listed_with_its_lot() {
    let key = ActivationKey { tenant: "ci".into(), batch_id: BATCH.batch_id.0, version: 4 };
    let activation = rows::<ActivationView>(&life())[&key].message();
    assert_eq!((activation.codes, activation.lot.as_str(), activation.place.as_str()), (100, "A-17", ""));
    assert_eq!((activation.activated_at, activation.activated_by.as_str()), (Some(time(3).to_wire()), "awa"));
}
