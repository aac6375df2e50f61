//! Looking after the projections while they run: following what is decided, and deciding when this node leads.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use sceau_store::Store;
use tokio::sync::{Notify, watch};

use super::keeper::Keeper;
use super::rank::Rank;
use crate::control::Control;
use crate::hired::stopped;

/// How often a process that is alone looks whether a first build is done.
const ALONE: Duration = Duration::from_millis(20);
/// How often a leader looks so, by the checkpoints of the others.
const LEADER: Duration = Duration::from_millis(250);
/// How often a node looks what has been decided.
const FOLLOWER: Duration = Duration::from_millis(500);

/// Looks after all projections of a process.
pub(super) struct Tender {
    pub(super) store: Arc<dyn Store>,
    pub(super) keepers: Arc<BTreeMap<&'static str, Arc<Keeper>>>,
    pub(super) rank: Rank,
    /// Asks for a look before it is due.
    pub(super) look: Arc<Notify>,
}

impl Tender {
    /// Until told to stop; alone, until every projection serves.
    pub(super) async fn run(self, mut stop: watch::Receiver<bool>) {
        while !(self.rank.alone && self.all_serve()) {
            tokio::select! {
                () = tokio::time::sleep(self.pause()) => {}
                () = self.look.notified() => {}
                () = stopped(&mut stop) => return,
            }
            self.tend().await;
        }
    }

    async fn tend(&self) {
        // Alone, nobody else decides.
        let names: Vec<&str> = if self.rank.alone { Vec::new() } else { self.keepers.keys().copied().collect() };
        match Control::load_all(self.store.as_ref(), &names).await {
            Ok(rows) => {
                let mut rows = rows.into_iter();
                for keeper in self.keepers.values() {
                    keeper.tend(rows.next()).await;
                }
            }
            Err(error) => tracing::warn!(%error, "cannot read what is decided about projections, trying again"),
        }
    }

    fn pause(&self) -> Duration {
        match (self.rank.alone, self.rank.leads() && !self.all_serve()) {
            (true, _) => ALONE,
            (false, true) => LEADER,
            (false, false) => FOLLOWER,
        }
    }

    fn all_serve(&self) -> bool {
        self.keepers.values().all(|keeper| keeper.served().serving().is_some())
    }
}
