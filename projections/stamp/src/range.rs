//! The batch of a number, with what a verification needs of it.

use sceau_kernel::uuid::Uuid;
use sceau_kernel::{DecodeError, Recorded, Timestamp};
use sceau_projection::row::Json;
use sceau_projection::{Projection, Row};
use sceau_stamp::{BatchEvent, StampForm, bucket_of};
use sceau_verification::{BatchFacts, CodeState, ReleaseFacts};

use crate::{Ranges, TOPICS, batch_event, tenant};

/// Key of a batch in the number space. A batch never crosses a bucket, so the batch of a number is the row with the
/// highest `first_number` at or below it in the number's bucket, if that row [holds](BatchRangeKey::ordinal_of) it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Row)]
pub struct BatchRangeKey {
    /// Its tenant.
    pub tenant: String,
    /// The part of the number space it lies in: `number >> 32`.
    pub bucket: u64,
    /// Its first number.
    pub first_number: u64,
}

/// A batch, as a verification needs it.
#[derive(Clone, Debug, Default, PartialEq, Row)]
pub struct BatchRangeRow {
    /// Its id.
    pub batch_id: Uuid,
    /// How many numbers it holds.
    pub count: u64,
    /// The certificate of the stamped product.
    pub certificate_id: Uuid,
    /// The company that ordered.
    pub company_id: Uuid,
    /// Form of the stamps; always there once the batch is generated.
    pub form: Option<Json<StampForm>>,
    /// The stamper it is released to; nobody before the release.
    pub stamper_id: Option<Uuid>,
    /// When it was released.
    pub released_at: Option<Timestamp>,
    /// Id of the key that signs its codes; 0 before the release.
    pub key_id: u32,
    /// The expiry that its codes carry, in days since 1970-01-01; 0 before the release.
    pub expiry_day: u32,
    /// Codes that are active now.
    pub active: Ranges,
    /// Codes that are out of circulation.
    pub decommissioned: Ranges,
}

impl BatchRangeKey {
    /// Where to look for the batch of a number: its row is this key's or the next below within the bucket.
    pub fn of_number(tenant: &str, number: u64) -> Self {
        Self { tenant: tenant.to_owned(), bucket: bucket_of(number), first_number: number }
    }

    /// The place of a number within the batch of this key, when the batch holds it.
    pub fn ordinal_of(&self, number: u64, row: &BatchRangeRow) -> Option<u64> {
        number.checked_sub(self.first_number).filter(|ordinal| *ordinal < row.count)
    }
}

impl BatchRangeRow {
    /// What the verdict on one of its codes needs to know.
    pub fn facts(&self, ordinal: u64) -> BatchFacts {
        let code = if self.decommissioned.0.contains(ordinal) {
            CodeState::Decommissioned
        } else if self.active.0.contains(ordinal) {
            CodeState::Active
        } else {
            CodeState::Waiting
        };
        let release = self.stamper_id.map(|_| ReleaseFacts { key_id: self.key_id, expiry_day: self.expiry_day });
        BatchFacts { release, code }
    }
}

/// All batches, by range.
pub struct BatchRange;

impl Projection for BatchRange {
    const NAME: &'static str = "batch_range";
    const VERSION: u32 = 1;
    const TOPICS: &'static [&'static str] = TOPICS;
    const PARTITION_COLUMNS: usize = 2;
    type Event = BatchEvent;
    type Key = BatchRangeKey;
    type Row = BatchRangeRow;

    fn interpret(record: &Recorded<'_>) -> Option<Result<BatchEvent, DecodeError>> {
        batch_event(record)
    }

    fn route(event: &BatchEvent, record: &Recorded<'_>) -> Vec<BatchRangeKey> {
        match event {
            BatchEvent::Downloaded(_)
            | BatchEvent::ReadBack(_)
            | BatchEvent::Aggregated(_)
            | BatchEvent::Disaggregated(_) => Vec::new(),
            BatchEvent::Generated(_)
            | BatchEvent::Released(_)
            | BatchEvent::Activated(_)
            | BatchEvent::Decommissioned(_)
            | BatchEvent::Reinstated(_) => {
                vec![BatchRangeKey::of_number(&tenant(record), event.batch().first_number)]
            }
        }
    }

    fn apply(row: &mut BatchRangeRow, _: &BatchRangeKey, event: &BatchEvent, record: &Recorded<'_>) {
        match event {
            BatchEvent::Generated(event) => {
                row.batch_id = event.batch.batch_id.0;
                row.count = event.batch.count;
                row.certificate_id = event.batch.certificate_id.0;
                row.company_id = event.batch.company_id.0;
                row.form = Some(Json(event.form));
            }
            BatchEvent::Released(event) => {
                row.stamper_id = Some(event.stamper_id.0);
                row.released_at = Some(record.time);
                row.key_id = event.key_id;
                row.expiry_day = event.expiry_day;
            }
            BatchEvent::Downloaded(_)
            | BatchEvent::ReadBack(_)
            | BatchEvent::Aggregated(_)
            | BatchEvent::Disaggregated(_) => {}
            BatchEvent::Activated(event) => row.active.add(&event.ranges),
            BatchEvent::Decommissioned(event) => {
                row.active.remove(&event.ranges);
                row.decommissioned.add(&event.ranges);
            }
            BatchEvent::Reinstated(event) => {
                row.decommissioned.remove(&event.ranges);
                row.active.add(&event.active);
            }
        }
    }
}
