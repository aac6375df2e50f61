//! The engine on a simulated log, store, clock and scheduler.
//!
//! Two or three nodes fight for the partitions of one topic. On them sit the machines of production: owners that
//! decide, projectors that fold, a reactor that answers. One seeded agenda moves them: appends land late, twice, out of
//! order or never, reports stay away or know nothing, rows reach the store in part and long after, nodes stand still and
//! come back as zombies, die and start again, clocks are off and jump, callers repeat themselves. Then the faults stop,
//! everything must drain, every node dies once more, and a judge that shares no code with the platform goes through the
//! log, the answers and the tables. The same seed always gives the same run.

mod agenda;
mod bank;
mod callers;
mod census;
mod faults;
mod judge;
mod log;
mod machine;
mod random;
mod setup;
mod store;
mod trace;
mod world;

pub use census::Census;
pub use setup::Switch;
use world::World;

/// What a run came to.
#[derive(Debug)]
pub struct Run {
    /// Fingerprint of everything that happened.
    pub hash: u64,
    /// Events that happened.
    pub steps: u64,
    /// What it went through.
    pub census: Census,
    /// What should not be, one sentence each.
    pub faults: Vec<String>,
}

/// Runs the schedule of `seed`, without the rule of `switch` if there is one, and prints its story if it is to be
/// `told`.
pub fn run(seed: u64, switch: Option<Switch>, told: bool) -> Run {
    let mut world = World::new(seed, switch, told);
    let faults = match world.run() {
        Ok(()) => judge::judge(&mut world),
        Err(stuck) => vec![format!("it does not drain: {stuck}")],
    };
    Run { hash: world.trace.hash(), steps: world.steps(), census: world.census, faults }
}
