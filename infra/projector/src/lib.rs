//! The read side: projection and reactor runtimes, rebuilds, and waiting for a position.

mod generation;
mod position;
mod status;
mod table;
mod view;

pub use position::{Applied, Position, Stale};
pub use status::{GenerationStatus, PartitionStatus, Progress, ProjectionStatus, ReactorStatus};
pub use view::{Range, ViewError, ViewReader, Views};
