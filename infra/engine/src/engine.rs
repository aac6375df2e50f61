//! The async shell: one task per partition that feeds an [`Owner`](crate::Owner) and carries out what it asks.

mod task;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sceau_kernel::Domain;
use sceau_log::{Log, LogError, Partition};
use sceau_store::{Store, StoreError};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::command::{Envelope, Outcome, Refused};
use crate::placement::partition_of;
use crate::settings::Settings;
use crate::snapshot::{checkpoint_table, state_table};
use crate::status::Status;
use task::{Event, Task};

/// A command and where its answer goes.
type Asked<D> = (Envelope<D>, oneshot::Sender<Outcome<D>>);

/// The write side of one domain: an owner for every partition of its topic.
pub struct Engine<D: Domain> {
    commands: Commands<D>,
    tasks: Vec<(mpsc::UnboundedSender<Event>, JoinHandle<()>)>,
}

/// Gives commands to an [`Engine`]. Cheap to clone.
pub struct Commands<D: Domain> {
    partitions: Arc<[Door<D>]>,
    retry_after: Duration,
}

/// The way into one partition.
struct Door<D: Domain> {
    commands: mpsc::Sender<Asked<D>>,
    status: Arc<Mutex<Status>>,
}

/// Why an engine cannot start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StartError {
    /// The log does not say how many partitions there are.
    Log(LogError),
    /// The tables for states cannot be made.
    Store(StoreError),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Log(error) => error.fmt(f),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for StartError {}

/// Partitions that did not end in good order. Every acknowledged command of theirs is in the log all the same; the next
/// start reads a longer tail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfinished {
    /// Their numbers.
    pub partitions: Vec<u32>,
}

impl fmt::Display for Unfinished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "partitions {:?} did not save their states in time: the next start reads a longer tail",
            self.partitions
        )
    }
}

impl std::error::Error for Unfinished {}

impl<D: Domain> Engine<D> {
    /// Starts an owner for every partition of `D`'s topic, each of which takes its partition at once. `node` and
    /// `address` stand in its fences; `node` names this node and no other. Runs on the current tokio runtime.
    pub async fn start(
        log: Arc<dyn Log>,
        store: Arc<dyn Store>,
        node: Arc<str>,
        address: Arc<str>,
        settings: Settings,
    ) -> Result<Self, StartError> {
        let tables = [state_table::<D>(), checkpoint_table()];
        for table in &tables {
            store.ensure(table).await.map_err(StartError::Store)?;
        }
        let tables: [Arc<str>; 2] = tables.map(|table| table.name.into());
        let count = log.partitions(D::TOPIC).await.map_err(StartError::Log)?;
        let mut doors = Vec::new();
        let mut tasks = Vec::new();
        for number in 0..count {
            let partition = Partition { topic: D::TOPIC, number };
            let (commands, asked) = mpsc::channel(settings.queue);
            let status = Arc::new(Mutex::new(Status::default()));
            doors.push(Door { commands, status: status.clone() });
            let owner = crate::Owner::new(partition, node.clone(), address.clone(), settings.clone());
            let task = Task::new(owner, partition, log.clone(), store.clone(), tables.clone(), asked, status);
            tasks.push((task.events(), tokio::spawn(task.run())));
        }
        let commands = Commands { partitions: doors.into(), retry_after: settings.retry_after };
        Ok(Self { commands, tasks })
    }

    /// The way in for commands.
    pub fn commands(&self) -> Commands<D> {
        self.commands.clone()
    }

    /// What every partition's owner is doing, in their order.
    pub fn status(&self) -> Vec<Status> {
        self.commands.status()
    }

    /// Takes no more commands, answers those it has, saves all states, and ends; what takes longer than `grace` is cut
    /// short.
    pub async fn shutdown(self, grace: Duration) -> Result<(), Unfinished> {
        for (events, _) in &self.tasks {
            // A task that has ended needs no telling.
            let _ = events.send(Event::Finish);
        }
        let deadline = tokio::time::Instant::now() + grace;
        let mut partitions = Vec::new();
        for (number, (_, mut task)) in (0..).zip(self.tasks) {
            let ended = tokio::time::timeout_at(deadline, &mut task).await;
            if !matches!(ended, Ok(Ok(()))) {
                task.abort();
                partitions.push(number);
            }
        }
        if partitions.is_empty() { Ok(()) } else { Err(Unfinished { partitions }) }
    }
}

impl<D: Domain> Clone for Commands<D> {
    fn clone(&self) -> Self {
        Self { partitions: self.partitions.clone(), retry_after: self.retry_after }
    }
}

impl<D: Domain> Commands<D> {
    /// Gives a command. It is on its way when this returns, so commands to one stream are decided in the order of the
    /// calls; the future is its answer. Dropping the future does not take the command back.
    pub fn submit(&self, mut envelope: Envelope<D>) -> impl Future<Output = Outcome<D>> + Send + use<D> {
        let retry_after = self.retry_after;
        let number = partition_of(&envelope.stream, self.partitions.len() as u32) as usize;
        let span = sceau_trace::commit(D::TOPIC, number as u32, &envelope.traceparent);
        if !span.is_none() {
            envelope.traceparent = sceau_trace::traceparent(&span).into();
        }
        let (answer, answered) = oneshot::channel();
        let sent = match &self.partitions[..] {
            [] => Err(Refused::Unavailable { retry_after }),
            doors => match doors[number].commands.try_send((envelope, answer)) {
                Ok(()) => Ok(answered),
                Err(mpsc::error::TrySendError::Full(_)) => Err(Refused::Overloaded { retry_after }),
                Err(mpsc::error::TrySendError::Closed(_)) => Err(Refused::Unavailable { retry_after }),
            },
        };
        async move {
            let answer = sent?.await.unwrap_or(Err(Refused::Unavailable { retry_after }));
            drop(span);
            answer
        }
    }

    /// What every partition's owner is doing, in their order.
    pub fn status(&self) -> Vec<Status> {
        let read = |door: &Door<D>| *door.status.lock().unwrap_or_else(PoisonError::into_inner);
        self.partitions.iter().map(read).collect()
    }
}
