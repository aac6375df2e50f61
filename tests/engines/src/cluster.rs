//! A cluster for a person: brokers and a Cassandra on fixed ports, which stay when the process that starts them ends.
//!
//! What runs is written to `cluster.json` in the cluster's folder, and a process is ended only when its id is there and
//! its command line names that folder: an id that the system has given to somebody else is left alone.

mod record;

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::cassandra;
use crate::error::EngineError;
use crate::jars::{Engine, Jars};
use crate::kafka;
use crate::port::loopback;
use crate::server::Server;

pub use record::{Cluster, Member};

/// How long the system may take to free the ports of a process that has ended.
const RELEASE: Duration = Duration::from_secs(2);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(50);

/// What cluster to run. Every port is on 127.0.0.1.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where it keeps its data; kept when it ends, for the next time.
    pub folder: PathBuf,
    /// How many Kafka brokers.
    pub brokers: u16,
    /// The first broker's port; the others' follow. For each other and for their quorum they listen 100 and 200 above.
    pub kafka_port: u16,
    /// Cassandra's port for CQL. It listens for other nodes on the next one.
    pub cql_port: u16,
}

/// Starts what of the cluster does not run yet, waits until it answers, and tells `progress` of every step.
pub fn up(settings: &Settings, progress: impl Fn(&str)) -> Result<Cluster, EngineError> {
    let folder = own_folder(&settings.folder)?;
    let _lock = lock(&folder)?;
    let (kafka, cassandra) = (Jars::fetch(Engine::Kafka)?, Jars::fetch(Engine::Cassandra)?);
    let mut cluster = Cluster::read(&folder)?.unwrap_or_default();
    cluster.members.retain(|member| member.runs(&folder));
    // Both before any file is written, which a running server might read.
    check_brokers(&folder, settings.brokers.into())?;
    check_addresses(&folder, settings, &cluster)?;
    let parts = parts(settings, &folder, &kafka, &cassandra)?;
    let idle: Vec<&Part> = parts.iter().filter(|part| !cluster.members.iter().any(|member| part.is(member))).collect();
    if idle.is_empty() {
        progress("it runs already");
        return Ok(cluster);
    }
    idle.iter().flat_map(|part| &part.ports).try_for_each(|port| check_free(*port))?;
    let started = start(&idle, &folder, &mut cluster).and_then(|()| wait_for(&idle, &progress));
    if let Err(error) = started {
        for part in idle {
            part.server.kill();
        }
        cluster.members.retain(|member| member.runs(&folder));
        cluster.write(&folder)?;
        return Err(error);
    }
    Ok(cluster)
}

/// Ends the cluster of `folder` in good order, and tells `progress` of every process. None that runs is fine.
pub fn down(folder: &Path, progress: impl Fn(&str)) -> Result<(), EngineError> {
    let folder = own_folder(folder)?;
    let _lock = lock(&folder)?;
    let mut cluster = Cluster::read(&folder)?.unwrap_or_default();
    cluster.members.retain(|member| member.runs(&folder));
    if cluster.members.is_empty() {
        progress("nothing runs");
    }
    for member in &cluster.members {
        member.ask_to_end();
    }
    for member in &cluster.members {
        member.end(&folder)?;
        progress(&format!("{} has ended", member.name));
    }
    Cluster::remove(&folder)
}

/// What is written about the cluster of `folder`; none where none was started.
pub fn status(folder: &Path) -> Result<Option<Cluster>, EngineError> {
    if !folder.exists() {
        return Ok(None);
    }
    Cluster::read(&own_folder(folder)?)
}

/// One server of the cluster.
struct Part {
    server: Server,
    /// The port for clients first.
    ports: Vec<u16>,
}

impl Part {
    fn address(&self) -> String {
        loopback(self.ports[0]).to_string()
    }

    fn is(&self, member: &Member) -> bool {
        self.server.name() == member.name && self.address() == member.address
    }
}

