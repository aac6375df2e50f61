//! Every setting, once.

/// A setting: its key in the file, its default, and what it is for.
#[derive(Debug, PartialEq, Eq)]
pub struct Setting {
    /// Dotted key in the file: `grpc.listen`.
    pub key: &'static str,
    /// Default, as it would be written in the file.
    pub default: &'static str,
    /// What it is for, with units.
    pub meaning: &'static str,
}

impl Setting {
    /// Its environment variable: `SCEAU_GRPC_LISTEN`.
    pub fn variable(&self) -> String {
        format!("SCEAU_{}", self.key.replace('.', "_").to_uppercase())
    }
}

const fn setting(key: &'static str, default: &'static str, meaning: &'static str) -> Setting {
    Setting { key, default, meaning }
}

/// Every setting, in the order `sceau config` prints them.
pub const SETTINGS: &[Setting] = &[
    setting("data", "data", "folder of the embedded engines, keys and tokens"),
    setting("tenants", "ci", "tenants served, separated by commas; the first is that of calls that name none"),
    setting("grpc.listen", "127.0.0.1:7450", "address of the gRPC API"),
    setting("http.listen", "127.0.0.1:7451", "address of /metrics and /health"),
    setting("code.host", "sceau.example", "host printed in signed codes; at most 21 characters"),
    setting("log.partitions", "4", "partitions of each topic; fixed when the data folder is made"),
    setting("queue.commands", "16384", "commands that may wait per partition before callers are told to slow down"),
    setting("cache.states", "20000", "stream states kept in memory per partition"),
    setting("cache.rows", "5000", "rows kept in memory per view and partition"),
    setting("engine.memory", "120MiB", "memory of the embedded engines: caches, write buffers and log tail together"),
    setting("public.rate", "50", "verifications per second for one public caller"),
    setting("deadline.interval", "5s", "how often expired certificates and quotes are looked for"),
    setting("otlp.endpoint", "", "OTLP gRPC endpoint for spans, such as http://localhost:4317; empty exports none"),
    setting("log.level", "info", "which log lines are written, in tracing's filter syntax"),
    setting("log.format", "auto", "how log lines look: text, json, or auto (text on a terminal)"),
];
