//! Given what happened, then these rows.

mod account;

use std::collections::HashMap;

use crate::{
    ActivationKey, ActivationView, BatchByCompany, BatchByCompanyKey, BatchByCompanyRow, BatchByOrder, BatchByOrderKey,
    BatchByOrderRow, BatchByStamper, BatchByStamperKey, BatchByStamperRow, BatchKey, BatchRange, BatchRangeKey,
    BatchView, ProductStamps, ProductStampsKey, ProductStampsRow, Ranges,
};
use sceau_kernel::uuid::Uuid;
use sceau_kernel::wire::Wire;
use sceau_kernel::{Domain, Recorded, Source, StreamId, Timestamp};
use sceau_projection::row::Json;
use sceau_projection::{Cells, Projection};
use sceau_proto::stamp::v1 as proto;
use sceau_stamp::{
    AllocatedLine, BatchEvent, BatchGenerated, BatchId, BatchRef, BatchReleased, CertificateId, CodesActivated,
    CodesDecommissioned, CodesDownloaded, CompanyId, DecommissionReason, DownloadedPart, Lot, OrderId, OrdinalRange,
    SeriesEvent, StampForm, StamperId, Stamping, StampingEvent, StampsAllocated,
};
use sceau_verification::{BatchFacts, CodeState, ReleaseFacts};

const BUCKET: u64 = 1 << 32;
const STAMPER: StamperId = StamperId(Uuid::from_u128(6));
const BATCH: BatchRef = BatchRef {
    batch_id: BatchId(Uuid::from_u128(1)),
    order_id: OrderId(Uuid::from_u128(2)),
    line: 3,
    certificate_id: CertificateId(Uuid::from_u128(4)),
    company_id: CompanyId(Uuid::from_u128(5)),
    first_number: BUCKET + 1000,
    count: 500,
};

fn time(n: usize) -> Timestamp {
    Timestamp(1_767_225_600_000_000).plus_days(n as i64)
}

/// Folds the events of one stream, a day apart, through encoding, cells and back, as the runtime does.
fn rows<P: Projection>(events: &[StampingEvent]) -> HashMap<P::Key, P::Row> {
    let source = Source { topic: Stamping::TOPIC, partition: 0 };
    let stream: StreamId = "ci/batch/1".parse().unwrap();
    let mut rows = HashMap::new();
    for (n, event) in events.iter().enumerate() {
        let encoded = Stamping::encode(event);
        let record = Recorded {
            source: &source,
            offset: n as u64,
            index: 0,
            stream: &stream,
            version: n as u64 + 1,
            time: time(n),
            actor: "awa",
            type_name: encoded.type_name,
            payload: &encoded.payload,
        };
        let Some(event) = P::interpret(&record) else { continue };
        let event = event.unwrap();
        for key in P::route(&event, &record) {
            let key = P::Key::from_cells(key.to_cells()).unwrap();
            let row: P::Row = rows.remove(&key).unwrap_or_default();
            let mut row = P::Row::from_cells(row.to_cells()).unwrap();
            P::apply(&mut row, &key, &event, &record);
            rows.insert(key, row);
        }
    }
    rows
}

fn range(first: u64, count: u64) -> OrdinalRange {
    OrdinalRange { first, count }
}

/// A batch that was generated, released, downloaded, activated in part, and lost some codes of either kind.
fn life() -> Vec<StampingEvent> {
    let (product_name, form) = ("Savon".to_owned(), StampForm::SignedQr);
    let lost = CodesDecommissioned {
        batch: BATCH,
        ranges: vec![range(90, 20)],
        codes: 20,
        were_active: 10,
        reason: DecommissionReason::Lost,
        note: None,
        party: None,
        decommissioned_at: None,
    };
    let activated = CodesActivated {
        batch: BATCH,
        stamper_id: STAMPER,
        ranges: vec![range(0, 100)],
        codes: 100,
        production_line: None,
        lot: Lot::new("A-17").ok(),
        place: None,
    };
    [
        BatchEvent::Generated(BatchGenerated { batch: BATCH, product_name, form }),
        BatchEvent::Released(BatchReleased { batch: BATCH, stamper_id: STAMPER, key_id: 9, expiry_day: 21_000 }),
        BatchEvent::Downloaded(CodesDownloaded { batch: BATCH, range: range(0, 500), part: Some(part()) }),
        BatchEvent::Activated(activated),
        BatchEvent::Decommissioned(lost),
    ]
    .map(StampingEvent::Batch)
    .to_vec()
}

fn part() -> DownloadedPart {
    DownloadedPart { number: 1, parts: 1, format: "pdf".to_owned() }
}

#[test]
fn a_batch_shows_its_life() {
    let key = BatchKey { tenant: "ci".into(), batch_id: BATCH.batch_id.0 };
    let batch = rows::<BatchView>(&life())[&key].message(key.batch_id);
    let expected = proto::Batch {
        batch_id: BATCH.batch_id.to_string(),
        order_id: BATCH.order_id.to_string(),
        line: 3,
        certificate_id: BATCH.certificate_id.to_string(),
        company_id: BATCH.company_id.to_string(),
        product_name: "Savon".into(),
        form: proto::StampForm::SignedQr.into(),
        status: proto::BatchStatus::Released.into(),
        first_number: BATCH.first_number,
        count: 500,
        stamper_id: STAMPER.to_string(),
        generated_at: Some(time(0).to_wire()),
        released_at: Some(time(1).to_wire()),
        key_id: 9,
        expiry_day: 21_000,
        active: 90,
        decommissioned: 20,
        active_ranges: vec![range(0, 90).to_wire()],
        decommissioned_ranges: vec![range(90, 20).to_wire()],
        downloads: 1,
        last_downloaded_at: Some(time(2).to_wire()),
        last_downloaded_by: "awa".into(),
        version: 5,
        read_good: 0,
        read_bad: 0,
        unreadable: 0,
        last_downloaded_part: Some(part().to_wire()),
    };
    assert_eq!(batch, expected);
}

