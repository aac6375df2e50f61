//! Nodes, the machines that sit on them, and what befalls them.

use sceau_kernel::Timestamp;

use super::{Address, Event, PARTITIONS, Stage, World};
use crate::agenda::Instant;
use crate::faults::Faults;
use crate::judge::audit;
use crate::machine::{Input, Machine, Seat, machine};
use crate::random::Random;

/// 2026-01-01T00:00:00Z, when runs begin.
const BEGINNING: i64 = 1_767_225_600_000_000;

/// How often a node looks at its clock.
const TICK: u64 = 25_000;

/// A process.
pub(super) struct Node {
    up: bool,
    paused: bool,
    skew: i64,
    machines: Vec<Option<Sitting>>,
    /// What came while it was paused.
    backlog: Vec<(Address, Input)>,
}

/// A machine on its seat.
struct Sitting {
    instance: u64,
    machine: Box<dyn Machine>,
    /// What it appended lands before this; what it appends next, after.
    settled: Instant,
    /// It was told that its seat is another's. An owner can take its seat again, a reader of the log is begun anew.
    dismissed: bool,
}

impl Node {
    pub(super) fn new(seats: usize, faults: &Faults, random: &mut Random) -> Self {
        let machines = (0..seats).map(|_| None).collect();
        Self { up: false, paused: false, skew: skew(faults, random), machines, backlog: Vec::new() }
    }

    fn sitting(&mut self, to: Address) -> Option<&mut Sitting> {
        self.machines[to.seat].as_mut().filter(|sitting| sitting.instance == to.instance)
    }

    /// How far the machine on a seat has come.
    pub(super) fn applied(&self, seat: usize) -> u64 {
        self.machines[seat].as_ref().map_or(0, |sitting| sitting.machine.applied())
    }
}

/// By how much a clock is off.
fn skew(faults: &Faults, random: &mut Random) -> i64 {
    random.below(2 * faults.clock_skew + 1) as i64 - faults.clock_skew as i64
}

impl World {
    /// Hands an input to a machine, at the time its node's clock shows, and carries out what it asks for.
    pub(super) fn deliver(&mut self, to: Address, input: Input) {
        let now = self.agenda.now();
        let node = &mut self.nodes[to.node];
        if node.paused {
            node.backlog.push((to, input));
            return;
        }
        let time = Timestamp(BEGINNING + now as i64 + node.skew);
        let Some(sitting) = node.sitting(to) else { return };
        if !matches!(input, Input::Tick(_)) {
            self.trace.tell(now, || format!("node {} {:?}: {input:?}", to.node, self.seats[to.seat]));
        }
        sitting.machine.take(Input::Tick(time));
        sitting.machine.take(input);
        let mut requests = Vec::new();
        while let Some(request) = sitting.machine.next() {
            requests.push(request);
        }
        for request in requests {
            self.carry_out(to, request);
        }
    }

    /// The machine on a seat of a node.
    pub(super) fn address(&self, node: usize, seat: usize) -> Option<Address> {
        let sitting = self.nodes[node].machines[seat].as_ref()?;
        Some(Address { node, seat, instance: sitting.instance })
    }

    /// How long from now until what a machine appended has landed.
    pub(super) fn settled(&mut self, of: Address) -> u64 {
        let now = self.agenda.now();
        self.nodes[of.node].sitting(of).map_or(0, |sitting| sitting.settled.saturating_sub(now))
    }

    /// What a machine appended lands within `delay`.
    pub(super) fn settles(&mut self, of: Address, delay: u64) {
        let until = self.agenda.now() + delay;
        if let Some(sitting) = self.nodes[of.node].sitting(of) {
            sitting.settled = until;
        }
    }

    pub(super) fn tick(&mut self, node: usize) {
        let time = Timestamp(BEGINNING + self.agenda.now() as i64 + self.nodes[node].skew);
        for seat in 0..self.seats.len() {
            if let Some(to) = self.address(node, seat).filter(|_| !self.nodes[node].paused) {
                self.deliver(to, Input::Tick(time));
            }
        }
        self.plan(TICK, Event::Tick { node });
    }

    pub(super) fn appoint(&mut self, node: usize, seat: usize) {
        if !self.nodes[node].up {
            return;
        }
        let owner = matches!(self.seats[seat], Seat::Owner { .. });
        if self.nodes[node].machines[seat].as_ref().is_none_or(|sitting| sitting.dismissed && !owner) {
            self.instances += 1;
            let first = !std::mem::replace(&mut self.begun[seat], true);
            let machine = machine(self.seats[seat], node, first, &self.setup);
            let sitting = Sitting { instance: self.instances, machine, settled: 0, dismissed: false };
            self.nodes[node].machines[seat] = Some(sitting);
        }
        if let Some(to) = self.address(node, seat) {
            self.deliver(to, Input::Begin);
        }
    }

    /// An owner steps down, at once or in good order; a reader of the log writes what it has. As long as things go
    /// wrong, this may come so late that the node holds the seat again.
    pub(super) fn dismiss(&mut self, node: usize, seat: usize) {
        if self.stage != Stage::Faulty && self.holders[seat] == node {
            return;
        }
        let Some(to) = self.address(node, seat) else { return };
        if let Some(sitting) = self.nodes[node].sitting(to) {
            sitting.dismissed = true;
        }
        let input = if self.random.chance(500) { Input::Finish } else { Input::End };
        self.deliver(to, input);
    }

