//! Every event of the stamp domain that was ever written stays readable.

#![allow(clippy::unwrap_used, reason = "a sample that is not valid fails its test")]

use std::path::Path;

use sceau_kernel::testing::golden;
use sceau_kernel::uuid::Uuid;
use sceau_kernel::{Actor, Role, Timestamp};
use sceau_stamp::{
    AllocatedLine, BatchEvent, BatchGenerated, BatchId, BatchRef, BatchReleased, CertificateId, CodesActivated,
    CodesAggregated, CodesDecommissioned, CodesDisaggregated, CodesDownloaded, CodesReadBack, CodesReinstated,
    CompanyId, ContainerAggregated, ContainerCodes, ContainerDisaggregated, ContainerEvent, ContainerKind,
    ContainerOpened, DecommissionReason, DownloadedPart, Lot, Note, OrderId, OrdinalRange, Party, Place,
    ProductionLine, SeriesEvent, Sscc, StampForm, StamperId, Stamping, StampingEvent, StampsAllocated,
};

const BATCH: BatchRef = BatchRef {
    batch_id: BatchId(Uuid::from_u128(1)),
    order_id: OrderId(Uuid::from_u128(2)),
    line: 3,
    certificate_id: CertificateId(Uuid::from_u128(4)),
    company_id: CompanyId(Uuid::from_u128(5)),
    first_number: 4_294_967_296,
    count: 1_000_000_000,
};
const STAMPER: StamperId = StamperId(Uuid::from_u128(6));

fn samples() -> Vec<StampingEvent> {
    let BatchRef { batch_id, order_id, line, certificate_id, company_id, first_number, count } = BATCH;
    let (product_name, form) = ("Savon de Marseille".to_owned(), StampForm::SignedQr);
    let range = OrdinalRange { first: 10, count: 500_000 };
    let allocated =
        AllocatedLine { line, batch_id, certificate_id, product_name: product_name.clone(), form, first_number, count };
    let stamper = Actor { subject: "awa".into(), role: Role::Stamper, party: Some(STAMPER.to_string().into()) };
    let decommissioned = CodesDecommissioned {
        batch: BATCH,
        ranges: vec![range],
        codes: range.count,
        were_active: 7,
        reason: DecommissionReason::Other,
        note: Note::new("wet in the warehouse").ok(),
        party: Some(Party::of(&stamper)),
        decommissioned_at: Some(Timestamp(1_795_000_000_000_000)),
    };
    let part = DownloadedPart { number: 3, parts: 2_000, format: "pdf".to_owned() };
    let begun = [
        StampingEvent::Series(SeriesEvent::Allocated(StampsAllocated { order_id, company_id, lines: vec![allocated] })),
        StampingEvent::Batch(BatchEvent::Generated(BatchGenerated { batch: BATCH, product_name, form })),
        StampingEvent::Batch(BatchEvent::Released(BatchReleased {
            batch: BATCH,
            stamper_id: STAMPER,
            key_id: 1,
            expiry_day: 21_000,
        })),
        StampingEvent::Batch(BatchEvent::Downloaded(CodesDownloaded { batch: BATCH, range, part: None })),
        StampingEvent::Batch(BatchEvent::Downloaded(CodesDownloaded { batch: BATCH, range, part: Some(part) })),
        StampingEvent::Batch(BatchEvent::Activated(CodesActivated {
            batch: BATCH,
            stamper_id: STAMPER,
            ranges: vec![range],
            codes: range.count,
            production_line: ProductionLine::new("Ligne 2").ok(),
            lot: Lot::new("A-2026-17").ok(),
            place: Place::new("Bouaké").ok(),
        })),
        StampingEvent::Batch(BatchEvent::ReadBack(CodesReadBack {
            batch: BATCH,
            good: vec![range],
            bad: vec![OrdinalRange { first: 0, count: 2 }],
            unreadable: 3,
        })),
        StampingEvent::Batch(BatchEvent::Decommissioned(decommissioned)),
        StampingEvent::Batch(BatchEvent::Reinstated(CodesReinstated {
            batch: BATCH,
            ranges: vec![range],
            codes: range.count,
            active: vec![OrdinalRange { first: 10, count: 7 }],
            reactivated: 7,
            note: Note::new("found again").ok(),
        })),
    ];
    begun.into_iter().chain(packed()).collect()
}

/// What happens with containers.
fn packed() -> [StampingEvent; 5] {
    let sscc = |value| Sscc::of_value(value).unwrap();
    let (carton, pallet) = (sscc(34_000_000_000_000_012), sscc(34_000_000_000_000_029));
    let ranges = vec![OrdinalRange { first: 10, count: 24 }];
    [
        StampingEvent::Container(ContainerEvent::Opened(ContainerOpened {
            sscc: carton,
            kind: ContainerKind::Carton,
            company_id: BATCH.company_id,
            stamper_id: Some(STAMPER),
        })),
        StampingEvent::Batch(BatchEvent::Aggregated(CodesAggregated {
            batch: BATCH,
            into: carton,
            ranges: ranges.clone(),
            codes: 24,
        })),
        StampingEvent::Batch(BatchEvent::Disaggregated(CodesDisaggregated {
            batch: BATCH,
            from: vec![ContainerCodes { container: carton, ranges }],
        })),
        StampingEvent::Container(ContainerEvent::Aggregated(ContainerAggregated { sscc: carton, into: pallet })),
        StampingEvent::Container(ContainerEvent::Disaggregated(ContainerDisaggregated { sscc: carton, from: pallet })),
    ]
}

#[test]
fn events_ever_written_stay_readable() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    golden::<Stamping>(&folder, &Stamping::event_types(), &samples());
}
