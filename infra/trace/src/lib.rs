//! One trace from the gateway through the log to the row: the spans there are, and how they join.
//!
//! A commit carries the W3C `traceparent` of the span that made it, so whoever reads it, however much later and on
//! whichever node, can go on with the same trace. While nothing is exported every span here is the empty one and costs
//! a load of one flag.

use std::sync::atomic::{AtomicBool, Ordering};

use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};
use tracing::{Span, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt;

static EXPORTING: AtomicBool = AtomicBool::new(false);

/// Says that spans go somewhere from now on. Told once, by whoever starts the exporter.
pub fn set_exporting() {
    EXPORTING.store(true, Ordering::Release);
}

/// True while spans go somewhere.
pub fn exporting() -> bool {
    EXPORTING.load(Ordering::Acquire)
}

/// The span of a call: from its arrival to its answer.
pub fn call(method: &'static str, parent: &str) -> Span {
    joined(|| info_span!("sceau.call", method, otel.kind = "server"), parent)
}

/// The span of a command in its partition: from the queue until its commit is durable.
pub fn commit(topic: &'static str, partition: u32, parent: &str) -> Span {
    joined(|| info_span!("sceau.commit", topic, partition), parent)
}

/// The span of a commit's way into the rows of a view.
pub fn rows(table: &str, topic: &'static str, partition: u32, parent: &str) -> Span {
    joined(|| info_span!("sceau.rows", table, topic, partition), parent)
}

fn joined(make: impl FnOnce() -> Span, parent: &str) -> Span {
    if !exporting() {
        return Span::none();
    }
    let span = make();
    if let Some(parent) = parse(parent) {
        // It fails only where no exporter is set, and then there is nothing to join.
        let _ = span.set_parent(opentelemetry::Context::new().with_remote_span_context(parent));
    }
    span
}

/// The `traceparent` of a span (W3C Trace Context, version 00); empty when it is not exported.
pub fn traceparent(span: &Span) -> String {
    if span.is_none() {
        return String::new();
    }
    let context = span.context();
    let context = context.span();
    let context = context.span_context();
    if !context.is_valid() {
        return String::new();
    }
    format!("00-{}-{}-{:02x}", context.trace_id(), context.span_id(), context.trace_flags().to_u8())
}

/// The span that a `traceparent` names. One that does not parse is ignored: a trace is no reason to refuse a command.
fn parse(traceparent: &str) -> Option<SpanContext> {
    let mut parts = traceparent.split('-');
    let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    if version.len() != 2 || version == "ff" || trace.len() != 32 || span.len() != 16 {
        return None;
    }
    let flags = TraceFlags::new(u8::from_str_radix(flags, 16).ok()?);
    let (trace, span) = (TraceId::from_hex(trace).ok()?, SpanId::from_hex(span).ok()?);
    let context = SpanContext::new(trace, span, flags, true, TraceState::default());
    context.is_valid().then_some(context)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_traceparent_parses() {
        let context = parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01").unwrap();
        assert_eq!(context.trace_id().to_string(), "0af7651916cd43dd8448eb211c80319c");
        assert!(context.is_sampled());
    }

    #[test]
    fn what_is_no_traceparent_is_ignored() {
        for wrong in ["", "00", "00-0-0-0", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "00-zz-zz-zz"] {
            assert!(parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn nothing_is_traced_without_an_exporter() {
        let span = call("Verify", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        assert!(span.is_none());
        assert_eq!(traceparent(&span), "");
    }
}
