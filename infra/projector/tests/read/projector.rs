//! The projector, driven by hand: one action at a time, with crashes wherever they hurt.

use std::collections::BTreeMap;

use proptest::prelude::*;
use sceau_kernel::Timestamp;
use sceau_log::Record;
use sceau_projection::{Cell, Projection};
use sceau_projector::checkpoint;
use sceau_projector::projector::{Action, Input, Projector, ProjectorOptions, Step};
use sceau_store::RowWrite;

use crate::toy::{Balances, Event, Totals, Writing, added, source};

#[derive(Clone, Debug, Default, PartialEq)]
struct Table(BTreeMap<Vec<Cell>, (i64, Vec<Cell>)>);

impl Table {
    fn write(&mut self, rows: Vec<RowWrite>) {
        for row in rows {
            let there = self.0.get(&row.key).map_or(i64::MIN, |(timestamp, _)| *timestamp);
            if row.timestamp > there {
                self.0.insert(row.key, (row.timestamp, row.cells.unwrap()));
            }
        }
    }

    fn read(&self, keys: &[Vec<Cell>]) -> Vec<Option<Vec<Cell>>> {
        keys.iter().map(|key| self.0.get(key).map(|(_, cells)| cells.clone())).collect()
    }

    fn balances(&self) -> BTreeMap<i64, (i64, i64)> {
        self.0
            .iter()
            .map(|(key, (_, cells))| match (&key[1], &cells[1..]) {
                (Cell::Int(account), [Cell::Int(balance), Cell::Int(changes)]) => (*account, (*balance, *changes)),
                other => panic!("{other:?}"),
            })
            .collect()
    }
}

/// A log partition, a table and a projector between them.
struct World<P: Projection> {
    log: Vec<Record>,
    table: Table,
    checkpoints: Table,
    dead_letters: Table,
    projector: Projector<P>,
    options: ProjectorOptions,
    fresh: bool,
    now: i64,
}

const NAME: &str = "balance_v1_g1";

fn small() -> ProjectorOptions {
    ProjectorOptions { cached_rows: 4, flush_rows: 2, ..ProjectorOptions::default() }
}

impl<P: Projection> World<P> {
    fn new(log: &Writing, options: ProjectorOptions) -> Self {
        let cursor = checkpoint::cursor(None).unwrap();
        let projector = Projector::new(options, NAME, source(0), cursor, false);
        let (table, checkpoints, dead_letters) = Default::default();
        Self { log: log.records.clone(), table, checkpoints, dead_letters, projector, options, fresh: false, now: 0 }
    }

    /// Lets the process die and another begin: what is in memory is gone.
    fn crash(&mut self) {
        let key = checkpoint::key(NAME, &source(0));
        let stored = self.checkpoints.read(&[key]).remove(0);
        let cursor = checkpoint::cursor(stored.as_deref()).unwrap();
        self.projector = Projector::new(self.options, NAME, source(0), cursor, self.fresh);
    }

    fn tick(&mut self) {
        self.now += 1_000_000;
        self.projector.take(Input::Tick(Timestamp(self.now)));
    }

    /// The next action other than a read. Reads come back at once; the second one at the end of the log is the end.
    fn next(&mut self) -> Option<Action> {
        let mut ends = 0;
        while ends < 2 {
            let action = self.projector.next_action()?;
            let Action::Read { from, .. } = action else {
                return Some(action);
            };
            let records: Vec<_> = self.log.iter().skip(from as usize).take(3).cloned().collect();
            ends += u32::from(records.is_empty());
            self.projector.take(Input::Records(records));
        }
        None
    }

    fn carry_out(&mut self, action: Action) {
        let answer = match action {
            Action::Read { .. } => unreachable!("answered by next()"),
            Action::Load { keys } => Input::Rows(self.table.read(&keys)),
            Action::Write { rows, dead_letters } => {
                self.table.write(rows);
                self.dead_letters.write(dead_letters);
                Input::Written
            }
            Action::Checkpoint { cursor } => {
                self.checkpoints.write(vec![checkpoint::row(NAME, &source(0), cursor)]);
                Input::Checkpointed
            }
        };
        self.projector.take(answer);
    }

