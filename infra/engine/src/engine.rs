//! The async shell: one task per owned partition that feeds an [`Owner`](crate::Owner) and carries out what it asks.

mod commands;
mod door;
mod task;
mod tenure;
mod topic;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sceau_kernel::Domain;
use sceau_log::{Log, LogError, Partition};
use sceau_store::{Store, StoreError};
use tokio::runtime::Handle;
use tokio::sync::mpsc;

pub use commands::Commands;
pub use topic::OwnedTopic;

use crate::elsewhere::Elsewhere;
use crate::settings::Settings;
use crate::snapshot::{checkpoint_table, state_table};
use crate::status::Status;
use door::{Asked, Door};
use task::Task;
use tenure::Tenure;

/// The write side of one domain on one node: an owner for every partition of its topic that this node is to own.
pub struct Engine<D: Domain> {
    log: Arc<dyn Log>,
    store: Arc<dyn Store>,
    node: Arc<str>,
    address: Arc<str>,
    settings: Settings,
    /// Names of the tables of states and of checkpoints.
    tables: [Arc<str>; 2],
    runtime: Handle,
    commands: Commands<D>,
    tenures: Box<[Mutex<Tenure>]>,
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
    /// Opens an engine that owns every partition of `D`'s topic from now on, as the only node there is. See
    /// [`open`](Self::open).
    pub async fn start(
        log: Arc<dyn Log>,
        store: Arc<dyn Store>,
        node: Arc<str>,
        address: Arc<str>,
        settings: Settings,
    ) -> Result<Self, StartError> {
        let engine = Self::open(log, store, node, address, settings, None).await?;
        for number in 0..engine.commands.partitions() {
            engine.take(number);
        }
        Ok(engine)
    }

    /// Opens an engine that owns nothing yet. `node` and `address` stand in its fences; `node` names this node and no
    /// other. Commands for partitions that it does not own go `elsewhere`. Runs on the current tokio runtime.
    pub async fn open(
        log: Arc<dyn Log>,
        store: Arc<dyn Store>,
        node: Arc<str>,
        address: Arc<str>,
        settings: Settings,
        elsewhere: Option<Arc<dyn Elsewhere>>,
    ) -> Result<Self, StartError> {
        let tables = [state_table::<D>(), checkpoint_table()];
        for table in &tables {
            store.ensure(table).await.map_err(StartError::Store)?;
        }
        let tables: [Arc<str>; 2] = tables.map(|table| table.name.into());
        let partitions = log.partitions(D::TOPIC).await.map_err(StartError::Log)?;
        let commands = Commands::new(partitions, elsewhere, &settings);
        let tenures = (0..partitions).map(|_| Mutex::new(Tenure::Vacant)).collect();
        let runtime = Handle::current();
        Ok(Self { log, store, node, address, settings, tables, runtime, commands, tenures })
    }

    /// Has the partition owned here from now on. Nothing happens when it is. While a [`release`](Self::release) of it is
    /// under way, commands wait for that to end.
    pub fn take(&self, number: u32) {
        let Some((door, tenure)) = self.partition(number) else {
            tracing::error!(
                topic = D::TOPIC,
                number,
                "there is no such partition to take: it was added since the start"
            );
            return;
        };
        let mut tenure = tenure.lock().unwrap_or_else(PoisonError::into_inner);
        if tenure.held() {
            return;
        }
        let (queue, asked) = mpsc::channel(self.settings.queue);
        door.open(queue);
        tenure.begin(&self.runtime, self.task(number, asked, &door.status).run());
    }

    /// Gives the partition up in good order: from this call on it takes no more commands; those it has are answered, all
    /// states saved, and then it is no longer owned here. What takes longer than `grace` is cut short, whether or not
    /// the future is awaited. True when all was saved, or the partition was not owned; every acknowledged command is in
    /// the log in any case.
    pub fn release(&self, number: u32, grace: Duration) -> impl Future<Output = bool> + Send + use<D> {
        let left = self.partition(number).map(|(door, tenure)| {
            let mut tenure = tenure.lock().unwrap_or_else(PoisonError::into_inner);
            door.close();
            tenure.end(&self.runtime, grace)
        });
        async move {
            match left {
                Some(left) => left.await,
                None => true,
            }
        }
    }

    /// The way in for commands.
    pub fn commands(&self) -> Commands<D> {
        self.commands.clone()
    }

    /// What the owner of every partition is doing, in their order. One that is not here is idle.
    pub fn status(&self) -> Vec<Status> {
        self.commands.status()
    }

    /// Releases all partitions, each within `grace`.
    pub async fn shutdown(&self, grace: Duration) -> Result<(), Unfinished> {
        let releases: Vec<_> =
            (0..self.commands.partitions()).map(|number| (number, self.release(number, grace))).collect();
        let mut partitions = Vec::new();
        for (number, saved) in releases {
            if !saved.await {
                partitions.push(number);
            }
        }
        if partitions.is_empty() { Ok(()) } else { Err(Unfinished { partitions }) }
    }

    fn partition(&self, number: u32) -> Option<(&Door<D>, &Mutex<Tenure>)> {
        Some((self.commands.door(number)?, self.tenures.get(number as usize)?))
    }

    fn task(&self, number: u32, asked: mpsc::Receiver<Asked<D>>, status: &Arc<Mutex<Status>>) -> Task<D> {
        let partition = Partition { topic: D::TOPIC, number };
        let owner = crate::Owner::new(partition, self.node.clone(), self.address.clone(), self.settings.clone());
        Task::new(owner, partition, self.log.clone(), self.store.clone(), self.tables.clone(), asked, status.clone())
    }
}
