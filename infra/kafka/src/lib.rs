//! The log port on Apache Kafka.
//!
//! [`KafkaLog`] is a [`Log`](sceau_log::Log): an idempotent producer for all partitions, one consumer that keeps the
//! newest records of every partition somebody reads, and a few consumers for those who are further behind. No consumer
//! group, offset commit or transaction takes part: readers keep their place with their data. [`Membership`] is the one
//! use of a consumer group: it says which partitions this node should try to own; the fences in the log say which it
//! does own.
//!
//! A record's key is its stream, its value the encoded commit, and its headers follow the CloudEvents binding for
//! Kafka, so that any Kafka tool shows what happened to which stream and when. This crate refuses to know what an
//! event means.

mod appender;
mod catch_up;
mod client;
mod ends;
mod flight;
mod log;
mod membership;
mod open_error;
mod record;
mod settings;
mod tail;
mod topics;

pub use log::KafkaLog;
pub use membership::{Change, Handover, Membership, MembershipError, MembershipSettings};
pub use open_error::{OpenError, TopicFault};
pub use settings::{Compression, KafkaSettings, Sasl, Secret, Security, Tls};
pub use topics::TopicSpec;
