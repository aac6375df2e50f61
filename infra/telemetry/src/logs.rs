//! Where log lines and spans go.

use std::fmt;
use std::io::{self, IsTerminal};

use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::WithExportConfig;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text when standard error is a terminal, JSON otherwise.
    Auto,
    /// For people.
    Text,
    /// One JSON object per line.
    Json,
}

/// What to write and where.
#[derive(Clone, Debug)]
pub struct Logs {
    /// Filter in `tracing` syntax: `info`, `sceau_engine=debug,info`.
    pub level: String,
    /// How lines look.
    pub format: Format,
    /// OTLP gRPC endpoint for spans, such as `http://localhost:4317`.
    pub otlp_endpoint: Option<String>,
}

/// Why logging could not start.
#[derive(Debug)]
pub enum LogsError {
    /// The filter does not parse.
    Level {
        /// The filter.
        level: String,
        /// What the parser said.
        reason: String,
    },
    /// The exporter cannot be made.
    Endpoint {
        /// The endpoint.
        endpoint: String,
        /// Why.
        reason: String,
    },
    /// Another subscriber is in place already.
    AlreadyStarted,
}

impl fmt::Display for LogsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Level { level, reason } => {
                write!(f, "log.level `{level}` does not parse ({reason}): use for example info")
            }
            Self::Endpoint { endpoint, reason } => {
                write!(f, "otlp.endpoint `{endpoint}`: {reason}; use for example http://localhost:4317")
            }
            Self::AlreadyStarted => f.write_str("logging was started twice in this process"),
        }
    }
}

impl std::error::Error for LogsError {}

/// Keeps the span exporter running.
pub struct Telemetry {
    provider: Option<SdkTracerProvider>,
}

impl Telemetry {
    /// Sends the spans that still wait, and stops. Call it when nothing more will be traced.
    pub fn stop(self) {
        if let Some(Err(error)) = self.provider.map(|provider| provider.shutdown()) {
            tracing::warn!(%error, "the last spans were not exported");
        }
    }
}

/// Starts logging and, when an endpoint is set, exporting spans; once per process, within a tokio runtime.
pub fn start(logs: &Logs) -> Result<Telemetry, LogsError> {
    let filter = EnvFilter::try_new(&logs.level)
        .map_err(|error| LogsError::Level { level: logs.level.clone(), reason: error.to_string() })?;
    let json = match logs.format {
        Format::Json => true,
        Format::Text => false,
        Format::Auto => !io::stderr().is_terminal(),
    };
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    let lines = if json { lines.json().boxed() } else { lines.with_target(false).compact().boxed() };
    let provider = logs.otlp_endpoint.as_deref().map(exporter).transpose()?;
    let spans = provider.as_ref().map(|provider| tracing_opentelemetry::layer().with_tracer(provider.tracer("sceau")));
    tracing_subscriber::registry()
        .with(spans.with_filter(EnvFilter::new("info")))
        .with(lines.with_filter(filter))
        .try_init()
        .map_err(|_| LogsError::AlreadyStarted)?;
    if provider.is_some() {
        sceau_trace::set_exporting();
    }
    Ok(Telemetry { provider })
}

fn exporter(endpoint: &str) -> Result<SdkTracerProvider, LogsError> {
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_tonic()
        .with_endpoint(endpoint)
        .build()
        .map_err(|error| LogsError::Endpoint { endpoint: endpoint.to_owned(), reason: error.to_string() })?;
    let resource = Resource::builder().with_service_name("sceau").build();
    Ok(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build())
}
