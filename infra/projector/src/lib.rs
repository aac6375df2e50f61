//! The read side: projection and reactor runtimes, rebuilds, and waiting for a position.
//!
//! A [`Projector`] folds one partition into the rows of one table, a [`ReactorMachine`] answers one partition with
//! commands; both are state machines without I/O. [`Projections`] gives every projection its tables, workers and
//! rebuilds, [`ReactorRunner`] runs a reactor, and [`Views`] reads rows while tables change underneath. Several nodes
//! share the work over one log and one store: each takes and releases partitions, one of them leads, and all serve
//! queries. This crate refuses to know what an event or a row means, and who asks.
//!
//! What holds, whatever stops when: a row includes every valid event of its partition up to its watermark, once; a
//! checkpoint never passes a row that is not in the store; a reactor's commands to one stream go in log order, one at
//! a time, and its checkpoint stays behind what is unanswered.

pub mod checkpoint;
mod compare;
mod contiguity;
mod control;
pub mod dead_letter;
mod elsewhere;
mod generation;
mod hired;
mod position;
pub mod projector;
pub mod reactor;
mod read_side;
mod reading;
mod resume;
mod served;
mod status;
mod table;
mod team;
mod traced;
mod under;
mod view;
mod weaken;
mod worker;

pub use compare::Comparison;
pub use elsewhere::{AppliedElsewhere, Awaited, WaitError};
pub use position::{Applied, Position, Stale};
pub use projector::{Projector, ProjectorOptions};
pub use reactor::{CommandSink, ReactorMachine, ReactorOptions, ReactorRunner, ReactorWatch, SinkError};
pub use read_side::{ControlError, Projections, ReadSide, StartError};
pub use reading::Counts;
pub use served::Standing;
pub use status::{GenerationStatus, PartitionStatus, Progress, ProjectionStatus, ReactorStatus};
pub use view::{Range, ViewError, ViewReader, Views};
pub use weaken::{Rule, Weaken};
