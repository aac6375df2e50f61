//! Nodes, log, store, callers and time, moved by one seeded agenda.

mod callers;
mod nodes;
mod requests;

use sceau_log::Body;
use sceau_projection::Cell;
use sceau_store::RowWrite;

use crate::agenda::{Agenda, Instant};
use crate::callers::Callers;
use crate::census::Census;
use crate::faults::Faults;
use crate::log::SimLog;
use crate::machine::{Input, Parcel, Seat, Ticket, ViewKind};
use crate::random::Random;
use crate::setup::{Setup, Switch};
use crate::store::SimStore;
use crate::trace::Trace;
use nodes::Node;

/// Partitions of the topic.
pub(crate) const PARTITIONS: usize = 2;
/// When faults stop.
const CALM_AFTER: Instant = 2_500_000;
/// How long after that everything has drained.
const PATIENCE: Instant = 60_000_000;

/// A machine on a node. A machine of an earlier life has another number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    node: usize,
    seat: usize,
    instance: u64,
}

/// What is to happen.
#[derive(Debug)]
enum Event {
    /// A record lands in the log.
    Land { flight: usize, place: usize },
    /// An append is reported.
    Report { flight: usize },
    /// The log is read; at its end the reader may wait for more.
    Read { to: Address, token: u64, from: u64, wait: bool },
    /// A reader has waited long enough.
    Unpark { to: Address, token: u64 },
    /// The store is read.
    Load { to: Address, token: u64, table: String, keys: Vec<Vec<Cell>> },
    /// A row reaches the store.
    Write { table: String, row: RowWrite },
    /// A machine is told something.
    Deliver { to: Address, input: Input },
    /// The clock of a node ticks.
    Tick { node: usize },
    /// A paused node goes on.
    Wake { node: usize },
    /// A dead node comes back.
    Restart { node: usize },
    /// A node is told that it holds a seat.
    Appoint { node: usize, seat: usize },
    /// A node is told that it holds a seat no longer.
    Dismiss { node: usize, seat: usize },
    /// Something goes wrong with a node.
    Chaos,
    /// Faults stop.
    Calm,
    /// The views are built a second time, beside the first.
    Rebuild,
    /// A caller wants something.
    Order,
    /// A caller that was not answered sends again.
    Nudge { order: usize },
    /// A caller repeats what was answered, or sends something else under its id.
    Echo { order: usize, altered: bool },
    /// A command reaches a node.
    Arrive { node: usize, partition: usize, parcel: Parcel, ticket: Ticket },
    /// A caller hears an answer.
    Heard { sending: usize, definite: bool },
    /// A reactor waits no longer for an answer.
    Expire { call: usize },
    /// Has everything drained?
    Check,
}

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Anything may go wrong.
    Faulty,
    /// Nothing goes wrong any more, and everything drains.
    Calm,
    /// Every node has died and come back, and every account is asked once more.
    Reborn,
}

/// Everything there is.
pub(crate) struct World {
    pub(crate) log: SimLog<(Address, u64)>,
    pub(crate) store: SimStore,
    pub(crate) callers: Callers,
    /// What machines complained of.
    pub(crate) complaints: Vec<String>,
    pub(crate) trace: Trace,
    pub(crate) census: Census,
    agenda: Agenda<Event>,
    random: Random,
    faults: Faults,
    setup: Setup,
    nodes: Vec<Node>,
    seats: Vec<Seat>,
    /// Which node should hold each seat.
    holders: Vec<usize>,
    /// Which seats somebody has held.
    begun: Vec<bool>,
    instances: u64,
    /// Commands of reactors that are not answered.
    calls: Vec<Option<(Address, u64)>>,
    /// Readers that wait at the end of the log: who, under which token, for which offset.
    parked: Vec<(Address, u64, u64)>,
    /// Records and rows that are still to land.
    on_the_way: usize,
    stage: Stage,
    rebuilding: bool,
    calm_since: Instant,
    steps: u64,
}

impl World {
    /// The world of `seed`, in which the rule of `switch` is left out.
    pub(crate) fn new(seed: u64, switch: Option<Switch>, told: bool) -> Self {
        let mut random = Random::new(seed);
        let faults = Faults::drawn(&mut random);
        let setup = Setup::drawn(switch, &mut random);
        let seats = seats();
        let nodes: Vec<Node> =
            (0..random.between(2, 3)).map(|_| Node::new(seats.len(), &faults, &mut random)).collect();
        let holders = seats.iter().map(|_| random.index(nodes.len())).collect();
        let mut world = Self {
            log: SimLog::new(PARTITIONS),
            store: SimStore::default(),
            callers: Callers::new(&mut random),
            complaints: Vec::new(),
            trace: Trace::new(told),
            census: Census::default(),
            agenda: Agenda::new(),
            random,
            faults,
            setup,
            begun: vec![false; seats.len()],
            nodes,
            seats,
            holders,
            instances: 0,
            calls: Vec::new(),
            parked: Vec::new(),
            on_the_way: 0,
            stage: Stage::Faulty,
            rebuilding: false,
            calm_since: 0,
            steps: 0,
        };
        world.begin();
        world
    }

