//! The part this node takes: it owns what the group gives it, and hands over what the group takes away.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::{OptionFuture, join_all};
use sceau_engine::{OwnedTopic, Situation};
use sceau_kernel::{Source, Timestamp};
use sceau_log::Partition;
use sceau_projector::{ReactorRunner, ReadSide};
use sceau_security::TokenAuthority;
use tokio::sync::watch;

use crate::directory::{Directory, OwnerOf};

/// How often it is looked whether another node has fenced off what is owned here.
const RECLAIM: Duration = Duration::from_secs(5);

/// What a node is made of.
pub struct NodeParts {
    /// The engines of all domains.
    pub topics: Vec<Arc<dyn OwnedTopic>>,
    /// The projections.
    pub read_side: ReadSide,
    /// The reactors.
    pub reactors: Vec<Arc<ReactorRunner>>,
    /// Who owns which partition.
    pub directory: Arc<Directory>,
    /// Whose tokens open the door between nodes.
    pub authority: Arc<TokenAuthority>,
    /// Now.
    pub clock: fn() -> Timestamp,
    /// The partition whose owner decides which tables serve and sends what falls due.
    pub leading: Partition,
    /// How long a partition that is handed over may take to answer and save.
    pub grace: Duration,
}

/// This node.
pub struct Node {
    pub(crate) name: Arc<str>,
    pub(crate) address: Arc<str>,
    pub(crate) parts: NodeParts,
    pub(crate) started: Timestamp,
    pub(crate) leads: Arc<AtomicBool>,
    /// The epochs that the directory has been told.
    published: Mutex<BTreeMap<Partition, u64>>,
    /// True once nothing more is taken from other nodes.
    pub(crate) closed: watch::Sender<bool>,
    /// What the group has given and not taken away.
    held: Mutex<BTreeSet<Partition>>,
}

impl Node {
    /// The node of this name, which others reach at `address`. It owns nothing yet.
    pub fn new(name: Arc<str>, address: Arc<str>, parts: NodeParts) -> Self {
        let started = (parts.clock)();
        let (leads, published, held) = (Arc::default(), Mutex::default(), Mutex::default());
        Self { name, address, parts, started, leads, published, closed: watch::Sender::new(false), held }
    }

    /// Whether this node decides which tables serve and sends what falls due.
    pub fn leads(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.leads)
    }

    /// Takes nothing more from other nodes: what they have sent is answered, and their calls end.
    pub fn close(&self) {
        self.closed.send_replace(true);
    }

    /// Owns these from now on.
    pub fn take(&self, partitions: &[Partition]) {
        let mut held = self.held();
        for partition in partitions {
            held.insert(*partition);
            if let Some(topic) = self.parts.topics.iter().find(|topic| topic.topic() == partition.topic) {
                topic.take(partition.number);
            }
            let source = source(*partition);
            self.parts.read_side.take(&source);
            for reactor in &self.parts.reactors {
                reactor.take(&source);
            }
        }
    }

    /// Answers what is in flight for these partitions and saves, and then owns them no more.
    pub async fn release(&self, partitions: &[Partition]) {
        let grace = self.parts.grace;
        self.held().retain(|held| !partitions.contains(held));
        let released = partitions.iter().map(|partition| async move {
            self.published().remove(partition);
            let source = source(*partition);
            let topic = self.parts.topics.iter().find(|topic| topic.topic() == partition.topic);
            let decided = topic.map(|topic| topic.release(partition.number, grace));
            let reacted = self.parts.reactors.iter().map(|reactor| reactor.release(&source, grace));
            let read = self.parts.read_side.release(&source, grace);
            let (_, _, saved) = tokio::join!(OptionFuture::from(decided), join_all(reacted), read);
            if !saved {
                tracing::debug!(%partition, "some rows are left for the next owner");
            }
        });
        join_all(released).await;
    }

    /// Tells the others which partitions have come to serve here, and this node's own parts whether it leads. To be
    /// called every few milliseconds.
    pub async fn tell(&self) {
        let mut leads = false;
        for topic in &self.parts.topics {
            for (number, status) in (0..).zip(topic.status()) {
                let partition = Partition { topic: topic.topic(), number };
                let (Situation::Serving, Some(epoch)) = (status.situation, status.epoch) else { continue };
                leads |= partition == self.parts.leading;
                if self.published().get(&partition) == Some(&epoch) {
                    continue;
                }
                let owner =
                    OwnerOf { partition, node: Arc::clone(&self.name), address: Arc::clone(&self.address), epoch };
                match self.parts.directory.publish(owner).await {
                    Ok(()) => drop(self.published().insert(partition, epoch)),
                    Err(error) => tracing::warn!(%partition, %error, "cannot tell the others who owns it"),
                }
            }
        }
        if self.leads.swap(leads, Ordering::Relaxed) != leads {
            tracing::info!(leads, "deciding which tables serve");
        }
        self.parts.read_side.lead(leads);
    }

    /// Takes again what the group has given to this node and another one has fenced off, for as long as it says so:
    /// whoever did that has gone, or does not belong to the group. An owner with nothing to write would not notice.
    pub async fn reclaim(&self) {
        let mut lost = BTreeMap::new();
        loop {
            tokio::time::sleep(RECLAIM).await;
            if let Err(error) = self.parts.directory.refresh().await {
                tracing::debug!(%error, "cannot read who owns what");
                continue;
            }
            let before = std::mem::replace(&mut lost, self.fenced_off());
            for (partition, epoch) in lost.iter().filter(|(partition, epoch)| before.get(partition) == Some(epoch)) {
                tracing::warn!(%partition, epoch, "another node has taken it and the group has not: taking it again");
                self.retake(*partition).await;
            }
        }
    }

    /// The partitions that are served here under an epoch older than the last that another node told of, and that one.
    fn fenced_off(&self) -> BTreeMap<Partition, u64> {
        let mut fenced_off = BTreeMap::new();
        for topic in &self.parts.topics {
            for (number, status) in (0..).zip(topic.status()) {
                let partition = Partition { topic: topic.topic(), number };
                let last = self.parts.directory.owner(partition).map(|owner| owner.epoch);
                if let (Situation::Serving, Some(own), Some(last)) = (status.situation, status.epoch, last)
                    && own < last
                {
                    fenced_off.insert(partition, last);
                }
            }
        }
        fenced_off
    }

    async fn retake(&self, partition: Partition) {
        let Some(topic) = self.parts.topics.iter().find(|topic| topic.topic() == partition.topic) else { return };
        topic.release(partition.number, Duration::ZERO).await;
        // The group may have taken it away meanwhile.
        let held = self.held();
        if held.contains(&partition) {
            topic.take(partition.number);
        }
    }

    fn held(&self) -> MutexGuard<'_, BTreeSet<Partition>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn published(&self) -> MutexGuard<'_, BTreeMap<Partition, u64>> {
        self.published.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn source(partition: Partition) -> Source {
    Source { topic: partition.topic, partition: partition.number }
}
