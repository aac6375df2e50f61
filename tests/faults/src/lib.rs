//! The platform on the real engines, hurt while it works: three nodes, three brokers and Cassandra on this machine,
//! callers who give commands over all nodes, and faults that chance chooses from a seed.
//!
//! Callers write down what they are answered. When the faults are over and everything is at rest, the log is read by a
//! reader that shares no code with the platform, and held against the answers and against what the views show. What is
//! random about a run besides the faults is the machine: a seed gives the same faults again, not the same moments.

mod books;
mod caller;
mod cluster;
mod doors;
mod error;
mod fault;
mod journal;
mod judge;
mod ledger;
mod node;
mod random;
mod register;
mod report;
mod storm;
mod trade;
mod views;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sceau_engines::Scratch;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::task::JoinSet;

use caller::Caller;
use cluster::{Cluster, Keeper};
use doors::Doors;
pub use error::FaultsError;
pub use fault::Fault;
use journal::Journal;
use ledger::Ledger;
use random::Random;
use register::Register;
pub use report::Report;
pub use storm::Plan;
use storm::Storm;
use views::Rest;

/// Callers that register companies and change them together.
const CLERKS: u64 = 10;
/// Callers that order and pay.
const TRADERS: u64 = 2;
/// How long callers may take to end what they have begun: each gives up by itself before.
const CLOSING: Duration = Duration::from_secs(600);

/// What a run goes by.
#[derive(Clone, Debug)]
pub struct Options {
    /// The `sceau` binary.
    pub sceau: PathBuf,
    /// Where engines and nodes keep data and logs, for whoever wants to look afterwards; a scratch folder when absent.
    pub folder: Option<PathBuf>,
    /// What chance begins with.
    pub seed: u64,
    /// What goes wrong.
    pub plan: Plan,
}

/// Runs the platform under faults and judges it. `say` is told about once a second how it stands.
pub fn run(options: &Options, say: fn(&str)) -> Result<Report, FaultsError> {
    let scratch = match options.folder {
        Some(_) => None,
        None => Some(Scratch::new()?),
    };
    let folder = match (&options.folder, &scratch) {
        (Some(folder), _) => std::path::absolute(folder).unwrap_or_else(|_| folder.clone()),
        (None, Some(scratch)) => scratch.path().to_owned(),
        (None, None) => PathBuf::new(),
    };
    std::fs::create_dir_all(&folder).map_err(|cause| FaultsError::File { path: folder.clone(), cause })?;
    say("starting three brokers, Cassandra and three nodes");
    let cluster = Arc::new(Cluster::start(&options.sceau, &folder)?);
    let runtime = Runtime::new().map_err(|cause| FaultsError::File { path: folder, cause })?;
    let report = torment(options, &cluster, &runtime, say);
    // A call that is never answered must not keep the process.
    runtime.shutdown_background();
    report
}

fn torment(options: &Options, cluster: &Arc<Cluster>, runtime: &Runtime, say: fn(&str)) -> Result<Report, FaultsError> {
    let ledger = Arc::new(Ledger::default());
    let mut random = Random::new(options.seed);
    let keeper = Keeper::of(cluster);
    let begun = Instant::now();
    let (doors, mut callers, closing) = {
        let _inside = runtime.enter();
        let doors = Doors::to(cluster)?;
        let (closing, closed) = watch::channel(false);
        (doors.clone(), let_in(&doors, &ledger, &closed, &mut random), closing)
    };
    let faults = Storm { cluster, ledger: &ledger, begun, say }.rage(&options.plan, random);
    let time = begun.elapsed();
    say("the faults are over: callers end what they have begun");
    closing.send_replace(true);
    let all_ended = runtime.block_on(async {
        tokio::time::timeout(CLOSING, async { while callers.join_next().await.is_some() {} }).await.is_ok()
    });
    if !all_ended {
        ledger.complain(format!("some callers are not done after {CLOSING:?}"));
    }
    let pages = ledger.copy();
    say("waiting until everything is at rest, and asking the views");
    let rest = runtime.block_on(Rest::wait(&doors))?;
    let shown = runtime.block_on(views::shown(&doors, &rest, &pages))?;
    keeper.end()?;
    say("the nodes leave, and the log is read");
    let mut found = rest.faults;
    for node in &cluster.nodes {
        if !node.leave() {
            found.push(format!("{} does not leave in good order", node.name));
        }
    }
    let journal = Journal::read(&cluster.kafka.bootstrap())?;
    found.extend(judge::judge(&pages, &journal, &shown));
    Ok(Report {
        seed: options.seed,
        time,
        faults,
        ended_by_themselves: cluster.ended_by_themselves(),
        commands: pages.commands.len() as u64,
        answered: pages.commands.values().flatten().count() as u64,
        retries: pages.retries,
        repeats: pages.repeats,
        silence: pages.silence,
        valid: journal.valid.len() as u64,
        void: journal.void,
        fences: journal.fences,
        rows: (shown.companies.len() + shown.orders.len() + shown.accounts.len()) as u64,
        found,
    })
}

/// Everybody at work, over all nodes.
fn let_in(doors: &Doors, ledger: &Arc<Ledger>, closed: &watch::Receiver<bool>, random: &mut Random) -> JoinSet<()> {
    let register = Arc::new(Register::default());
    let mut callers = JoinSet::new();
    for number in 0..CLERKS + TRADERS {
        let random = Random::new(random.next());
        let caller = Caller::new(doors.clone(), Arc::clone(ledger), closed.clone(), number, random);
        if number < CLERKS {
            callers.spawn(register::keep(caller, Arc::clone(&register)));
        } else {
            callers.spawn(trade::trade(caller));
        }
    }
    callers
}
