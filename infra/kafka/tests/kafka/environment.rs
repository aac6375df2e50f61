//! What a test needs: a broker, and names in it that no other test uses.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use sceau_engines::{Kafka, Shared};
use sceau_kafka::{KafkaLog, KafkaSettings, TopicSpec};
use sceau_log::contract::{PARTITIONS, TOPIC};

static KAFKA: Shared<Kafka> = Shared::new();

/// The one topic of these tests.
pub(crate) const TOPICS: &[TopicSpec] = &[TopicSpec { name: TOPIC, partitions: PARTITIONS }];

/// The broker that tests share; none, and a loud word, where this machine cannot run one.
pub(crate) fn kafka() -> Option<&'static Kafka> {
    KAFKA.get(|folder| Kafka::start(1, folder)).unwrap()
}

/// Settings for one broker, with topic and group names of their own.
pub(crate) fn settings(brokers: String) -> KafkaSettings {
    static TESTS: AtomicU32 = AtomicU32::new(0);
    let name = format!("test-{}", TESTS.fetch_add(1, Ordering::Relaxed));
    KafkaSettings {
        topic_prefix: format!("{name}."),
        group: name,
        replication: 1,
        min_insync_replicas: 1,
        answer_timeout: Duration::from_secs(20),
        ..KafkaSettings::new(brokers)
    }
}

/// The log that these settings lead to.
pub(crate) async fn open(settings: &KafkaSettings) -> KafkaLog {
    KafkaLog::open(settings.clone(), TOPICS).await.unwrap()
}
