//! One batch: generated, released to a stamper, its codes activated and decommissioned by ranges.

mod command;
mod decide;
mod event;
mod refusal;
mod state;

use sceau_kernel::{Context, Decider};

pub use command::{
    ActivateCodes, BatchCommand, CertificateFacts, DecommissionCodes, DecommissionReason, GenerateBatch, MAX_RANGES,
    Note, RecordDownload, ReleaseBatch, ReleaseFacts, StamperFacts,
};
pub use decide::expiry_day;
pub use event::{
    BatchEvent, BatchGenerated, BatchRef, BatchReleased, CodesActivated, CodesDecommissioned, CodesDownloaded,
};
pub use refusal::BatchRefusal;
pub use state::{BatchState, Codes, Release};

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
