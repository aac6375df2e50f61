//! Logs, spans and metrics, and where they go.