#[test]
fn a_list_leaves_the_ranges_out() {
    let key = BatchKey { tenant: "ci".into(), batch_id: BATCH.batch_id.0 };
    let batch = rows::<BatchView>(&life())[&key].summary(key.batch_id);
    assert_eq!((batch.active, batch.active_ranges, batch.decommissioned_ranges), (90, vec![], vec![]));
}

#[test]
fn a_number_finds_its_batch_and_what_became_of_it() {
    let found = rows::<BatchRange>(&life());
    let key = BatchRangeKey { tenant: "ci".into(), bucket: 1, first_number: BATCH.first_number };
    let row = &found[&key];
    assert_eq!((row.batch_id, row.certificate_id), (BATCH.batch_id.0, BATCH.certificate_id.0));

    let ordinals = [999, 1000, 1499, 1500].map(|offset| key.ordinal_of(BUCKET + offset, row));
    assert_eq!(ordinals, [None, Some(0), Some(499), None]);

    let release = Some(ReleaseFacts { key_id: 9, expiry_day: 21_000 });
    let states = [(0, CodeState::Active), (90, CodeState::Decommissioned), (110, CodeState::Waiting)];
    for (ordinal, code) in states {
        assert_eq!(row.facts(ordinal), BatchFacts { release, code });
    }
    let generated = rows::<BatchRange>(&life()[..1]);
    assert_eq!(generated[&key].facts(0), BatchFacts { release: None, code: CodeState::Waiting });
}

#[test]
fn a_batch_is_listed_under_its_company_and_its_stamper() {
    let (tenant, batch_id) = ("ci".to_owned(), BATCH.batch_id.0);
    let (company_id, certificate_id) = (BATCH.company_id.0, BATCH.certificate_id.0);
    let first_number = BATCH.first_number;
    let company = BatchByCompanyKey { tenant: tenant.clone(), company_id, certificate_id, first_number };
    let stamper = BatchByStamperKey { tenant, stamper_id: STAMPER.0, first_number };
    assert_eq!(rows::<BatchByCompany>(&life()), HashMap::from([(company, BatchByCompanyRow { batch_id })]));
    assert_eq!(rows::<BatchByStamper>(&life()), HashMap::from([(stamper, BatchByStamperRow { batch_id })]));
}

#[test]
fn an_order_lists_its_batches_by_line() {
    let lines: Vec<AllocatedLine> = (1..=2)
        .map(|line| AllocatedLine {
            line,
            batch_id: BatchId::of_line(BATCH.order_id, line),
            certificate_id: BATCH.certificate_id,
            product_name: "Savon".into(),
            form: StampForm::Digits,
            first_number: u64::from(line),
            count: 1,
        })
        .collect();
    let batches = Json(lines.iter().map(|line| line.batch_id.0).collect());
    let allocated = StampsAllocated { order_id: BATCH.order_id, company_id: BATCH.company_id, lines };
    let key = BatchByOrderKey { tenant: "ci".into(), order_id: BATCH.order_id.0 };
    let row = BatchByOrderRow { company_id: BATCH.company_id.0, batches };
    let events = [StampingEvent::Series(SeriesEvent::Allocated(allocated))];
    assert_eq!(rows::<BatchByOrder>(&events), HashMap::from([(key, row)]));
}

#[test]
fn a_product_counts_its_stamps_over_all_partitions() {
    let key = ProductStampsKey { tenant: "ci".into(), certificate_id: BATCH.certificate_id.0 };
    let one = rows::<ProductStamps>(&life()).remove(&key).unwrap();
    assert_eq!((one.active(), one.in_force()), (90, 480));

    let mut all = ProductStampsRow::default();
    ProductStamps::merge(&mut all, one.clone());
    ProductStamps::merge(&mut all, one);
    let expected = proto::GetProductStampsResponse {
        certificate_id: BATCH.certificate_id.to_string(),
        company_id: BATCH.company_id.to_string(),
        batches: 2,
        allocated: 1000,
        released: 1000,
        active: 180,
        decommissioned: 40,
        in_force: 960,
    };
    assert_eq!(all.message(key.certificate_id), expected);
}

#[test]
fn an_untouched_batch_of_a_billion_is_a_small_row() {
    let batch = BatchRef { count: 1_000_000_000, ..BATCH };
    let generated = BatchGenerated { batch, product_name: "Savon".into(), form: StampForm::SignedQr };
    let found = rows::<BatchView>(&[StampingEvent::Batch(BatchEvent::Generated(generated))]);
    let row = found.values().next().unwrap();
    assert_eq!((&row.active, &row.decommissioned), (&Ranges::default(), &Ranges::default()));
    assert_eq!(row.summary(Uuid::nil()).count, 1_000_000_000);
}
