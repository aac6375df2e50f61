//! From settings to a session with a keyspace.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use openssl::ssl::{SslConnector, SslConnectorBuilder, SslFiletype, SslMethod};
use openssl::x509::X509;
use openssl::x509::store::X509StoreBuilder;
use scylla::client::execution_profile::ExecutionProfile;
use scylla::client::session::Session;
use scylla::client::session_builder::SessionBuilder;
use scylla::errors::{
    ConnectionError, ConnectionPoolError, ConnectionSetupRequestErrorKind, DbError, MetadataError, NewSessionError,
};
use scylla::policies::load_balancing::DefaultPolicy;
use scylla::statement::Consistency as Level;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep, timeout};

use crate::keyspace::{self, Keyspace, LOOK};
use crate::settings::{Consistency, Replication, SchemaRole, ScyllaSettings, Tls};

/// Why a store could not be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// A setting that cannot be used.
    Setting {
        /// Its name.
        field: &'static str,
        /// Its value.
        value: String,
        /// What is wrong with it.
        fault: String,
    },
    /// No contact point answers as a CQL node.
    Unreachable {
        /// The contact points.
        contact_points: Vec<String>,
        /// What the driver said last.
        reason: String,
    },
    /// The cluster refuses the credentials, or asks for some and there are none.
    Credentials {
        /// What the cluster said.
        reason: String,
    },
    /// No encrypted connection: the node's certificate is not signed by the authorities given, names another address,
    /// or the node does not speak TLS.
    Certificate {
        /// What the handshake said.
        reason: String,
    },
    /// The schema's owner has not made the keyspace in time.
    KeyspaceMissing {
        /// Its name.
        keyspace: String,
        /// How long it was waited for.
        waited: Duration,
    },
    /// The keyspace could not be looked up or made.
    Keyspace {
        /// Its name.
        keyspace: String,
        /// What the cluster said.
        reason: String,
    },
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Setting { field, value, fault } => write!(f, "`{field}` is `{value}`: {fault}"),
            Self::Unreachable { contact_points, reason } => write!(
                f,
                "no CQL node answers at {}: {reason}; check the addresses and that the cluster is up",
                contact_points.join(", ")
            ),
            Self::Credentials { reason } => {
                write!(f, "the cluster refuses these credentials: {reason}; check user and password")
            }
            Self::Certificate { reason } => write!(
                f,
                "no encrypted connection to the cluster: {reason}; check the authorities' file, that the node's \
                 certificate names its address, and that the node speaks TLS on this port"
            ),
            Self::KeyspaceMissing { keyspace, waited } => write!(
                f,
                "keyspace `{keyspace}` is not there after {waited:?}: start the node that owns the schema, or make this \
                 one the owner"
            ),
            Self::Keyspace { keyspace, reason } => write!(f, "keyspace `{keyspace}` cannot be had: {reason}"),
        }
    }
}

impl std::error::Error for OpenError {}

/// Connects, and makes the keyspace or waits for it.
pub(crate) async fn connect(settings: &ScyllaSettings) -> Result<(Session, Keyspace), OpenError> {
    check(settings)?;
    let mut builder = SessionBuilder::new()
        .known_nodes(&settings.contact_points)
        // Each contact point gets its turn before the time is over.
        .connection_timeout(settings.connect_timeout / (settings.contact_points.len() as u32 + 1))
        .keepalive_interval(settings.request_timeout)
        .keepalive_timeout(settings.request_timeout)
        .schema_agreement_timeout(settings.schema_timeout)
        .schema_agreement_interval(LOOK)
        .default_execution_profile_handle(profile(settings).into_handle())
        .tls_context(settings.tls.as_ref().map(tls).transpose()?);
    if let Some(credentials) = &settings.credentials {
        builder = builder.user(&credentials.user, &credentials.password);
    }
    let session = match timeout(settings.connect_timeout, builder.build()).await {
        Ok(Ok(session)) => session,
        Ok(Err(error)) => return Err(refusal(settings, &error)),
        Err(_) => return Err(unreachable(settings, format!("no answer within {:?}", settings.connect_timeout))),
    };
    check_datacenter(settings, &session)?;
    let keyspace = Keyspace {
        name: settings.keyspace.clone(),
        schema: settings.schema,
        timeout: settings.schema_timeout,
        changing: Mutex::default(),
    };
    have_keyspace(&session, &keyspace, settings).await?;
    Ok((session, keyspace))
}

fn check(settings: &ScyllaSettings) -> Result<(), OpenError> {
    let name = &settings.keyspace;
    let wrong = |field, value: &str, fault: &str| {
        Err(OpenError::Setting { field, value: value.to_owned(), fault: fault.to_owned() })
    };
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if !name.starts_with(|first: char| first.is_ascii_lowercase()) || name.len() > 48 || !name.bytes().all(allowed) {
        return wrong("keyspace", name, "begin with a letter and use at most 48 of a-z, 0-9 and _");
    }
    if settings.contact_points.is_empty() {
        return wrong("contact_points", "", "name at least one node");
    }
    if settings.in_flight == 0 {
        return wrong("in_flight", "0", "allow at least one request at a time");
    }
    let several = matches!(&settings.replication, Replication::Datacenters(factors) if factors.len() > 1);
    if several && settings.consistency == Consistency::LocalQuorum && settings.datacenter.is_none() {
        return wrong("datacenter", "", "say which is the local one: what one wrote another may not have yet");
    }
    Ok(())
}

