//! A broker's files, and the command that runs it.

use std::ffi::OsString;
use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::thread;

use crate::certificate::{Access, KEYSTORE_PASSWORD};
use crate::error::EngineError;
use crate::jars::Jars;
use crate::port::loopback;
use crate::process::Launch;
use crate::server::Server;
use crate::tool;

/// Where one broker listens, all on 127.0.0.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ports {
    /// For clients.
    pub(crate) client: u16,
    /// What clients are told to connect to; another than `client` when something stands before it.
    pub(crate) advertised: u16,
    /// For other brokers.
    pub(crate) internal: u16,
    /// For the quorum of controllers.
    pub(crate) controller: u16,
    /// For clients that encrypt and say who they are.
    pub(crate) secured: Option<u16>,
}

impl Ports {
    /// Without a secured listener, and with nothing before the client's.
    pub(crate) const fn plain(client: u16, internal: u16, controller: u16) -> Self {
        Self { client, advertised: client, internal, controller, secured: None }
    }
}

/// The brokers of a cluster, their files written below `folder` and their data made ready, not yet started.
pub(crate) fn servers(
    jars: &Jars,
    folder: &Path,
    layout: &[Ports],
    access: Option<&Access>,
) -> Result<Vec<Server>, EngineError> {
    let nodes: Vec<Node<'_>> =
        (1..=layout.len()).map(|id| Node { jars, id, folder: node_folder(folder, id) }).collect();
    for node in &nodes {
        node.write_files(layout, access)?;
    }
    let cluster = cluster_id(folder)?;
    thread::scope(|scope| {
        let formatting: Vec<_> = nodes.iter().map(|node| scope.spawn(|| node.format_once(&cluster, access))).collect();
        formatting
            .into_iter()
            .try_for_each(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })?;
    Ok(nodes.iter().zip(layout).map(|(node, ports)| node.server(ports.client)).collect())
}

/// The folder of broker `id`, counted from 1, in that of its cluster.
pub(crate) fn node_folder(cluster: &Path, id: usize) -> PathBuf {
    cluster.join(format!("kafka-{id}"))
}

/// The id of the cluster in `folder`, made the first time: 16 bytes in base64url, as Kafka writes them. It is kept apart
/// from the brokers' own data, so that a first start that was broken off can be taken up again.
fn cluster_id(folder: &Path) -> Result<String, EngineError> {
    let path = folder.join("kafka-cluster-id");
    if let Ok(id) = fs::read_to_string(&path) {
        return Ok(id);
    }
    let letter = |n: u64| char::from(b'a' + (RandomState::new().hash_one(n) % 26) as u8);
    // The last character stands for two bits only. Letters keep the id from looking like an option.
    let id: String = (0..21).map(letter).chain(['Q']).collect();
    fs::write(&path, &id).map_err(EngineError::file(&path))?;
    Ok(id)
}

struct Node<'a> {
    jars: &'a Jars,
    id: usize,
    folder: PathBuf,
}

