//! Orders of stamps, from the company's request to the allocated batches.
//!
//! The office sets one price list per tenant. A company places an order for certified products of its own; the order is
//! quoted by the price list, confirmed before the quote runs out, paid through its invoice, and fulfilled when each
//! line has its batch of stamps. Until it is paid it can be cancelled, and a quote that nobody confirms expires.
//!
//! This crate refuses to know certificates, invoices and batches beyond their ids: what a decision needs of them comes
//! in with the command, looked up by the gateway ([`CertificateFacts`], [`Prices`]) or told by a reaction.

mod line;
pub mod order;
pub mod price_list;

pub use line::StampForm;
pub use order::{CertificateFacts, Certificates, Order, OrderCommand, OrderEvent, OrderRefusal, OrderStatus, Standing};
pub use price_list::{PriceList, PriceListCommand, PriceListEvent, PriceListRefusal, Prices};

use sceau_kernel::uuid::Uuid;

sceau_kernel::id!(
    /// An order of stamps.
    OrderId,
    "order"
);
sceau_kernel::id!(
    /// A company that orders.
    CompanyId,
    "company"
);
sceau_kernel::id!(
    /// The certificate of a product.
    CertificateId,
    "certificate"
);
sceau_kernel::id!(
    /// The invoice of an order.
    InvoiceId,
    "invoice"
);
sceau_kernel::id!(
    /// A batch of stamps.
    BatchId,
    "batch"
);

impl InvoiceId {
    /// The invoice that a confirmed order gets: each order has one, and anyone can name it (RFC 9562 version 5 in the
    /// order's namespace). The payment domain names it in the same way.
    pub fn of_order(order_id: OrderId) -> Self {
        Self(Uuid::new_v5(&order_id.0, Self::KIND.as_bytes()))
    }
}

sceau_kernel::domain! {
    /// The order domain.
    Ordering, topic "sceau.order", state OrderingState, command OrderingCommand, event OrderingEvent,
    refusal OrderingRefusal;
    Order: order::Order as "order",
    PriceList: price_list::PriceList as "price-list",
}
