//! What the platform runs with: every setting, its value, and where the value comes from.
//!
//! Defaults < file < environment < flags. All layers are read in one pass that reports every fault at once, so that a
//! person corrects a configuration in one go.

mod clones;
mod cluster;
mod fault;
mod master;
mod settings;
mod value;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sceau_kernel::Tenant;
use sceau_verification::clone::Thresholds;
use sceau_web::Trusted;

pub use cluster::{ClusterConfig, KafkaConfig, Sasl, ScyllaConfig, Tls};
pub use fault::{ConfigFault, ConfigFaults};
pub use master::Master;
pub use settings::{SETTINGS, Setting};
pub use value::{LogFormat, Size};

/// Everything the platform can be told, in types that cannot be wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Folder of the embedded engines, keys and tokens.
    pub data: PathBuf,
    /// Tenants served; the first is the one of calls that name none.
    pub tenants: Vec<Tenant>,
    /// Where gRPC is served.
    pub grpc_listen: SocketAddr,
    /// Where `/metrics` and `/health` are served.
    pub http_listen: SocketAddr,
    /// Where the verification page and JSON over HTTP are served.
    pub web_listen: SocketAddr,
    /// The URL under which people reach it; that of `web_listen` when absent.
    pub web_url: Option<String>,
    /// Folder of the photos that people report problems with.
    pub web_evidence: PathBuf,
    /// Whose word on an address or a telephone number is taken there.
    pub web_trusted: Trusted,
    /// Host printed in signed codes.
    pub code_host: String,
    /// Partitions of each topic, fixed when the folder is made.
    pub partitions: u32,
    /// Commands that may wait per partition before callers are told to slow down.
    pub queue_commands: usize,
    /// Stream states kept in memory per partition.
    pub cache_states: usize,
    /// Rows kept in memory per view and partition.
    pub cache_rows: usize,
    /// Memory of the embedded engines: block caches, write buffers and log tail together.
    pub engine_memory: Size,
    /// Verifications a public caller may make per second.
    pub public_rate: u32,
    /// From where on scans speak of copies.
    pub clones: Thresholds,
    /// How often deadlines (expired certificates and quotes) are looked for.
    pub deadline_interval: Duration,
    /// OTLP endpoint for spans; none exported when absent.
    pub otlp_endpoint: Option<String>,
    /// Which log lines are written, in `tracing` filter syntax.
    pub log_level: String,
    /// How log lines look.
    pub log_format: LogFormat,
    /// Folder of the keys of tokens and codes.
    pub keys: PathBuf,
    /// Where the master key comes from, which seals the keys of codes.
    pub master: Master,
    /// Keys of codes are replaced when they are so many days old; 0 is never.
    pub rotate_days: u32,
    /// This node and the engines it shares with others; `None` for the embedded engines.
    pub cluster: Option<ClusterConfig>,
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The default.
    Default,
    /// The configuration file.
    File(PathBuf),
    /// An environment variable.
    Environment(String),
    /// A flag of the command line.
    Flag,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Environment(name) => write!(f, "${name}"),
            Self::Flag => f.write_str("flag"),
        }
    }
}

/// One setting in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InForce {
    /// The setting.
    pub setting: &'static Setting,
    /// Its value, as written.
    pub value: String,
    /// Where it comes from.
    pub origin: Origin,
}

impl InForce {
    /// The value as anybody may see it.
    pub fn shown(&self) -> &str {
        if self.setting.is_secret() && !self.value.is_empty() { "(secret)" } else { &self.value }
    }
}

/// The layers above the defaults, as they were found.
#[derive(Clone, Debug, Default)]
pub struct Layers {
    /// Path and text of the configuration file, when there is one.
    pub file: Option<(PathBuf, String)>,
    /// Environment variables.
    pub environment: BTreeMap<String, String>,
    /// `key = value` from flags.
    pub flags: BTreeMap<String, String>,
}

impl Layers {
    /// The layers of this process: `file` (or `sceau.toml` in the data folder, when it is there), the environment, and
    /// `flags`.
    pub fn of_process(file: Option<&Path>, flags: BTreeMap<String, String>) -> Result<Self, ConfigFaults> {
        let environment: BTreeMap<String, String> =
            std::env::vars().filter(|(name, _)| name.starts_with("SCEAU_")).collect();
        let data = flags.get("data").or_else(|| environment.get("SCEAU_DATA")).map_or("data", String::as_str);
        let beside = Path::new(data).join("sceau.toml");
        let path = match file {
            Some(path) => Some(path.to_owned()),
            None => beside.exists().then_some(beside),
        };
        let file = match path {
            Some(path) => match std::fs::read_to_string(&path) {
                Ok(text) => Some((path, text)),
                Err(error) => {
                    return Err(ConfigFaults(vec![ConfigFault::File { path, reason: error.to_string() }]));
                }
            },
            None => None,
        };
        Ok(Self { file, environment, flags })
    }

