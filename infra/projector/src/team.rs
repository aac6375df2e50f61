//! The workers of one generation.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use sceau_log::Log;
use sceau_projection::{Projection, TableSchema};
use sceau_store::Store;
use tokio::sync::Notify;

use crate::generation::Generation;
use crate::hired::Hired;
use crate::projector::ProjectorOptions;
use crate::table::Layout;
use crate::worker::Worker;

/// A projection whose type has been put aside, so that all of them can be run alike.
pub(crate) trait Registered: Send + Sync {
    fn name(&self) -> &'static str;
    fn version(&self) -> u32;
    fn topics(&self) -> &'static [&'static str];
    fn schema(&self, table: &str) -> TableSchema;
    fn work(&self, worker: Worker) -> BoxFuture<'static, ()>;
}

/// Carries the type `P`.
pub(crate) struct Of<P>(pub(crate) std::marker::PhantomData<fn() -> P>);

impl<P: Projection> Registered for Of<P>
where
    P::Event: Send,
{
    fn name(&self) -> &'static str {
        P::NAME
    }
    fn version(&self) -> u32 {
        P::VERSION
    }
    fn topics(&self) -> &'static [&'static str] {
        P::TOPICS
    }
    fn schema(&self, table: &str) -> TableSchema {
        Layout::<P>::schema(table.to_owned())
    }
    fn work(&self, worker: Worker) -> BoxFuture<'static, ()> {
        Box::pin(worker.run::<P>())
    }
}

/// What every team needs.
#[derive(Clone)]
pub(crate) struct Engines {
    pub(crate) log: Arc<dyn Log>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) options: ProjectorOptions,
}

/// What the teams of one projection need.
pub(crate) struct Hiring {
    pub(crate) projection: Arc<dyn Registered>,
    pub(crate) engines: Engines,
    pub(crate) moved: Arc<Notify>,
}

/// The workers of one generation, at most one for each partition.
pub(crate) struct Team {
    pub(crate) generation: Arc<Generation>,
    workers: BTreeMap<usize, Hired>,
}

impl Team {
    /// Nobody works on `generation` yet.
    pub(crate) fn new(generation: Arc<Generation>) -> Self {
        Self { generation, workers: BTreeMap::new() }
    }

    /// Sets a worker to work on a part, if there is none.
    pub(crate) fn hire(&mut self, hiring: &Hiring, part: usize) {
        let Hiring { projection, engines, moved } = hiring;
        self.workers.entry(part).or_insert_with(|| {
            Hired::new(|stop| {
                projection.work(Worker {
                    log: Arc::clone(&engines.log),
                    store: Arc::clone(&engines.store),
                    options: engines.options,
                    generation: Arc::clone(&self.generation),
                    part,
                    moved: Arc::clone(moved),
                    stop,
                })
            })
        });
    }

    /// Lets the worker of a part go.
    pub(crate) fn dismiss(&mut self, part: usize) -> Option<Hired> {
        self.workers.remove(&part)
    }

    /// Lets all workers go.
    pub(crate) fn disband(self) -> Vec<Hired> {
        self.workers.into_values().collect()
    }

    /// Asks the workers to write what they have and end.
    pub(crate) fn ask_to_stop(&self) {
        self.workers.values().for_each(Hired::ask_to_stop);
    }
}
