//! A batch, in sentences.

mod aggregate;
mod read_back;
mod undo;

use sceau_kernel::testing::{context, given};
use sceau_kernel::uuid::Uuid;
use sceau_kernel::{Actor, Refusal, Role, Timestamp};

use super::*;
use crate::{BatchId, CertificateId, CompanyId, MAX_FRAGMENTS, OrderId, OrdinalRange, StampForm, StamperId};

const STAMPER: StamperId = StamperId(Uuid::from_u128(0x51));
const OTHER_STAMPER: StamperId = StamperId(Uuid::from_u128(0x52));
const BATCH: BatchRef = BatchRef {
    batch_id: BatchId(Uuid::from_u128(1)),
    order_id: OrderId(Uuid::from_u128(2)),
    line: 3,
    certificate_id: CertificateId(Uuid::from_u128(4)),
    company_id: CompanyId(Uuid::from_u128(5)),
    first_number: 1001,
    count: 1_000_000,
};
const KEY: u16 = 9;

fn generate(batch: BatchRef) -> BatchCommand {
    BatchCommand::Generate(GenerateBatch { batch, product_name: "Savon".into(), form: StampForm::SignedQr })
}

fn generated() -> BatchEvent {
    BatchEvent::Generated(BatchGenerated { batch: BATCH, product_name: "Savon".into(), form: StampForm::SignedQr })
}

fn now() -> Timestamp {
    context().time
}

fn facts() -> ReleaseFacts {
    ReleaseFacts {
        stamper: Some(StamperFacts { accredited_until: Some(now().plus_days(1)) }),
        certificate: Some(CertificateFacts { in_force_until: Some(now().plus_days(30)) }),
        key_id: KEY,
    }
}

fn release(facts: ReleaseFacts) -> BatchCommand {
    BatchCommand::Release(ReleaseBatch { stamper_id: STAMPER }, facts)
}

fn released() -> BatchEvent {
    BatchEvent::Released(BatchReleased {
        batch: BATCH,
        stamper_id: STAMPER,
        key_id: u32::from(KEY),
        expiry_day: 20_454 + 30,
    })
}

fn ranges(pairs: &[(u64, u64)]) -> Vec<OrdinalRange> {
    pairs.iter().map(|&(first, count)| OrdinalRange { first, count }).collect()
}

fn activate(pairs: &[(u64, u64)]) -> BatchCommand {
    let ranges = ranges(pairs);
    BatchCommand::Activate(ActivateCodes { ranges, production_line: None, lot: None, place: None })
}

fn activated(pairs: &[(u64, u64)]) -> BatchEvent {
    BatchEvent::Activated(CodesActivated {
        batch: BATCH,
        stamper_id: STAMPER,
        ranges: ranges(pairs),
        codes: pairs.iter().map(|(_, count)| count).sum(),
        production_line: None,
        lot: None,
        place: None,
    })
}

fn decommission(pairs: &[(u64, u64)]) -> BatchCommand {
    let reason = DecommissionReason::Returned;
    BatchCommand::Decommission(DecommissionCodes { ranges: ranges(pairs), reason, note: None })
}

fn decommissioned(pairs: &[(u64, u64)], were_active: u64) -> BatchEvent {
    decommissioned_by(&context().actor, pairs, were_active)
}

fn decommissioned_by(actor: &Actor, pairs: &[(u64, u64)], were_active: u64) -> BatchEvent {
    BatchEvent::Decommissioned(CodesDecommissioned {
        batch: BATCH,
        ranges: ranges(pairs),
        codes: pairs.iter().map(|(_, count)| count).sum(),
        were_active,
        reason: DecommissionReason::Returned,
        note: None,
        party: Some(Party::of(actor)),
        decommissioned_at: Some(now()),
    })
}

fn download(first: u64, count: u64) -> BatchCommand {
    let part = Some(DownloadedPart { number: 2, parts: 9, format: "pdf".to_owned() });
    BatchCommand::RecordDownload(RecordDownload { range: OrdinalRange { first, count }, part })
}

fn acting(role: Role, party: &impl ToString) -> Actor {
    Actor { subject: "awa".into(), role, party: Some(party.to_string().into()) }
}

#[test]
fn a_batch_is_generated_once_and_a_repeat_changes_nothing() {
    given::<Batch>([]).when(&generate(BATCH)).then([generated()]);
    given::<Batch>([generated()]).when(&generate(BATCH)).then([]);
    given::<Batch>([generated(), released()]).when(&generate(BATCH)).then([]);
}

#[test]
fn another_batch_under_the_same_id_is_refused() {
    given::<Batch>([generated()])
        .when(&generate(BatchRef { count: 5, ..BATCH }))
        .refused(&BatchRefusal::ExistsOtherwise { first_number: 1001, count: 1_000_000 });
}