impl Settings {
    fn kafka(&self) -> impl Iterator<Item = kafka::Ports> {
        let clients = (self.kafka_port..).take(self.brokers.into());
        clients.map(|port| kafka::Ports::plain(port, port.saturating_add(100), port.saturating_add(200)))
    }

    const fn cassandra(&self) -> cassandra::Ports {
        cassandra::Ports { client: self.cql_port, storage: self.cql_port.saturating_add(1) }
    }
}

fn parts(settings: &Settings, folder: &Path, kafka: &Jars, cassandra: &Jars) -> Result<Vec<Part>, EngineError> {
    let layout: Vec<kafka::Ports> = settings.kafka().collect();
    let brokers = kafka::servers(kafka, folder, &layout, None)?;
    let mut parts: Vec<Part> = brokers
        .into_iter()
        .zip(layout)
        .map(|(server, ports)| Part { server, ports: vec![ports.client, ports.internal, ports.controller] })
        .collect();
    let ports = settings.cassandra();
    let server = cassandra::server(cassandra, folder, ports, None)?;
    parts.push(Part { server, ports: vec![ports.client, ports.storage] });
    Ok(parts)
}

/// What runs listens where it was asked to.
fn check_addresses(folder: &Path, settings: &Settings, running: &Cluster) -> Result<(), EngineError> {
    let asked: Vec<String> = settings
        .kafka()
        .map(|ports| ports.client)
        .chain([settings.cassandra().client])
        .map(|port| loopback(port).to_string())
        .collect();
    if running.members.iter().all(|member| asked.contains(&member.address)) {
        return Ok(());
    }
    Err(EngineError::OtherAddresses { folder: folder.to_owned() })
}

/// A folder that holds brokers already holds as many as are asked for: a quorum does not grow by itself.
fn check_brokers(folder: &Path, asked: usize) -> Result<(), EngineError> {
    let found = (1..=100).take_while(|id| kafka::node_folder(folder, *id).exists()).count();
    if found == 0 || found == asked {
        return Ok(());
    }
    Err(EngineError::OtherBrokers { folder: folder.to_owned(), found, asked })
}

fn start(idle: &[&Part], folder: &Path, cluster: &mut Cluster) -> Result<(), EngineError> {
    for part in idle {
        part.server.detach()?;
        if let Some(pid) = part.server.pid() {
            cluster.members.push(Member { name: part.server.name().to_owned(), pid, address: part.address() });
        }
        // At once: whatever happens next, what runs can be ended.
        cluster.write(folder)?;
    }
    Ok(())
}

fn wait_for(idle: &[&Part], progress: impl Fn(&str)) -> Result<(), EngineError> {
    let begun = Instant::now();
    for part in idle {
        part.server.wait_until_it_answers()?;
        let name = part.server.name();
        progress(&format!("{name} answers at {} after {:.1} s", part.address(), begun.elapsed().as_secs_f32()));
    }
    Ok(())
}

/// A server that died a moment ago lets go of its ports a moment later.
fn check_free(port: u16) -> Result<(), EngineError> {
    let begun = Instant::now();
    while TcpListener::bind(loopback(port)).is_err() {
        if begun.elapsed() > RELEASE {
            return Err(EngineError::PortTaken { port });
        }
        sleep(LOOK);
    }
    Ok(())
}

/// The folder under its full name, by which its processes are known.
fn own_folder(folder: &Path) -> Result<PathBuf, EngineError> {
    fs::create_dir_all(folder).and_then(|()| folder.canonicalize()).map_err(EngineError::file(folder))
}

/// Held while a cluster is being started or ended; the next one waits.
fn lock(folder: &Path) -> Result<File, EngineError> {
    let path = folder.join("lock");
    let file = File::create(&path).map_err(EngineError::file(&path))?;
    file.lock().map_err(EngineError::file(&path))?;
    Ok(file)
}
