//! The command line.

mod cases;
mod certify;
mod cluster;
mod config;
mod keys;
mod log;
mod order;
mod parse;
mod pay;
mod projection;
mod stamps;
mod token;
mod verify;

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand};
use sceau_kernel::uuid::Uuid;
use sceau_proto::common::v1::{CommandMeta, PageInfo, PageRequest};

use crate::client::{self, CallError, Caller};
use crate::config::{ConfigFaults, Layers};
use crate::serve::serve;
use crate::show::Form;

/// Certification, orders, payments and stamps on one event log.
///
/// `sceau serve` starts the platform with nothing to set up. Everything else is a client of its gRPC API.
#[derive(Debug, Parser)]
#[command(name = "sceau", version, after_help = TOUR)]
pub struct Cli {
    /// Where to call and how to answer.
    #[command(flatten)]
    pub connection: Connection,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const TOUR: &str = "Begin with:\n  sceau serve                 start the platform, data in ./data\n  sceau demo                  fill it with a believable country\n  sceau certify product list  see what the office certified\n  sceau verify CODE           verify a stamp as anyone can";

/// Where to call and how to answer.
#[derive(Clone, Debug, Args)]
pub struct Connection {
    /// Address of the gRPC API.
    #[arg(
        long,
        global = true,
        env = "SCEAU_SERVER",
        default_value = "http://127.0.0.1:7450",
        help_heading = "Connection"
    )]
    pub server: String,
    /// Bearer token; without one, the administrator's of the local data folder when it is there.
    #[arg(long, global = true, env = "SCEAU_TOKEN", hide_env_values = true, help_heading = "Connection")]
    pub token: Option<String>,
    /// Data folder of the local platform.
    #[arg(long, global = true, env = "SCEAU_DATA", default_value = DEFAULT_DATA, help_heading = "Connection")]
    pub data: PathBuf,
    /// Answer as JSON.
    #[arg(long, global = true, help_heading = "Connection")]
    pub json: bool,
    /// Answer with only the id: of what a command made, of each item of a list, the URL of each code. For scripts.
    #[arg(long, global = true, conflicts_with = "json", help_heading = "Connection")]
    pub id: bool,
    /// UUID of the command; giving the same one again with the same content changes nothing.
    #[arg(long, global = true, value_name = "UUID", help_heading = "Connection")]
    pub command_id: Option<Uuid>,
}

impl Connection {
    /// True unless the data folder is the default, which a configuration may override.
    fn data_given(&self) -> bool {
        self.data != std::path::Path::new(DEFAULT_DATA)
    }
}

const DEFAULT_DATA: &str = "data";

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start the platform: every role in this process, until SIGINT or SIGTERM.
    Serve(ServeArgs),
    /// Print every setting, its value, and where the value comes from.
    Config(ServeArgs),
    /// Print a script that completes this command line in a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Companies, product certificates and accredited stampers.
    #[command(subcommand)]
    Certify(certify::Certify),
    /// Price lists and orders of stamps.
    #[command(subcommand)]
    Order(order::Order),
    /// Invoices, settlements, credit notes and refunds.
    #[command(subcommand)]
    Pay(pay::Pay),
    /// Batches of stamps: release, codes, activation.
    #[command(subcommand)]
    Stamps(stamps::Stamps),
    /// Verify a code, as anyone can.
    Verify(verify::Verify),
    /// Suspect codes, for inspectors.
    #[command(subcommand)]
    Cases(cases::Cases),
    /// Issue and revoke tokens.
    #[command(subcommand)]
    Token(token::Token),
    /// Bring a retailer's stream of orders in.
    #[command(subcommand)]
    Import(crate::import::Import),
    /// Fill the platform with a believable country.
    Demo(crate::demo::Demo),
    /// Read models: list, rebuild, cancel, switch.
    #[command(subcommand)]
    Projection(projection::Projection),
    /// Prove from outside what the platform has made public.
    #[command(subcommand)]
    Audit(crate::audit::Audit),
    /// The nodes of the platform.
    #[command(subcommand)]
    Cluster(cluster::Cluster),
    /// The event log.
    #[command(subcommand)]
    Log(log::Log),
    /// Public keys of codes and tokens.
    #[command(subcommand)]
    Keys(keys::Keys),
}

/// A connection and the way to answer.
pub(crate) struct Session {
    pub(crate) caller: Caller,
    pub(crate) form: Form,
    command_id: Option<Uuid>,
}

impl Session {
    /// Connects as the command line says.
    pub(crate) async fn open(connection: &Connection) -> Result<Self, CallError> {
        let token = connection.token.clone().or_else(|| client::local_token(&connection.data));
        let caller = client::connect(&connection.server, token.as_deref()).await?;
        let form = match (connection.json, connection.id) {
            (true, _) => Form::Json,
            (_, true) => Form::Id,
            _ => Form::Human,
        };
        Ok(Self { caller, form, command_id: connection.command_id })
    }

    fn meta(&self) -> CommandMeta {
        client::meta(self.command_id)
    }
}

/// A form of stamp.
pub(crate) fn stamp_form(text: &str) -> Result<i32, String> {
    parse::stamp_form(text)
}

/// Which part of a list to show.
#[derive(Clone, Debug, Args)]
pub struct Paging {
    /// At most this many (up to 500).
    #[arg(long, default_value_t = 50)]
    limit: u32,
    /// Token of the page, from the end of the previous one.
    #[arg(long, default_value = "")]
    page: String,
}

impl Paging {
    fn request(&self) -> PageRequest {
        PageRequest { size: self.limit, token: self.page.clone() }
    }

