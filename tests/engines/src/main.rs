//! `sceau-engines`: Kafka and Cassandra on this machine, for a person.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use sceau_engines::cluster::{self, Settings};
use sceau_engines::{Engine, EngineError, Jars, install_java};

/// Kafka and Cassandra on this machine, without containers.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Install Java and Maven if they are missing and we may, and fetch the engines.
    Fetch,
    /// Start a cluster that stays, and wait until it answers.
    Up {
        /// Where it keeps its data.
        #[arg(long, default_value = "target/cluster")]
        folder: PathBuf,
        /// How many Kafka brokers; with three, every record has three copies.
        #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=9))]
        brokers: u16,
        /// Port of the first broker. The others' follow; they also listen 100 and 200 above.
        #[arg(long, default_value_t = 19092, value_parser = clap::value_parser!(u16).range(1024..=65000))]
        kafka_port: u16,
        /// Port of Cassandra for CQL. It also listens on the next one.
        #[arg(long, default_value_t = 19042, value_parser = clap::value_parser!(u16).range(1024..=65000))]
        cql_port: u16,
    },
    /// End the cluster; its data stay.
    Down {
        /// Where it keeps its data.
        #[arg(long, default_value = "target/cluster")]
        folder: PathBuf,
    },
    /// Tell what runs. Fails when something of the cluster does not answer.
    Status {
        /// Where it keeps its data.
        #[arg(long, default_value = "target/cluster")]
        folder: PathBuf,
    },
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Fetch => fetch().map(|()| true),
        Command::Up { folder, brokers, kafka_port, cql_port } => {
            up(&Settings { folder, brokers, kafka_port, cql_port }).map(|()| true)
        }
        Command::Down { folder } => cluster::down(&folder, |line| println!("{line}")).map(|()| true),
        Command::Status { folder } => status(&folder),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn fetch() -> Result<(), EngineError> {
    install_java()?;
    Jars::fetch(Engine::Kafka)?;
    Jars::fetch(Engine::Cassandra)?;
    Ok(())
}

fn up(settings: &Settings) -> Result<(), EngineError> {
    fetch()?;
    let cluster = cluster::up(settings, |line| println!("{line}"))?;
    // One Cassandra keeps one copy.
    let (kafka, cassandra) = (cluster.kafka(), cluster.cassandra());
    println!("\n  sceau serve --node node-1 --kafka {kafka} --scylla {cassandra} --set scylla.replication=1");
    Ok(())
}

/// Prints every server; do all run and answer?
fn status(folder: &Path) -> Result<bool, EngineError> {
    let Some(cluster) = cluster::status(folder)? else {
        println!("no cluster runs from {}", folder.display());
        return Ok(false);
    };
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let mut whole = true;
    for member in &cluster.members {
        let is = match (member.runs(&folder), member.answers()) {
            (true, true) => "answers",
            (true, false) => "runs and does not answer",
            (false, _) => "has ended",
        };
        whole &= is == "answers";
        println!("{}  pid {}  {}  {is}", member.name, member.pid, member.address);
    }
    Ok(whole)
}