#[test]
fn a_release_fixes_the_key_and_the_expiry_of_the_codes() {
    given::<Batch>([generated()]).when(&release(facts())).then([released()]);
}

#[test]
fn a_batch_is_released_once() {
    given::<Batch>([generated(), released()]).when(&release(facts())).then([]);
    given::<Batch>([generated(), released()])
        .when(&BatchCommand::Release(ReleaseBatch { stamper_id: OTHER_STAMPER }, facts()))
        .refused(&BatchRefusal::ReleasedToAnother { stamper_id: STAMPER });
}

#[test]
fn a_release_needs_an_accredited_stamper_and_a_certificate_in_force() {
    let stamper = |until| Some(StamperFacts { accredited_until: until });
    let certificate = |until| Some(CertificateFacts { in_force_until: until });
    let unaccredited = BatchRefusal::StamperNotAccredited { stamper_id: STAMPER };
    let not_in_force = BatchRefusal::CertificateNotInForce { certificate_id: BATCH.certificate_id };
    let table = [
        (
            ReleaseFacts { stamper: None, certificate: None, key_id: KEY },
            BatchRefusal::UnknownStamper { stamper_id: STAMPER },
        ),
        (ReleaseFacts { stamper: stamper(None), certificate: None, key_id: KEY }, unaccredited.clone()),
        (ReleaseFacts { stamper: stamper(Some(now())), ..facts() }, unaccredited),
        (ReleaseFacts { certificate: None, ..facts() }, not_in_force.clone()),
        (ReleaseFacts { certificate: certificate(None), ..facts() }, not_in_force.clone()),
        (ReleaseFacts { certificate: certificate(Some(now())), ..facts() }, not_in_force),
    ];
    for (facts, refusal) in table {
        given::<Batch>([generated()]).when(&release(facts)).refused(&refusal);
    }
}

#[test]
fn only_a_released_batch_can_be_downloaded_or_activated() {
    for command in [download(0, 10), activate(&[(0, 10)])] {
        given::<Batch>([generated()]).when(&command).refused(&BatchRefusal::NotReleased);
    }
    let part = Some(DownloadedPart { number: 2, parts: 9, format: "pdf".to_owned() });
    let event = CodesDownloaded { batch: BATCH, range: OrdinalRange { first: 0, count: 10 }, part };
    given::<Batch>([generated(), released()]).when(&download(0, 10)).then([BatchEvent::Downloaded(event)]);
}

#[test]
fn activation_says_only_what_is_new() {
    let active = || [generated(), released(), activated(&[(0, 10)])];
    given::<Batch>(active()).when(&activate(&[(20, 5), (5, 10)])).then([activated(&[(10, 5), (20, 5)])]);
    given::<Batch>(active()).when(&activate(&[(3, 3)])).then([]);
}

#[test]
fn an_activation_keeps_line_lot_and_place() {
    let (production_line, lot, place) =
        (ProductionLine::new("L2").ok(), Lot::new("A-17").ok(), Place::new("Bouaké").ok());
    let command = ActivateCodes {
        ranges: ranges(&[(0, 5)]),
        production_line: production_line.clone(),
        lot: lot.clone(),
        place: place.clone(),
    };
    let BatchEvent::Activated(event) = activated(&[(0, 5)]) else { unreachable!() };
    given::<Batch>([generated(), released()])
        .when(&BatchCommand::Activate(command))
        .then([BatchEvent::Activated(CodesActivated { production_line, lot, place, ..event })]);
}

#[test]
fn a_decommissioned_code_is_not_activated() {
    given::<Batch>([generated(), released(), decommissioned(&[(5, 5)], 0)])
        .when(&activate(&[(0, 7)]))
        .refused(&BatchRefusal::Decommissioned { first: 5, count: 2 });
}

#[test]
fn decommissioning_counts_the_codes_that_were_active() {
    given::<Batch>([generated(), released(), activated(&[(0, 10)])])
        .when(&decommission(&[(8, 4)]))
        .then([decommissioned(&[(8, 4)], 2)]);
}

#[test]
fn codes_can_be_decommissioned_before_the_release_and_again_without_effect() {
    given::<Batch>([generated()]).when(&decommission(&[(0, 3)])).then([decommissioned(&[(0, 3)], 0)]);
    given::<Batch>([generated(), decommissioned(&[(0, 3)], 0)]).when(&decommission(&[(1, 2)])).then([]);
    given::<Batch>([generated(), decommissioned(&[(0, 3)], 0)])
        .when(&decommission(&[(2, 2)]))
        .then([decommissioned(&[(3, 1)], 0)]);
}

