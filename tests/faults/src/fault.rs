//! What is done to a cluster, and how it is made good.

use std::fmt;
use std::time::Duration;

use crate::cluster::{BROKERS, Cluster, NODES};
use crate::error::FaultsError;
use crate::random::Random;

/// One fault. Nodes and brokers are counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A node is killed with `kill -9` and started again.
    NodeKilled(usize),
    /// A node stands still for longer than its session, and wakes when others have taken what it owned.
    NodePaused(usize),
    /// A node leaves in good order, and one comes in its place.
    NodeLeaves(usize),
    /// A broker is killed with `kill -9` and started again.
    BrokerKilled(usize),
    /// A broker stands still, for longer than the others wait or not.
    BrokerPaused(usize),
    /// A broker's quota of disk space is used up, which ends it; it is started again with room.
    BrokerFull(usize),
    /// Every connection of nodes to a broker is closed, and every new one too.
    LinkCut(usize),
    /// Connections of nodes to a broker stay, and nothing passes.
    LinkStalled(usize),
    /// Cassandra is killed with `kill -9` and started again.
    StoreKilled,
    /// Cassandra stands still.
    StorePaused,
}

/// How many kinds there are.
const KINDS: usize = 10;

impl Fault {
    /// One of the nth kind, to a node or broker that chance chooses.
    fn of_kind(kind: usize, random: &mut Random) -> Self {
        let (node, broker) = (random.index(NODES), random.index(BROKERS));
        match kind {
            0 => Self::NodeKilled(node),
            1 => Self::NodePaused(node),
            2 => Self::NodeLeaves(node),
            3 => Self::BrokerKilled(broker),
            4 => Self::BrokerPaused(broker),
            5 => Self::BrokerFull(broker),
            6 => Self::LinkCut(broker),
            7 => Self::LinkStalled(broker),
            8 => Self::StoreKilled,
            _ => Self::StorePaused,
        }
    }

    /// What it is done to.
    const fn is_to_a_node(self) -> bool {
        matches!(self, Self::NodeKilled(_) | Self::NodePaused(_) | Self::NodeLeaves(_))
    }

    /// Its kind, as a report counts it.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::NodeKilled(_) => "node killed with -9",
            Self::NodePaused(_) => "node paused beyond its session",
            Self::NodeLeaves(_) => "node left and came back",
            Self::BrokerKilled(_) => "broker killed with -9",
            Self::BrokerPaused(_) => "broker paused",
            Self::BrokerFull(_) => "disk of a broker full",
            Self::LinkCut(_) => "link to a broker cut",
            Self::LinkStalled(_) => "link to a broker stalled",
            Self::StoreKilled => "store killed with -9",
            Self::StorePaused => "store paused",
        }
    }

    /// How long it lasts. A session of a node ends after 6 s, one of a broker after 9 s.
    fn time(self, random: &mut Random) -> Duration {
        match self {
            Self::NodePaused(_) => random.between(8_000, 14_000),
            Self::NodeKilled(_) | Self::NodeLeaves(_) => random.between(0, 10_000),
            Self::BrokerKilled(_)
            | Self::BrokerPaused(_)
            | Self::BrokerFull(_)
            | Self::LinkCut(_)
            | Self::LinkStalled(_) => random.between(1_000, 14_000),
            Self::StoreKilled | Self::StorePaused => random.between(1_000, 8_000),
        }
    }

    /// Does it.
    pub(crate) fn strike(self, cluster: &Cluster) -> Result<(), FaultsError> {
        match self {
            Self::NodeKilled(node) => cluster.nodes[node].kill(),
            Self::NodePaused(node) => cluster.nodes[node].pause(),
            Self::NodeLeaves(node) => drop(cluster.nodes[node].leave()),
            Self::BrokerKilled(broker) => cluster.kafka.kill(broker),
            Self::BrokerPaused(broker) => cluster.kafka.pause(broker)?,
            Self::BrokerFull(broker) => cluster.kafka.fill_disk(broker)?,
            Self::LinkCut(broker) => cluster.kafka.link(broker).into_iter().for_each(sceau_engines::Link::cut),
            Self::LinkStalled(broker) => cluster.kafka.link(broker).into_iter().for_each(sceau_engines::Link::stall),
            Self::StoreKilled => cluster.cassandra.kill(),
            Self::StorePaused => cluster.cassandra.pause()?,
        }
        Ok(())
    }

    /// Makes it good, and waits until what was hurt answers.
    pub(crate) fn heal(self, cluster: &Cluster) -> Result<(), FaultsError> {
        match self {
            Self::NodeKilled(node) | Self::NodeLeaves(node) => {
                cluster.nodes[node].start()?;
                cluster.nodes[node].wait_until_ready()?;
            }
            Self::NodePaused(node) => cluster.nodes[node].resume(),
            Self::BrokerKilled(broker) | Self::BrokerFull(broker) => cluster.kafka.restart(broker)?,
            Self::BrokerPaused(broker) => cluster.kafka.resume(broker)?,
            Self::LinkCut(broker) | Self::LinkStalled(broker) => {
                cluster.kafka.link(broker).into_iter().for_each(sceau_engines::Link::heal);
            }
            Self::StoreKilled => cluster.cassandra.restart()?,
            Self::StorePaused => cluster.cassandra.resume()?,
        }
        Ok(())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NodeKilled(node) | Self::NodePaused(node) | Self::NodeLeaves(node) => {
                write!(f, "{} (node-{})", self.kind(), node + 1)
            }
            Self::BrokerKilled(broker)
            | Self::BrokerPaused(broker)
            | Self::BrokerFull(broker)
            | Self::LinkCut(broker)
            | Self::LinkStalled(broker) => write!(f, "{} (broker {})", self.kind(), broker + 1),
            Self::StoreKilled | Self::StorePaused => f.write_str(self.kind()),
        }
    }
}

