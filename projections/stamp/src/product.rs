//! How many stamps of a product there are, by what has become of them.

use sceau_kernel::uuid::Uuid;
use sceau_kernel::{DecodeError, Recorded};
use sceau_projection::{Projection, Row};
use sceau_stamp::BatchEvent;

use crate::{TOPICS, batch_event, tenant};

/// Key of a product's counts.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Row)]
pub struct ProductStampsKey {
    /// Its tenant.
    pub tenant: String,
    /// The product's certificate.
    pub certificate_id: Uuid,
}

/// The stamps of a product, counted.
#[derive(Clone, Debug, Default, PartialEq, Row)]
pub struct ProductStampsRow {
    /// The company that ordered them.
    pub company_id: Uuid,
    /// Batches generated.
    pub batches: u64,
    /// Stamps allocated.
    pub allocated: u64,
    /// Stamps in batches released to a stamper.
    pub released: u64,
    /// Stamps that ever became active.
    pub activated: u64,
    /// Stamps out of circulation.
    pub decommissioned: u64,
    /// Stamps out of circulation that had been active.
    pub deactivated: u64,
}

impl ProductStampsRow {
    /// Stamps active now.
    pub const fn active(&self) -> u64 {
        self.activated.saturating_sub(self.deactivated)
    }

    /// Stamps in force: all that were allocated and not decommissioned.
    pub const fn in_force(&self) -> u64 {
        self.allocated.saturating_sub(self.decommissioned)
    }
}

/// The stamps of each product. Its batches are in several partitions.
pub struct ProductStamps;

impl Projection for ProductStamps {
    const NAME: &'static str = "product_stamps";
    const VERSION: u32 = 1;
    const TOPICS: &'static [&'static str] = TOPICS;
    const PARTITION_COLUMNS: usize = 2;
    const PARTIAL: bool = true;
    type Event = BatchEvent;
    type Key = ProductStampsKey;
    type Row = ProductStampsRow;

    fn interpret(record: &Recorded<'_>) -> Option<Result<BatchEvent, DecodeError>> {
        batch_event(record)
    }

    fn route(event: &BatchEvent, record: &Recorded<'_>) -> Vec<ProductStampsKey> {
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
                vec![ProductStampsKey { tenant: tenant(record), certificate_id: event.batch().certificate_id.0 }]
            }
        }
    }

    fn apply(row: &mut ProductStampsRow, _: &ProductStampsKey, event: &BatchEvent, _: &Recorded<'_>) {
        row.company_id = event.batch().company_id.0;
        match event {
            BatchEvent::Generated(event) => {
                row.batches += 1;
                row.allocated += event.batch.count;
            }
            BatchEvent::Released(event) => row.released += event.batch.count,
            BatchEvent::Downloaded(_)
            | BatchEvent::ReadBack(_)
            | BatchEvent::Aggregated(_)
            | BatchEvent::Disaggregated(_) => {}
            BatchEvent::Activated(event) => row.activated += event.codes,
            BatchEvent::Decommissioned(event) => {
                row.decommissioned += event.codes;
                row.deactivated += event.were_active;
            }
            BatchEvent::Reinstated(event) => {
                row.decommissioned = row.decommissioned.saturating_sub(event.codes);
                row.deactivated = row.deactivated.saturating_sub(event.reactivated);
            }
        }
    }

    fn merge(row: &mut ProductStampsRow, other: ProductStampsRow) {
        row.company_id = row.company_id.max(other.company_id);
        row.batches += other.batches;
        row.allocated += other.allocated;
        row.released += other.released;
        row.activated += other.activated;
        row.decommissioned += other.decommissioned;
        row.deactivated += other.deactivated;
    }
}
