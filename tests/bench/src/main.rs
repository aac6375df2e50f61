//! `sceau-bench`: every figure that the platform promises, as the median over several runs, beside the limit or the
//! peer that it is compared with in the same runs.
//!
//! What is reached over gRPC is measured against the release binary as a process of its own on loopback, with the
//! callers in this process: on a machine of two cores they share them. What is measured in process goes through the
//! same engine, gateway and domains that the binary is made of.
//!
//! | module | figures |
//! |---|---|
//! | [`inproc`] | `commands.inproc` |
//! | [`unary`], [`stream`], [`lone`], [`readable`] | `commands.grpc.*`, `command.lone.p99`, `readable.p99` |
//! | [`verify`] | `verify.*.grpc` |
//! | [`verify_inproc`] | `verify.*.inproc` |
//! | [`import`] | `import` |
//! | [`history`] | `rebuild`, `restart` |
//! | [`disk`] | `disk.billion` |
//! | [`codes`] | `codes.encode`, `codes.encode.qrcode`, `codes.sign_encode` |
//! | [`offline`] | `offline.single`, `offline.batch` |
//! | [`printers`] | `codes.pdf`, `codes.pdf.bytes`, `codes.csv` |
//! | [`downloads`] | `codes.download.memory` |
//! | [`clones`] | `clones.*` |
//! | [`setting`] | `memory.peak`, over all that ran |
//! | [`cluster`] | with `--cluster`: those on the real Kafka and Cassandra |

mod clones;
mod cluster;
mod codes;
mod company;
mod disk;
mod downloads;
mod figure;
mod goal;
mod history;
mod import;
mod inproc;
mod load;
mod lone;
mod office;
mod offline;
mod printers;
mod raw;
mod readable;
mod server;
mod setting;
mod stream;
mod unary;
mod verify;
mod verify_inproc;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;

use figure::Figure;
use goal::TARGETS;
use setting::Setting;

/// As in the binary: what is measured in process is what runs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What went wrong, for the person who measures.
pub(crate) type Error = Box<dyn std::error::Error + Send + Sync>;
pub(crate) type Result<T> = std::result::Result<T, Error>;

/// The figures of Sceau, each beside its limit or peer.
#[derive(Debug, Parser)]
pub(crate) struct Options {
    /// Only the figures whose names begin so.
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// A rough answer in under two minutes; on the cluster, in under five.
    #[arg(long)]
    quick: bool,
    /// The figures on Kafka and Cassandra, which are started for it and ended.
    #[arg(long)]
    cluster: bool,
    /// Print the figures as JSON.
    #[arg(long)]
    json: bool,
    /// Where figures.json and figures.md are written, and the data of the runs meanwhile.
    #[arg(long, default_value = "target/bench")]
    folder: PathBuf,
    /// The release binary; the one beside this program when not given.
    #[arg(long)]
    sceau: Option<PathBuf>,
    /// The order stream that `import` reads; without the file there is no such figure.
    #[arg(long, default_value = "../shared/data/online_retail_2010-12_2011-09.csv.gz")]
    orders: PathBuf,
}

/// Gives some of the figures.
type Bench = fn(&Setting) -> Result<Vec<Figure>>;

const BENCHES: &[(&[&str], Bench)] = &[
    (&["commands.inproc"], inproc::measure),
    (&["verify.signed.inproc", "verify.digits.inproc"], verify_inproc::measure),
    (&["commands.grpc.unary"], unary::measure),
    (&["commands.grpc.stream"], stream::measure),
    (&["command.lone.p99"], lone::measure),
    (&["readable.p99"], readable::measure),
    (&["verify.signed.grpc", "verify.signed.grpc.p99"], verify::signed),
    (&["verify.digits.grpc", "verify.digits.grpc.p99"], verify::digits),
    (&["import"], import::measure),
    (&["disk.billion"], disk::measure),
    (&["codes.encode", "codes.encode.qrcode", "codes.sign_encode"], codes::measure),
    (&["codes.pdf", "codes.pdf.bytes", "codes.csv"], printers::measure),
    (&["offline.single", "offline.batch"], offline::measure),
    (&["codes.download.memory"], downloads::measure),
    (&["clones.false_alerts", "clones.precision", "clones.recall"], clones::measure),
    (&["rebuild", "restart"], history::measure),
];

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sceau-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<()> {
    let setting = Setting::of(options)?;
    let begun = Instant::now();
    eprintln!("{}", setting.machine());
    let mut figures = Vec::new();
    let benches = if options.cluster { cluster::BENCHES } else { BENCHES };
    for (names, bench) in benches.iter().filter(|(names, _)| names.iter().any(|name| setting.wants(name))) {
        let at = Instant::now();
        eprint!("{} … ", names.join(", "));
        let measured = bench(&setting)?;
        eprintln!("{:.0} s, load {}", at.elapsed().as_secs_f64(), setting::load_average());
        figures.extend(measured);
    }
    if !options.cluster {
        figures.extend(setting.memory());
    }
    figures.retain(|figure| setting.wants(&figure.name));
    figures.sort_by_key(|figure| TARGETS.iter().position(|target| target.name == figure.name));
    let all = figure::merge(&options.folder, figures.clone())?;
    if options.json {
        println!("{}", serde_json::to_string_pretty(&figures)?);
    } else {
        print!("{}", figure::table(&figures));
    }
    let seconds = begun.elapsed().as_secs_f64();
    eprintln!("{} figures in {seconds:.0} s; {} in {}", figures.len(), all.len(), options.folder.display());
    Ok(())
}
