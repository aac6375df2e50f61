//! The gRPC door: lets callers in, reads what they ask, looks up what a decision needs to know, hands commands to the
//! engine and answers queries from the views.
//!
//! - [`Gateway`] serves every service of the published language, reflection and `grpc.health.v1`.
//! - [`ACCESS`] says who may do what; [`failure`] how what went wrong is told.
//! - [`Notary`] fills the transparency log with what is public.
//! - [`Ticker`] sends what falls due with time: certificates and quotes that expire.
//!
//! It holds no business rule: what is allowed in which state is the domains' to say, and how a code is judged is a
//! pure function of `sceau-verification`.

mod access;
mod admin;
mod call;
mod calls;
mod command;
mod door;
mod facts;
pub mod failure;
mod gateway;
mod ids;
mod kept;
mod notary;
mod offline;
mod page;
mod parts;
mod printed;
mod query;
mod services;
mod settings;
mod stamps;
mod submit;
mod tables;
mod ticker;
mod transparency;
mod verify;

pub use access::ACCESS;
pub use admin::TOPICS;
pub use calls::CallCount;
pub use door::{Cluster, Engines, Parts};
pub use gateway::{Gateway, ServeError};
pub use notary::Notary;
pub use offline::OfflineLists;
pub use parts::{MadePart, PartAsked, Use};
pub use settings::{Settings, system_clock};
pub use tables::{MissingView, projections};
pub use ticker::Ticker;
pub use transparency::TransparencyFile;
pub use verify::{Asker, MAX_BATCH, MAX_PHOTO};