impl Node<'_> {
    fn write_files(&self, layout: &[Ports], access: Option<&Access>) -> Result<(), EngineError> {
        fs::create_dir_all(&self.folder).map_err(EngineError::file(&self.folder))?;
        let files = [("server.properties", self.properties(layout, access)), ("log4j2.properties", LOGGING.to_owned())];
        for (name, text) in files {
            let path = self.folder.join(name);
            fs::write(&path, text).map_err(EngineError::file(&path))?;
        }
        Ok(())
    }

    fn properties(&self, layout: &[Ports], access: Option<&Access>) -> String {
        let ports = layout[self.id - 1];
        let voters: Vec<String> =
            layout.iter().enumerate().map(|(i, node)| format!("{}@127.0.0.1:{}", i + 1, node.controller)).collect();
        // One broker cannot keep three copies; three must not count a record that only one has.
        let (copies, in_sync) = if layout.len() < 3 { (1, 1) } else { (3, 2) };
        let secured = |port| format!(",SECURED://127.0.0.1:{port}");
        let secured = ports.secured.map(secured).unwrap_or_default();
        format!(
            "process.roles=broker,controller\n\
             node.id={id}\n\
             controller.quorum.voters={voters}\n\
             controller.listener.names=CONTROLLER\n\
             inter.broker.listener.name=INTERNAL\n\
             listeners=CLIENT://127.0.0.1:{client},INTERNAL://127.0.0.1:{internal},CONTROLLER://127.0.0.1:{controller}{secured}\n\
             advertised.listeners=CLIENT://127.0.0.1:{advertised},INTERNAL://127.0.0.1:{internal}{secured}\n\
             listener.security.protocol.map=CLIENT:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURED:SASL_SSL\n\
             log.dirs={data}\n\
             default.replication.factor={copies}\n\
             min.insync.replicas={in_sync}\n\
             offsets.topic.replication.factor={copies}\n\
             transaction.state.log.replication.factor={copies}\n\
             transaction.state.log.min.isr={in_sync}\n\
             {SMALL}{security}",
            id = self.id,
            voters = voters.join(","),
            client = ports.client,
            internal = ports.internal,
            controller = ports.controller,
            advertised = ports.advertised,
            data = self.data().display(),
            security = access.map(security).unwrap_or_default(),
        )
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Makes the data folder ready the first time.
    fn format_once(&self, cluster: &str, access: Option<&Access>) -> Result<(), EngineError> {
        if self.data().join("meta.properties").exists() {
            return Ok(());
        }
        let mut command = self.java("kafka.tools.StorageTool");
        let program = command.remove(0);
        command.extend(["format", "-t", cluster, "-c", "server.properties"].map(OsString::from));
        if let Some(Access { user, password, .. }) = access {
            command.push("--add-scram".into());
            command.push(format!("SCRAM-SHA-512=[name={user},password={password}]").into());
        }
        tool::run(&program.to_string_lossy(), command, &self.folder, tool::PATIENCE).map(|_| ())
    }

    fn server(&self, client: u16) -> Server {
        let mut command = self.java("kafka.Kafka");
        command.push(self.folder.join("server.properties").into());
        let launch = Launch { command, folder: self.folder.clone(), log: self.folder.join("broker.log") };
        let answers = move |log: &crate::server::Log<'_>| {
            log.says("Kafka Server started") && TcpStream::connect(loopback(client)).is_ok()
        };
        Server::new(format!("Kafka broker {}", self.id), launch, Box::new(answers))
    }

    fn java(&self, class: &str) -> Vec<OsString> {
        let mut logging = OsString::from("-Dlog4j2.configurationFile=file:");
        logging.push(self.folder.join("log4j2.properties"));
        let mut command: Vec<OsString> = vec!["java".into(), "-Xmx384m".into(), "-XX:+ExitOnOutOfMemoryError".into()];
        command.extend(["-XX:-UsePerfData".into(), logging, "-cp".into(), self.jars.class_path().into(), class.into()]);
        command
    }
}

/// What makes a small cluster quick to start and to notice things.
const SMALL: &str = "\
auto.create.topics.enable=false
offsets.topic.num.partitions=4
transaction.state.log.num.partitions=4
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
log.cleaner.dedupe.buffer.size=4194304
";

fn security(access: &Access) -> String {
    format!(
        "listener.name.secured.sasl.enabled.mechanisms=SCRAM-SHA-512\n\
         listener.name.secured.scram-sha-512.sasl.jaas.config=\
         org.apache.kafka.common.security.scram.ScramLoginModule required;\n\
         listener.name.secured.ssl.keystore.type=PKCS12\n\
         listener.name.secured.ssl.keystore.location={}\n\
         listener.name.secured.ssl.keystore.password={KEYSTORE_PASSWORD}\n",
        access.keystore.display()
    )
}

const LOGGING: &str = "\
status=error
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=[%d] %p %m (%c)%n%throwable
rootLogger.level=info
rootLogger.appenderRef.out.ref=out
";
