//! Several nodes on real engines: they tell what one process tells, and none of them is missed when it goes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sceau_api::certification::v1::certification_command_service_client::CertificationCommandServiceClient;
use sceau_api::cluster::v1::cluster_service_client::ClusterServiceClient;
use sceau_engines::{Cassandra, Kafka, Scratch, or_skip};
use sceau_proto::certification::v1::{Contact, RegisterCompanyRequest};
use sceau_proto::cluster::v1::{GetNodeRequest, WaitAppliedRequest};
use sceau_proto::common::v1::Personal;
use serde_json::Value;
use tokio::task::JoinSet;
use tonic::Code;
use uuid::Uuid;

use crate::api::{by, connect, meta};
use crate::audit;
use crate::judge::journal::Journal;
use crate::server::{Home, Server};

/// Nodes have come to own all partitions after this long, or never will.
const SETTLED: Duration = Duration::from_secs(90);

/// A broker, a store, and the keys that nodes share.
struct Ground {
    kafka: Kafka,
    cassandra: Cassandra,
    folder: Scratch,
}

impl Ground {
    /// `None`, said aloud, where the engines cannot be had.
    async fn new() -> Option<Self> {
        tokio::task::spawn_blocking(|| {
            let folder = Scratch::new().unwrap();
            let kafka = or_skip(Kafka::start(1, &folder.path().join("kafka"))).unwrap()?;
            let cassandra = or_skip(Cassandra::start(&folder.path().join("cassandra"))).unwrap()?;
            Some(Self { kafka, cassandra, folder })
        })
        .await
        .unwrap()
    }

    fn settings(&self, name: &str) -> Vec<String> {
        let keys = self.folder.path().join("keys");
        vec![
            format!("kafka.brokers={}", self.kafka.bootstrap()),
            format!("scylla.nodes={}", self.cassandra.contact()),
            format!("node.id={name}"),
            format!("keys.folder={}", keys.display()),
            "kafka.replication=1".to_owned(),
            "kafka.min_insync=1".to_owned(),
            "kafka.session_timeout=6s".to_owned(),
            "scylla.replication=1".to_owned(),
        ]
    }

    async fn node(&self, name: &str, home: &Home) -> Server {
        let settings = self.settings(name);
        let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
        home.serve_with(&settings).await
    }
}