    /// The configuration these layers give, with every setting in force; or all their faults.
    pub fn resolve(&self) -> Result<(Config, Vec<InForce>), ConfigFaults> {
        let mut faults = Vec::new();
        let file = self.file_values(&mut faults);
        self.unknown_variables(&mut faults);
        for key in self.flags.keys().filter(|key| SETTINGS.iter().all(|setting| setting.key != key.as_str())) {
            faults.push(ConfigFault::UnknownKey { key: key.clone(), origin: "--set".to_owned() });
        }
        let in_force: Vec<InForce> = SETTINGS.iter().map(|setting| self.pick(setting, &file)).collect();
        let config = typed(&in_force, &mut faults);
        match config {
            Some(config) if faults.is_empty() => Ok((config, in_force)),
            _ => Err(ConfigFaults(faults)),
        }
    }

    fn pick(&self, setting: &'static Setting, file: &BTreeMap<String, String>) -> InForce {
        let variable = setting.variable();
        let (value, origin) = if let Some(value) = self.flags.get(setting.key) {
            (value.clone(), Origin::Flag)
        } else if let Some(value) = self.environment.get(&variable) {
            (value.clone(), Origin::Environment(variable))
        } else if let (Some(value), Some((path, _))) = (file.get(setting.key), &self.file) {
            (value.clone(), Origin::File(path.clone()))
        } else {
            (setting.default.to_owned(), Origin::Default)
        };
        InForce { setting, value, origin }
    }

    /// Values of the file by dotted key.
    fn file_values(&self, faults: &mut Vec<ConfigFault>) -> BTreeMap<String, String> {
        let mut values = BTreeMap::new();
        let Some((path, text)) = &self.file else { return values };
        match text.parse::<toml::Table>() {
            Ok(table) => flatten("", &table, &mut values),
            Err(error) => faults.push(ConfigFault::File { path: path.clone(), reason: error.message().to_owned() }),
        }
        for key in values.keys().filter(|key| SETTINGS.iter().all(|setting| setting.key != key.as_str())) {
            faults.push(ConfigFault::UnknownKey { key: key.clone(), origin: path.display().to_string() });
        }
        values
    }

    /// A misspelt variable would be silently without effect.
    fn unknown_variables(&self, faults: &mut Vec<ConfigFault>) {
        // Read by the command line itself, not by the platform.
        let clients = ["SCEAU_TOKEN", "SCEAU_SERVER", "SCEAU_CONFIG"];
        for name in self.environment.keys().filter(|name| !clients.contains(&name.as_str())) {
            if SETTINGS.iter().all(|setting| setting.variable() != *name) {
                faults.push(ConfigFault::UnknownKey { key: name.clone(), origin: "the environment".to_owned() });
            }
        }
    }
}

fn flatten(prefix: &str, table: &toml::Table, values: &mut BTreeMap<String, String>) {
    for (name, value) in table {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match value {
            toml::Value::Table(inner) => flatten(&key, inner, values),
            toml::Value::String(text) => {
                values.insert(key, text.clone());
            }
            toml::Value::Array(items) => {
                let texts: Vec<String> =
                    items.iter().map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned)).collect();
                values.insert(key, texts.join(","));
            }
            other => {
                values.insert(key, other.to_string());
            }
        }
    }
}

/// The typed configuration; `None` when any value is at fault.
fn typed(in_force: &[InForce], faults: &mut Vec<ConfigFault>) -> Option<Config> {
    let mut read = value::Reader::new(in_force, faults);
    let grpc_listen = read.address("grpc.listen");
    let data = read.path("data");
    let config = Config {
        keys: read.optional("keys.folder").map_or_else(|| data.join("keys"), PathBuf::from),
        cluster: cluster::read(&mut read, grpc_listen),
        web_evidence: read.optional("web.evidence").map_or_else(|| data.join("evidence"), PathBuf::from),
        data,
        tenants: read.tenants("tenants"),
        grpc_listen,
        http_listen: read.address("http.listen"),
        web_listen: read.address("web.listen"),
        web_url: read.url("web.url"),
        web_trusted: Trusted { proxies: read.networks("web.proxies"), operators: read.networks("phone.operators") },
        code_host: read.host("code.host"),
        partitions: read.count("log.partitions", 1..=256) as u32,
        queue_commands: read.count("queue.commands", 16..=1_000_000) as usize,
        cache_states: read.count("cache.states", 100..=10_000_000) as usize,
        cache_rows: read.count("cache.rows", 100..=10_000_000) as usize,
        engine_memory: read.size("engine.memory", Size::mebibytes(16)..=Size::mebibytes(65_536)),
        public_rate: read.count("public.rate", 1..=1_000_000) as u32,
        clones: clones::read(&mut read),
        deadline_interval: read.duration("deadline.interval"),
        otlp_endpoint: read.optional("otlp.endpoint"),
        log_level: read.text("log.level"),
        log_format: read.log_format("log.format"),
        master: master::read(&mut read),
        rotate_days: read.count("keys.rotate_days", 0..=3_650) as u32,
    };
    read.finished().then_some(config)
}

#[cfg(test)]
mod tests;
