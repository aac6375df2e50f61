//! One partition's owner coming and going: never two of them at once in one engine.

use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

/// What runs for a partition.
pub(super) enum Tenure {
    /// Nothing.
    Vacant,
    /// Its owner.
    Held(JoinHandle<()>),
    /// An owner that ends.
    Leaving(Left),
}

/// Comes when an owner has ended: true when it saved all.
pub(super) type Left = Shared<BoxFuture<'static, bool>>;

impl Tenure {
    /// True when an owner is there that was not told to end, and has not failed.
    pub(super) fn held(&self) -> bool {
        matches!(self, Self::Held(task) if !task.is_finished())
    }

    /// Runs `owner` once the one before it, if it is leaving, has ended.
    pub(super) fn begin(&mut self, runtime: &Handle, owner: impl Future<Output = ()> + Send + 'static) {
        *self = match std::mem::replace(self, Self::Vacant) {
            Self::Vacant | Self::Held(_) => Self::Held(runtime.spawn(owner)),
            Self::Leaving(left) => Self::Held(runtime.spawn(left.then(|_| owner))),
        };
    }

    /// Waits for an owner whose queue has ended, and cuts it short after `grace`, whether or not anybody awaits this.
    pub(super) fn end(&mut self, runtime: &Handle, grace: Duration) -> Left {
        let left = match std::mem::replace(self, Self::Vacant) {
            Self::Leaving(left) if left.peek().is_none() => left,
            Self::Vacant | Self::Leaving(_) => return std::future::ready(true).boxed().shared(),
            Self::Held(task) => runtime.spawn(ended(task, grace)).map(|saved| saved.unwrap_or(false)).boxed().shared(),
        };
        *self = Self::Leaving(left.clone());
        left
    }
}

async fn ended(mut task: JoinHandle<()>, grace: Duration) -> bool {
    if let Ok(ended) = tokio::time::timeout(grace, &mut task).await {
        return ended.is_ok();
    }
    task.abort();
    // It fails because it was cut short; what matters is that it runs no more.
    let _ = task.await;
    false
}
