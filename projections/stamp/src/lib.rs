//! Views of batches, by range, by owner and by product.
//!
//! | table | key | for |
//! |---|---|---|
//! | `batch` | tenant, batch | one batch in full |
//! | `batch_range` | tenant, bucket · first number | the batch of a number, by the highest first number up to it |
//! | `batch_by_company` | tenant, company · certificate, first number | lists of a company, and of a product of it |
//! | `batch_by_stamper` | tenant, stamper · first number | lists of a stamper |
//! | `batch_by_order` | tenant, order | the batches of an order, in the order of its lines |
//! | `activation` | tenant, batch · version | what was said with each activation: line, lot, place |
//! | `batch_packing` | tenant, batch | which codes of a batch are in which container |
//! | `container` | tenant, SSCC | what a carton or a pallet is, and where it stands |
//! | `carton_by_pallet` | tenant, pallet · carton | the cartons of a pallet |
//! | `codes_by_container` | tenant, SSCC · batch | the codes in a container |
//! | `product_stamps` | tenant, certificate | how many stamps of a product, by what has become of them |
//!
//! The lists hold ids only: what changes about a batch changes in `batch` and `batch_range`, and nowhere else.

mod activation;
mod batch;
mod container;
mod index;
mod message;
mod packing;
mod product;
mod range;
mod ranges;

use sceau_kernel::{DecodeError, Domain, Recorded};
use sceau_stamp::{BatchEvent, Stamping};

pub use activation::{ActivationKey, ActivationRow, ActivationView};
pub use batch::{BatchKey, BatchRow, BatchView};
pub use container::{
    CartonByPallet, CartonByPalletKey, CartonByPalletRow, CodesByContainer, CodesByContainerKey, CodesByContainerRow,
    ContainerKey, ContainerRow, ContainerView,
};
pub use index::{
    BatchByCompany, BatchByCompanyKey, BatchByCompanyRow, BatchByOrder, BatchByOrderKey, BatchByOrderRow,
    BatchByStamper, BatchByStamperKey, BatchByStamperRow,
};
pub use packing::{BatchPacking, BatchPackingRow, Packing};
pub use product::{ProductStamps, ProductStampsKey, ProductStampsRow};
pub use range::{BatchRange, BatchRangeKey, BatchRangeRow};
pub use ranges::Ranges;

const TOPICS: &[&str] = &[Stamping::TOPIC];

fn batch_event(record: &Recorded<'_>) -> Option<Result<BatchEvent, DecodeError>> {
    BatchEvent::decode_event(record.type_name, record.payload)
}

fn tenant(record: &Recorded<'_>) -> String {
    record.stream.tenant().to_owned()
}

#[cfg(test)]
mod tests;
