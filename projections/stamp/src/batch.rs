//! One batch in full.

use sceau_kernel::uuid::Uuid;
use sceau_kernel::{DecodeError, Recorded, Timestamp};
use sceau_projection::row::Json;
use sceau_projection::{Projection, Row};
use sceau_stamp::{
    BatchEvent, CodesDecommissioned, CodesReadBack, CodesReinstated, DecommissionReason, DownloadedPart, RangeSet,
    StampForm,
};

use crate::{Ranges, TOPICS, batch_event, tenant};

/// Key of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Row)]
pub struct BatchKey {
    /// Its tenant.
    pub tenant: String,
    /// Its id.
    pub batch_id: Uuid,
}

/// A batch.
#[derive(Clone, Debug, Default, PartialEq, Row)]
pub struct BatchRow {
    /// The order it was allocated for.
    pub order_id: Uuid,
    /// Number of the line within the order.
    pub line: u32,
    /// The certificate of the stamped product.
    pub certificate_id: Uuid,
    /// The company that ordered.
    pub company_id: Uuid,
    /// The product's name at the time of the order.
    pub product_name: String,
    /// Form of the stamps; always there once the batch is generated.
    pub form: Option<Json<StampForm>>,
    /// First number.
    pub first_number: u64,
    /// How many stamps it holds.
    pub count: u64,
    /// When it was generated.
    pub generated_at: Timestamp,
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
    /// Codes that are out of circulation; each of them is in one of the five sets that follow.
    pub decommissioned: Ranges,
    /// Spoiled while printing or applying.
    pub spoiled: Ranges,
    /// Returned unused.
    pub returned: Ranges,
    /// Lost or stolen unused.
    pub lost: Ranges,
    /// Out of circulation unused, for another reason.
    pub otherwise: Ranges,
    /// Out of circulation after they had been on a product.
    pub spent: Ranges,
    /// Codes that read well when printed labels were scanned.
    pub read_good: Ranges,
    /// Codes whose label is not fit for use.
    pub read_bad: Ranges,
    /// Labels that could not be read at all.
    pub unreadable: u64,
    /// How many times codes of it were downloaded.
    pub downloads: u32,
    /// When codes of it were last downloaded.
    pub last_downloaded_at: Option<Timestamp>,
    /// Who last downloaded codes of it.
    pub last_downloaded_by: Option<String>,
    /// The file in which codes of it were last downloaded; none when they were handed out as they are.
    pub last_downloaded_part: Option<Json<DownloadedPart>>,
    /// Version of its stream.
    pub version: u64,
}

impl BatchRow {
    /// Takes codes out of circulation, onto the line of the account where `Reconciliation` of the published language
    /// has them.
    fn decommission(&mut self, event: &CodesDecommissioned) {
        let gone: RangeSet = event.ranges.iter().copied().collect();
        let (spent, unused) = match event.reason {
            DecommissionReason::Spoiled => (RangeSet::default(), gone),
            _ => (gone.intersection(&self.active.0), gone.minus(&self.active.0)),
        };
        self.spent.add(spent.ranges());
        match event.reason {
            DecommissionReason::Spoiled => &mut self.spoiled,
            DecommissionReason::Returned => &mut self.returned,
            DecommissionReason::Lost | DecommissionReason::Stolen => &mut self.lost,
            DecommissionReason::Recalled | DecommissionReason::Withdrawn | DecommissionReason::Other => {
                &mut self.otherwise
            }
        }
        .add(unused.ranges());
        self.active.remove(&event.ranges);
        self.decommissioned.add(&event.ranges);
    }

    /// Brings codes back.
    fn reinstate(&mut self, event: &CodesReinstated) {
        for out in [
            &mut self.decommissioned,
            &mut self.spoiled,
            &mut self.returned,
            &mut self.lost,
            &mut self.otherwise,
            &mut self.spent,
        ] {
            out.remove(&event.ranges);
        }
        self.active.add(&event.active);
    }

    /// Takes in what a scan found; of a code scanned twice the last outcome counts.
    fn read_back(&mut self, event: &CodesReadBack) {
        self.read_good.remove(&event.bad);
        self.read_good.add(&event.good);
        self.read_bad.remove(&event.good);
        self.read_bad.add(&event.bad);
        self.unreadable = self.unreadable.saturating_add(event.unreadable);
    }
}

/// All batches.
pub struct BatchView;

impl Projection for BatchView {
    const NAME: &'static str = "batch";
    const VERSION: u32 = 3;
    const TOPICS: &'static [&'static str] = TOPICS;
    const PARTITION_COLUMNS: usize = 2;
    type Event = BatchEvent;
    type Key = BatchKey;
    type Row = BatchRow;

    fn interpret(record: &Recorded<'_>) -> Option<Result<BatchEvent, DecodeError>> {
        batch_event(record)
    }

    fn route(event: &BatchEvent, record: &Recorded<'_>) -> Vec<BatchKey> {
        vec![BatchKey { tenant: tenant(record), batch_id: event.batch().batch_id.0 }]
    }

    fn apply(row: &mut BatchRow, _: &BatchKey, event: &BatchEvent, record: &Recorded<'_>) {
        row.version = record.version;
        match event {
            BatchEvent::Generated(event) => {
                row.order_id = event.batch.order_id.0;
                row.line = event.batch.line;
                row.certificate_id = event.batch.certificate_id.0;
                row.company_id = event.batch.company_id.0;
                row.product_name.clone_from(&event.product_name);
                row.form = Some(Json(event.form));
                row.first_number = event.batch.first_number;
                row.count = event.batch.count;
                row.generated_at = record.time;
            }
            BatchEvent::Released(event) => {
                row.stamper_id = Some(event.stamper_id.0);
                row.released_at = Some(record.time);
                row.key_id = event.key_id;
                row.expiry_day = event.expiry_day;
            }
            BatchEvent::Downloaded(event) => {
                row.downloads = row.downloads.saturating_add(1);
                row.last_downloaded_at = Some(record.time);
                row.last_downloaded_by = Some(record.actor.to_owned());
                row.last_downloaded_part = event.part.clone().map(Json);
            }
            BatchEvent::Activated(event) => row.active.add(&event.ranges),
            BatchEvent::ReadBack(event) => row.read_back(event),
            BatchEvent::Aggregated(_) | BatchEvent::Disaggregated(_) => {}
            BatchEvent::Decommissioned(event) => row.decommission(event),
            BatchEvent::Reinstated(event) => row.reinstate(event),
        }
    }
}
