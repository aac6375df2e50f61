//! The words every domain shares: ids, money, time, commands, events, refusals, and the decider itself.
//!
//! A domain crate is a handful of [`Decider`]s, each a pure state machine over one kind of stream, gathered into one
//! [`Domain`] per topic by the [`domain!`] macro. This crate refuses to know async, I/O, clocks, randomness, the log
//! and the store: what a decision needs of the world comes in as a value, in its [`Context`].

mod context;
mod decider;
mod digest;
mod domain;
mod ids;
mod money;
mod personal;
mod phrase;
mod quantity;
mod reactor;
mod refusal;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod time;
pub mod wire;

pub use context::{Actor, Context, Role};
pub use decider::Decider;
pub use digest::CommandDigest;
pub use domain::{DecodeError, Domain, EncodedEvent};
pub use ids::{CommandId, Reaction, StreamId, StreamIdError, Tenant};
pub use money::{Currency, Money, Rate};
pub use personal::Personal;
pub use phrase::Phrase;
pub use quantity::Quantity;
pub use reactor::{Reactor, Recorded, Source};
pub use refusal::{Refusal, RefusalKind};
pub use sceau_derive::Wire;
pub use time::Timestamp;

extern crate self as sceau_kernel;

#[doc(hidden)]
pub use {prost, sceau_proto, serde, uuid};
