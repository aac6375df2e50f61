//! A worker at work.

use std::future::Future;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// A task that works until it is told to end.
pub(crate) struct Hired {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Hired {
    /// Sets a task to work. It is given what becomes true when it is to finish what it has and end.
    pub(crate) fn new<W: Future<Output = ()> + Send + 'static>(work: impl FnOnce(watch::Receiver<bool>) -> W) -> Self {
        let (stop, stopped) = watch::channel(false);
        Self { stop, task: tokio::spawn(work(stopped)) }
    }

    /// Asks it to finish what it has and end.
    pub(crate) fn ask_to_stop(&self) {
        self.stop.send_replace(true);
    }

    /// Waits for all of them to end. Those that have not at the deadline are broken off, which loses nothing but work
    /// that is done again. True when all of them ended by themselves.
    pub(crate) async fn end(all: Vec<Self>, deadline: Instant) -> bool {
        all.iter().for_each(Self::ask_to_stop);
        let mut ended = true;
        for mut hired in all {
            if tokio::time::timeout_at(deadline, &mut hired.task).await.is_err() {
                hired.task.abort();
                ended = false;
            }
        }
        ended
    }
}

/// Waits until told to stop; a sender that is gone is a stop too.
pub(crate) async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}
