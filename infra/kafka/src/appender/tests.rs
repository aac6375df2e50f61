//! The producer against the stand-in for brokers that comes with librdkafka, which can be told to answer anything.

use std::time::Duration;

use rdkafka::mocking::MockCluster;
use rdkafka::types::{RDKafkaApiKey, RDKafkaRespErr};
use sceau_log::contract::commit;
use tokio::sync::oneshot;

use super::*;

const TOPIC: &str = "topic";

fn start(
    cluster: &MockCluster<'_, rdkafka::producer::DefaultProducerContext>,
    change: impl Fn(&mut KafkaSettings),
) -> Appender {
    cluster.create_topic(TOPIC, 1, 1).unwrap();
    let mut settings = KafkaSettings::new(cluster.bootstrap_servers());
    change(&mut settings);
    Appender::start(&settings, [Place::new(TOPIC.to_owned(), 0)].into(), Arc::new(Known::new(1))).unwrap()
}

async fn append(appender: &Appender, records: &[NewRecord]) -> Vec<Delivery> {
    let (report, reported) = oneshot::channel();
    appender.append(0, records, Box::new(move |deliveries| drop(report.send(deliveries))));
    tokio::time::timeout(Duration::from_secs(30), reported).await.unwrap().unwrap()
}

#[test]
fn a_ticket_survives_its_way() {
    for (index, number) in [(0, 0), (1, 1), ((1 << 20) - 1, (1 << 44) - 1), (7, 1 << 43)] {
        let Ticket { index: i, number: n } = Ticket::unpack(Ticket { index, number }.pack());
        assert_eq!((i, n), (index, number));
    }
}

#[tokio::test]
async fn a_producer_that_can_go_on_no_more_is_made_anew() {
    let cluster = MockCluster::new(1).unwrap();
    let appender = start(&cluster, |_| {});
    assert_eq!(append(&appender, &[commit("a")]).await, [Delivery::At(0)]);
    let fatal = [RDKafkaRespErr::RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER; 3];
    cluster.request_errors(RDKafkaApiKey::Produce, &fatal);
    assert_eq!(append(&appender, &[commit("b")]).await, [Delivery::Unknown]);
    cluster.clear_request_errors(RDKafkaApiKey::Produce);
    assert_eq!(append(&appender, &[commit("c")]).await, [Delivery::At(1)]);
}

#[tokio::test]
async fn after_a_time_out_nothing_is_sent_anew() {
    let cluster = MockCluster::new(1).unwrap();
    let appender = start(&cluster, |settings| settings.delivery_timeout = Duration::from_secs(2));
    assert_eq!(append(&appender, &[commit("a")]).await, [Delivery::At(0)]);
    cluster.broker_down(1).unwrap();
    assert_eq!(append(&appender, &[commit("b")]).await, [Delivery::Unknown]);
    assert!(appender.current().broken.load(Ordering::Relaxed));
    cluster.broker_up(1).unwrap();
    assert_eq!(append(&appender, &[commit("c")]).await, [Delivery::At(1)]);
}

#[tokio::test]
async fn what_does_not_fit_is_lost_at_once_with_all_that_follows_in_the_append() {
    let cluster = MockCluster::new(1).unwrap();
    let appender = start(&cluster, |_| {});
    let large = commit(vec![0; crate::settings::RECORD_BYTES + 1]);
    let deliveries = append(&appender, &[commit("a"), large, commit("b")]).await;
    assert_eq!(deliveries, [Delivery::At(0), Delivery::Lost, Delivery::Lost]);
}
