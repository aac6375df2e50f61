//! What other Kafka tools see of our records, and what we make of theirs.

use bytes::{Bytes, BytesMut};
use rdkafka::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::message::{Header, Headers, Message, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use sceau_commit::{NewCommit, encode_commit};
use sceau_kafka::KafkaSettings;
use sceau_kernel::uuid::Uuid;
use sceau_kernel::{Actor, CommandDigest, CommandId, EncodedEvent, Timestamp};
use sceau_log::contract::{append, commit, partition, read_all};
use sceau_log::{Body, Delivery, Log, NewRecord};
use std::time::{Duration, Instant};

use crate::environment::{kafka, open, settings};

fn topic(settings: &KafkaSettings) -> String {
    format!("{}contract", settings.topic_prefix)
}

fn producer(settings: &KafkaSettings) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", &settings.brokers);
    config
}

/// The headers of the record at `offset`, as another program reads them.
fn headers(settings: &KafkaSettings, offset: i64) -> Vec<(String, String)> {
    let config = producer(settings).set("group.id", "another-program").clone();
    let consumer: BaseConsumer = config.create().unwrap();
    let mut from = TopicPartitionList::new();
    from.add_partition_offset(&topic(settings), 0, Offset::Offset(offset)).unwrap();
    consumer.assign(&from).unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        assert!(Instant::now() < deadline, "the record comes in time");
        if let Some(Ok(message)) = consumer.poll(Duration::from_millis(100)) {
            let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
            let headers = message.headers().unwrap().iter();
            return headers.map(|header| (header.key.to_owned(), text(header.value.unwrap()))).collect();
        }
    }
}

fn payload() -> Bytes {
    let new = NewCommit {
        stream: &"ci/order/7".parse().unwrap(),
        first_version: 0,
        events: &[EncodedEvent { type_name: "sceau.order.v1.OrderPlaced", payload: Vec::new() }],
        command_id: &CommandId::Client(Uuid::from_u128(0x5ce0)),
        digest: &CommandDigest::from_bytes(vec![1]),
        actor: &Actor::system(),
        time: Timestamp(1_790_000_000_000_000),
        traceparent: "",
    };
    encode_commit(&new, &mut BytesMut::new())
}

#[tokio::test]
async fn any_kafka_tool_shows_type_subject_time_and_id() {
    let Some(kafka) = kafka() else { return };
    let settings = settings(kafka.bootstrap());
    let log = open(&settings).await;
    let fence = NewRecord {
        key: Bytes::new(),
        body: Body::Fence { node: "node-1".into(), address: "http://10.0.0.1:7000".into() },
    };
    let body = Body::Commit { epoch: 0, seq: 0, payload: payload() };
    append(&log, partition(0), vec![fence, NewRecord { key: "ci/order/7".into(), body }]).await;

    let topic = topic(&settings);
    let source = format!("/{topic}/0");
    let expected = [
        ("sceau-epoch", "0"),
        ("sceau-seq", "0"),
        ("ce_specversion", "1.0"),
        ("ce_type", "sceau.order.v1.OrderPlaced"),
        ("ce_source", &source),
        ("ce_subject", "ci/order/7"),
        ("content-type", "application/protobuf"),
        ("ce_time", "2026-09-21T14:13:20Z"),
        ("ce_id", "00000000-0000-0000-0000-000000005ce0"),
    ];
    let expected: Vec<_> = expected.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    assert_eq!(headers(&settings, 1), expected);
    let fence = headers(&settings, 0);
    for (key, value) in [("sceau-node", "node-1"), ("ce_type", "sceau.log.v1.Fence"), ("ce_subject", "node-1")] {
        assert!(fence.contains(&(key.to_owned(), value.to_owned())), "{key} is {value} in {fence:?}");
    }
    assert!(fence.iter().any(|(key, _)| key == "ce_id") && fence.iter().any(|(key, _)| key == "ce_time"));
}

#[tokio::test]
async fn records_of_another_program_are_foreign_whatever_they_hold() {
    let Some(kafka) = kafka() else { return };
    let settings = settings(kafka.bootstrap());
    let log = open(&settings).await;
    let other: BaseProducer = producer(&settings).create().unwrap();
    let topic = topic(&settings);
    let header = |key, value: &'static [u8]| Header { key, value: Some(value) };
    let no_number = OwnedHeaders::new().insert(header("sceau-epoch", b"one")).insert(header("sceau-seq", b"1"));
    let no_text = OwnedHeaders::new().insert(header("sceau-node", b"\xff")).insert(header("sceau-address", b""));
    let half = OwnedHeaders::new().insert(header("sceau-epoch", b"1"));
    let others = OwnedHeaders::new().insert(header("a", b"1")).insert(header("b", b"2")).insert(header("c", b"3"));
    let nothing = OwnedHeaders::new().insert::<[u8]>(Header { key: "sceau-epoch", value: None });
    for headers in [None, Some(no_number), Some(no_text), Some(half), Some(others), Some(nothing)] {
        let record = BaseRecord::<[u8], [u8]> {
            topic: &topic,
            partition: Some(0),
            payload: None,
            key: None,
            timestamp: None,
            headers,
            delivery_opaque: (),
        };
        other.send(record).unwrap();
    }
    other.flush(Duration::from_secs(30)).unwrap();
    assert_eq!(append(&log, partition(0), vec![commit("ours")]).await, [Delivery::At(6)]);
    let records = read_all(&log, partition(0), 0).await;
    assert!(records[..6].iter().all(|record| record.body == Body::Foreign), "{records:?}");
    assert!(matches!(records[6].body, Body::Commit { .. }));
}

#[tokio::test]
async fn offsets_that_transactions_of_others_use_are_read_as_foreign() {
    let Some(kafka) = kafka() else { return };
    let settings = settings(kafka.bootstrap());
    let (log, late) = (open(&settings).await, open(&settings).await);
    assert_eq!(append(&log, partition(0), vec![commit("a")]).await, [Delivery::At(0)]);
    assert_eq!(read_all(&log, partition(0), 0).await.len(), 1);
    let other: BaseProducer = producer(&settings).set("transactional.id", &settings.group).clone().create().unwrap();
    other.init_transactions(Duration::from_secs(30)).unwrap();
    let topic = topic(&settings);
    for commits in [true, false] {
        other.begin_transaction().unwrap();
        other.send(BaseRecord::<str, str>::to(&topic).partition(0).payload("theirs")).unwrap();
        other.flush(Duration::from_secs(30)).unwrap();
        if commits {
            other.commit_transaction(Duration::from_secs(30)).unwrap();
        } else {
            other.abort_transaction(Duration::from_secs(30)).unwrap();
        }
    }
    // Nothing can be read at the marker that ends the log, and nobody waits for it longer than asked.
    let deadline = Instant::now() + Duration::from_secs(30);
    while log.end(partition(0)).await != Ok(5) {
        assert!(Instant::now() < deadline, "the last marker is written in time");
    }
    let so_far = read_all(&log, partition(0), 0).await;
    assert_eq!(so_far.len(), 4, "{so_far:?}");

    assert_eq!(append(&log, partition(0), vec![commit("b")]).await, [Delivery::At(5)]);
    for log in [&log, &late] {
        let records = read_all(log, partition(0), 0).await;
        assert!(records.iter().map(|record| record.offset).eq(0..6), "{records:?}");
        assert!(records[1..5].iter().all(|record| record.body == Body::Foreign), "{records:?}");
    }
}
