//! The workers of one generation.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use sceau_log::Log;
use sceau_projection::{Projection, TableSchema};
use sceau_store::Store;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use crate::generation::Generation;
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

/// The workers of one generation, one for each partition.
pub(crate) struct Team {
    pub(crate) generation: Arc<Generation>,
    stop: watch::Sender<bool>,
    workers: Vec<JoinHandle<()>>,
}

impl Team {
    /// Sets the workers of `generation` to work.
    pub(crate) fn start(
        projection: &dyn Registered,
        engines: &Engines,
        generation: &Arc<Generation>,
        moved: &Arc<Notify>,
        fresh: bool,
    ) -> Self {
        let (stop, stopped) = watch::channel(false);
        let worker = |part| Worker {
            log: Arc::clone(&engines.log),
            store: Arc::clone(&engines.store),
            options: engines.options,
            generation: Arc::clone(generation),
            part,
            fresh,
            moved: Arc::clone(moved),
            stop: stopped.clone(),
        };
        let workers = (0..generation.parts.len()).map(|part| tokio::spawn(projection.work(worker(part)))).collect();
        Self { generation: Arc::clone(generation), stop, workers }
    }

    /// Asks the workers to write what they have and end.
    pub(crate) fn ask_to_stop(&self) {
        self.stop.send_replace(true);
    }

    /// Waits for the workers to end, up to `patience`; those that have not are broken off, which loses nothing but
    /// work that is done again. True when all of them ended by themselves.
    pub(crate) async fn stop(self, patience: Duration) -> bool {
        self.ask_to_stop();
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
