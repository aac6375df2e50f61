//! The async shell of a projector: feeds one machine from the log and the store.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use sceau_kernel::Timestamp;
use sceau_log::{Log, Partition};
use sceau_projection::Projection;
use sceau_store::{Store, StoreError};
use tokio::sync::{Notify, watch};
use tokio::time::MissedTickBehavior;

use crate::checkpoint::{self, PROJECTION_CHECKPOINTS};
use crate::dead_letter::DEAD_LETTERS;
use crate::generation::{Generation, Part};
use crate::hired::stopped;
use crate::projector::{Action, Input, Projector, ProjectorOptions, Step};
use crate::resume::resume;
use crate::status::PartitionStatus;
use crate::traced::Traced;

/// How often a machine is told the time and the end of the log is asked.
pub(crate) const TICK: Duration = Duration::from_millis(100);
/// How long a read waits at the end of the log.
pub(crate) const POLL: Duration = Duration::from_secs(5);
/// After a batch of so many records other tasks get their turn.
const LONG_BATCH: usize = 256;

/// What a worker needs.
#[derive(Clone)]
pub(crate) struct Worker {
    pub(crate) log: Arc<dyn Log>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) options: ProjectorOptions,
    pub(crate) generation: Arc<Generation>,
    /// Which of the generation's partitions it folds.
    pub(crate) part: usize,
    /// Told whenever rows of the generation are in the store.
    pub(crate) moved: Arc<Notify>,
    /// Becomes true when the worker is to write what it has and end.
    pub(crate) stop: watch::Receiver<bool>,
}

/// The wall clock, which only the shells read.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

/// What an operation came back with.
enum Done {
    Input(Input),
    End(Option<u64>),
}

impl Worker {
    /// Folds the partition until it is told to stop.
    pub(crate) async fn run<P: Projection>(self)
    where
        P::Event: Send,
    {
        let generation = Arc::clone(&self.generation);
        let Some(part) = generation.parts.get(self.part) else {
            return;
        };
        let mut stop = self.stop.clone();
        let before = part.status();
        let Some(mut machine) = self.open::<P>(part, &mut stop).await else {
            return;
        };
        let mut under_way: FuturesUnordered<BoxFuture<'static, Done>> = FuturesUnordered::new();
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut stopping, mut crowded) = (false, false);
        let mut traced = Traced::default();
        loop {
            while let Some(action) = machine.next_action() {
                under_way.push(self.carry_out(part, action, crowded));
            }
            self.publish(part, &machine, &before);
            traced.stored(machine.applied());
            if machine.is_done() {
                return;
            }
            tokio::select! {
                Some(done) = under_way.next() => match done {
                    Done::Input(input) => {
                        let mut long = false;
                        if let Input::Records(records) = &input {
                            (crowded, long) = (records.len() > 1, records.len() >= LONG_BATCH);
                            traced.read(&self.generation.table, &part.source, records);
                        }
                        machine.take(input);
                        if long {
                            tokio::task::yield_now().await;
                        }
                    }
                    Done::End(Some(end)) => part.publish(|status| (status.end, status.known) = (end, true)),
                    Done::End(None) => {}
                },
                _ = ticks.tick() => {
                    machine.take(Input::Tick(now()));
                    under_way.push(self.ask_end(part));
                }
                () = stopped(&mut stop), if !stopping => {
                    stopping = true;
                    machine.take(Input::ShutDown);
                }
            }
        }
    }

    /// The machine at its checkpoint; `None` when told to stop before the store could give it.
    async fn open<P: Projection>(&self, part: &Part, stop: &mut watch::Receiver<bool>) -> Option<Projector<P>> {
        let (table, retry_after) = (self.generation.table.as_str(), self.options.retry_after);
        let trouble = |trouble| part.publish(|status| status.trouble = Some(trouble));
        let place = (self.store.as_ref(), PROJECTION_CHECKPOINTS);
        let cursor = resume(place, (table, &part.source), retry_after, stop, trouble).await?;
        Some(Projector::new(self.options, table, part.source.clone(), cursor, true))
    }

    fn carry_out(&self, part: &Part, action: Action, crowded: bool) -> BoxFuture<'static, Done> {
        let (store, table) = (Arc::clone(&self.store), Arc::clone(&self.generation));
        match action {
            Action::Read { from, wait } => {
                let (log, bytes) = (Arc::clone(&self.log), self.options.read_bytes);
                let partition = partition(part);
                let (pause, poll) = (self.options.pause, if wait { POLL } else { Duration::ZERO });
                Box::pin(async move {
                    if wait && crowded {
                        tokio::time::sleep(pause).await;
                    }
                    Done::Input(match log.read(partition, from, bytes, poll).await {
                        Ok(records) => Input::Records(records),
                        Err(error) => Input::Failed(Step::Read, error.to_string()),
                    })
                })
            }
            Action::Load { keys } => Box::pin(async move {
                Done::Input(match store.read(&table.table, keys).await {
                    Ok(rows) => Input::Rows(rows),
                    Err(error) => Input::Failed(Step::Load, error.to_string()),
                })
            }),
            Action::Write { rows, dead_letters } => Box::pin(async move {
                let written = async {
                    if !rows.is_empty() {
                        store.write(&table.table, rows).await?;
                    }
                    if !dead_letters.is_empty() {
                        store.write(DEAD_LETTERS, dead_letters).await?;
                    }
                    Ok::<(), StoreError>(())
                };
                Done::Input(match written.await {
                    Ok(()) => Input::Written,
                    Err(error) => Input::Failed(Step::Write, error.to_string()),
                })
            }),
            Action::Checkpoint { cursor } => {
                let row = checkpoint::row(&table.table, &part.source, cursor);
                Box::pin(async move {
                    Done::Input(match store.write(PROJECTION_CHECKPOINTS, vec![row]).await {
                        Ok(()) => Input::Checkpointed,
                        Err(error) => Input::Failed(Step::Checkpoint, error.to_string()),
                    })
                })
            }
        }
    }

    fn ask_end(&self, part: &Part) -> BoxFuture<'static, Done> {
        let (log, partition) = (Arc::clone(&self.log), partition(part));
        Box::pin(async move { Done::End(log.end(partition).await.ok()) })
    }

    fn publish<P: Projection>(&self, part: &Part, machine: &Projector<P>, before: &PartitionStatus) {
        let applied = part.applied();
        part.publish(|status| {
            status.applied = machine.applied();
            status.count(before, machine.counts(), machine.flushed());
            if status.trouble.as_deref() != machine.trouble() {
                status.trouble = machine.trouble().map(str::to_owned);
                if let Some(trouble) = &status.trouble {
                    tracing::warn!(table = self.generation.table, trouble, "the projection is held up");
                }
            }
        });
        if part.applied() != applied {
            self.moved.notify_waiters();
        }
    }
}

fn partition(part: &Part) -> Partition {
    Partition { topic: part.source.topic, number: part.source.partition }
}
