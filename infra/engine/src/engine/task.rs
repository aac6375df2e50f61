//! One partition's task: waits for something to feed the owner, feeds all there is, and carries out what it asks.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use sceau_kernel::{Domain, Timestamp};
use sceau_log::{Delivery, Log, LogError, Partition, Record};
use sceau_projection::Cell;
use sceau_store::{Store, StoreError};
use tokio::sync::{mpsc, oneshot};
use tokio::time::MissedTickBehavior;

use crate::command::Outcome;
use crate::owner::{Output, Owner, Table, Token};
use crate::status::{Situation, Status};

use super::door::Asked;

/// How often time-outs and the saving of states are looked at.
const TICK: Duration = Duration::from_millis(50);
/// Bytes of one read of the tail.
const READ_BYTES: usize = 1 << 20;
/// How long a read waits for records that must be there.
const READ_WAIT: Duration = Duration::from_millis(100);
/// Commands taken from the queue at once.
const COMMANDS: usize = 1024;

/// What comes back from the engines.
enum Event {
    Delivered(Token, Vec<Delivery>),
    Records(Token, Result<Vec<Record>, LogError>),
    Loaded(Token, Result<Vec<Option<Vec<Cell>>>, StoreError>),
    Written(Token, Result<(), StoreError>),
}

pub(super) struct Task<D: Domain> {
    owner: Owner<D, oneshot::Sender<Outcome<D>>>,
    partition: Partition,
    log: Arc<dyn Log>,
    store: Arc<dyn Store>,
    /// Names of the tables of states and of checkpoints.
    tables: [Arc<str>; 2],
    asked: mpsc::Receiver<Asked<D>>,
    events: mpsc::UnboundedReceiver<Event>,
    event_sender: mpsc::UnboundedSender<Event>,
    status: Arc<Mutex<Status>>,
}

impl<D: Domain> Task<D> {
    pub(super) fn new(
        owner: Owner<D, oneshot::Sender<Outcome<D>>>,
        partition: Partition,
        log: Arc<dyn Log>,
        store: Arc<dyn Store>,
        tables: [Arc<str>; 2],
        asked: mpsc::Receiver<Asked<D>>,
        status: Arc<Mutex<Status>>,
    ) -> Self {
        // What comes back is bounded by what the owner lets be on its way.
        let (event_sender, events) = mpsc::unbounded_channel();
        Self { owner, partition, log, store, tables, asked, events, event_sender, status }
    }

    /// Takes the partition and serves it until its queue has ended and all is saved.
    pub(super) async fn run(mut self) {
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut commands = Vec::new();
        let mut reachable = true;
        self.owner.tick(now());
        self.owner.take();
        loop {
            self.owner.drive();
            self.carry_out();
            let status = self.publish();
            if status.situation == Situation::Idle {
                return;
            }
            let event = tokio::select! {
                event = self.events.recv() => event,
                count = self.asked.recv_many(&mut commands, COMMANDS), if reachable && self.owner.has_room() => {
                    reachable = count > 0;
                    None
                }
                _ = ticks.tick() => None,
            };
            self.owner.tick(now());
            if !reachable {
                self.owner.finish();
            }
            for (envelope, answer) in commands.drain(..) {
                self.owner.submit(answer, envelope);
            }
            self.feed(event);
        }
    }

    /// Shows what the owner is doing, and tells of changes that somebody may have to look into.
    fn publish(&self) -> Status {
        let status = self.owner.status();
        let before = std::mem::replace(&mut *self.status.lock().unwrap_or_else(PoisonError::into_inner), status);
        let partition = self.partition;
        if status.epochs_ended > before.epochs_ended {
            tracing::warn!(%partition, epoch = before.epoch, "an append was lost, late or misplaced: the epoch is over");
        }
        if status.unreadable > before.unreadable {
            let streams = status.unreadable;
            tracing::error!(%partition, streams, "streams hold what this version cannot read: run a newer one");
        }
        if status.situation != before.situation {
            match status.situation {
                Situation::Serving => tracing::info!(%partition, epoch = status.epoch, "serving"),
                Situation::Waiting => tracing::warn!(%partition, "cannot take the partition now: trying again"),
                Situation::Idle => tracing::info!(%partition, "given up"),
                Situation::Fencing | Situation::Restoring | Situation::Reading => {}
            }
        }
        status
    }

    /// Feeds what came back: `first`, and whatever came with it.
    fn feed(&mut self, first: Option<Event>) {
        let mut next = first.or_else(|| self.events.try_recv().ok());
        while let Some(event) = next {
            match event {
                Event::Delivered(token, deliveries) => self.owner.delivered(token, deliveries),
                Event::Records(token, records) => self.owner.records(token, records),
                Event::Loaded(token, rows) => self.owner.loaded(token, rows),
                Event::Written(token, result) => self.owner.written(token, result),
            }
            next = self.events.try_recv().ok();
        }
        // A loaded command is decided with those that came meanwhile.
        while self.owner.has_room()
            && let Ok((envelope, answer)) = self.asked.try_recv()
        {
            self.owner.submit(answer, envelope);
        }
    }

    fn carry_out(&mut self) {
        while let Some(output) = self.owner.next_output() {
            let events = self.event_sender.clone();
            // A report that finds no task belongs to a partition that was given up.
            match output {
                Output::Answer { ticket, outcome } => drop(ticket.send(outcome)),
                Output::Append { token, records } => {
                    let report = move |deliveries| drop(events.send(Event::Delivered(token, deliveries)));
                    self.log.append(self.partition, records, Box::new(report));
                }
                Output::Read { token, from } => {
                    let (log, partition) = (self.log.clone(), self.partition);
                    tokio::spawn(async move {
                        let records = log.read(partition, from, READ_BYTES, READ_WAIT).await;
                        drop(events.send(Event::Records(token, records)));
                    });
                }
                Output::Load { token, table, keys } => {
                    let (store, table) = (self.store.clone(), self.table(table));
                    tokio::spawn(async move {
                        drop(events.send(Event::Loaded(token, store.read(&table, keys).await)));
                    });
                }
                Output::Write { token, table, rows } => {
                    let (store, table) = (self.store.clone(), self.table(table));
                    tokio::spawn(async move {
                        drop(events.send(Event::Written(token, store.write(&table, rows).await)));
                    });
                }
            }
        }
    }

    fn table(&self, table: Table) -> Arc<str> {
        let [states, checkpoints] = &self.tables;
        match table {
            Table::States => states.clone(),
            Table::Checkpoints => checkpoints.clone(),
        }
    }
}

impl<D: Domain> Drop for Task<D> {
    /// However it ended, nobody owns the partition here any more.
    fn drop(&mut self) {
        *self.status.lock().unwrap_or_else(PoisonError::into_inner) = Status::default();
    }
}

/// The wall clock; nothing below the shell reads one.
fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}