    /// Goes on until everything is in the store and the checkpoint at the end.
    fn settle(&mut self) {
        for _ in 0..1000 {
            self.tick();
            while let Some(action) = self.next() {
                self.carry_out(action);
            }
            if self.projector.applied() == self.log.len() as u64 {
                return;
            }
        }
        panic!("does not come to the end: {:?}", self.projector.applied());
    }
}

fn story() -> Writing {
    let mut log = Writing::new();
    log.commit(1, &[added(1, 10), added(1, 5)]);
    log.commit(2, &[added(2, 7)]);
    log.commit(1, &[Event::Noted]);
    log.commit(1, &[Event::Moved { from: 1, to: 2, amount: 3 }]);
    log
}

#[test]
fn rows_are_the_fold_of_the_valid_commits() {
    let mut log = story();
    log.void(2, &[added(2, 1000)]).fence().commit(2, &[added(2, 1)]).void(1, &[added(1, 1000)]);
    let mut world = World::<Balances>::new(&log, small());
    world.settle();
    assert_eq!(world.table.balances(), BTreeMap::from([(1, (12, 3)), (2, (11, 3))]));
    let counts = world.projector.counts();
    assert_eq!((counts.events, counts.void, counts.holes, counts.dead_letters), (6, 2, 0, 0));
}

#[test]
fn a_crash_between_rows_and_checkpoint_applies_nothing_twice() {
    let mut world = World::<Balances>::new(&story(), small());
    loop {
        match world.next() {
            Some(Action::Write { rows, dead_letters }) => {
                world.table.write(rows);
                world.dead_letters.write(dead_letters);
                break;
            }
            Some(action) => world.carry_out(action),
            None => world.tick(),
        }
    }
    world.crash();
    world.settle();
    assert_eq!(world.table.balances(), BTreeMap::from([(1, (12, 3)), (2, (10, 2))]));
}

#[test]
fn a_commit_of_several_events_to_one_row_counts_each() {
    let mut log = Writing::new();
    log.commit(1, &[added(1, 1), added(1, 1), Event::Moved { from: 1, to: 1, amount: 5 }]);
    let mut world = World::<Balances>::new(&log, small());
    world.settle();
    // A movement onto itself touches the row once.
    assert_eq!(world.table.balances(), BTreeMap::from([(1, (-3, 3))]));
}

#[test]
fn a_zombies_late_write_loses() {
    let mut world = World::<Balances>::new(&story(), small());
    let mut zombie = World::<Balances>::new(&story(), small());
    let late = loop {
        match zombie.next() {
            Some(Action::Write { rows, .. }) => break rows,
            Some(action) => zombie.carry_out(action),
            None => zombie.tick(),
        }
    };
    world.settle();
    let before = world.table.clone();
    world.table.write(late);
    assert_eq!(world.table, before);
}

#[test]
fn the_checkpoint_never_passes_rows_that_are_not_stored() {
    let mut world = World::<Balances>::new(&story(), small());
    world.tick();
    while let Some(action) = world.next() {
        match action {
            Action::Write { .. } => world.projector.take(Input::Failed(Step::Write, "disk".to_owned())),
            Action::Checkpoint { cursor } => assert_eq!(cursor.next, 1, "the checkpoint passes what is not stored"),
            Action::Load { .. } | Action::Read { .. } => world.carry_out(action),
        }
    }
    assert_eq!(world.projector.trouble(), Some("disk"));
    assert_eq!(world.projector.applied(), 1, "only the fence needs no row");
    world.settle();
    assert_eq!(world.table.balances(), BTreeMap::from([(1, (12, 3)), (2, (10, 2))]));
    assert_eq!(world.projector.trouble(), None);
}

