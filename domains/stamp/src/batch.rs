//! One batch: generated, released to a stamper, its codes read back, activated and decommissioned by ranges.
//!
//! | a code | activate | read back | decommission | reinstate |
//! |---|---|---|---|---|
//! | waits | becomes active | read | is out | stays |
//! | is active | stays | read | is out | stays |
//! | is out of circulation | refused | read | stays, with its first reason | is what it was, if it may |
//!
//! It may within [`UNDO_DAYS`], by the party that decommissioned it, unless the reason [is final](DecommissionReason::is_final).

mod command;
mod decide;
mod event;
mod packs;
mod refusal;
mod removal;
mod state;

use sceau_kernel::{Context, Decider};

pub use command::{
    ActivateCodes, AggregateCodes, BatchCommand, CertificateFacts, DecommissionCodes, DecommissionReason,
    DisaggregateCodes, GenerateBatch, Lot, MAX_RANGES, Note, Place, ProductionLine, RecordDownload, RecordReadBack,
    ReinstateCodes, ReleaseBatch, ReleaseFacts, StamperFacts,
};
pub use decide::expiry_day;
pub use event::{
    BatchEvent, BatchGenerated, BatchRef, BatchReleased, CodesActivated, CodesAggregated, CodesDecommissioned,
    CodesDisaggregated, CodesDownloaded, CodesReadBack, CodesReinstated, ContainerCodes, DownloadedPart,
};
pub use packs::{Pack, Packs};
pub use refusal::BatchRefusal;
pub use removal::{Party, Removal, Removals, UNDO_DAYS};
pub use state::{BatchState, Codes, ReadBack, Release};

/// A batch as a decider.
pub struct Batch;

impl Decider for Batch {
    type State = BatchState;
    type Command = BatchCommand;
    type Event = BatchEvent;
    type Refusal = BatchRefusal;

    fn decide(state: &BatchState, command: &BatchCommand, context: &Context) -> Result<Vec<BatchEvent>, BatchRefusal> {
        decide::decide(state, command, context)
    }

    fn evolve(state: &mut BatchState, event: &BatchEvent) {
        state.evolve(event);
    }
}

#[cfg(test)]
mod tests;
