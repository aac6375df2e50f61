//! The fenced single writer, explored exhaustively.
//!
//! A [`World`] holds two nodes that fight for one partition, and records on their way to its log. A record may land
//! whenever it likes, in any order, twice, or never; a report may come late, never, or say that nobody knows.
//! [`explore`](explore()) visits every world that can be reached within some [`Bounds`] and looks for a [`Violation`].
//!
//! The worlds move by the very code that production runs: [`sceau_log::protocol::Cursor`] judges each record that
//! lands, [`sceau_log::protocol::Writer`] each report. [`Rule`] swaps one of the two for a tempting alternative, to
//! show that the exploration would notice: each of them breaks, with a story that says how.

mod explore;
mod rule;
mod world;

pub use explore::{Exploration, explore};
pub use rule::Rule;
pub use world::{Bounds, Step, Violation, World};
