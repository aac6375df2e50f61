//! What is written about a cluster that runs: `cluster.json`.

use std::fs;
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::error::EngineError;
use crate::process::Signal;
use crate::server::GRACE;

/// Between two looks at a process.
const LOOK: Duration = Duration::from_millis(50);
/// How long an address of this machine may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(2);

/// The servers of a cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cluster {
    /// In the order in which they were started.
    pub members: Vec<Member>,
}

/// One server of a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// `Kafka broker 1` or `Cassandra`.
    pub name: String,
    /// Its process.
    pub pid: u32,
    /// Where clients reach it: `127.0.0.1:19092`.
    pub address: String,
}

impl Cluster {
    /// The brokers, as a Kafka client takes them: `127.0.0.1:19092,127.0.0.1:19093`.
    pub fn kafka(&self) -> String {
        self.addresses(true)
    }

    /// The node that speaks CQL: `127.0.0.1:19042`.
    pub fn cassandra(&self) -> String {
        self.addresses(false)
    }

    fn addresses(&self, kafka: bool) -> String {
        let mut found: Vec<&Member> =
            self.members.iter().filter(|member| member.name.starts_with("Kafka") == kafka).collect();
        found.sort_by_key(|member| &member.name);
        found.into_iter().map(|member| member.address.as_str()).collect::<Vec<_>>().join(",")
    }

    pub(super) fn read(folder: &Path) -> Result<Option<Self>, EngineError> {
        let path = file(folder);
        match fs::read(&path) {
            Ok(text) => {
                let cluster = serde_json::from_slice(&text).map_err(|error| EngineError::file(&path)(error.into()))?;
                Ok(Some(cluster))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(EngineError::file(&path)(error)),
        }
    }

    pub(super) fn write(&self, folder: &Path) -> Result<(), EngineError> {
        let path = file(folder);
        let text = serde_json::to_string_pretty(self).map_err(|error| EngineError::file(&path)(error.into()))?;
        // A reader never sees half of it, and neither does the next start after a power cut.
        let unfinished = path.with_extension("json.unfinished");
        fs::write(&unfinished, text).and_then(|()| fs::rename(&unfinished, &path)).map_err(EngineError::file(&path))
    }

    pub(super) fn remove(folder: &Path) -> Result<(), EngineError> {
        let path = file(folder);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(EngineError::file(&path)(error)),
            _ => Ok(()),
        }
    }
}

impl Member {
    /// Does its process run, and is it still the one that was started from `folder`, given by its full name?
    pub fn runs(&self, folder: &Path) -> bool {
        let command = fs::read(format!("/proc/{}/cmdline", self.pid)).unwrap_or_default();
        let within = folder.join("");
        String::from_utf8_lossy(&command).contains(&*within.to_string_lossy())
    }

    /// Does it accept connections?
    pub fn answers(&self) -> bool {
        let address: Option<SocketAddr> = self.address.parse().ok();
        address.is_some_and(|address| TcpStream::connect_timeout(&address, CONNECT).is_ok())
    }

    pub(super) fn ask_to_end(&self) {
        // It may end by itself in this moment; whether it has is looked at below.
        let _ = Signal::Terminate.send(self.pid);
    }

    /// Waits until it has ended, and kills it when its time is over.
    pub(super) fn end(&self, folder: &Path) -> Result<(), EngineError> {
        if self.ends_within(GRACE, folder) {
            return Ok(());
        }
        // One that stands still did not hear the request.
        Signal::Kill.send(self.pid).map_err(EngineError::process(&self.name))?;
        self.ends_within(GRACE, folder);
        Ok(())
    }

    fn ends_within(&self, limit: Duration, folder: &Path) -> bool {
        let begun = Instant::now();
        while self.runs(folder) {
            if begun.elapsed() > limit {
                return false;
            }
            sleep(LOOK);
        }
        true
    }
}

fn file(folder: &Path) -> PathBuf {
    folder.join("cluster.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(name: &str, address: &str) -> Member {
        Member { name: name.to_owned(), pid: std::process::id(), address: address.to_owned() }
    }

    #[test]
    fn a_cluster_is_read_as_it_was_written_and_is_gone_when_removed() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Cluster::read(folder.path()).unwrap(), None);
        let cluster = Cluster { members: vec![member("Cassandra", "127.0.0.1:19042")] };
        cluster.write(folder.path()).unwrap();
        assert_eq!(Cluster::read(folder.path()).unwrap(), Some(cluster));
        Cluster::remove(folder.path()).unwrap();
        Cluster::remove(folder.path()).unwrap();
        assert_eq!(Cluster::read(folder.path()).unwrap(), None);
    }

    #[test]
    fn its_addresses_are_in_the_order_of_the_brokers() {
        let members =
            [("Kafka broker 2", "127.0.0.1:2"), ("Cassandra", "127.0.0.1:9"), ("Kafka broker 1", "127.0.0.1:1")];
        let cluster = Cluster { members: members.map(|(name, address)| member(name, address)).to_vec() };
        assert_eq!(cluster.kafka(), "127.0.0.1:1,127.0.0.1:2");
        assert_eq!(cluster.cassandra(), "127.0.0.1:9");
    }

    #[test]
    fn a_process_id_that_somebody_else_has_now_is_not_ours() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!member("Cassandra", "127.0.0.1:9").runs(folder.path()), "this test was not started from that folder");
    }
}
