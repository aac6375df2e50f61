//! The price list of a tenant.

use sceau_kernel::{DecodeError, Recorded, Timestamp};
use sceau_order::{PriceListEvent, Prices};
use sceau_projection::row::Json;
use sceau_projection::{Projection, Row};

use crate::TOPICS;

/// Key of a price list.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Row)]
pub struct PriceListKey {
    /// Its tenant.
    pub tenant: String,
}

/// A price list.
#[derive(Clone, Debug, Default, PartialEq, Row)]
pub struct PriceListRow {
    /// The prices, as a quote takes them.
    pub prices: Json<Option<Prices>>,
    /// Since when they hold.
    pub set_at: Timestamp,
    /// Version of the stream.
    pub version: u64,
}

/// Price lists, by tenant.
pub struct PriceListView;

impl Projection for PriceListView {
    const NAME: &'static str = "price_list";
    const VERSION: u32 = 1;
    const TOPICS: &'static [&'static str] = TOPICS;
    const PARTITION_COLUMNS: usize = 1;
    type Event = PriceListEvent;
    type Key = PriceListKey;
    type Row = PriceListRow;

    fn interpret(record: &Recorded<'_>) -> Option<Result<PriceListEvent, DecodeError>> {
        PriceListEvent::decode_event(record.type_name, record.payload)
    }

    fn route(_: &PriceListEvent, record: &Recorded<'_>) -> Vec<PriceListKey> {
        vec![PriceListKey { tenant: record.stream.tenant().to_owned() }]
    }

    fn apply(row: &mut PriceListRow, _: &PriceListKey, event: &PriceListEvent, record: &Recorded<'_>) {
        let PriceListEvent::Set(prices) = event;
        row.prices = Json(Some(prices.clone()));
        row.set_at = record.time;
        row.version = record.version;
    }
}