    /// Drops a machine, with what it complained of kept.
    fn forget(&mut self, node: usize, seat: usize) {
        let complaint = self.nodes[node].machines[seat].take().and_then(|sitting| sitting.machine.complaint());
        if let Some(complaint) = complaint {
            self.complaints.push(format!("{:?} on node {node}: {complaint}", self.seats[seat]));
        }
    }

    /// Everything in the node's memory is gone.
    fn crash(&mut self, node: usize) {
        self.trace.tell(self.agenda.now(), || format!("node {node} dies"));
        for seat in 0..self.seats.len() {
            self.forget(node, seat);
        }
        let dead = &mut self.nodes[node];
        dead.backlog.clear();
        (dead.up, dead.paused) = (false, false);
    }

    pub(super) fn restart(&mut self, node: usize) {
        if std::mem::replace(&mut self.nodes[node].up, true) {
            return;
        }
        self.trace.tell(self.agenda.now(), || format!("node {node} starts"));
        for seat in 0..self.seats.len() {
            if self.holders[seat] == node && (self.rebuilding || !self.is_rebuild(seat)) {
                self.appoint(node, seat);
            }
        }
    }

    /// True for the seats of views that are built a second time.
    fn is_rebuild(&self, seat: usize) -> bool {
        matches!(self.seats[seat], Seat::View { generation: 2, .. })
    }

    pub(super) fn wake(&mut self, node: usize) {
        if std::mem::replace(&mut self.nodes[node].paused, false) {
            self.trace.tell(self.agenda.now(), || format!("node {node} wakes"));
            for (to, input) in std::mem::take(&mut self.nodes[node].backlog) {
                self.deliver(to, input);
            }
        }
    }

    pub(super) fn rebuild(&mut self) {
        self.rebuilding = true;
        for seat in 0..self.seats.len() {
            if self.is_rebuild(seat) {
                self.appoint(self.holders[seat], seat);
            }
        }
    }

    /// Holds what one of the views says of itself against its table.
    fn audit(&mut self) {
        let (node, seat) = (self.random.index(self.nodes.len()), self.random.index(self.seats.len()));
        if let Seat::View { view, generation, partition } = self.seats[seat] {
            self.census.count("audit");
            let applied = self.nodes[node].applied(seat);
            self.complaints.extend(audit(self, view, generation, partition, applied));
        }
    }

    /// Now and then a node dies or stands still, or a seat is given to another node.
    pub(super) fn chaos(&mut self) {
        if self.stage != Stage::Faulty {
            return;
        }
        let node = self.random.index(self.nodes.len());
        if self.random.chance(self.faults.crash) && self.nodes[node].up {
            self.census.count("death");
            self.crash(node);
            let down = self.random.between(10_000, 400_000);
            self.plan(down, Event::Restart { node });
        }
        let node = self.random.index(self.nodes.len());
        if self.random.chance(self.faults.pause) && self.nodes[node].up && !self.nodes[node].paused {
            self.trace.tell(self.agenda.now(), || format!("node {node} stands still"));
            self.census.count("pause");
            self.nodes[node].paused = true;
            let pause = self.random.between(20_000, 1_200_000);
            self.plan(pause, Event::Wake { node });
        }
        if self.random.chance(self.faults.move_partition) {
            self.reassign();
        }
        if self.random.chance(self.faults.clock_jump) {
            let node = self.random.index(self.nodes.len());
            self.census.count("clock jump");
            self.nodes[node].skew = skew(&self.faults, &mut self.random);
        }
        if self.random.chance(self.faults.foreign_record) {
            let partition = self.random.index(PARTITIONS);
            self.log.intrude(partition);
        }
        self.audit();
        let pause = self.random.between(20_000, 200_000);
        self.plan(pause, Event::Chaos);
    }

    fn reassign(&mut self) {
        let seat = self.random.index(self.seats.len());
        let to = self.random.index(self.nodes.len());
        let from = std::mem::replace(&mut self.holders[seat], to);
        if from == to || self.is_rebuild(seat) && !self.rebuilding {
            return;
        }
        self.census.count("move");
        self.trace.tell(self.agenda.now(), || format!("{:?} goes from node {from} to node {to}", self.seats[seat]));
        let delay = self.random.between(100, 50_000);
        self.plan(delay, Event::Appoint { node: to, seat });
        if !self.random.chance(self.faults.untold_loss) {
            let delay = self.random.between(100, 200_000);
            self.plan(delay, Event::Dismiss { node: from, seat });
        }
    }

    /// From now on nothing goes wrong: every node runs, and every seat has one holder.
    pub(super) fn calm(&mut self) {
        self.trace.tell(self.agenda.now(), || "calm".to_owned());
        (self.stage, self.calm_since) = (Stage::Calm, self.agenda.now());
        self.faults = Faults::default();
        for node in 0..self.nodes.len() {
            self.wake(node);
            self.restart(node);
        }
        for seat in 0..self.seats.len() {
            for node in 0..self.nodes.len() {
                if node != self.holders[seat] {
                    self.dismiss(node, seat);
                }
            }
            self.appoint(self.holders[seat], seat);
        }
        self.plan(50_000, Event::Check);
    }

    /// Every node dies and comes back, and every account is asked once more: what it is then must have been kept.
    pub(super) fn rebirth(&mut self) {
        (self.stage, self.calm_since) = (Stage::Reborn, self.agenda.now());
        for node in 0..self.nodes.len() {
            self.crash(node);
            self.restart(node);
        }
        for account in 0..self.callers.accounts {
            let order = self.callers.probe(account);
            self.plan(0, Event::Nudge { order });
        }
    }
}
