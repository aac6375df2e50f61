//! The figures on the real Kafka and Cassandra, each on engines of its own, started on loopback and ended with it: one
//! broker, one Cassandra, and the platform and its callers, all on the same cores. Where Java or Maven is missing they
//! are skipped aloud.
//!
//! | module | figures |
//! |---|---|
//! | [`commands`] | `kafka.commands` |
//! | [`lone`], [`readable`] | `kafka.lone.p99`, `kafka.readable.p99` |
//! | [`projection`] | `cql.projection` |
//! | [`takeover`] | `takeover` |
//! | [`nodes`] | `nodes.cpu` |
//! | [`peers`] | `peer.*` |

mod bare;
mod commands;
mod engines;
mod lone;
mod nodes;
mod peers;
mod projection;
mod readable;
mod share;
mod takeover;
mod watched;

use crate::Bench;

/// As of the figures without a cluster.
pub(crate) const BENCHES: &[(&[&str], Bench)] = &[
    (&["kafka.commands"], commands::measure),
    (&["kafka.lone.p99"], lone::measure),
    (&["kafka.readable.p99"], readable::measure),
    (&["cql.projection"], projection::measure),
    (&["takeover"], takeover::measure),
    (&["nodes.cpu"], nodes::measure),
    (&["peer.streams", "peer.streams.p99"], peers::streams),
    (&["peer.pekko"], peers::pekko),
];
