//! Every event of the stamp domain that was ever written stays readable.

use std::path::Path;

use sceau_kernel::testing::golden;
use sceau_kernel::uuid::Uuid;
use sceau_stamp::{
    AllocatedLine, BatchEvent, BatchGenerated, BatchId, BatchRef, BatchReleased, CertificateId, CodesActivated,
    CodesDecommissioned, CodesDownloaded, CompanyId, DecommissionReason, Note, OrderId, OrdinalRange, SeriesEvent,
    StampForm, StamperId, Stamping, StampingEvent, StampsAllocated,
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

fn samples() -> [StampingEvent; 6] {
    let BatchRef { batch_id, order_id, line, certificate_id, company_id, first_number, count } = BATCH;
    let (product_name, form) = ("Savon de Marseille".to_owned(), StampForm::SignedQr);
    let range = OrdinalRange { first: 10, count: 500_000 };
    let allocated =
        AllocatedLine { line, batch_id, certificate_id, product_name: product_name.clone(), form, first_number, count };
    let decommissioned = CodesDecommissioned {
        batch: BATCH,
        ranges: vec![range],
        codes: range.count,
        were_active: 7,
        reason: DecommissionReason::Other,
        note: Note::new("wet in the warehouse").ok(),
    };
    [
        StampingEvent::Series(SeriesEvent::Allocated(StampsAllocated { order_id, company_id, lines: vec![allocated] })),
        StampingEvent::Batch(BatchEvent::Generated(BatchGenerated { batch: BATCH, product_name, form })),
        StampingEvent::Batch(BatchEvent::Released(BatchReleased {
            batch: BATCH,
            stamper_id: STAMPER,
            key_id: 1,
            expiry_day: 21_000,
        })),
        StampingEvent::Batch(BatchEvent::Downloaded(CodesDownloaded { batch: BATCH, range })),
        StampingEvent::Batch(BatchEvent::Activated(CodesActivated {
            batch: BATCH,
            stamper_id: STAMPER,
            ranges: vec![range],
            codes: range.count,
        })),
        StampingEvent::Batch(BatchEvent::Decommissioned(decommissioned)),
    ]
}

#[test]
fn events_ever_written_stay_readable() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    golden::<Stamping>(&folder, &Stamping::event_types(), &samples());
}
