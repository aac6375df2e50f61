//! The async shell of a reactor: one task per partition.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use sceau_kernel::{Reactor, Source};
use sceau_log::{Log, Partition};
use sceau_store::Store;
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior};

use super::{CommandSink, ReactorAction, ReactorInput, ReactorMachine, ReactorOptions};
use crate::checkpoint::{self, REACTOR_CHECKPOINTS};
use crate::dead_letter::{self, DEAD_LETTERS};
use crate::hired::{Hired, stopped};
use crate::read_side::{StartError, sources};
use crate::resume::resume;
use crate::status::{PartitionStatus, ReactorStatus};
use crate::worker::{POLL, TICK, now};

/// Bytes asked for at a time: the window bounds how much is taken of them.
const READ_BYTES: usize = 64 << 10;

/// Tells how a reactor fares, also while others own its runner. Cheap to clone.
#[derive(Clone)]
pub struct ReactorWatch {
    name: &'static str,
    parts: Arc<[Part]>,
}

impl ReactorWatch {
    /// How it fares.
    pub fn status(&self) -> ReactorStatus {
        ReactorStatus { name: self.name, partitions: self.parts.iter().map(|part| part.status().clone()).collect() }
    }
}

/// One partition of a reactor, whether there is a worker for it or not.
struct Part {
    status: Arc<Mutex<PartitionStatus>>,
}

impl Part {
    fn status(&self) -> MutexGuard<'_, PartitionStatus> {
        self.status.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A running reactor.
pub struct ReactorRunner {
    watch: ReactorWatch,
    hire: Box<dyn Fn(Arc<Mutex<PartitionStatus>>) -> Hired + Send + Sync>,
    workers: Mutex<BTreeMap<Source, Hired>>,
}

impl ReactorRunner {
    /// Sets `R` to work on every partition of its topics, from its checkpoints on, in a process that is alone with it.
    pub async fn start<R: Reactor>(
        log: Arc<dyn Log>,
        store: Arc<dyn Store>,
        sink: Arc<dyn CommandSink<R::Command>>,
        options: ReactorOptions,
    ) -> Result<Self, StartError>
    where
        R::Command: Clone,
    {
        let runner = Self::open::<R>(log, store, sink, options).await?;
        for part in runner.status().partitions {
            runner.take(&part.source);
        }
        Ok(runner)
    }

    /// Prepares `R` to work on the partitions that this node is given by [`ReactorRunner::take`].
    pub async fn open<R: Reactor>(
        log: Arc<dyn Log>,
        store: Arc<dyn Store>,
        sink: Arc<dyn CommandSink<R::Command>>,
        options: ReactorOptions,
    ) -> Result<Self, StartError>
    where
        R::Command: Clone,
    {
        store.ensure(&checkpoint::schema(REACTOR_CHECKPOINTS)).await?;
        store.ensure(&dead_letter::schema()).await?;
        let part = |source| Part { status: Arc::new(Mutex::new(PartitionStatus::new(source))) };
        let parts = sources(log.as_ref(), R::TOPICS).await?.into_iter().map(part).collect();
        let hire = move |status: Arc<Mutex<PartitionStatus>>| {
            let before = status.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let worker = Worker {
                log: Arc::clone(&log),
                store: Arc::clone(&store),
                sink: Arc::clone(&sink),
                source: before.source.clone(),
                status,
                before,
                options,
            };
            Hired::new(|stop| worker.run::<R>(stop))
        };
        let watch = ReactorWatch { name: R::NAME, parts };
        Ok(Self { watch, hire: Box::new(hire), workers: Mutex::default() })
    }

    /// Works on a partition from now on, from where the worker before it has come to; nothing when the reactor does not
    /// read it. To be called within a tokio runtime. Two nodes that work on one partition for a moment send the same
    /// commands with the same ids.
    pub fn take(&self, source: &Source) {
        let Some(part) = self.part(source) else { return };
        part.status().here = true;
        self.workers().entry(source.clone()).or_insert_with(|| (self.hire)(Arc::clone(&part.status)));
    }

    /// Ends the work on a partition: waits for the answers to what was sent and saves the checkpoint, within
    /// `patience`. True when nothing was left over; what was is sent again by who takes it next.
    pub async fn release(&self, source: &Source, patience: Duration) -> bool {
        let deadline = Instant::now() + patience;
        if let Some(part) = self.part(source) {
            part.status().here = false;
        }
        let dismissed = self.workers().remove(source);
        Hired::end(dismissed.into_iter().collect(), deadline).await
    }

    /// Tells how it fares, for as long as it is kept.
    pub fn watch(&self) -> ReactorWatch {
        self.watch.clone()
    }

    /// How it fares.
    pub fn status(&self) -> ReactorStatus {
        self.watch.status()
    }

    /// Waits for the answers to what was sent, saves the checkpoints and ends, within `patience`. True when nothing
    /// was left over; what was is sent again at the next start, which is harmless.
    pub async fn shutdown(&self, patience: Duration) -> bool {
        let deadline = Instant::now() + patience;
        let workers = std::mem::take(&mut *self.workers());
        Hired::end(workers.into_values().collect(), deadline).await
    }