#[test]
fn folding_goes_on_while_rows_are_being_written() {
    let mut log = Writing::new();
    log.commit(1, &[added(1, 1)]);
    let mut world = World::<Balances>::new(&log, ProjectorOptions::default());
    world.tick();
    let written = loop {
        match world.next() {
            Some(Action::Write { rows, .. }) => break rows,
            Some(action) => world.carry_out(action),
            None => {}
        }
    };
    // The write is under way; meanwhile more arrives.
    log.commit(1, &[added(1, 1)]).commit(2, &[added(2, 5)]);
    world.log.clone_from(&log.records);
    world.projector.take(Input::Records(world.log[2..].to_vec()));
    while let Some(action) = world.next() {
        assert!(!matches!(action, Action::Write { .. }), "one flush at a time");
        world.carry_out(action);
    }
    assert_eq!(world.projector.counts().events, 3);
    assert_eq!(world.projector.applied(), 1);
    world.table.write(written);
    world.projector.take(Input::Written);
    assert_eq!(world.projector.applied(), 2, "the cut was before what was folded meanwhile");
    world.settle();
    assert_eq!(world.table.balances(), BTreeMap::from([(1, (2, 2)), (2, (5, 1))]));
    assert_eq!(world.projector.flushed(), (2, 3));
}

#[test]
fn what_cannot_be_read_is_put_aside_and_holds_up_nothing() {
    let mut log = Writing::new();
    log.commit(1, &[Event::Damaged, added(1, 4)]).garbage().commit(2, &[added(2, 7)]);
    let mut world = World::<Balances>::new(&log, small());
    world.settle();
    assert_eq!(world.table.balances(), BTreeMap::from([(1, (4, 1)), (2, (7, 1))]));
    let letters: Vec<_> = world.dead_letters.0.iter().map(|(key, (_, cells))| (&key[3..], &cells[1])).collect();
    let text = |text: &str| Cell::Text(text.to_owned());
    let (damaged, garbage) = ([Cell::Int(1), Cell::Int(0)], [Cell::Int(2), Cell::Int(0)]);
    assert_eq!(letters, [(&damaged[..], &text("test.Added")), (&garbage[..], &text("sceau.log.v1.Commit"))]);
    assert_eq!(world.projector.counts().dead_letters, 2);
}

#[test]
fn missing_offsets_and_versions_show_as_holes() {
    let mut log = story();
    log.records.remove(2);
    let mut world = World::<Balances>::new(&log, small());
    let all = world.log.clone();
    world.projector.take(Input::Records(all));
    while let Some(action @ Action::Load { .. }) = world.projector.next_action() {
        world.carry_out(action);
    }
    // The missing commit makes its successors' seq wrong as well, so they are void; the offset is the hole.
    assert_eq!(world.projector.counts().holes, 1);

    let mut log = Writing::new();
    log.commit(1, &[added(1, 1)]).commit(1, &[added(1, 1)]);
    let late = crate::toy::commit(1, 5, &[added(1, 1)]);
    let mut gap = Writing::new();
    gap.commit(1, &[added(1, 1)]);
    let sceau_log::Body::Commit { epoch, seq, .. } = log.records[2].body else { unreachable!() };
    gap.records.push(Record { body: sceau_log::Body::Commit { epoch, seq, payload: late }, ..log.records[2].clone() });
    let mut world = World::<Balances>::new(&gap, small());
    world.settle();
    assert_eq!(world.projector.counts().holes, 1, "versions 2 to 5 of the stream are missing");
}

#[test]
fn records_delivered_twice_are_passed_once() {
    let log = story();
    let mut world = World::<Balances>::new(&log, ProjectorOptions::default());
    world.projector.take(Input::Records(log.records[..3].to_vec()));
    world.projector.take(Input::Records(log.records[1..].to_vec()));
    world.settle();
    assert_eq!(world.table.balances(), BTreeMap::from([(1, (12, 3)), (2, (10, 2))]));
    assert_eq!(world.projector.counts().holes, 0);
}