#[test]
fn another_reason_needs_a_note() {
    let reason = DecommissionReason::Other;
    given::<Batch>([generated()])
        .when(&BatchCommand::Decommission(DecommissionCodes { ranges: ranges(&[(0, 1)]), reason, note: None }))
        .refused(&BatchRefusal::NoteRequired);
}

#[test]
fn ranges_lie_within_the_batch() {
    let outside = |first, count| BatchRefusal::RangeOutsideBatch { first, count, batch_count: BATCH.count };
    let many: Vec<(u64, u64)> = vec![(0, 0); MAX_RANGES + 1];
    let table: [(&[(u64, u64)], BatchRefusal); 5] = [
        (&[], BatchRefusal::NoRanges),
        (&many, BatchRefusal::TooManyRanges { ranges: MAX_RANGES + 1 }),
        (&[(0, 1), (7, 0)], outside(7, 0)),
        (&[(BATCH.count - 1, 2)], outside(BATCH.count - 1, 2)),
        (&[(u64::MAX, u64::MAX)], outside(u64::MAX, u64::MAX)),
    ];
    for (pairs, refusal) in table {
        for command in [activate(pairs), decommission(pairs)] {
            given::<Batch>([generated(), released()]).when(&command).refused(&refusal);
        }
    }
}

#[test]
fn a_batch_does_not_fall_into_dust() {
    let full: Vec<(u64, u64)> = (0..MAX_FRAGMENTS as u64).map(|n| (2 * n, 1)).collect();
    let one_more = [(2 * MAX_FRAGMENTS as u64, 1)];
    let refusal = BatchRefusal::TooFragmented { fragments: MAX_FRAGMENTS + 1 };
    given::<Batch>([generated(), released(), activated(&full)]).when(&activate(&one_more)).refused(&refusal);
    given::<Batch>([generated(), decommissioned(&full, 0)]).when(&decommission(&one_more)).refused(&refusal);
    // Joining two fragments is always welcome, and so is cutting none.
    given::<Batch>([generated(), released(), activated(&full)]).when(&activate(&[(1, 1)])).then([activated(&[(1, 1)])]);
}

#[test]
fn a_party_acts_on_its_own_batches_only() {
    let company = acting(Role::Company, &BATCH.company_id);
    let stranger = acting(Role::Company, &Uuid::from_u128(99));
    let stamper = acting(Role::Stamper, &STAMPER);
    let other = acting(Role::Stamper, &OTHER_STAMPER);
    let nobody = Actor { subject: "x".into(), role: Role::Stamper, party: None };

    let by_company = decommissioned_by(&company, &[(0, 1)], 0);
    given::<Batch>([generated()]).by(company).when(&decommission(&[(0, 1)])).then([by_company]);
    given::<Batch>([generated()]).by(stranger).when(&decommission(&[(0, 1)])).refused(&BatchRefusal::OfAnotherCompany);
    given::<Batch>([generated()])
        .by(stamper.clone())
        .when(&activate(&[(0, 1)]))
        .refused(&BatchRefusal::OfAnotherStamper);
    given::<Batch>([generated(), released()]).by(stamper).when(&activate(&[(0, 1)])).then([activated(&[(0, 1)])]);
    for intruder in [other, nobody] {
        given::<Batch>([generated(), released()])
            .by(intruder)
            .when(&activate(&[(0, 1)]))
            .refused(&BatchRefusal::OfAnotherStamper);
    }
}

#[test]
fn every_command_but_generation_needs_a_batch() {
    let commands = [
        release(facts()),
        download(0, 1),
        activate(&[(0, 1)]),
        read_back::read(&[(0, 1)], &[], 0),
        decommission(&[(0, 1)]),
        undo::reinstate(&[(0, 1)]),
        aggregate::take_out(1, &[]),
    ];
    for command in commands {
        given::<Batch>([]).when(&command).refused(&BatchRefusal::Unknown);
    }
}

#[test]
fn a_refusal_says_the_rule_the_value_and_the_remedy() {
    let refusal = BatchRefusal::Decommissioned { first: 5, count: 2 };
    assert_eq!(refusal.code(), "CODES_DECOMMISSIONED");
    assert_eq!(refusal.to_string(), "2 codes from ordinal 5 on are decommissioned: leave them out");
    assert_eq!(refusal.values(), [("first", "5".to_owned()), ("count", "2".to_owned())]);
}

#[test]
fn the_expiry_of_a_code_is_the_day_in_which_the_validity_ends() {
    assert_eq!(expiry_day(Timestamp(0)), 0);
    assert_eq!(expiry_day(Timestamp(Timestamp::DAY * 20_000 + 1)), 20_000);
    assert_eq!(expiry_day(Timestamp(i64::MAX)), 65_535);
    assert_eq!(expiry_day(Timestamp(-1)), 0);
}
