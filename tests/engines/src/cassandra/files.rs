//! A node's files, and how to tell that it answers.

use std::fs;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::Duration;

use super::java;
use crate::certificate::{Access, KEYSTORE_PASSWORD};
use crate::error::EngineError;
use crate::jars::Jars;
use crate::port::loopback;
use crate::process::Launch;
use crate::server::{Log, Server};

/// Where the node listens, both on 127.0.0.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ports {
    /// For clients: CQL.
    pub(crate) client: u16,
    /// For other nodes, of which there are none.
    pub(crate) storage: u16,
}

/// The node with its files written below `folder`, not yet started.
pub(crate) fn server(jars: &Jars, folder: &Path, ports: Ports, access: Option<&Access>) -> Result<Server, EngineError> {
    let folder = folder.join("cassandra");
    fs::create_dir_all(&folder).map_err(EngineError::file(&folder))?;
    // The node makes its first user some time after it answers, once for all its life.
    let awaits_user = access.is_some() && !folder.join("data").exists();
    for (name, text) in [("cassandra.yaml", settings(&folder, ports, access)), ("logback.xml", LOGGING.to_owned())] {
        let path = folder.join(name);
        fs::write(&path, text).map_err(EngineError::file(&path))?;
    }
    let launch = Launch { command: java::command(jars, &folder), log: folder.join("node.log"), folder };
    let answers = move |log: &Log<'_>| {
        speaks_cql(loopback(ports.client)).is_ok_and(|speaks| speaks)
            && (!awaits_user || log.says("Created default superuser role"))
    };
    Ok(Server::new("Cassandra".to_owned(), launch, Box::new(answers)))
}

/// Asks for the options of the protocol, which is answered before one has said who one is (native protocol 4, §4.1.3).
fn speaks_cql(address: SocketAddr) -> io::Result<bool> {
    const OPTIONS: [u8; 9] = [0x04, 0, 0, 0, 0x05, 0, 0, 0, 0];
    const SUPPORTED: u8 = 0x06;
    let limit = Duration::from_secs(2);
    let mut stream = TcpStream::connect_timeout(&address, limit)?;
    stream.set_read_timeout(Some(limit))?;
    stream.write_all(&OPTIONS)?;
    let mut header = [0; 9];
    stream.read_exact(&mut header)?;
    Ok(header[4] == SUPPORTED)
}

fn settings(folder: &Path, Ports { client, storage }: Ports, access: Option<&Access>) -> String {
    let folder = folder.display();
    let authenticator = if access.is_some() { "PasswordAuthenticator" } else { "AllowAllAuthenticator" };
    format!(
        "cluster_name: sceau\n\
         num_tokens: 1\n\
         partitioner: org.apache.cassandra.dht.Murmur3Partitioner\n\
         authenticator: {authenticator}\n\
         authorizer: AllowAllAuthorizer\n\
         endpoint_snitch: SimpleSnitch\n\
         seed_provider:\n\
         - class_name: org.apache.cassandra.locator.SimpleSeedProvider\n  \
           parameters:\n  \
           - seeds: \"127.0.0.1:{storage}\"\n\
         listen_address: 127.0.0.1\n\
         rpc_address: 127.0.0.1\n\
         storage_port: {storage}\n\
         native_transport_port: {client}\n\
         data_file_directories: [\"{folder}/data\"]\n\
         commitlog_directory: \"{folder}/commitlog\"\n\
         saved_caches_directory: \"{folder}/saved_caches\"\n\
         hints_directory: \"{folder}/hints\"\n\
         cdc_raw_directory: \"{folder}/cdc_raw\"\n\
         {SMALL}{encryption}",
        encryption = access.map(encryption).unwrap_or_default(),
    )
}

/// There is no second node to have what this one loses, so a write is on disk before it is answered; `periodic`, the
/// usual setting, loses what a killed node answered in its last tenth of a second. The rest keeps the node small.
const SMALL: &str = "\
commitlog_sync: batch
commitlog_segment_size: 16MiB
commitlog_total_space: 256MiB
memtable_heap_space: 96MiB
memtable_offheap_space: 96MiB
key_cache_size: 16MiB
counter_cache_size: 0MiB
file_cache_size: 32MiB
concurrent_reads: 16
concurrent_writes: 32
native_transport_max_threads: 32
hinted_handoff_enabled: false
auto_snapshot: false
dynamic_snitch: false
";

/// Both encrypted and plain connections on one port, so that a client that should encrypt can be told from one that does.
fn encryption(access: &Access) -> String {
    format!(
        "client_encryption_options:\n  \
           enabled: true\n  \
           optional: true\n  \
           keystore: \"{}\"\n  \
           keystore_password: {KEYSTORE_PASSWORD}\n  \
           store_type: PKCS12\n",
        access.keystore.display()
    )
}

const LOGGING: &str = "\
<configuration>
  <appender name=\"OUT\" class=\"ch.qos.logback.core.ConsoleAppender\">
    <encoder><pattern>%-5level [%thread] %date{ISO8601} %F:%L - %msg%n</pattern></encoder>
  </appender>
  <root level=\"INFO\"><appender-ref ref=\"OUT\"/></root>
</configuration>
";
