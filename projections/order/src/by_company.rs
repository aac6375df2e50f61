//! The orders of a company, in short.

use sceau_kernel::uuid::Uuid;
use sceau_kernel::{DecodeError, Money, Recorded, Timestamp};
use sceau_order::{OrderEvent, OrderId, OrderStatus};
use sceau_projection::row::Json;
use sceau_projection::{Projection, Row};

use crate::{TOPICS, order_event};

/// Key of an order among its company's, in the order of placing.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Row)]
pub struct OrderByCompanyKey {
    /// Its tenant.
    pub tenant: String,
    /// The ordering company.
    pub company_id: Uuid,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// Its id.
    pub order_id: Uuid,
}

/// An order, in short.
#[derive(Clone, Debug, Default, PartialEq, Row)]
pub struct OrderByCompanyRow {
    /// Where it stands.
    pub status: Json<OrderStatus>,
    /// How many lines it has.
    pub lines: u32,
    /// How many stamps were ordered.
    pub count: u64,
    /// Net and tax, once quoted.
    pub total: Option<Money>,
    /// When it came to stand where it stands.
    pub changed_at: Timestamp,
    /// Version of its stream.
    pub version: u64,
}

/// All orders of a company.
pub struct OrderByCompany;

impl Projection for OrderByCompany {
    const NAME: &'static str = "order_by_company";
    const VERSION: u32 = 1;
    const TOPICS: &'static [&'static str] = TOPICS;
    const PARTITION_COLUMNS: usize = 2;
    type Event = OrderEvent;
    type Key = OrderByCompanyKey;
    type Row = OrderByCompanyRow;

    fn interpret(record: &Recorded<'_>) -> Option<Result<OrderEvent, DecodeError>> {
        order_event(record)
    }

    fn route(event: &OrderEvent, record: &Recorded<'_>) -> Vec<OrderByCompanyKey> {
        let owner = event.owner();
        let id = OrderId::of_stream(record.stream);
        let key = id.map(|id| OrderByCompanyKey {
            tenant: record.stream.tenant().to_owned(),
            company_id: owner.company_id.0,
            placed_at: owner.placed_at,
            order_id: id.0,
        });
        key.into_iter().collect()
    }

    fn apply(row: &mut OrderByCompanyRow, _: &OrderByCompanyKey, event: &OrderEvent, record: &Recorded<'_>) {
        match event {
            OrderEvent::Placed(e) => {
                row.lines = u32::try_from(e.lines.len()).unwrap_or(u32::MAX);
                row.count = e.lines.iter().map(|line| line.count).sum();
            }
            OrderEvent::Quoted(e) => row.total = Some(e.total),
            OrderEvent::Confirmed(_)
            | OrderEvent::Paid(_)
            | OrderEvent::Fulfilled(_)
            | OrderEvent::Cancelled(_)
            | OrderEvent::Expired(_) => {}
        }
        row.status = Json(event.status());
        row.changed_at = record.time;
        row.version = record.version;
    }
}
