//! One broker and one Cassandra, and nodes of the platform on them.

use sceau_engines::{Cassandra, Kafka, Scratch, or_skip};
use sceau_kafka::{KafkaLog, KafkaSettings, TopicSpec};
use sceau_scylla::{Replication, ScyllaSettings, ScyllaStore};
use tempfile::TempDir;

use crate::Result;
use crate::server::Server;
use crate::setting::Setting;

/// Partitions of each topic: the platform's default.
pub(super) const PARTITIONS: u32 = 4;
/// The keyspace of the platform's tables.
pub(super) const KEYSPACE: &str = "sceau";

/// The engines of one figure, killed when dropped; nothing of them is kept.
pub(super) struct Engines {
    kafka: Kafka,
    cassandra: Cassandra,
    /// Keys that all nodes share, and a folder for each.
    data: TempDir,
    _scratch: Scratch,
}

impl Engines {
    /// Starts them and waits until both answer; none, and a loud word, where this machine cannot run them.
    pub(super) fn start(setting: &Setting) -> Result<Option<Self>> {
        let scratch = Scratch::new()?;
        let Some(kafka) = or_skip(Kafka::start(1, scratch.path()))? else { return Ok(None) };
        let Some(cassandra) = or_skip(Cassandra::start(scratch.path()))? else { return Ok(None) };
        Ok(Some(Self { kafka, cassandra, data: setting.data()?, _scratch: scratch }))
    }

    /// Where clients of Kafka begin.
    pub(super) fn brokers(&self) -> String {
        self.kafka.bootstrap()
    }

    /// Where clients of Cassandra begin.
    pub(super) fn contact(&self) -> String {
        self.cassandra.contact().to_string()
    }

    /// The log, as a node opens it.
    pub(super) async fn log(&self, topics: &[&'static str]) -> Result<KafkaLog> {
        log(&self.kafka, topics).await
    }

    /// The store, as a node opens it.
    pub(super) async fn store(&self) -> Result<ScyllaStore> {
        Ok(ScyllaStore::open(ScyllaSettings::new(vec![self.contact()], KEYSPACE, Replication::Simple { factor: 1 }))
            .await?)
    }

    /// Starts node `number` of the platform, on the data it had if it was there before, and waits until it takes calls.
    pub(super) async fn node<'a>(&self, setting: &'a Setting, number: usize) -> Result<Server<'a>> {
        let settings = [
            format!("node.id=node-{number}"),
            format!("keys.folder={}", self.data.path().join("keys").display()),
            format!("kafka.brokers={}", self.brokers()),
            "kafka.replication=1".to_owned(),
            "kafka.min_insync=1".to_owned(),
            format!("kafka.session_timeout={SESSION_SECONDS}s"),
            format!("scylla.nodes={}", self.contact()),
            format!("scylla.keyspace={KEYSPACE}"),
            "scylla.replication=1".to_owned(),
            // A node says there which partitions it takes.
            "log.level=warn,sceau::platform=info".to_owned(),
        ];
        Server::start_with(setting, &self.data.path().join(format!("node-{number}")), &settings).await
    }
}

/// The shortest that brokers allow as they are delivered.
const SESSION_SECONDS: u64 = 6;

/// The log on a single broker.
pub(super) async fn log(kafka: &Kafka, topics: &[&'static str]) -> Result<KafkaLog> {
    let topics: Vec<_> = topics.iter().map(|name| TopicSpec { name, partitions: PARTITIONS }).collect();
    Ok(KafkaLog::open(on_one_broker(kafka), &topics).await?)
}

/// Settings for a single broker, which keeps one copy.
pub(super) fn on_one_broker(kafka: &Kafka) -> KafkaSettings {
    KafkaSettings { replication: 1, min_insync_replicas: 1, ..KafkaSettings::new(kafka.bootstrap()) }
}
