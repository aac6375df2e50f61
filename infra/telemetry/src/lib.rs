//! Logs, spans and metrics, and where they go.
//!
//! Log lines go to standard error, readable on a terminal and as JSON otherwise. Spans are exported over OTLP when an
//! endpoint is set, and cost nothing when none is. Metrics are pulled: whoever has numbers implements [`Source`], and
//! `/metrics` asks them when it is asked. This crate refuses to know what is measured.

mod http;
mod logs;
mod metrics;

pub use http::{Health, HttpDoor};
pub use logs::{Format, Logs, LogsError, Telemetry, start};
pub use metrics::{Kind, Labels, Page, Source};