#[test]
fn a_row_that_does_not_fit_the_code_stops_the_fold_and_says_so() {
    let mut world = World::<Balances>::new(&story(), small());
    let key = vec![Cell::Text("bank".to_owned()), Cell::Int(1)];
    world.table.0.insert(key, (0, vec![Cell::Int(0), Cell::Bool(true), Cell::Int(0)]));
    world.tick();
    while let Some(action) = world.next() {
        world.carry_out(action);
    }
    assert!(world.projector.trouble().unwrap().contains("rebuild the projection"), "{:?}", world.projector.trouble());
    assert_eq!(world.projector.applied(), 1);
}

#[test]
fn a_partial_row_has_its_source_in_the_key() {
    let mut world = World::<Totals>::new(&story(), small());
    world.settle();
    let key = world.table.0.keys().next().unwrap();
    assert_eq!(key[2..], [Cell::Text("test.account".to_owned()), Cell::Int(0)]);
}

#[test]
fn shutting_down_writes_everything_and_the_checkpoint() {
    let mut world = World::<Balances>::new(&story(), ProjectorOptions::default());
    let records = world.log.clone();
    world.projector.take(Input::Records(records));
    let load = world.projector.next_action().unwrap();
    assert!(matches!(load, Action::Load { .. }), "{load:?}");
    world.carry_out(load);
    world.projector.take(Input::ShutDown);
    assert!(!world.projector.is_done());
    while let Some(action) = world.projector.next_action() {
        world.carry_out(action);
    }
    assert!(world.projector.is_done());
    let stored = world.checkpoints.read(&[checkpoint::key(NAME, &source(0))]).remove(0);
    assert_eq!(checkpoint::cursor(stored.as_deref()).unwrap().next, 5);
}

/// What the rows must be, by an independent fold.
fn expected(events: &[(u32, Event)]) -> BTreeMap<i64, (i64, i64)> {
    let mut rows: BTreeMap<i64, (i64, i64)> = BTreeMap::new();
    let mut change = |account: u32, amount: i64| {
        let row = rows.entry(i64::from(account)).or_default();
        *row = (row.0 + amount, row.1 + 1);
    };
    for (_, event) in events {
        match event {
            Event::Added { account, amount } => change(*account, *amount),
            Event::Moved { from, to, amount } => {
                change(*from, -amount);
                change(*to, *amount);
            }
            Event::Noted | Event::Damaged => {}
        }
    }
    rows
}

prop_compose! {
    fn event()(from in 0_u32..6, step in 1_u32..6, amount in -9_i64..9, moved in any::<bool>()) -> (u32, Event) {
        let to = (from + step) % 6;
        (from, if moved { Event::Moved { from, to, amount } } else { added(to, amount) })
    }
}

proptest! {
    /// Whatever fails and whenever the process dies, the rows are the fold.
    #[test]
    fn the_rows_are_the_fold_whatever_happens(
        events in prop::collection::vec(event(), 1..40),
        faults in prop::collection::vec(0_u8..12, 0..60),
        fresh in any::<bool>(),
    ) {
        let mut log = Writing::new();
        for (account, event) in &events {
            log.commit(*account, std::slice::from_ref(event));
        }
        let mut world = World::<Balances>::new(&log, small());
        world.fresh = fresh;
        world.crash();
        for fault in faults {
            world.tick();
            match (world.next(), fault) {
                (_, 0) => world.crash(),
                (Some(Action::Write { mut rows, .. }), 1) => {
                    rows.truncate(1);
                    world.table.write(rows);
                    world.projector.take(Input::Failed(Step::Write, "torn".to_owned()));
                }
                (Some(Action::Write { rows, .. }), 2) => {
                    world.table.write(rows);
                    world.crash();
                }
                (Some(Action::Load { .. }), 3) => world.projector.take(Input::Failed(Step::Load, "lost".to_owned())),
                (Some(Action::Checkpoint { .. }), 4) => {
                    world.projector.take(Input::Failed(Step::Checkpoint, "lost".to_owned()));
                }
                (Some(action), _) => world.carry_out(action),
                (None, _) => {}
            }
        }
        world.settle();
        prop_assert_eq!(world.table.balances(), expected(&events));
        prop_assert_eq!(world.projector.counts().holes, 0);
    }
}
