//! Apache Cassandra: one node on loopback, where the platform expects ScyllaDB or Cassandra.

mod files;
mod java;

use std::net::SocketAddr;
use std::path::Path;

use crate::certificate::Access;
use crate::error::EngineError;
use crate::jars::{Engine, Jars};
use crate::port::{Port, loopback};
use crate::process::Signal;
use crate::server::Server;

pub(crate) use files::{Ports, server};

/// The user that Cassandra makes for itself.
const USER: &str = "cassandra";
const PASSWORD: &str = "cassandra";

/// A running node. It is killed when dropped, and when this process ends.
#[derive(Debug)]
pub struct Cassandra {
    server: Server,
    ports: Ports,
    access: Option<Access>,
    /// Ours while the node is, also while it is down.
    _claims: [Port; 2],
}

impl Cassandra {
    /// Starts a node with its data in `folder` and waits until it answers CQL.
    pub fn start(folder: &Path) -> Result<Self, EngineError> {
        Self::start_with(folder, false)
    }

    /// Starts a node that lets in only whom it knows, encrypted or not: see [`Cassandra::access`].
    pub fn start_secured(folder: &Path) -> Result<Self, EngineError> {
        Self::start_with(folder, true)
    }

    fn start_with(folder: &Path, secured: bool) -> Result<Self, EngineError> {
        let jars = Jars::fetch(Engine::Cassandra)?;
        let claims = [Port::claim()?, Port::claim()?];
        let ports = Ports { client: claims[0].number(), storage: claims[1].number() };
        let access = if secured { Some(Access::make(folder, USER, PASSWORD)?) } else { None };
        let server = server(&jars, folder, ports, access.as_ref())?;
        let cassandra = Self { server, ports, access, _claims: claims };
        cassandra.restart()?;
        Ok(cassandra)
    }

    /// Where clients connect.
    pub const fn contact(&self) -> SocketAddr {
        loopback(self.ports.client)
    }

    /// What it lets a client in with; none for a node that lets in everyone.
    pub const fn access(&self) -> Option<&Access> {
        self.access.as_ref()
    }

    /// `kill -9`; returns when it is gone.
    pub fn kill(&self) {
        self.server.kill();
    }

    /// Makes it stand still (`SIGSTOP`): its connections stay, nothing is answered.
    pub fn pause(&self) -> Result<(), EngineError> {
        self.server.signal(Signal::Stop)
    }

    /// Wakes it when it stands still.
    pub fn resume(&self) -> Result<(), EngineError> {
        self.server.signal(Signal::Continue)
    }

    /// Kills it if it runs, starts it on the same data and port, and waits until it answers.
    pub fn restart(&self) -> Result<(), EngineError> {
        self.server.kill();
        self.server.start()?;
        self.server.wait_until_it_answers()
    }

    /// Ends it in good order.
    pub fn stop(self) {
        self.server.stop();
    }
}
