//! Apache Kafka: a cluster of one or more brokers, without ZooKeeper, on loopback.

mod files;

use std::net::SocketAddr;
use std::path::Path;

use crate::certificate::Access;
use crate::error::EngineError;
use crate::jars::{Engine, Jars};
use crate::link::Link;
use crate::port::{Port, loopback};
use crate::process::Signal;
use crate::server::Server;

pub(crate) use files::{Ports, node_folder, servers};

/// The user that a secured cluster knows.
const USER: &str = "sceau";
const PASSWORD: &str = "sceau-secret";

/// A running cluster. Brokers are counted from 0. It is killed when dropped, and when this process ends.
#[derive(Debug)]
pub struct Kafka {
    brokers: Vec<Broker>,
    links: Vec<Link>,
    access: Option<Access>,
    /// Ours while the cluster is, also those of a broker that is down.
    _claims: Vec<Port>,
}

#[derive(Debug)]
struct Broker {
    server: Server,
    ports: Ports,
}

impl Kafka {
    /// Starts `brokers` brokers with their data in `folder` and waits until each answers. From three brokers on, three
    /// copies are kept, of which two must be written before a record counts; fewer brokers keep one.
    pub fn start(brokers: usize, folder: &Path) -> Result<Self, EngineError> {
        Self::start_with(brokers, folder, false, false)
    }

    /// Starts brokers that clients reach only through a [`Link`] each: see [`Kafka::link`]. The brokers' own traffic
    /// does not go through the links.
    pub fn start_behind_links(brokers: usize, folder: &Path) -> Result<Self, EngineError> {
        Self::start_with(brokers, folder, true, false)
    }

    /// Starts brokers that have a listener more, with `SASL_SSL` and `SCRAM-SHA-512`: see [`Kafka::access`] and
    /// [`Kafka::secured_bootstrap`].
    pub fn start_secured(brokers: usize, folder: &Path) -> Result<Self, EngineError> {
        Self::start_with(brokers, folder, false, true)
    }

    fn start_with(brokers: usize, folder: &Path, behind_links: bool, secured: bool) -> Result<Self, EngineError> {
        let jars = Jars::fetch(Engine::Kafka)?;
        let mut claims = Vec::new();
        let mut port = || {
            let port = Port::claim()?;
            let number = port.number();
            claims.push(port);
            Ok::<u16, EngineError>(number)
        };
        let mut links = Vec::new();
        let mut layout = Vec::new();
        for _ in 0..brokers {
            let mut ports = Ports::plain(port()?, port()?, port()?);
            if behind_links {
                let link = Link::to(loopback(ports.client)).map_err(EngineError::process("a link"))?;
                ports.advertised = link.address().port();
                links.push(link);
            }
            if secured {
                ports.secured = Some(port()?);
            }
            layout.push(ports);
        }
        let access = if secured { Some(Access::make(folder, USER, PASSWORD)?) } else { None };
        let servers = servers(&jars, folder, &layout, access.as_ref())?;
        let brokers = servers.into_iter().zip(layout).map(|(server, ports)| Broker { server, ports }).collect();
        let kafka = Self { brokers, links, access, _claims: claims };
        kafka.restart_all()?;
        Ok(kafka)
    }

    /// Where clients begin, as they take it: `127.0.0.1:12001,127.0.0.1:12002`.
    pub fn bootstrap(&self) -> String {
        self.addresses(|ports| Some(ports.advertised))
    }

    /// The same for the secured listener; empty for a cluster that has none.
    pub fn secured_bootstrap(&self) -> String {
        self.addresses(|ports| ports.secured)
    }

    /// What the secured listener lets a client in with; none for a cluster that has no such listener.
    pub const fn access(&self) -> Option<&Access> {
        self.access.as_ref()
    }

    /// The link before a broker; none for a cluster that was not started behind links.
    pub fn link(&self, broker: usize) -> Option<&Link> {
        self.links.get(broker)
    }

    /// How many brokers it has, running or not.
    pub const fn brokers(&self) -> usize {
        self.brokers.len()
    }

    /// Where a broker itself listens for clients, behind its link if it has one.
    pub fn address(&self, broker: usize) -> SocketAddr {
        loopback(self.brokers[broker].ports.client)
    }

    /// `kill -9` on a broker; returns when it is gone.
    pub fn kill(&self, broker: usize) {
        self.brokers[broker].server.kill();
    }

    /// Ends a broker in good order: it hands over what it leads.
    pub fn shut_down(&self, broker: usize) {
        self.brokers[broker].server.stop();
    }

    /// Makes a broker stand still (`SIGSTOP`): its connections stay, nothing is answered.
    pub fn pause(&self, broker: usize) -> Result<(), EngineError> {
        self.brokers[broker].server.signal(Signal::Stop)
    }

    /// Wakes a broker that stands still.
    pub fn resume(&self, broker: usize) -> Result<(), EngineError> {
        self.brokers[broker].server.signal(Signal::Continue)
    }

    /// Lets a broker write nothing more, as when its quota of disk space is used up; a broker that cannot write ends
    /// itself. [`restart`](Self::restart) gives it room again.
    pub fn fill_disk(&self, broker: usize) -> Result<(), EngineError> {
        self.brokers[broker].server.fill_disk()
    }

    /// Kills a broker if it runs, starts it on the same data and ports, and waits until it answers. It answers only when
    /// a majority of the brokers run.
    pub fn restart(&self, broker: usize) -> Result<(), EngineError> {
        let server = &self.brokers[broker].server;
        server.kill();
        server.start()?;
        server.wait_until_it_answers()
    }

    /// Starts every broker that is down, and waits until all answer.
    pub fn restart_all(&self) -> Result<(), EngineError> {
        for broker in &self.brokers {
            broker.server.start()?;
        }
        self.brokers.iter().try_for_each(|broker| broker.server.wait_until_it_answers())
    }

    /// Ends all brokers in good order.
    pub fn stop(self) {
        for broker in &self.brokers {
            broker.server.ask_to_end();
        }
        for broker in &self.brokers {
            broker.server.end();
        }
    }

    fn addresses(&self, port: impl Fn(&Ports) -> Option<u16>) -> String {
        let ports = self.brokers.iter().filter_map(|broker| port(&broker.ports));
        ports.map(|port| loopback(port).to_string()).collect::<Vec<_>>().join(",")
    }
}
