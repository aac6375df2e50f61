//! The async shell of a reactor: one task per partition.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use sceau_kernel::{Reactor, Source};
use sceau_log::{Log, Partition};
use sceau_projection::Cell;
use sceau_store::{Store, StoreError};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;

use super::{CommandSink, ReactorAction, ReactorInput, ReactorMachine, ReactorOptions};
use crate::checkpoint::{self, REACTOR_CHECKPOINTS};
use crate::dead_letter::{self, DEAD_LETTERS};
use crate::read_side::{StartError, sources};
use crate::status::{PartitionStatus, ReactorStatus};
use crate::worker::{POLL, TICK, now, stopped};

/// Bytes asked for at a time: the window bounds how much is taken of them.
const READ_BYTES: usize = 64 << 10;

/// Tells how a reactor fares, also while others own its runner. Cheap to clone.
#[derive(Clone)]
pub struct ReactorWatch {
    name: &'static str,
    parts: Arc<[Arc<Mutex<PartitionStatus>>]>,
}

impl ReactorWatch {
    /// How it fares.
    pub fn status(&self) -> ReactorStatus {
        let status = |part: &Arc<Mutex<PartitionStatus>>| part.lock().unwrap_or_else(PoisonError::into_inner).clone();
        ReactorStatus { name: self.name, partitions: self.parts.iter().map(status).collect() }
    }
}

/// A running reactor.
pub struct ReactorRunner {
    watch: ReactorWatch,
    stop: watch::Sender<bool>,
    workers: Vec<JoinHandle<()>>,
}

impl ReactorRunner {
    /// Sets `R` to work on every partition of its topics, from its checkpoints on.
    pub async fn start<R: Reactor>(
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
        let (stop, stopped) = watch::channel(false);
        let (mut parts, mut workers) = (Vec::new(), Vec::new());
        for source in sources(log.as_ref(), R::TOPICS).await? {
            let rows = store.read(REACTOR_CHECKPOINTS, vec![checkpoint::key(R::NAME, &source)]).await?;
            let stored: Option<&[Cell]> = rows.first().and_then(Option::as_deref);
            let cursor = checkpoint::cursor(stored)
                .ok_or_else(|| StoreError::Corrupt { table: REACTOR_CHECKPOINTS.to_owned() })?;
            let status = Arc::new(Mutex::new(PartitionStatus::new(source.clone())));
            let worker = Worker {
                log: Arc::clone(&log),
                store: Arc::clone(&store),
                sink: Arc::clone(&sink),
                source: source.clone(),
                status: Arc::clone(&status),
                pause: options.pause,
            };
            let machine = ReactorMachine::<R>::new(options, source, cursor);
            parts.push(status);
            workers.push(tokio::spawn(worker.run(machine, stopped.clone())));
        }
        let watch = ReactorWatch { name: R::NAME, parts: parts.into() };
        Ok(Self { watch, stop, workers })
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
    pub async fn shutdown(self, patience: Duration) -> bool {
        self.stop.send_replace(true);
        let deadline = tokio::time::Instant::now() + patience;
        let mut ended = true;
        for mut worker in self.workers {
            if tokio::time::timeout_at(deadline, &mut worker).await.is_err() {
                worker.abort();
                ended = false;
            }
        }
        ended
    }
}

/// One partition of a reactor.
struct Worker<C> {
    log: Arc<dyn Log>,
    store: Arc<dyn Store>,
    sink: Arc<dyn CommandSink<C>>,
    source: Source,
    status: Arc<Mutex<PartitionStatus>>,
    pause: Duration,
}

/// What an operation came back with.
enum Done {
    Input(ReactorInput),
    End(Option<u64>),
}

impl<C: Clone + Send + 'static> Worker<C> {
    async fn run<R: Reactor<Command = C>>(self, mut machine: ReactorMachine<R>, mut stop: watch::Receiver<bool>) {
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

    fn carry_out(&self, reactor: &'static str, action: ReactorAction<C>, crowded: bool) -> BoxFuture<'static, Done> {
        let store = Arc::clone(&self.store);
        match action {
            ReactorAction::Read { from } => {
                let (log, partition, pause) = (Arc::clone(&self.log), self.partition(), self.pause);
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
            let counts = machine.counts();
            status.applied = machine.applied();
            (status.events, status.void, status.holes) = (counts.events, counts.void, counts.holes);
            status.dead_letters = counts.dead_letters;
            status.flushes = machine.sent();
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
