//! The read side: projection and reactor runtimes, rebuilds, and waiting for a position.

pub mod checkpoint;
mod compare;
mod contiguity;
mod control;
pub mod dead_letter;
mod generation;
mod position;
pub mod projector;
pub mod reactor;
mod read_side;
mod reading;
mod status;
mod table;
mod team;
mod under;
mod view;
mod weaken;
mod worker;

pub use compare::Comparison;
pub use position::{Applied, Position, Stale};
pub use projector::{Projector, ProjectorOptions};
pub use reactor::{CommandSink, ReactorMachine, ReactorOptions, ReactorRunner, ReactorWatch, SinkError};
pub use read_side::{ControlError, Projections, ReadSide, StartError};
pub use reading::Counts;
pub use status::{GenerationStatus, PartitionStatus, Progress, ProjectionStatus, ReactorStatus};
pub use view::{Range, ViewError, ViewReader, Views};
pub use weaken::{Rule, Weaken};