/// Waits until so many nodes share all partitions out among them, and each has rows to serve.
async fn settled(server: &Server, home: &Home, nodes: usize) {
    let begun = Instant::now();
    loop {
        let said = server.cli(home).run(&["--json", "cluster", "status"]).await;
        let cluster: Value = serde_json::from_str(&said.out).unwrap_or_default();
        let partitions = cluster["partitions"].as_array().cloned().unwrap_or_default();
        let serving = |partition: &Value| partition["situation"] == "serving";
        let mut owners: Vec<&Value> = partitions.iter().map(|partition| &partition["node"]).collect();
        owners.sort_by_key(ToString::to_string);
        owners.dedup();
        if partitions.len() == 20 && partitions.iter().all(serving) && owners.len() == nodes {
            return;
        }
        assert!(begun.elapsed() < SETTLED, "{nodes} nodes do not share the partitions: {}{}", said.out, said.err);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// What the demo says of the country it has made, without the codes, whose keys differ from platform to platform.
async fn country(server: &Server, home: &Home) -> String {
    let said = server.cli(home).says(&["demo"]).await;
    said.split("Codes to try").next().unwrap_or_default().to_owned()
}

/// Lets what is being built serve, as soon as it has caught up.
async fn switched(server: &Server, home: &Home, projection: &str) {
    let begun = Instant::now();
    loop {
        let said = server.cli(home).run(&["projection", "switch", projection]).await;
        if said.code == 0 {
            assert!(said.out.contains("different"), "{}", said.out);
            return;
        }
        assert!(begun.elapsed() < SETTLED, "{projection} is not built: {}{}", said.out, said.err);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Not even the administrator may send a node what only another node may ask.
async fn the_door_between_nodes_is_for_nodes(server: &Server, home: &Home) {
    let mut node = ClusterServiceClient::new(connect(&server.grpc).await);
    let nobody = node.get_node(GetNodeRequest {}).await.unwrap_err();
    assert_eq!(nobody.code(), Code::Unauthenticated, "{nobody:?}");
    let token = home.token();
    let administrator = node.get_node(by(&token, GetNodeRequest {})).await.unwrap_err();
    assert_eq!(administrator.code(), Code::PermissionDenied, "{administrator:?}");
    let waits = by(&token, WaitAppliedRequest::default());
    assert_eq!(node.wait_applied(waits).await.unwrap_err().code(), Code::PermissionDenied);
    let decides = by(&token, futures_util::stream::empty());
    assert_eq!(node.decide(decides).await.unwrap_err().code(), Code::PermissionDenied);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_on_kafka_and_cassandra_tell_what_one_process_tells() {
    let Some(ground) = Ground::new().await else { return };
    let alone = Home::new();
    let server = alone.serve().await;
    let expected = country(&server, &alone).await;
    server.stop().await;

    let homes = [Home::new(), Home::new()];
    let one = ground.node("one", &homes[0]).await;
    let other = ground.node("other", &homes[1]).await;
    settled(&one, &homes[0], 2).await;
    the_door_between_nodes_is_for_nodes(&one, &homes[0]).await;
    assert_eq!(country(&other, &homes[1]).await, expected);
    // Whoever owns a partition, its public facts are in the one log; and so is the key of the codes.
    let journal = Journal::read(&connect(&one.grpc).await, &homes[0].token()).await.unwrap();
    audit::comes_to(&other.cli(&homes[1]), journal.public_facts() + 1).await;
    let projections = one.cli(&homes[0]).json(&["projection", "list"]).await;
    for projection in projections["projections"].as_array().unwrap() {
        let partitions = projection["serving"]["partitions"].as_array().unwrap();
        let holes: Vec<&Value> = partitions.iter().map(|partition| &partition["holes"]).collect();
        assert!(holes.iter().all(|holes| ["0", "null"].contains(&holes.to_string().trim_matches('"'))), "{holes:?}");
    }
    for (server, home) in [(&one, &homes[0]), (&other, &homes[1])] {
        // One of them does not lead, and has the other one do it.
        server.cli(home).says(&["projection", "rebuild", "company"]).await;
        switched(server, home, "company").await;
    }
    let stranger = Home::new();
    let keys = format!("keys.folder={}", stranger.path().join("keys").display());
    let mut settings = ground.settings("stranger");
    settings.push(keys);
    let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
    let refused = stranger.refuses(&settings).await;
    assert_eq!(refused.status.code(), Some(78), "{}", refused.log);
    assert!(refused.log.contains("give every node the same keys.folder"), "{}", refused.log);
    assert!(one.stop().await.success());
    assert!(other.stop().await.success());
}

fn register(id: Uuid) -> RegisterCompanyRequest {
    let personal = |clear: &str| Some(Personal { clear: clear.into() });
    RegisterCompanyRequest {
        meta: meta(id, &[]),
        name: format!("Maison {id}"),
        registration_number: format!("R-{id}"),
        contact: Some(Contact { person: personal("Awa"), phone: personal("+225"), email: None }),
    }
}

/// Registers companies through a node, one after the other, until told to stop; each must be accepted.
async fn burden(node: String, token: String, stop: Arc<AtomicBool>, accepted: Arc<AtomicU64>) {
    let mut client = CertificationCommandServiceClient::new(connect(&node).await);
    while !stop.load(Ordering::Relaxed) {
        let id = Uuid::new_v4();
        client.register_company(by(&token, register(id))).await.unwrap_or_else(|status| panic!("refused: {status:?}"));
        accepted.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rolling_restart_under_load_refuses_no_command() {
    let Some(ground) = Ground::new().await else { return };
    let homes = [Home::new(), Home::new(), Home::new()];
    let names = ["one", "two", "three"];
    let mut nodes = Vec::new();
    for (name, home) in names.iter().zip(&homes) {
        nodes.push(Some(ground.node(name, home).await));
    }
    settled(nodes[0].as_ref().unwrap(), &homes[0], 3).await;
    for leaving in 0..3 {
        let (stop, accepted) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let mut callers = JoinSet::new();
        for (node, home) in nodes.iter().zip(&homes).enumerate().filter(|(n, _)| *n != leaving).map(|(_, at)| at) {
            let node = node.as_ref().unwrap().grpc.clone();
            for _ in 0..4 {
                callers.spawn(burden(node.clone(), home.token(), Arc::clone(&stop), Arc::clone(&accepted)));
            }
        }
        assert!(nodes[leaving].take().unwrap().stop().await.success());
        let without = accepted.load(Ordering::Relaxed);
        nodes[leaving] = Some(ground.node(names[leaving], &homes[leaving]).await);
        settled(nodes[leaving].as_ref().unwrap(), &homes[leaving], 3).await;
        stop.store(true, Ordering::Relaxed);
        while let Some(ended) = callers.join_next().await {
            ended.unwrap();
        }
        assert!(accepted.load(Ordering::Relaxed) > without, "nothing was accepted while the node came back");
    }
}