    fn begin(&mut self) {
        for node in 0..self.nodes.len() {
            self.plan(0, Event::Restart { node });
            self.plan(1, Event::Tick { node });
        }
        let rebuild = self.random.below(CALM_AFTER);
        self.plan(rebuild, Event::Rebuild);
        self.plan(CALM_AFTER, Event::Calm);
        self.plan(0, Event::Order);
        self.plan(0, Event::Chaos);
    }

    /// Runs until everything has drained; says what did not, if it takes too long.
    pub(crate) fn run(&mut self) -> Result<(), String> {
        while let Some(event) = self.agenda.next() {
            self.steps += 1;
            if matches!(event, Event::Check) {
                match (self.undrained(), self.stage) {
                    (None, Stage::Calm) => self.rebirth(),
                    (None, _) => return Ok(()),
                    (Some(what), _) if self.agenda.now() > self.calm_since + PATIENCE => return Err(what),
                    _ => {}
                }
                self.plan(50_000, Event::Check);
            } else {
                self.happen(event);
            }
        }
        Err("nothing is left to happen".to_owned())
    }

    /// Events that happened.
    pub(crate) fn steps(&self) -> u64 {
        self.steps
    }

    fn plan(&mut self, delay: u64, event: Event) {
        self.agenda.after(delay, event, &mut self.random);
    }

    /// How long a message is under way.
    fn latency(&mut self) -> u64 {
        let slow = self.random.chance(self.faults.slow_message);
        if slow { self.random.between(5_000, 300_000) } else { self.random.between(50, 1_500) }
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Land { flight, place } => self.land(flight, place),
            Event::Report { flight } => self.report(flight),
            Event::Read { to, token, from, wait } => self.read(to, token, from, wait),
            Event::Unpark { to, token } => self.unpark(to, token),
            Event::Load { to, token, table, keys } => self.load(to, token, &table, &keys),
            Event::Write { table, row } => {
                self.on_the_way -= 1;
                self.trace.tell(self.agenda.now(), || format!("{table}: {row:?}"));
                self.store.write(&table, row);
            }
            Event::Deliver { to, input } => self.deliver(to, input),
            Event::Tick { node } => self.tick(node),
            Event::Wake { node } => self.wake(node),
            Event::Restart { node } => self.restart(node),
            Event::Appoint { node, seat } => self.appoint(node, seat),
            Event::Dismiss { node, seat } => self.dismiss(node, seat),
            Event::Chaos => self.chaos(),
            Event::Calm => self.calm(),
            Event::Rebuild => self.rebuild(),
            Event::Order => self.order(),
            Event::Nudge { order } => self.nudge(order),
            Event::Echo { order, altered } => self.send(order, altered),
            Event::Arrive { node, partition, parcel, ticket } => self.arrive(node, partition, parcel, ticket),
            Event::Heard { sending, definite } => self.heard(sending, definite),
            Event::Expire { call } => self.answer_call(call, None),
            Event::Check => {}
        }
    }

    fn land(&mut self, flight: usize, place: usize) {
        self.on_the_way -= 1;
        let record = self.log.land(flight, place);
        let what = match &record.body {
            Body::Fence { node, .. } => format!("fence of {node}"),
            Body::Commit { epoch, seq, .. } => format!("commit ({epoch}, {seq})"),
            Body::Foreign => "foreign record".to_owned(),
        };
        let offset = record.offset;
        for (to, token, from) in std::mem::take(&mut self.parked) {
            let delay = self.latency();
            self.plan(delay, Event::Read { to, token, from, wait: true });
        }
        self.trace.mark(&[self.agenda.now(), flight as u64, offset]);
        self.trace.tell(self.agenda.now(), || format!("{what} of append {flight} lands at {offset}"));
    }

    /// What has not drained yet.
    fn undrained(&self) -> Option<String> {
        if self.on_the_way > 0 {
            return Some(format!("{} records and rows are on their way", self.on_the_way));
        }
        if let Some(order) = self.callers.orders.iter().position(|order| !order.settled) {
            return Some(format!("order {order} has no definite answer"));
        }
        if let Some(call) = self.calls.iter().position(Option::is_some) {
            return Some(format!("the reactor's call {call} has no answer"));
        }
        self.seats.iter().zip(&self.holders).enumerate().find_map(|(place, (seat, node))| {
            let end = self.log.records(seat.partition()).len() as u64;
            let applied = self.nodes[*node].applied(place);
            (applied < end).then(|| format!("{seat:?} on node {node} is at {applied} of {end}"))
        })
    }
}

/// All seats: owners, reactors, and both generations of both views, for each partition.
fn seats() -> Vec<Seat> {
    let of = |partition| {
        let view = |view, generation| Seat::View { view, generation, partition };
        [
            Seat::Owner { partition },
            Seat::Courier { partition },
            view(ViewKind::Balances, 1),
            view(ViewKind::Totals, 1),
            view(ViewKind::Balances, 2),
            view(ViewKind::Totals, 2),
        ]
    };
    (0..PARTITIONS).flat_map(of).collect()
}