/// A datacenter that is not there would leave nobody to ask.
fn check_datacenter(settings: &ScyllaSettings, session: &Session) -> Result<(), OpenError> {
    let Some(local) = &settings.datacenter else { return Ok(()) };
    let cluster = session.get_cluster_state();
    let known: BTreeSet<&str> = cluster.get_nodes_info().iter().filter_map(|node| node.datacenter.as_deref()).collect();
    if known.contains(local.as_str()) {
        return Ok(());
    }
    let known: Vec<_> = known.into_iter().collect();
    let fault = format!("the cluster has no such datacenter, only {}", known.join(", "));
    Err(OpenError::Setting { field: "datacenter", value: local.clone(), fault })
}

fn profile(settings: &ScyllaSettings) -> ExecutionProfile {
    let mut nodes = DefaultPolicy::builder().token_aware(true);
    if let Some(datacenter) = &settings.datacenter {
        nodes = nodes.prefer_datacenter(datacenter.clone()).permit_dc_failover(false);
    }
    let level = match settings.consistency {
        Consistency::LocalQuorum => Level::LocalQuorum,
        Consistency::Quorum => Level::Quorum,
    };
    ExecutionProfile::builder()
        .consistency(level)
        .request_timeout(Some(settings.request_timeout))
        .load_balancing_policy(nodes.build())
        .build()
}

fn tls(tls: &Tls) -> Result<SslConnectorBuilder, OpenError> {
    let wrong = |field, path: &std::path::Path, fault: String| OpenError::Setting {
        field,
        value: path.display().to_string(),
        fault,
    };
    let authorities =
        |fault: String| wrong("tls.authorities", &tls.authorities, format!("no certificates in PEM: {fault}"));
    let pem = std::fs::read(&tls.authorities).map_err(|error| authorities(error.to_string()))?;
    let trusted = X509::stack_from_pem(&pem).map_err(|error| authorities(error.to_string()))?;
    if trusted.is_empty() {
        return Err(authorities("there is none in it".to_owned()));
    }
    let trusting = || {
        let mut store = X509StoreBuilder::new()?;
        for authority in trusted {
            store.add_cert(authority)?;
        }
        let mut builder = SslConnector::builder(SslMethod::tls_client())?;
        builder.set_cert_store(store.build());
        Ok(builder)
    };
    let mut builder: SslConnectorBuilder =
        trusting().map_err(|error: openssl::error::ErrorStack| authorities(error.to_string()))?;
    if let Some(client) = &tls.client {
        let fault = |error: openssl::error::ErrorStack| error.to_string();
        builder
            .set_certificate_chain_file(&client.chain)
            .map_err(|error| wrong("tls.client.chain", &client.chain, fault(error)))?;
        builder
            .set_private_key_file(&client.key, SslFiletype::PEM)
            .and_then(|()| builder.check_private_key())
            .map_err(|error| wrong("tls.client.key", &client.key, fault(error)))?;
    }
    Ok(builder)
}

/// Which of our errors the driver's is.
fn refusal(settings: &ScyllaSettings, error: &NewSessionError) -> OpenError {
    let NewSessionError::MetadataError(MetadataError::ConnectionPoolError(ConnectionPoolError::Broken {
        last_connection_error: last,
    })) = error
    else {
        return unreachable(settings, error.to_string());
    };
    match last {
        ConnectionError::ConnectionSetupRequestError(setup) => match setup.get_error() {
            ConnectionSetupRequestErrorKind::DbError(DbError::AuthenticationError | DbError::Unauthorized, reason) => {
                OpenError::Credentials { reason: reason.clone() }
            }
            ConnectionSetupRequestErrorKind::MissingAuthentication => {
                OpenError::Credentials { reason: "it asks for a user and a password, and none are set".to_owned() }
            }
            _ => unreachable(settings, last.to_string()),
        },
        ConnectionError::IoError(io) if is_tls(io) => OpenError::Certificate { reason: io.to_string() },
        _ => unreachable(settings, last.to_string()),
    }
}

fn is_tls(error: &Arc<std::io::Error>) -> bool {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<openssl::ssl::Error>());
    inner.is_some_and(|error| error.ssl_error().is_some())
}

fn unreachable(settings: &ScyllaSettings, reason: String) -> OpenError {
    OpenError::Unreachable { contact_points: settings.contact_points.clone(), reason }
}

async fn have_keyspace(session: &Session, keyspace: &Keyspace, settings: &ScyllaSettings) -> Result<(), OpenError> {
    let failed = |reason: String| OpenError::Keyspace { keyspace: keyspace.name.clone(), reason };
    let deadline = Instant::now() + settings.connect_timeout;
    loop {
        match keyspace.replication(session).await {
            Ok(Some(found)) if keyspace::same(&found, &settings.replication) => return Ok(()),
            Ok(Some(found)) => {
                let wanted = &settings.replication;
                tracing::warn!(
                    keyspace = keyspace.name,
                    ?found,
                    ?wanted,
                    "the keyspace is replicated otherwise, and stays so"
                );
                return Ok(());
            }
            Ok(None) if settings.schema == SchemaRole::Owner => {
                let made = keyspace.create(session, &settings.replication).await;
                return made.map_err(|error| failed(error.to_string()));
            }
            Ok(None) if Instant::now() < deadline => sleep(LOOK).await,
            Ok(None) => {
                let (keyspace, waited) = (keyspace.name.clone(), settings.connect_timeout);
                return Err(OpenError::KeyspaceMissing { keyspace, waited });
            }
            Err(failure) => return Err(failed(failure.reason().to_owned())),
        }
    }
}
