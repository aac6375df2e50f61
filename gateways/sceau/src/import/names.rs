//! The names that the import gives: every command and product has one that follows from the retailer's name and from what
//! stands in the file, so that a second run sends the same commands again and adds nothing.

use std::fmt;

use sceau_certification::{CertificateId, CompanyId, Gtin};
use sceau_kernel::CommandId;
use sceau_kernel::uuid::Uuid;
use sceau_order::OrderId;
use sceau_payment::InvoiceId;
use sceau_stamp::BatchId;

/// Names within one retailer's stream of orders.
#[derive(Clone, Copy, Debug)]
pub(super) struct Names {
    space: Uuid,
}

impl Names {
    pub(super) fn of(company: &str) -> Self {
        let imports = Uuid::new_v5(&Uuid::NAMESPACE_URL, b"https://sceau.dev/import/orders");
        Self { space: Uuid::new_v5(&imports, company.as_bytes()) }
    }

    /// The id of the command that `what` describes (RFC 9562 version 5).
    pub(super) fn command(&self, what: fmt::Arguments<'_>) -> Uuid {
        Uuid::new_v5(&self.space, what.to_string().as_bytes())
    }

    pub(super) fn registration(&self) -> Uuid {
        self.command(format_args!("company"))
    }

    pub(super) fn application(&self, stock_code: &str) -> Uuid {
        self.command(format_args!("product {stock_code} apply"))
    }

    pub(super) fn placing(&self, order: &str) -> Uuid {
        self.command(format_args!("order {order} place"))
    }

    /// A GTIN-13 under the GS1 prefixes 200 to 299, which are free for use within a region and never given to a company
    /// (GS1 General Specifications, "Restricted Circulation Numbers"); `attempt` gives another when it is taken.
    pub(super) fn gtin(&self, stock_code: &str, attempt: u32) -> Option<Gtin> {
        let hash = self.command(format_args!("product {stock_code} gtin {attempt}")).as_u128();
        let within = (hash % 100_000_000_000) as u64;
        Gtin::with_check_digit(200_000_000_000 + within)
    }
}

// The platform derives the id of what a command creates from the command's id, and those of an order's invoice and
// batches from the order's. So the import can ask what became of a command that it may have sent before it was
// interrupted, without a book of its own.

pub(super) fn company_of(registration: Uuid) -> CompanyId {
    CompanyId::created_by(&CommandId::Client(registration))
}

pub(super) fn certificate_of(application: Uuid) -> CertificateId {
    CertificateId::created_by(&CommandId::Client(application))
}

pub(super) fn order_of(placing: Uuid) -> OrderId {
    OrderId::created_by(&CommandId::Client(placing))
}

pub(super) fn invoice_of(order: OrderId) -> InvoiceId {
    InvoiceId::of_order(sceau_payment::OrderId(order.0))
}

pub(super) fn batch_of(order: OrderId, line: u32) -> BatchId {
    BatchId::of_line(sceau_stamp::OrderId(order.0), line)
}
