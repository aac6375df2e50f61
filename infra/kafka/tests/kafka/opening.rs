//! What opening makes, what it refuses, and how it says so.

use std::time::Duration;

use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use sceau_engines::{Kafka, Shared};
use sceau_kafka::{KafkaLog, KafkaSettings, OpenError, Sasl, Secret, Security, Tls};
use sceau_log::Log;
use sceau_log::contract::{TOPIC, append, commit, partition, read_all};

use crate::environment::{TOPICS, kafka, open, settings};

static SECURED: Shared<Kafka> = Shared::new();

async fn refusal(settings: KafkaSettings) -> OpenError {
    KafkaLog::open(settings, TOPICS).await.err().unwrap()
}

async fn make(brokers: String, topic: &str, partitions: i32, config: &[(&str, &str)]) {
    let admin: AdminClient<DefaultClientContext> =
        ClientConfig::new().set("bootstrap.servers", brokers).create().unwrap();
    let mut new = NewTopic::new(topic, partitions, TopicReplication::Fixed(1));
    for (setting, value) in config {
        new = new.set(setting, value);
    }
    admin.create_topics([&new], &AdminOptions::new()).await.unwrap().remove(0).unwrap();
}

#[tokio::test]
async fn a_topic_that_was_made_here_is_taken_again() {
    let Some(kafka) = kafka() else { return };
    let settings = settings(kafka.bootstrap());
    drop(open(&settings).await);
    assert_eq!(open(&settings).await.partitions(TOPIC).await, Ok(4));
}

#[tokio::test]
async fn a_topic_that_would_lose_records_is_refused_with_every_fault() {
    let Some(kafka) = kafka() else { return };
    let settings = settings(kafka.bootstrap());
    let topic = format!("{}contract", settings.topic_prefix);
    let wrong = [
        ("cleanup.policy", "compact,delete"),
        ("retention.ms", "1000"),
        ("retention.bytes", "5000"),
        ("unclean.leader.election.enable", "true"),
        ("max.message.bytes", "1000000"),
    ];
    make(kafka.bootstrap(), &topic, 3, &wrong).await;
    let wanting = KafkaSettings { replication: 3, min_insync_replicas: 2, ..settings };
    let refused = refusal(wanting).await;
    let OpenError::Topics(faults) = &refused else { panic!("{refused}") };
    let mut named: Vec<_> = faults.iter().map(|fault| (fault.setting, fault.found.as_str())).collect();
    named.sort_unstable();
    let mut expected = [&wrong[..], &[("partitions", "3"), ("replicas", "1"), ("min.insync.replicas", "1")]].concat();
    expected.sort_unstable();
    assert_eq!(named, expected);
    let text = refused.to_string();
    assert!(text.contains(&format!("topic `{topic}`: retention.ms is 1000, it must be -1: ")), "{text}");
}

#[tokio::test]
async fn more_replicas_than_brokers_are_refused() {
    let Some(kafka) = kafka() else { return };
    let refused = refusal(KafkaSettings { replication: 3, ..settings(kafka.bootstrap()) }).await;
    assert!(matches!(refused, OpenError::CannotCreate { .. }), "{refused}");
}

#[tokio::test]
async fn brokers_that_do_not_answer_are_named() {
    let nowhere = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let settings = KafkaSettings { answer_timeout: Duration::from_secs(1), ..settings(nowhere.to_string()) };
    let refused = refusal(settings).await;
    assert!(matches!(refused, OpenError::Unreachable { .. }), "{refused}");
    assert!(refused.to_string().contains(&nowhere.to_string()), "{refused}");
}

#[tokio::test]
async fn a_setting_that_cannot_be_used_is_refused() {
    let tls = Tls { authorities: Some("/nowhere/authority.pem".into()), ..Tls::default() };
    let security = Security { tls: Some(tls), sasl: None };
    let refused = refusal(KafkaSettings { security, ..settings("127.0.0.1:1".to_owned()) }).await;
    assert!(matches!(refused, OpenError::Setting { .. }), "{refused}");
    assert!(refused.to_string().contains("/nowhere/authority.pem"), "{refused}");
}

#[tokio::test]
async fn a_secured_broker_lets_in_who_it_knows_and_nobody_else() {
    let Some(kafka) = SECURED.get(|folder| Kafka::start_secured(1, folder)).unwrap() else { return };
    let access = kafka.access().unwrap();
    let settings = |authority: &std::path::Path, password: &str| {
        let sasl = Sasl::ScramSha512 { user: access.user.clone(), password: Secret(password.to_owned()) };
        let tls = Tls { authorities: Some(authority.to_owned()), ..Tls::default() };
        let security = Security { tls: Some(tls), sasl: Some(sasl) };
        KafkaSettings { security, ..settings(kafka.secured_bootstrap()) }
    };

    let log = open(&settings(&access.authority, &access.password)).await;
    append(&log, partition(0), vec![commit("let in")]).await;
    assert_eq!(read_all(&log, partition(0), 0).await.len(), 1);

    let refused = refusal(settings(&access.authority, "wrong")).await;
    assert!(matches!(refused, OpenError::Credentials { .. }), "{refused}");
    let refused = refusal(settings(&access.stranger, &access.password)).await;
    assert!(matches!(refused, OpenError::Certificate { .. }), "{refused}");
    let plain = KafkaSettings {
        answer_timeout: Duration::from_secs(2),
        security: Security::default(),
        ..settings(&access.authority, "")
    };
    let refused = refusal(plain).await;
    assert!(matches!(refused, OpenError::Unreachable { .. }), "{refused}");
}

#[test]
fn a_password_is_not_printed() {
    let sasl = Sasl::Plain { user: "user".to_owned(), password: Secret("hidden".to_owned()) };
    assert!(!format!("{sasl:?}").contains("hidden"));
}
