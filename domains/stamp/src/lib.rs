//! The national number space, and batches of stamps from allocation to activation.
//!
//! A paid order takes numbers from its tenant's one [`Series`]: each line gets a range, which is a batch with a stream
//! of its own ([`Batch`]). A batch is generated, released to an accredited stamper, downloaded, and its codes are
//! activated or decommissioned, always as ranges of ordinals: a batch of a billion stamps is one small state until
//! somebody treats some of its codes apart from the others.
//!
//! This crate knows numbers and ordinals, not what a printed code looks like: that is `sceau-code`.

mod batch;
mod form;
mod ids;
mod ranges;
mod series;

pub use batch::{
    ActivateCodes, Batch, BatchCommand, BatchEvent, BatchGenerated, BatchRef, BatchRefusal, BatchReleased, BatchState,
    CertificateFacts, Codes, CodesActivated, CodesDecommissioned, CodesDownloaded, CodesReadBack, CodesReinstated,
    DecommissionCodes, DecommissionReason, GenerateBatch, Lot, MAX_RANGES, Note, Party, Place, ProductionLine,
    ReadBack, RecordDownload, RecordReadBack, ReinstateCodes, Release, ReleaseBatch, ReleaseFacts, Removal, Removals,
    StamperFacts, UNDO_DAYS, expiry_day,
};
pub use form::StampForm;
pub use ids::{BatchId, CertificateId, CompanyId, OrderId, StamperId};
pub use ranges::{MAX_FRAGMENTS, OrdinalRange, RangeSet};
pub use series::{
    AllocateStamps, AllocatedLine, AllocationLine, MAX_COUNT, MAX_LINES, NUMBER_LIMIT, Series, SeriesCommand,
    SeriesEvent, SeriesRefusal, SeriesState, StampsAllocated, bucket_of, series_stream,
};

sceau_kernel::domain! {
    /// The stamp domain.
    Stamping, topic "sceau.stamp",
    state StampingState version 2, command StampingCommand, event StampingEvent, refusal StampingRefusal;
    Series: series::Series as "series",
    Batch: batch::Batch as "batch",
}
