//! What may have happened to a batch. Every event carries the whole reference of its batch, so that a projection
//! finds its rows without a lookup.

use sceau_kernel::{Timestamp, Wire};
use serde::{Deserialize, Serialize};

use super::command::{DecommissionReason, Lot, Note, Place, ProductionLine};
use super::removal::Party;
use crate::{BatchId, CertificateId, CompanyId, OrderId, OrdinalRange, Sscc, StampForm, StamperId};

/// What happened to a batch.
#[derive(Clone, Debug, PartialEq, Wire)]
pub enum BatchEvent {
    /// It came into being.
    Generated(BatchGenerated),
    /// It was released to a stamper.
    Released(BatchReleased),
    /// Codes were handed out for printing.
    Downloaded(CodesDownloaded),
    /// Codes became active.
    Activated(CodesActivated),
    /// Printed labels were scanned.
    ReadBack(CodesReadBack),
    /// Codes were put into a container.
    Aggregated(CodesAggregated),
    /// Codes were taken out of containers.
    Disaggregated(CodesDisaggregated),
    /// Codes were taken out of circulation.
    Decommissioned(CodesDecommissioned),
    /// A decommissioning was undone.
    Reinstated(CodesReinstated),
}

impl BatchEvent {
    /// The batch it happened to.
    pub const fn batch(&self) -> &BatchRef {
        match self {
            Self::Generated(event) => &event.batch,
            Self::Released(event) => &event.batch,
            Self::Downloaded(event) => &event.batch,
            Self::Activated(event) => &event.batch,
            Self::ReadBack(event) => &event.batch,
            Self::Aggregated(event) => &event.batch,
            Self::Disaggregated(event) => &event.batch,
            Self::Decommissioned(event) => &event.batch,
            Self::Reinstated(event) => &event.batch,
        }
    }
}

/// What a batch is, from its first day to its last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Wire)]
#[wire(sceau_proto::stamp::v1::BatchRef)]
pub struct BatchRef {
    /// The batch.
    pub batch_id: BatchId,
    /// The order it was allocated for.
    pub order_id: OrderId,
    /// Number of the line within the order.
    pub line: u32,
    /// The certificate of the stamped product.
    pub certificate_id: CertificateId,
    /// The company that ordered.
    pub company_id: CompanyId,
    /// First number of the batch.
    pub first_number: u64,
    /// How many numbers it holds.
    pub count: u64,
}

/// A batch came into being; nothing is stored for the codes themselves.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(sceau_proto::stamp::v1::BatchGenerated)]
pub struct BatchGenerated {
    /// The batch.
    pub batch: BatchRef,
    /// The product's name at the time of the order.
    pub product_name: String,
    /// Form of the stamps.
    pub form: StampForm,
}

/// A batch was released to a stamper.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(sceau_proto::stamp::v1::BatchReleased)]
pub struct BatchReleased {
    /// The batch.
    pub batch: BatchRef,
    /// The stamper.
    pub stamper_id: StamperId,
    /// Id of the key that signs the codes of this batch.
    pub key_id: u32,
    /// The expiry that its codes carry; see [`expiry_day`](crate::expiry_day).
    pub expiry_day: u32,
}

/// Codes were handed out for printing.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(sceau_proto::stamp::v1::CodesDownloaded)]
pub struct CodesDownloaded {
    /// The batch.
    pub batch: BatchRef,
    /// The codes.
    pub range: OrdinalRange,
    /// The file they were handed out in; none when they were handed out as they are.
    pub part: Option<DownloadedPart>,
}

/// A file of codes for a printer: one of the parts into which a batch was cut.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Wire)]
#[wire(sceau_proto::stamp::v1::DownloadedPart)]
pub struct DownloadedPart {
    /// Its place among the parts, from 1.
    pub number: u32,
    /// How many parts there are in all.
    pub parts: u32,
    /// The format of the file.
    pub format: String,
}

/// Codes became active.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(sceau_proto::stamp::v1::CodesActivated)]
pub struct CodesActivated {
    /// The batch.
    pub batch: BatchRef,
    /// The stamper it is released to.
    pub stamper_id: StamperId,
    /// The codes that became active now; ascending and disjoint.
    pub ranges: Vec<OrdinalRange>,
    /// How many codes that is.
    pub codes: u64,
    /// Where they were applied.
    pub production_line: Option<ProductionLine>,
    /// The lot of the goods they were applied to.
    pub lot: Option<Lot>,
    /// The place where they were applied.
    pub place: Option<Place>,
}

/// A stamper scanned what was printed.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(sceau_proto::stamp::v1::CodesReadBack)]
pub struct CodesReadBack {
    /// The batch.
    pub batch: BatchRef,
    /// Codes that read well and did not before; ascending and disjoint.
    pub good: Vec<OrdinalRange>,
    /// Codes whose label is not fit for use and was not known to be so; ascending and disjoint.
    pub bad: Vec<OrdinalRange>,
    /// Labels that could not be read at all.
    pub unreadable: u64,
}

/// Codes were put into a container.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(sceau_proto::stamp::v1::CodesAggregated)]
pub struct CodesAggregated {
    /// The batch.
    pub batch: BatchRef,
    /// The container.
    pub into: Sscc,
    /// The codes that went into it now; ascending and disjoint.
    pub ranges: Vec<OrdinalRange>,
    /// How many codes that is.
    pub codes: u64,
}

/// Codes were taken out of containers.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(sceau_proto::stamp::v1::CodesDisaggregated)]
pub struct CodesDisaggregated {
    /// The batch.
    pub batch: BatchRef,
    /// What left each container.
    pub from: Vec<ContainerCodes>,
}

/// Codes of a batch and a container.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(sceau_proto::stamp::v1::ContainerCodes)]
pub struct ContainerCodes {
    /// The container.
    pub container: Sscc,
    /// The codes; ascending and disjoint.
    pub ranges: Vec<OrdinalRange>,
}

/// Codes were taken out of circulation.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(sceau_proto::stamp::v1::CodesDecommissioned)]
pub struct CodesDecommissioned {
    /// The batch.
    pub batch: BatchRef,
    /// The codes that were decommissioned now; ascending and disjoint.
    pub ranges: Vec<OrdinalRange>,
    /// How many codes that is.
    pub codes: u64,
    /// How many of them had been active.
    pub were_active: u64,
    /// Why.
    pub reason: DecommissionReason,
    /// More about it.
    pub note: Option<Note>,
    /// Who did it; unknown of the first versions.
    pub party: Option<Party>,
    /// When it was decided; unknown of the first versions.
    pub decommissioned_at: Option<Timestamp>,
}

/// A decommissioning was undone: the codes are what they were before.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(sceau_proto::stamp::v1::CodesReinstated)]
pub struct CodesReinstated {
    /// The batch.
    pub batch: BatchRef,
    /// The codes that came back now; ascending and disjoint.
    pub ranges: Vec<OrdinalRange>,
    /// How many codes that is.
    pub codes: u64,
    /// Those of them that are active again; the others wait.
    pub active: Vec<OrdinalRange>,
    /// How many codes that is.
    pub reactivated: u64,
    /// More about it.
    pub note: Option<Note>,
}