    fn part(&self, source: &Source) -> Option<&Part> {
        self.watch.parts.iter().find(|part| part.status().source == *source)
    }

    fn workers(&self) -> MutexGuard<'_, BTreeMap<Source, Hired>> {
        self.workers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One partition of a reactor.
struct Worker<C> {
    log: Arc<dyn Log>,
    store: Arc<dyn Store>,
    sink: Arc<dyn CommandSink<C>>,
    source: Source,
    status: Arc<Mutex<PartitionStatus>>,
    /// What workers before it have passed.
    before: PartitionStatus,
    options: ReactorOptions,
}

/// What an operation came back with.
enum Done {
    Input(ReactorInput),
    End(Option<u64>),
}

impl<C: Clone + Send + 'static> Worker<C> {
    async fn run<R: Reactor<Command = C>>(self, mut stop: watch::Receiver<bool>) {
        let Some(mut machine) = self.open::<R>(&mut stop).await else {
            return;
        };
        let mut under_way: FuturesUnordered<BoxFuture<'static, Done>> = FuturesUnordered::new();
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut stopping, mut crowded) = (false, false);
        loop {
            while let Some(action) = machine.next_action() {
                under_way.push(self.carry_out(R::NAME, action, crowded));
            }
            self.publish(&machine);
            if machine.is_done() {
                return;
            }
            tokio::select! {
                Some(done) = under_way.next() => match done {
                    Done::Input(input) => {
                        if let ReactorInput::Records(records) = &input {
                            crowded = records.len() > 1;
                        }
                        machine.take(input);
                    }
                    Done::End(end) => self.change(|status| {
                        status.known |= end.is_some();
                        status.end = end.unwrap_or(status.end);
                    }),
                },
                _ = ticks.tick() => {
                    machine.take(ReactorInput::Tick(now()));
                    under_way.push(self.ask_end());
                }
                () = stopped(&mut stop), if !stopping => {
                    stopping = true;
                    machine.take(ReactorInput::ShutDown);
                }
            }
        }
    }

    /// The machine at its checkpoint; `None` when told to stop before the store could give it.
    async fn open<R: Reactor<Command = C>>(&self, stop: &mut watch::Receiver<bool>) -> Option<ReactorMachine<R>> {
        let trouble = |trouble| self.change(|status| status.trouble = Some(trouble));
        let place = (self.store.as_ref(), REACTOR_CHECKPOINTS);
        let cursor = resume(place, (R::NAME, &self.source), self.options.retry_after, stop, trouble).await?;
        Some(ReactorMachine::new(self.options, self.source.clone(), cursor))
    }

    fn carry_out(&self, reactor: &'static str, action: ReactorAction<C>, crowded: bool) -> BoxFuture<'static, Done> {
        let store = Arc::clone(&self.store);
        match action {
            ReactorAction::Read { from } => {
                let (log, partition, pause) = (Arc::clone(&self.log), self.partition(), self.options.pause);
                Box::pin(async move {
                    if crowded {
                        tokio::time::sleep(pause).await;
                    }
                    Done::Input(match log.read(partition, from, READ_BYTES, POLL).await {
                        Ok(records) => ReactorInput::Records(records),
                        Err(error) => ReactorInput::ReadFailed(error.to_string()),
                    })
                })
            }
            ReactorAction::Submit { ticket, stream, command, id, traceparent } => {
                let sink = Arc::clone(&self.sink);
                Box::pin(async move {
                    let answer = sink.submit(stream, command, id, traceparent).await;
                    Done::Input(ReactorInput::Answered { ticket, answer })
                })
            }
            ReactorAction::Write { dead_letters } => Box::pin(async move {
                Done::Input(match store.write(DEAD_LETTERS, dead_letters).await {
                    Ok(()) => ReactorInput::Written,
                    Err(error) => ReactorInput::WriteFailed(error.to_string()),
                })
            }),
            ReactorAction::Checkpoint { cursor } => {
                let row = checkpoint::row(reactor, &self.source, cursor);
                Box::pin(async move {
                    Done::Input(match store.write(REACTOR_CHECKPOINTS, vec![row]).await {
                        Ok(()) => ReactorInput::Checkpointed,
                        Err(error) => ReactorInput::CheckpointFailed(error.to_string()),
                    })
                })
            }
        }
    }

    fn ask_end(&self) -> BoxFuture<'static, Done> {
        let (log, partition) = (Arc::clone(&self.log), self.partition());
        Box::pin(async move { Done::End(log.end(partition).await.ok()) })
    }

    fn publish<R: Reactor<Command = C>>(&self, machine: &ReactorMachine<R>) {
        self.change(|status| {
            status.applied = machine.applied();
            status.count(&self.before, machine.counts(), (machine.sent(), 0));
            if status.trouble.as_deref() != machine.trouble() {
                status.trouble = machine.trouble().map(str::to_owned);
                if let Some(trouble) = &status.trouble {
                    tracing::warn!(reactor = R::NAME, trouble, "the reactor is held up");
                }
            }
        });
    }

    fn change(&self, change: impl FnOnce(&mut PartitionStatus)) {
        change(&mut self.status.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn partition(&self) -> Partition {
        Partition { topic: self.source.topic, number: self.source.partition }
    }
}
