//! What a read model is: three pure functions over rows, and the typed table that a row becomes.
//!
//! A projection says which rows an event touches ([`Projection::route`]) and folds it in ([`Projection::apply`]). The
//! runtime in `sceau-engine` gives the rest: reading from the right place, caching and flushing, watermarks,
//! checkpoints, rebuilds. This crate refuses to know where rows are kept and when.

mod projection;
pub mod row;
#[cfg(feature = "testing")]
pub mod testing;

pub use projection::Projection;
pub use row::{Cell, CellKind, Cells, Column, RowError, TableSchema};
pub use sceau_derive::Row;
