//! Who is let in, and what is said to the others.

use std::net::TcpListener;
use std::path::PathBuf;
use std::time::Duration;

use sceau_engines::{Cassandra, Scratch, or_skip};
use sceau_scylla::{ClientCertificate, Credentials, OpenError, Replication, ScyllaSettings, ScyllaStore, Tls};
use sceau_store::Store;

use crate::setting::{keyspace, settings, visit, visits};

async fn refusal(settings: ScyllaSettings) -> OpenError {
    match ScyllaStore::open(settings).await {
        Ok(_) => panic!("it was let in"),
        Err(error) => error,
    }
}

fn somewhere(contact: &str) -> ScyllaSettings {
    let settings = ScyllaSettings::new(vec![contact.to_owned()], "sceau", Replication::Simple { factor: 1 });
    ScyllaSettings { connect_timeout: Duration::from_secs(2), ..settings }
}

/// Nobody listens, somebody listens and says nothing, no such name: each within the time allowed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cluster_that_cannot_be_reached_is_named() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let nowhere = "no-such-host.invalid:9042".to_owned();
    for contact in [silent.local_addr().unwrap().to_string(), closed.to_string(), nowhere] {
        let asked = tokio::time::timeout(Duration::from_secs(20), refusal(somewhere(&contact))).await.unwrap();
        let OpenError::Unreachable { contact_points, .. } = &asked else { panic!("{asked:?}") };
        assert_eq!(*contact_points, [contact]);
    }
}

/// A setting that cannot be used is named before anything is tried.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_setting_is_named() {
    let good = somewhere("127.0.0.1:1");
    let absent = Tls { authorities: PathBuf::from("/nowhere/authorities.pem"), client: None };
    let no_pem = Tls {
        authorities: PathBuf::from(file!()).file_name().map(|name| PathBuf::from("tests/cql").join(name)).unwrap(),
        client: None,
    };
    let two = Replication::Datacenters([("kin".to_owned(), 3), ("dla".to_owned(), 3)].into());
    let cases = [
        ("keyspace", ScyllaSettings { keyspace: "Sceau-1".into(), ..good.clone() }),
        ("contact_points", ScyllaSettings { contact_points: Vec::new(), ..good.clone() }),
        ("in_flight", ScyllaSettings { in_flight: 0, ..good.clone() }),
        ("datacenter", ScyllaSettings { replication: two, ..good.clone() }),
        ("tls.authorities", ScyllaSettings { tls: Some(absent), ..good.clone() }),
        ("tls.authorities", ScyllaSettings { tls: Some(no_pem), ..good }),
    ];
    for (name, settings) in cases {
        let refused = refusal(settings).await;
        assert!(matches!(&refused, OpenError::Setting { field, .. } if *field == name), "{name}: {refused:?}");
    }
}

/// A datacenter that the cluster does not have is told from those it has.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_datacenter_that_is_not_there_is_named() {
    let Some(good) = keyspace() else { return };
    let refused = refusal(ScyllaSettings { datacenter: Some("kin".into()), ..good.clone() }).await;
    assert!(
        matches!(&refused, OpenError::Setting { field: "datacenter", fault, .. } if fault.contains("datacenter1")),
        "{refused:?}"
    );
    let local = ScyllaStore::open(ScyllaSettings { datacenter: Some("datacenter1".into()), ..good }).await.unwrap();
    local.ensure(&visits("visits")).await.unwrap();
    local.write("visits", vec![visit("a", 1, "ann", 1)]).await.unwrap();
}

/// A node that knows its users and shows a certificate.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_secured_cluster_lets_in_who_belongs_there_and_tells_the_others_why() {
    let folder = Scratch::new().unwrap();
    let Some(cassandra) = or_skip(Cassandra::start_secured(folder.path())).unwrap() else { return };
    let access = cassandra.access().unwrap();
    let credentials = Credentials { user: access.user.clone(), password: access.password.clone() };
    let good = ScyllaSettings {
        tls: Some(Tls { authorities: access.authority.clone(), client: None }),
        credentials: Some(credentials.clone()),
        ..settings(&cassandra, "sceau")
    };
    let store = ScyllaStore::open(good.clone()).await.unwrap();
    store.ensure(&visits("visits")).await.unwrap();
    store.write("visits", vec![visit("a", 1, "ann", 1)]).await.unwrap();

    let stranger = Tls { authorities: access.stranger.clone(), client: None };
    let refused = refusal(ScyllaSettings { tls: Some(stranger), ..good.clone() }).await;
    assert!(matches!(&refused, OpenError::Certificate { reason } if reason.contains("verify failed")), "{refused:?}");

    let nowhere =
        ClientCertificate { chain: PathBuf::from("/nowhere/chain.pem"), key: PathBuf::from("/nowhere/key.pem") };
    let shown = Tls { authorities: access.authority.clone(), client: Some(nowhere) };
    let refused = refusal(ScyllaSettings { tls: Some(shown), ..good.clone() }).await;
    assert!(matches!(refused, OpenError::Setting { field: "tls.client.chain", .. }), "{refused:?}");

    if let Some(plain) = keyspace() {
        let refused = refusal(ScyllaSettings { tls: good.tls.clone(), ..plain }).await;
        assert!(matches!(refused, OpenError::Certificate { .. }), "a node that does not speak TLS: {refused:?}");
    }

    let wrong = Credentials { password: "guess".into(), ..credentials };
    for credentials in [Some(wrong), None] {
        let refused = refusal(ScyllaSettings { credentials, ..good.clone() }).await;
        assert!(matches!(refused, OpenError::Credentials { .. }), "{refused:?}");
    }
    assert!(!format!("{good:?}").contains(&format!("password: \"{}\"", access.password)), "no password in a log");
}
