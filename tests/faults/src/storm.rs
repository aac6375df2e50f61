//! One blow after another, each made good before the next.

use std::collections::BTreeMap;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::cluster::Cluster;
use crate::fault::{Blow, Fault, Weather};
use crate::ledger::Ledger;
use crate::random::Random;

/// What goes wrong in a run.
#[derive(Clone, Debug)]
pub enum Plan {
    /// What chance chooses, for so long.
    Chance(Duration),
    /// These, one after the other.
    Script(Vec<Fault>),
}

/// What a storm needs.
pub(crate) struct Storm<'a> {
    pub(crate) cluster: &'a Cluster,
    pub(crate) ledger: &'a Ledger,
    pub(crate) begun: Instant,
    pub(crate) say: fn(&str),
}

impl Storm<'_> {
    /// Goes through the plan; how often each kind of fault was there.
    pub(crate) fn rage(&self, plan: &Plan, mut random: Random) -> BTreeMap<&'static str, u64> {
        let mut counts = BTreeMap::new();
        match plan {
            Plan::Chance(time) => {
                let mut weather = Weather::new(random);
                while self.begun.elapsed() < *time {
                    self.strike(&weather.next(), &mut counts);
                }
            }
            Plan::Script(faults) => {
                for fault in faults {
                    self.strike(&Blow::of(*fault, &mut random), &mut counts);
                }
            }
        }
        self.pass("calm", Duration::from_secs(3));
        counts
    }

    fn strike(&self, blow: &Blow, counts: &mut BTreeMap<&'static str, u64>) {
        self.pass("calm", blow.calm);
        let names: Vec<String> = blow.faults.iter().map(Fault::to_string).collect();
        let names = names.join(" and ");
        (self.say)(&format!("{}: {names}, for {:.1} s", self.standing(), blow.time.as_secs_f64()));
        for fault in &blow.faults {
            *counts.entry(fault.kind()).or_default() += 1;
            if let Err(error) = fault.strike(self.cluster) {
                self.ledger.complain(format!("{fault} could not be done: {error}"));
            }
        }
        self.pass(&names, blow.time);
        // A node that comes back needs the engine that was hurt beside it.
        for fault in blow.faults.iter().rev() {
            if let Err(error) = fault.heal(self.cluster) {
                self.ledger.complain(format!("{fault} could not be made good: {error}"));
            }
        }
    }

    fn pass(&self, what: &str, time: Duration) {
        const SECOND: Duration = Duration::from_secs(1);
        let begun = Instant::now();
        while begun.elapsed() < time {
            sleep(SECOND.min(time.saturating_sub(begun.elapsed())));
            (self.say)(&format!("{}: {what}", self.standing()));
        }
    }

    fn standing(&self) -> String {
        let seconds = self.begun.elapsed().as_secs();
        format!("{:02}:{:02} {} answered", seconds / 60, seconds % 60, self.ledger.count())
    }
}