/// Faults that are there at the same time, and for how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Blow {
    /// Nothing goes wrong for so long before.
    pub(crate) calm: Duration,
    pub(crate) faults: Vec<Fault>,
    pub(crate) time: Duration,
}

impl Blow {
    /// This fault alone.
    pub(crate) fn of(fault: Fault, random: &mut Random) -> Self {
        Self { calm: random.between(2_000, 4_000), faults: vec![fault], time: fault.time(random) }
    }
}

/// Blows without end: every kind once before any comes again.
pub(crate) struct Weather {
    random: Random,
    bag: Vec<usize>,
}

impl Weather {
    pub(crate) const fn new(random: Random) -> Self {
        Self { random, bag: Vec::new() }
    }

    /// The next blow. Beside a node, at most one engine is hurt, and never two nodes or two brokers at once.
    pub(crate) fn next(&mut self) -> Blow {
        let calm = self.random.between(2_000, 6_000);
        let first = self.draw();
        let mut faults = vec![first];
        if first.is_to_a_node() && self.random.one_in(2) {
            let kind = 3 + self.random.index(KINDS - 3);
            faults.push(Fault::of_kind(kind, &mut self.random));
        }
        let time = faults.iter().map(|fault| fault.time(&mut self.random)).max().unwrap_or_default();
        Blow { calm, faults, time }
    }

    fn draw(&mut self) -> Fault {
        if self.bag.is_empty() {
            self.bag = (0..KINDS).collect();
        }
        let kind = self.random.index(self.bag.len());
        let kind = self.bag.swap_remove(kind);
        Fault::of_kind(kind, &mut self.random)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn blows(seed: u64) -> Vec<Blow> {
        let mut weather = Weather::new(Random::new(seed));
        (0..KINDS).map(|_| weather.next()).collect()
    }

    #[test]
    fn every_kind_of_fault_comes_before_any_comes_again() {
        let kinds: BTreeSet<&str> = blows(7).iter().map(|blow| blow.faults[0].kind()).collect();
        assert_eq!(kinds.len(), KINDS);
    }

    #[test]
    fn the_same_seed_gives_the_same_weather() {
        assert_eq!(blows(7), blows(7));
        assert_ne!(blows(7), blows(8));
    }

    #[test]
    fn one_node_and_one_engine_are_hurt_at_most() {
        for blow in (0..50).flat_map(blows) {
            let nodes = blow.faults.iter().filter(|fault| fault.is_to_a_node()).count();
            assert!(nodes <= 1 && blow.faults.len() - nodes <= 1, "{blow:?}");
        }
    }
}
