//! The engines behind the ports: those of the folder, or Kafka and ScyllaDB.

use std::collections::BTreeMap;
use std::sync::Arc;

use sceau_grpc::TOPICS;
use sceau_kafka::{Compression, KafkaLog, KafkaSettings, Secret, Security, TopicSpec};
use sceau_log::Log;
use sceau_scylla::{ClientCertificate, Consistency, Credentials, Replication, ScyllaSettings, ScyllaStore};
use sceau_store::Store;

use super::PlatformError;
use super::folder::{self, Disk};
use crate::config::{ClusterConfig, Config, KafkaConfig, Sasl, ScyllaConfig, Tls};

pub(super) struct Ports {
    pub(super) log: Arc<dyn Log>,
    pub(super) store: Arc<dyn Store>,
    /// The disk of the embedded engines.
    pub(super) disk: Option<Disk>,
}

impl Ports {
    pub(super) async fn open(config: &Config) -> Result<Self, PlatformError> {
        let Some(cluster) = &config.cluster else {
            let (log, store, disk) = folder::open(config)?;
            return Ok(Self { log: Arc::new(log), store: Arc::new(store), disk: Some(disk) });
        };
        let log = KafkaLog::open(kafka(&cluster.kafka), &topics(config)).await.map_err(PlatformError::Kafka)?;
        let store = ScyllaStore::open(scylla(&cluster.scylla)).await.map_err(PlatformError::Scylla)?;
        Ok(Self { log: Arc::new(log), store: Arc::new(store), disk: None })
    }
}

pub(super) fn topics(config: &Config) -> [TopicSpec; TOPICS.len()] {
    TOPICS.map(|name| TopicSpec { name, partitions: config.partitions })
}

pub(super) fn kafka(config: &KafkaConfig) -> KafkaSettings {
    let tls = config.tls.as_ref().map(|tls| {
        let (certificate, key) = tls.client.clone().unzip();
        sceau_kafka::Tls { authorities: tls.authorities.clone(), certificate, key, key_password: None }
    });
    KafkaSettings {
        topic_prefix: config.prefix.clone(),
        group: config.group.clone(),
        security: Security { tls, sasl: config.sasl.as_ref().map(sasl) },
        replication: config.replication,
        min_insync_replicas: config.min_insync,
        compression: match config.compression.as_str() {
            "lz4" => Compression::Lz4,
            "zstd" => Compression::Zstd,
            _ => Compression::None,
        },
        ..KafkaSettings::new(config.brokers.clone())
    }
}

fn sasl(config: &Sasl) -> sceau_kafka::Sasl {
    match config {
        Sasl::Token(token) => sceau_kafka::Sasl::OAuthBearer { token: token.clone() },
        Sasl::Password { mechanism, user, password } => {
            let (user, password) = (user.clone(), Secret(password.clone()));
            match mechanism.as_str() {
                "plain" => sceau_kafka::Sasl::Plain { user, password },
                "scram-sha-256" => sceau_kafka::Sasl::ScramSha256 { user, password },
                _ => sceau_kafka::Sasl::ScramSha512 { user, password },
            }
        }
    }
}

fn scylla(config: &ScyllaConfig) -> ScyllaSettings {
    ScyllaSettings {
        consistency: if config.everywhere { Consistency::Quorum } else { Consistency::LocalQuorum },
        datacenter: config.datacenter.clone(),
        tls: config.tls.as_ref().map(scylla_tls),
        credentials: config.credentials.clone().map(|(user, password)| Credentials { user, password }),
        ..ScyllaSettings::new(config.nodes.clone(), config.keyspace.clone(), replication(&config.replication))
    }
}

fn scylla_tls(tls: &Tls) -> sceau_scylla::Tls {
    let client = tls.client.clone().map(|(chain, key)| ClientCertificate { chain, key });
    sceau_scylla::Tls { authorities: tls.authorities.clone().unwrap_or_default(), client }
}

fn replication(config: &BTreeMap<String, u32>) -> Replication {
    match config.get("") {
        Some(factor) => Replication::Simple { factor: *factor },
        None => Replication::Datacenters(config.clone()),
    }
}

impl ClusterConfig {
    /// Where other nodes reach this one.
    pub(super) fn address(&self) -> &str {
        self.address.as_deref().unwrap_or_default()
    }

    /// How this node takes part in the group.
    pub(super) fn membership(&self) -> sceau_kafka::MembershipSettings {
        let session_timeout = self.kafka.session_timeout;
        sceau_kafka::MembershipSettings { session_timeout, ..sceau_kafka::MembershipSettings::new(self.node.clone()) }
    }
}
