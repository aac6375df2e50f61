//! The national number space, and batches of stamps from allocation to activation.
//!
//! A paid order takes numbers from its tenant's one [`Series`]: each line gets a range, which is a batch with a stream
//! of its own ([`Batch`]). A batch is generated, released to an accredited stamper, downloaded, and its codes are
//! activated or decommissioned, always as ranges of ordinals: a batch of a billion stamps is one small state until
//! somebody treats some of its codes apart from the others.
//!
//! Active codes go into cartons and cartons onto pallets ([`Container`]), as in EPCIS: aggregation adds, disaggregation
//! deletes.
//!
//! This crate knows numbers and ordinals, not what a printed code looks like: that is `sceau-code`.

mod batch;
mod container;
mod form;
mod ids;
mod ranges;
mod series;
mod sscc;

pub use batch::{
    ActivateCodes, AggregateCodes, Batch, BatchCommand, BatchEvent, BatchGenerated, BatchRef, BatchRefusal,
    BatchReleased, BatchState, CertificateFacts, Codes, CodesActivated, CodesAggregated, CodesDecommissioned,
    CodesDisaggregated, CodesDownloaded, CodesReadBack, CodesReinstated, ContainerCodes, DecommissionCodes,
    DecommissionReason, DisaggregateCodes, DownloadedPart, GenerateBatch, Lot, MAX_RANGES, Note, Pack, Packs, Party,
    Place, ProductionLine, ReadBack, RecordDownload, RecordReadBack, ReinstateCodes, Release, ReleaseBatch,
    ReleaseFacts, Removal, Removals, StamperFacts, UNDO_DAYS, expiry_day,
};
pub use container::{
    AggregateContainer, Container, ContainerAggregated, ContainerCommand, ContainerDisaggregated, ContainerEvent,
    ContainerFacts, ContainerKind, ContainerOpened, ContainerRefusal, ContainerState, OpenContainer,
};
pub use form::StampForm;
pub use ids::{BatchId, CertificateId, CompanyId, OrderId, StamperId};
pub use ranges::{MAX_FRAGMENTS, OrdinalRange, RangeSet};
pub use series::{
    AllocateStamps, AllocatedLine, AllocationLine, MAX_COUNT, MAX_LINES, NUMBER_LIMIT, Series, SeriesCommand,
    SeriesEvent, SeriesRefusal, SeriesState, StampsAllocated, bucket_of, series_stream,
};
pub use sscc::Sscc;

sceau_kernel::domain! {
    /// The stamp domain.
    Stamping, topic "sceau.stamp",
    state StampingState version 3, command StampingCommand, event StampingEvent, refusal StampingRefusal;
    Series: series::Series as "series",
    Batch: batch::Batch as "batch",
    Container: container::Container as "container",
}
