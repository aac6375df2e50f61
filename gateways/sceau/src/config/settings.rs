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
    /// Whether its value is nobody's to see.
    pub fn is_secret(&self) -> bool {
        self.key.ends_with(".password") || self.key == "master.key"
    }

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
    setting("web.listen", "127.0.0.1:7452", "address of the verification page and of JSON over HTTP"),
    setting("web.url", "", "URL under which people reach it, without a slash at the end; empty is web.listen"),
    setting("web.proxies", "", "networks of proxies before it, such as 10.0.0.0/8, that say for whom they ask"),
    setting(
        "web.evidence",
        "",
        "folder of photos that people report problems with, one for all nodes; empty is `evidence` in data",
    ),
    setting(
        "phone.operators",
        "127.0.0.0/8",
        "networks of telephone operators, whose callbacks for USSD and SMS are taken",
    ),
    setting("code.host", "sceau.example", "host printed in signed codes; at most 21 characters"),
    setting("log.partitions", "4", "partitions of each topic; fixed when the data folder is made"),
    setting("queue.commands", "16384", "commands that may wait per partition before callers are told to slow down"),
    setting("cache.states", "20000", "stream states kept in memory per partition"),
    setting("cache.rows", "5000", "rows kept in memory per view and partition"),
    setting("engine.memory", "120MiB", "memory of the embedded engines: caches, write buffers and log tail together"),
    setting("public.rate", "50", "verifications per second for one public caller"),
    setting("clones.people", "14", "so many people who scan a code within clones.window are too many; at most 16"),
    setting("clones.window", "336h", "the while within which people are counted"),
    setting("clones.speed_kmh", "400", "no product travels faster, in km/h"),
    setting("clones.near_km", "100", "places less than this many kilometres apart are never too far"),
    setting("clones.before_activation", "3", "so many people who scan a code before it is activated are too many"),
    setting("clones.after_decommission", "1", "so many who scan it after it was taken out of circulation are too many"),
    setting(
        "clones.wrong_digits",
        "20",
        "so many digits that no stamp has, from one caller within an hour, are guesses",
    ),
    setting("clones.apart_km", "150", "places so far apart speak against a code whose batch is suspect"),
    setting(
        "clones.batch_codes",
        "10",
        "so many codes of a batch in places far apart make it suspect, if they are also",
    ),
    setting("clones.batch_per_thousand", "10", "so many of every thousand of its codes that were scanned"),
    setting("deadline.interval", "5s", "how often expired certificates and quotes are looked for"),
    setting("otlp.endpoint", "", "OTLP gRPC endpoint for spans, such as http://localhost:4317; empty exports none"),
    setting(
        "keys.folder",
        "",
        "folder of the keys of tokens and codes, the same on every node; empty is `keys` in data",
    ),
    setting("keys.rotate_days", "0", "age in days at which a key of codes gives place to a new one; 0 is never"),
    setting(
        "master.file",
        "",
        "file of the master key that seals the keys of codes; empty is master.key in keys.folder",
    ),
    setting("master.key", "", "the master key itself, 64 hexadecimal digits, in place of a file"),
    setting("node.id", "", "name of this node, its own in the cluster and the same after a restart"),
    setting("node.address", "", "where other nodes reach its gRPC API; empty is grpc.listen"),
    setting("kafka.brokers", "", "Kafka brokers, host:port separated by commas; empty is the embedded log"),
    setting("kafka.prefix", "sceau.", "what the names of its topics begin with"),
    setting("kafka.group", "sceau", "consumer group in which nodes share partitions out; its own for each platform"),
    setting("kafka.replication", "3", "replicas of each partition"),
    setting("kafka.min_insync", "2", "replicas that have a record before it counts as written"),
    setting("kafka.compression", "none", "how batches are compressed: none, lz4 or zstd"),
    setting("kafka.session_timeout", "10s", "a node that is silent for so long loses its partitions"),
    setting("kafka.tls.enabled", "false", "speak TLS with the brokers"),
    setting("kafka.tls.authorities", "", "PEM file of the authorities trusted; empty is the system's"),
    setting("kafka.tls.certificate", "", "PEM file of this client's certificate, when brokers ask for one"),
    setting("kafka.tls.key", "", "PEM file of its key"),
    setting("kafka.sasl.mechanism", "", "plain, scram-sha-256, scram-sha-512 or oauthbearer; empty is no SASL"),
    setting("kafka.sasl.user", "", "user of plain and scram"),
    setting("kafka.sasl.password", "", "password of that user"),
    setting("kafka.sasl.token", "", "file that holds the token of oauthbearer"),
    setting(
        "scylla.nodes",
        "",
        "ScyllaDB or Cassandra nodes, host:port separated by commas; empty is the embedded store",
    ),
    setting("scylla.keyspace", "sceau", "keyspace of all tables"),
    setting("scylla.replication", "3", "replicas of each row: a number, or datacenter=number separated by commas"),
    setting("scylla.consistency", "local_quorum", "replicas that answer: local_quorum or quorum"),
    setting("scylla.datacenter", "", "the datacenter whose nodes are asked; empty where there is one"),
    setting("scylla.user", "", "role to log in as; empty is no authentication"),
    setting("scylla.password", "", "password of that role"),
    setting("scylla.tls.authorities", "", "PEM file of the authorities trusted; empty is no TLS"),
    setting("scylla.tls.certificate", "", "PEM file of this client's certificate, when nodes ask for one"),
    setting("scylla.tls.key", "", "PEM file of its key"),
    setting("log.level", "info", "which log lines are written, in tracing's filter syntax"),
    setting("log.format", "auto", "how log lines look: text, json, or auto (text on a terminal)"),
];
