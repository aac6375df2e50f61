//! What a commit record says: one accepted command and the events it gave, as `sceau.log.v1.Commit`.
//!
//! The writer encodes 200 000 of these a second and every reader decodes them all, so neither goes through the prost
//! message: [`encode_commit`] writes the fields into a buffer that a whole batch shares, [`decode_commit`] gives a view
//! that borrows from the record. A property test holds both to the bytes of the prost message. This crate refuses to
//! know what an event means and whether a commit is valid.

mod decode;
mod encode;
mod heading;
mod wire;

pub use decode::{Commit, CommitError, Event, Events, decode_commit};
pub use encode::{NewCommit, encode_commit};
pub use heading::{Heading, decode_heading};
