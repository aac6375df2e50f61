//! A cluster on fixed ports, which stays until it is told to end.
#![allow(clippy::unwrap_used, reason = "a test that cannot run its engine has failed")]

use std::hash::{BuildHasher, RandomState};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use sceau_engines::cluster::{self, Cluster, Settings};
use sceau_engines::{EngineError, Scratch, or_skip};

/// Ended even when the test fails.
struct Running(PathBuf);

impl Drop for Running {
    fn drop(&mut self) {
        cluster::down(&self.0, |_| {}).unwrap();
    }
}

/// Ports with free ones where the servers listen beside them, elsewhere for every run.
fn settings(scratch: &Scratch) -> Settings {
    let is_free = |port: u16| TcpListener::bind(("127.0.0.1", port)).is_ok();
    let begin = 12_000 + (RandomState::new().hash_one("ports") % 15_000) as u16;
    let port = (begin..32_000).find(|port| [0, 1, 2, 100, 200].iter().all(|above| is_free(port + above))).unwrap();
    Settings { folder: scratch.path().to_owned(), brokers: 1, kafka_port: port, cql_port: port + 1 }
}

fn up(settings: &Settings) -> Result<(Cluster, Vec<String>), EngineError> {
    let said = Mutex::new(Vec::new());
    let cluster = cluster::up(settings, |line| said.lock().unwrap().push(line.to_owned()))?;
    Ok((cluster, said.into_inner().unwrap()))
}

#[test]
fn a_cluster_is_started_once_healed_when_a_part_died_and_ended_by_process_id() {
    let scratch = Scratch::new().unwrap();
    let settings = settings(&scratch);
    let running = Running(settings.folder.clone());
    let Some((cluster, said)) = or_skip(up(&settings)).unwrap() else { return };
    assert_eq!(cluster.kafka(), format!("127.0.0.1:{}", settings.kafka_port));
    assert_eq!(cluster.cassandra(), format!("127.0.0.1:{}", settings.cql_port));
    assert_eq!(said.len(), 2, "a line for each server: {said:?}");
    assert!(cluster.members.iter().all(|member| member.runs(scratch.path()) && member.answers()));
    assert_eq!(up(&settings).unwrap(), (cluster.clone(), vec!["it runs already".to_owned()]));

    let moved = Settings { kafka_port: settings.kafka_port + 2, ..settings.clone() };
    assert!(matches!(up(&moved), Err(EngineError::OtherAddresses { .. })));
    let grown = Settings { brokers: 3, ..settings.clone() };
    assert!(matches!(up(&grown), Err(EngineError::OtherBrokers { found: 1, asked: 3, .. })));

    let broker = &cluster.members[0];
    Command::new("sh").arg("-c").arg(format!("kill -KILL {}", broker.pid)).status().unwrap();
    let killed = Instant::now();
    while broker.runs(scratch.path()) {
        assert!(killed.elapsed() < Duration::from_secs(10), "a killed process ends");
    }
    let (healed, said) = up(&settings).unwrap();
    assert_eq!(said.len(), 1, "only what died is started: {said:?}");
    assert!(said[0].starts_with("Kafka broker 1 answers"), "{said:?}");
    assert_eq!(healed.members.iter().filter(|member| member.pid == broker.pid).count(), 0);
    assert_eq!(cluster::status(scratch.path()).unwrap(), Some(healed.clone()));

    drop(running);
    assert!(healed.members.iter().all(|member| !member.runs(scratch.path())));
    assert_eq!(cluster::status(scratch.path()).unwrap(), None);
}

#[test]
fn a_port_of_somebody_else_is_named() {
    let scratch = Scratch::new().unwrap();
    let settings = settings(&scratch);
    let _somebody = TcpListener::bind(("127.0.0.1", settings.cql_port)).unwrap();
    let _running = Running(settings.folder.clone());
    match or_skip(up(&settings)) {
        Ok(None) => {}
        Err(EngineError::PortTaken { port }) => assert_eq!(port, settings.cql_port),
        other => panic!("{other:?}"),
    }
}
