//! Invoices: what companies owe, have paid, and get back.
//!
//! An invoice is issued for a confirmed order. A cashier settles it in one or more parts, each against the number of a
//! bank or cash receipt; stamps that are taken back are credited, and money that was paid for them is refunded. Of
//! every invoice, at any time: `total + refund due = settled − refunded + credited + open`, and none of them is
//! negative.
//!
//! This crate refuses to know how money moves and what an order is beyond its id.

pub mod invoice;

pub use invoice::{Invoice, InvoiceCommand, InvoiceEvent, InvoiceRefusal, InvoiceStatus, PaymentMethod};
use sceau_kernel::uuid::Uuid;

sceau_kernel::id!(
    /// An invoice.
    InvoiceId,
    "invoice"
);
sceau_kernel::id!(
    /// The order an invoice is for.
    OrderId,
    "order"
);
sceau_kernel::id!(
    /// A company that pays.
    CompanyId,
    "company"
);
sceau_kernel::id!(
    /// The certificate of a product.
    CertificateId,
    "certificate"
);

impl InvoiceId {
    /// The invoice of an order: each order has one, and anyone can name it (RFC 9562 version 5 in the order's
    /// namespace).
    pub fn of_order(order_id: OrderId) -> Self {
        Self(Uuid::new_v5(&order_id.0, Self::KIND.as_bytes()))
    }
}

sceau_kernel::domain! {
    /// The payment domain.
    Payments, topic "sceau.payment", state PaymentState, command PaymentCommand, event PaymentEvent,
    refusal PaymentRefusal;
    Invoice: invoice::Invoice as "invoice",
}
