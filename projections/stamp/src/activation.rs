//! The activations of a batch, with what was said of each.

use sceau_kernel::uuid::Uuid;
use sceau_kernel::{DecodeError, Recorded, Timestamp};
use sceau_projection::{Projection, Row};
use sceau_stamp::{BatchEvent, CodesActivated};

use crate::{Ranges, TOPICS, batch_event, tenant};

/// Key of an activation: within its batch by the version of the stream.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Row)]
pub struct ActivationKey {
    /// Its tenant.
    pub tenant: String,
    /// The batch.
    pub batch_id: Uuid,
    /// The batch's version with it.
    pub version: u64,
}

/// Codes that became active together.
#[derive(Clone, Debug, Default, PartialEq, Row)]
pub struct ActivationRow {
    /// The codes.
    pub ranges: Ranges,
    /// When.
    pub activated_at: Timestamp,
    /// By whom.
    pub activated_by: String,
    /// The production line.
    pub production_line: Option<String>,
    /// The lot.
    pub lot: Option<String>,
    /// The place.
    pub place: Option<String>,
}

/// The activations of each batch.
pub struct ActivationView;

impl Projection for ActivationView {
    const NAME: &'static str = "activation";
    const VERSION: u32 = 1;
    const TOPICS: &'static [&'static str] = TOPICS;
    const PARTITION_COLUMNS: usize = 2;
    type Event = CodesActivated;
    type Key = ActivationKey;
    type Row = ActivationRow;

    fn interpret(record: &Recorded<'_>) -> Option<Result<CodesActivated, DecodeError>> {
        if record.type_name != CodesActivated::TYPE_NAME {
            return None;
        }
        match batch_event(record)? {
            Ok(BatchEvent::Activated(event)) => Some(Ok(event)),
            Ok(_) => None,
            Err(error) => Some(Err(error)),
        }
    }

    fn route(event: &CodesActivated, record: &Recorded<'_>) -> Vec<ActivationKey> {
        vec![ActivationKey { tenant: tenant(record), batch_id: event.batch.batch_id.0, version: record.version }]
    }

    fn apply(row: &mut ActivationRow, _: &ActivationKey, event: &CodesActivated, record: &Recorded<'_>) {
        row.ranges.add(&event.ranges);
        row.activated_at = record.time;
        record.actor.clone_into(&mut row.activated_by);
        row.production_line = event.production_line.as_ref().map(ToString::to_string);
        row.lot = event.lot.as_ref().map(ToString::to_string);
        row.place = event.place.as_ref().map(ToString::to_string);
    }
}
