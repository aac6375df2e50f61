//! This node and the engines that it shares with others.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::value::Reader;

/// A node of a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterConfig {
    /// Its name.
    pub node: String,
    /// Where other nodes reach it: `http://host:port`. `None` for the address on which it serves gRPC.
    pub address: Option<String>,
    /// The log.
    pub kafka: KafkaConfig,
    /// The store.
    pub scylla: ScyllaConfig,
}

/// How Kafka is reached and used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KafkaConfig {
    /// Brokers to start from.
    pub brokers: String,
    /// What topics begin with.
    pub prefix: String,
    /// The group in which nodes share partitions out.
    pub group: String,
    /// Replicas of each partition.
    pub replication: u16,
    /// Replicas that have a record before it counts as written.
    pub min_insync: u16,
    /// `none`, `lz4` or `zstd`.
    pub compression: String,
    /// Silence after which a node loses its partitions.
    pub session_timeout: Duration,
    /// Encryption.
    pub tls: Option<Tls>,
    /// Credentials.
    pub sasl: Option<Sasl>,
}

/// Files of an encrypted connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    /// Authorities trusted.
    pub authorities: Option<PathBuf>,
    /// This client's certificate and its key.
    pub client: Option<(PathBuf, PathBuf)>,
}

/// Credentials for Kafka.
#[derive(Clone, PartialEq, Eq)]
pub enum Sasl {
    /// `plain`, `scram-sha-256` or `scram-sha-512`.
    Password {
        /// Which of them.
        mechanism: String,
        /// The user.
        user: String,
        /// The password.
        password: String,
    },
    /// A bearer token in a file.
    Token(PathBuf),
}

impl std::fmt::Debug for Sasl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Password { mechanism, user, .. } => write!(f, "Password({mechanism}, {user})"),
            Self::Token(file) => write!(f, "Token({})", file.display()),
        }
    }
}

/// How ScyllaDB is reached and used.
#[derive(Clone, PartialEq, Eq)]
pub struct ScyllaConfig {
    /// Nodes to start from.
    pub nodes: Vec<String>,
    /// Keyspace of all tables.
    pub keyspace: String,
    /// Replicas in each datacenter; one entry without a name for a cluster of one.
    pub replication: BTreeMap<String, u32>,
    /// Whether replicas of all datacenters must agree, and not only of the one asked.
    pub everywhere: bool,
    /// The datacenter asked.
    pub datacenter: Option<String>,
    /// Role and password.
    pub credentials: Option<(String, String)>,
    /// Encryption.
    pub tls: Option<Tls>,
}

impl std::fmt::Debug for ScyllaConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ScyllaConfig")
            .field("nodes", &self.nodes)
            .field("keyspace", &self.keyspace)
            .finish_non_exhaustive()
    }
}

/// The cluster that the settings tell of, when they tell of any.
pub(super) fn read(read: &mut Reader<'_>, grpc_listen: SocketAddr) -> Option<ClusterConfig> {
    if read.optional("kafka.brokers").is_none() && read.optional("scylla.nodes").is_none() {
        return None;
    }
    let everywhere = grpc_listen.ip().is_unspecified();
    let address = match read.optional("node.address") {
        None if everywhere => {
            Some(read.required("node.address", "an address of this node, since grpc.listen is every address"))
        }
        given => given,
    };
    let address = address.map(|address| if address.contains("://") { address } else { format!("http://{address}") });
    Some(ClusterConfig {
        node: read.required("node.id", "a name of its own for every node on this Kafka"),
        address,
        kafka: kafka(read),
        scylla: scylla(read),
    })
}

fn kafka(read: &mut Reader<'_>) -> KafkaConfig {
    let tls = read.flag("kafka.tls.enabled").then(|| tls(read, KAFKA_TLS));
    let known = ["", "plain", "scram-sha-256", "scram-sha-512", "oauthbearer"];
    let mechanism = read.value(
        "kafka.sasl.mechanism",
        "plain, scram-sha-256, scram-sha-512 or oauthbearer",
        String::new(),
        |text| known.contains(&text).then(|| text.to_owned()),
    );
    let sasl = match mechanism.as_str() {
        "" => None,
        "oauthbearer" => {
            Some(Sasl::Token(read.required("kafka.sasl.token", "the file of the token for oauthbearer").into()))
        }
        _ => Some(Sasl::Password {
            user: read.required("kafka.sasl.user", "the user that goes with kafka.sasl.mechanism"),
            password: read.required("kafka.sasl.password", "the password that goes with kafka.sasl.mechanism"),
            mechanism,
        }),
    };
    KafkaConfig {
        brokers: read.required("kafka.brokers", "the brokers that go with scylla.nodes: a cluster needs both"),
        prefix: read.text("kafka.prefix"),
        group: read.required("kafka.group", "the name of a consumer group"),
        replication: read.count("kafka.replication", 1..=15) as u16,
        min_insync: read.count("kafka.min_insync", 1..=15) as u16,
        compression: read.value("kafka.compression", "none, lz4 or zstd", "none".to_owned(), |text| {
            ["none", "lz4", "zstd"].contains(&text).then(|| text.to_owned())
        }),
        session_timeout: read.duration("kafka.session_timeout"),
        tls,
        sasl,
    }
}

fn scylla(read: &mut Reader<'_>) -> ScyllaConfig {
    let nodes = read.required("scylla.nodes", "the nodes that go with kafka.brokers: a cluster needs both");
    let credentials = read.optional("scylla.user").map(|user| (user, read.text("scylla.password")));
    ScyllaConfig {
        nodes: nodes.split(',').map(|node| node.trim().to_owned()).filter(|node| !node.is_empty()).collect(),
        keyspace: read.required("scylla.keyspace", "the name of a keyspace"),
        replication: read.value(
            "scylla.replication",
            "a number, or datacenter=number separated by commas",
            BTreeMap::new(),
            replication,
        ),
        everywhere: read.value("scylla.consistency", "local_quorum or quorum", false, |text| match text {
            "local_quorum" => Some(false),
            "quorum" => Some(true),
            _ => None,
        }),
        datacenter: read.optional("scylla.datacenter"),
        credentials,
        tls: read.optional("scylla.tls.authorities").map(|_| tls(read, SCYLLA_TLS)),
    }
}

/// Keys of the authorities, the certificate and its key.
type TlsKeys = [&'static str; 3];
const KAFKA_TLS: TlsKeys = ["kafka.tls.authorities", "kafka.tls.certificate", "kafka.tls.key"];
const SCYLLA_TLS: TlsKeys = ["scylla.tls.authorities", "scylla.tls.certificate", "scylla.tls.key"];

fn tls(read: &mut Reader<'_>, [authorities, certificate, key]: TlsKeys) -> Tls {
    let client = read
        .optional(certificate)
        .map(|certificate| (certificate.into(), read.required(key, "the key that goes with the certificate").into()));
    Tls { authorities: read.optional(authorities).map(PathBuf::from), client }
}

/// `3`, or `east=3,west=2`.
fn replication(text: &str) -> Option<BTreeMap<String, u32>> {
    let factor = |text: &str| text.trim().parse().ok().filter(|factor| (1..=15).contains(factor));
    if let Some(factor) = factor(text) {
        return Some(BTreeMap::from([(String::new(), factor)]));
    }
    text.split(',')
        .map(|part| part.split_once('='))
        .map(|part| Some((part?.0.trim().to_owned(), factor(part?.1)?)))
        .collect()
}
