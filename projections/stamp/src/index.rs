//! Lists of batches: ids in the order of their numbers, which is the order in which they were allocated.

use sceau_kernel::uuid::Uuid;
use sceau_kernel::{DecodeError, Recorded};
use sceau_projection::row::Json;
use sceau_projection::{Projection, Row};
use sceau_stamp::{BatchEvent, BatchGenerated, BatchReleased, SeriesEvent};

use crate::{TOPICS, batch_event, tenant};

/// Key of a batch among its company's: by product, then by number.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Row)]
pub struct BatchByCompanyKey {
    /// Its tenant.
    pub tenant: String,
    /// The company that ordered.
    pub company_id: Uuid,
    /// The certificate of the stamped product.
    pub certificate_id: Uuid,
    /// First number of the batch.
    pub first_number: u64,
}

/// A batch of a company.
#[derive(Clone, Debug, Default, PartialEq, Row)]
pub struct BatchByCompanyRow {
    /// Its id.
    pub batch_id: Uuid,
}

/// The batches of each company.
pub struct BatchByCompany;

impl Projection for BatchByCompany {
    const NAME: &'static str = "batch_by_company";
    const VERSION: u32 = 1;
    const TOPICS: &'static [&'static str] = TOPICS;
    const PARTITION_COLUMNS: usize = 2;
    type Event = BatchGenerated;
    type Key = BatchByCompanyKey;
    type Row = BatchByCompanyRow;

    fn interpret(record: &Recorded<'_>) -> Option<Result<BatchGenerated, DecodeError>> {
        if record.type_name != BatchGenerated::TYPE_NAME {
            return None;
        }
        match batch_event(record)? {
            Ok(BatchEvent::Generated(event)) => Some(Ok(event)),
            Ok(_) => None,
            Err(error) => Some(Err(error)),
        }
    }

    fn route(event: &BatchGenerated, record: &Recorded<'_>) -> Vec<BatchByCompanyKey> {
        vec![BatchByCompanyKey {
            tenant: tenant(record),
            company_id: event.batch.company_id.0,
            certificate_id: event.batch.certificate_id.0,
            first_number: event.batch.first_number,
        }]
    }

    fn apply(row: &mut BatchByCompanyRow, _: &BatchByCompanyKey, event: &BatchGenerated, _: &Recorded<'_>) {
        row.batch_id = event.batch.batch_id.0;
    }
}

/// Key of a batch among those released to a stamper.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Row)]
pub struct BatchByStamperKey {
    /// Its tenant.
    pub tenant: String,
    /// The stamper.
    pub stamper_id: Uuid,
    /// First number of the batch.
    pub first_number: u64,
}

/// A batch released to a stamper.
#[derive(Clone, Debug, Default, PartialEq, Row)]
pub struct BatchByStamperRow {
    /// Its id.
    pub batch_id: Uuid,
}

/// The batches of each stamper.
pub struct BatchByStamper;

impl Projection for BatchByStamper {
    const NAME: &'static str = "batch_by_stamper";
    const VERSION: u32 = 1;
    const TOPICS: &'static [&'static str] = TOPICS;
    const PARTITION_COLUMNS: usize = 2;
    type Event = BatchReleased;
    type Key = BatchByStamperKey;
    type Row = BatchByStamperRow;

    fn interpret(record: &Recorded<'_>) -> Option<Result<BatchReleased, DecodeError>> {
        if record.type_name != BatchReleased::TYPE_NAME {
            return None;
        }
        match batch_event(record)? {
            Ok(BatchEvent::Released(event)) => Some(Ok(event)),
            Ok(_) => None,
            Err(error) => Some(Err(error)),
        }
    }

    fn route(event: &BatchReleased, record: &Recorded<'_>) -> Vec<BatchByStamperKey> {
        let (stamper_id, first_number) = (event.stamper_id.0, event.batch.first_number);
        vec![BatchByStamperKey { tenant: tenant(record), stamper_id, first_number }]
    }

    fn apply(row: &mut BatchByStamperRow, _: &BatchByStamperKey, event: &BatchReleased, _: &Recorded<'_>) {
        row.batch_id = event.batch.batch_id.0;
    }
}

/// Key of an order's batches.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Row)]
pub struct BatchByOrderKey {
    /// Its tenant.
    pub tenant: String,
    /// The order.
    pub order_id: Uuid,
}

/// The batches of an order.
#[derive(Clone, Debug, Default, PartialEq, Row)]
pub struct BatchByOrderRow {
    /// The company that ordered.
    pub company_id: Uuid,
    /// Their ids, in the order of the lines. A batch may be listed a moment before it is generated.
    pub batches: Json<Vec<Uuid>>,
}

/// The batches of each order.
pub struct BatchByOrder;

impl Projection for BatchByOrder {
    const NAME: &'static str = "batch_by_order";
    const VERSION: u32 = 1;
    const TOPICS: &'static [&'static str] = TOPICS;
    const PARTITION_COLUMNS: usize = 2;
    type Event = SeriesEvent;
    type Key = BatchByOrderKey;
    type Row = BatchByOrderRow;

    fn interpret(record: &Recorded<'_>) -> Option<Result<SeriesEvent, DecodeError>> {
        SeriesEvent::decode_event(record.type_name, record.payload)
    }

    fn route(SeriesEvent::Allocated(event): &SeriesEvent, record: &Recorded<'_>) -> Vec<BatchByOrderKey> {
        vec![BatchByOrderKey { tenant: tenant(record), order_id: event.order_id.0 }]
    }

    fn apply(
        row: &mut BatchByOrderRow,
        _: &BatchByOrderKey,
        SeriesEvent::Allocated(event): &SeriesEvent,
        _: &Recorded<'_>,
    ) {
        row.company_id = event.company_id.0;
        row.batches = Json(event.lines.iter().map(|line| line.batch_id.0).collect());
    }
}
