//! The read side: projection and reactor runtimes, rebuilds, and waiting for a position.

pub mod checkpoint;
mod contiguity;
pub mod dead_letter;
mod generation;
mod position;
pub mod projector;
pub mod reactor;
mod reading;
mod status;
mod table;
mod under;
mod view;
mod weaken;

pub use position::{Applied, Position, Stale};
pub use projector::{Projector, ProjectorOptions};
pub use reactor::{CommandSink, ReactorMachine, ReactorOptions, SinkError};
pub use reading::Counts;
pub use status::{GenerationStatus, PartitionStatus, Progress, ProjectionStatus, ReactorStatus};
pub use view::{Range, ViewError, ViewReader, Views};
pub use weaken::Weaken;
