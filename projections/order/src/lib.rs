//! What readers may know of price lists and orders.
//!
//! | table | key (partition \| order) | for |
//! |---|---|---|
//! | `price_list` | tenant \| | quoting, and anyone who wants to know |
//! | `order` | tenant, id \| | one order in full |
//! | `order_by_company` | tenant, company \| placed_at, id | a company's orders; newest first by descending scan |
//! | `order_deadline` | `"order"` \| due, tenant, id | quotes that have to expire by now |
//!
//! Every row is fed by the one stream it is about. Rows become the messages of `OrderQueryService` here, in `message`,
//! so that a field is added in one place.

mod by_company;
mod deadline;
mod message;
mod order;
mod price_list;
#[cfg(test)]
mod tests;

pub use by_company::{OrderByCompany, OrderByCompanyKey, OrderByCompanyRow};
pub use deadline::{OrderDeadline, OrderDeadlineKey, OrderDeadlineRow};
pub use order::{LineState, OrderKey, OrderRow, OrderView};
pub use price_list::{PriceListKey, PriceListRow, PriceListView};
use sceau_kernel::{DecodeError, Domain, Recorded};
use sceau_order::{OrderEvent, Ordering};

/// The topic of all these views.
const TOPICS: &[&str] = &[Ordering::TOPIC];

fn order_event(record: &Recorded<'_>) -> Option<Result<OrderEvent, DecodeError>> {
    OrderEvent::decode_event(record.type_name, record.payload)
}
