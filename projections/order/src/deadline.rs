//! When quotes have to expire. Something that ticks scans everything due by now and asks the open ones to expire.

use sceau_kernel::uuid::Uuid;
use sceau_kernel::{DecodeError, Recorded, Timestamp};
use sceau_order::order::{OrderCancelled, OrderConfirmed, OrderExpired, OrderQuoted};
use sceau_order::{OrderEvent, OrderId};
use sceau_projection::{Projection, Row};

use crate::{TOPICS, order_event};

/// Key of a deadline.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Row)]
pub struct OrderDeadlineKey {
    /// Always [`OrderDeadlineKey::KIND`], so that one scan meets the deadlines of all tenants in order of time.
    pub kind: String,
    /// When it falls due.
    pub due: Timestamp,
    /// The order's tenant.
    pub tenant: String,
    /// The order.
    pub order_id: Uuid,
}

impl OrderDeadlineKey {
    /// The one value of `kind`.
    pub const KIND: &'static str = "order";
}

/// A deadline.
#[derive(Clone, Debug, Default, PartialEq, Row)]
pub struct OrderDeadlineRow {
    /// True while the quote still has to expire then. An order that was confirmed or cancelled, or has expired, leaves
    /// its row behind, closed.
    pub open: bool,
}

/// The deadlines of all quotes.
pub struct OrderDeadline;

impl Projection for OrderDeadline {
    const NAME: &'static str = "order_deadline";
    const VERSION: u32 = 1;
    const TOPICS: &'static [&'static str] = TOPICS;
    const PARTITION_COLUMNS: usize = 1;
    type Event = OrderEvent;
    type Key = OrderDeadlineKey;
    type Row = OrderDeadlineRow;

    fn interpret(record: &Recorded<'_>) -> Option<Result<OrderEvent, DecodeError>> {
        let moving =
            [OrderQuoted::TYPE_NAME, OrderConfirmed::TYPE_NAME, OrderCancelled::TYPE_NAME, OrderExpired::TYPE_NAME];
        if moving.contains(&record.type_name) { order_event(record) } else { None }
    }

    fn route(event: &OrderEvent, record: &Recorded<'_>) -> Vec<OrderDeadlineKey> {
        let key = due(event).zip(OrderId::of_stream(record.stream)).map(|(due, id)| OrderDeadlineKey {
            kind: OrderDeadlineKey::KIND.to_owned(),
            due,
            tenant: record.stream.tenant().to_owned(),
            order_id: id.0,
        });
        key.into_iter().collect()
    }

    fn apply(row: &mut OrderDeadlineRow, _: &OrderDeadlineKey, event: &OrderEvent, _: &Recorded<'_>) {
        row.open = matches!(event, OrderEvent::Quoted(_));
    }
}

/// The deadline that an event opens or closes.
fn due(event: &OrderEvent) -> Option<Timestamp> {
    match event {
        OrderEvent::Quoted(e) => Some(e.valid_until),
        OrderEvent::Confirmed(e) => Some(e.valid_until),
        OrderEvent::Expired(e) => Some(e.valid_until),
        OrderEvent::Cancelled(e) => e.valid_until,
        OrderEvent::Placed(_) | OrderEvent::Paid(_) | OrderEvent::Fulfilled(_) => None,
    }
}
