//! Names of the things that stamps refer to.

use sceau_kernel::id;
use sceau_kernel::uuid::Uuid;

id!(
    /// A batch: consecutive numbers of one product in one form.
    BatchId, "batch"
);
id!(
    /// An order of stamps.
    OrderId, "order"
);
id!(
    /// The certificate of a product, which is the product's identity everywhere.
    CertificateId, "certificate"
);
id!(
    /// A certified company.
    CompanyId, "company"
);
id!(
    /// An accredited stamper.
    StamperId, "stamper"
);

impl BatchId {
    /// The batch of an order's line: the same line always names the same batch (RFC 9562 version 5, with the order as
    /// the namespace), so that whoever knows an order knows its batches.
    pub fn of_line(order: OrderId, line: u32) -> Self {
        Self(Uuid::new_v5(&order.0, format!("batch/{line}").as_bytes()))
    }
}