    /// Says how to go on, on standard error so that the list itself stays clean.
    fn more(page: Option<PageInfo>) {
        if let Some(next) = page.map(|page| page.next_token).filter(|token| !token.is_empty()) {
            eprintln!("more: --page {next}");
        }
    }
}

/// Sends a command and prints its receipt.
macro_rules! command {
    ($session:expr, $client:ty, $method:ident, $request:expr) => {{
        let receipt = <$client>::new($session.caller.clone()).$method($request).await?.into_inner();
        $session.form.record(&receipt);
        Ok(())
    }};
}
pub(crate) use command;

/// Settings by flag; the other layers are the file and the environment.
#[derive(Clone, Debug, Args)]
pub struct ServeArgs {
    /// Configuration file; sceau.toml in the data folder when not given.
    #[arg(long, env = "SCEAU_CONFIG")]
    config: Option<PathBuf>,
    /// Address of the gRPC API.
    #[arg(long, value_name = "ADDRESS")]
    grpc_listen: Option<String>,
    /// Address of /metrics and /health.
    #[arg(long, value_name = "ADDRESS")]
    http_listen: Option<String>,
    /// Address of the verification page and of JSON over HTTP.
    #[arg(long, value_name = "ADDRESS")]
    web_listen: Option<String>,
    /// Kafka brokers, host:port separated by commas, in place of the embedded log.
    #[arg(long, value_name = "BROKERS", requires = "scylla")]
    kafka: Option<String>,
    /// ScyllaDB or Cassandra nodes, host:port separated by commas, in place of the embedded store.
    #[arg(long, value_name = "NODES", requires = "kafka")]
    scylla: Option<String>,
    /// Name of this node among those on the same Kafka and ScyllaDB.
    #[arg(long, value_name = "NAME")]
    node: Option<String>,
    /// Any setting, as key=value; may be given several times.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    settings: Vec<String>,
}

impl ServeArgs {
    /// The layers of this process with these flags on top.
    fn layers(&self, connection: &Connection) -> Result<Layers, ConfigFaults> {
        let mut flags = BTreeMap::new();
        if connection.data_given() {
            flags.insert("data".to_owned(), connection.data.display().to_string());
        }
        let given = [
            ("grpc.listen", &self.grpc_listen),
            ("http.listen", &self.http_listen),
            ("web.listen", &self.web_listen),
            ("kafka.brokers", &self.kafka),
            ("scylla.nodes", &self.scylla),
            ("node.id", &self.node),
        ];
        flags.extend(given.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value.clone()?))));
        flags.extend(self.settings.iter().map(|text| {
            let (key, value) = text.split_once('=').unwrap_or((text, ""));
            (key.trim().to_owned(), value.to_owned())
        }));
        Layers::of_process(self.config.as_deref(), flags)
    }
}

/// Runs the command line; the exit code of the process.
pub fn main(cli: Cli) -> u8 {
    let Cli { connection, command } = cli;
    match command {
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "sceau", &mut std::io::stdout());
            0
        }
        Command::Config(args) => config::show(&args, &connection),
        Command::Serve(args) => match args.layers(&connection).and_then(|layers| layers.resolve()) {
            Ok((config, _)) => on_runtime(serve(&config)),
            Err(faults) => {
                eprintln!("sceau: {faults}");
                64
            }
        },
        Command::Verify(command) if command.is_offline() => on_runtime(verify::offline(&connection, command)),
        Command::Import(command) => on_runtime(crate::import::main(&connection, command)),
        command => on_runtime(async {
            match run(&connection, command).await {
                Ok(()) => 0,
                Err(error) => {
                    eprintln!("sceau: {error}");
                    error.exit_code()
                }
            }
        }),
    }
}

/// Threads that wait for the disk. Each keeps memory of its own, and more of them make no disk faster.
const BLOCKING_THREADS: usize = 16;

fn on_runtime(work: impl Future<Output = u8>) -> u8 {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().max_blocking_threads(BLOCKING_THREADS).enable_all().build();
    match runtime {
        Ok(runtime) => runtime.block_on(work),
        Err(error) => {
            eprintln!("sceau: no threads can be started: {error}");
            71
        }
    }
}

/// Does what the command line asks of the server.
pub async fn run(connection: &Connection, command: Command) -> Result<(), CallError> {
    match command {
        Command::Stamps(stamps::Stamps::Sheets) => return crate::print::sheets(connection.json),
        Command::Stamps(stamps::Stamps::Check(check)) => return crate::print::check(connection, check).await,
        _ => {}
    }
    if let Command::Audit(command) = command {
        return crate::audit::run(connection, command).await;
    }
    let session = Session::open(connection).await?;
    match command {
        // These are none of a session's.
        Command::Serve(_)
        | Command::Config(_)
        | Command::Completions { .. }
        | Command::Import(_)
        | Command::Audit(_) => Ok(()),
        Command::Certify(command) => certify::run(&session, command).await,
        Command::Order(command) => order::run(&session, command).await,
        Command::Pay(command) => pay::run(&session, command).await,
        Command::Stamps(command) => stamps::run(&session, command).await,
        Command::Cases(command) => cases::run(&session, command).await,
        Command::Verify(command) => verify::run(&session, command).await,
        Command::Token(command) => token::run(&session, command).await,
        Command::Projection(command) => projection::run(&session, command).await,
        Command::Cluster(command) => cluster::run(&session, command).await,
        Command::Log(command) => log::run(&session, command).await,
        Command::Keys(command) => keys::run(&session, connection, command).await,
        Command::Demo(demo) => crate::demo::run(&session, &demo, &connection.data).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
