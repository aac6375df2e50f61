//! What a store is opened with.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// Where the cluster is and how it is used.
#[derive(Clone, Debug)]
pub struct ScyllaSettings {
    /// Some of the cluster's nodes, `host` or `host:port`; the others are learnt from them.
    pub contact_points: Vec<String>,
    /// Keyspace of all tables, `[a-z][a-z0-9_]*`, at most 48 characters.
    pub keyspace: String,
    /// How the keyspace is replicated, when it is made. One that exists is left as it is, with a warning.
    pub replication: Replication,
    /// How many replicas answer a read or a write.
    pub consistency: Consistency,
    /// The datacenter whose nodes alone are asked; `None` where there is one only.
    pub datacenter: Option<String>,
    /// Encryption; none when `None`.
    pub tls: Option<Tls>,
    /// User and password; no authentication when `None`.
    pub credentials: Option<Credentials>,
    /// Who makes the keyspace and the tables.
    pub schema: SchemaRole,
    /// At most so many requests are under way at once.
    pub in_flight: usize,
    /// How long opening may take.
    pub connect_timeout: Duration,
    /// How long one read or write of a row may take, with what the driver tries again. A connection that says nothing
    /// for twice as long is given up.
    pub request_timeout: Duration,
    /// How long a table may take to be made, by this process or by the schema's owner.
    pub schema_timeout: Duration,
}

impl ScyllaSettings {
    /// Without encryption and authentication, at `LOCAL_QUORUM`, as the owner of the schema.
    pub fn new(contact_points: Vec<String>, keyspace: impl Into<String>, replication: Replication) -> Self {
        Self {
            contact_points,
            keyspace: keyspace.into(),
            replication,
            consistency: Consistency::LocalQuorum,
            datacenter: None,
            tls: None,
            credentials: None,
            schema: SchemaRole::Owner,
            in_flight: 256,
            connect_timeout: Duration::from_secs(15),
            request_timeout: Duration::from_secs(10),
            schema_timeout: Duration::from_secs(60),
        }
    }
}

/// How a keyspace is replicated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replication {
    /// `SimpleStrategy`: so many replicas, wherever they stand. For one datacenter.
    Simple {
        /// How many.
        factor: u32,
    },
    /// `NetworkTopologyStrategy`: so many replicas in each datacenter.
    Datacenters(BTreeMap<String, u32>),
}

/// How many replicas answer. A read must see what a write was answered for, so weaker levels are not offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consistency {
    /// Most replicas of the datacenter that is asked.
    LocalQuorum,
    /// Most replicas of all datacenters.
    Quorum,
}

/// Who makes the keyspace and the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaRole {
    /// This process. One of a cluster's at a time.
    Owner,
    /// Another: this process waits until they are there.
    Member,
}

/// Encryption. A node's certificate must name the IP address it is reached at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    /// PEM file of the authorities that may have signed the nodes' certificates; no others are trusted.
    pub authorities: PathBuf,
    /// This client's certificate, for clusters that ask for one.
    pub client: Option<ClientCertificate>,
}

/// A certificate and its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientCertificate {
    /// PEM file of the certificate and those between it and the authority.
    pub chain: PathBuf,
    /// PEM file of its private key.
    pub key: PathBuf,
}

/// User and password.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Name of the role.
    pub user: String,
    /// Its password.
    pub password: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("user", &self.user).finish_non_exhaustive()
    }
}
