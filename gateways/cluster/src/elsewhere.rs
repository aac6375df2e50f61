//! What this node has others do: decide commands for their partitions, and say how far their rows have come.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sceau_engine::{Elsewhere, NotReached};
use sceau_kernel::{Source, Timestamp};
use sceau_log::Partition;
use sceau_projector::{AppliedElsewhere, Awaited, Stale};
use sceau_proto::cluster::v1::{GetNodeResponse, WaitAppliedRequest};
use sceau_security::TokenAuthority;

use crate::credential::Credential;
use crate::directory::Directory;
use crate::link::{Link, NotDecided};
use crate::service;

/// How long to wait before looking again who owns a partition.
const AGAIN: Duration = Duration::from_millis(20);
/// How long a node may take to say what it is doing.
const SOON: Duration = Duration::from_secs(2);

/// The other nodes. Cheap to clone.
#[derive(Clone)]
pub struct Others {
    inner: Arc<Inner>,
}

struct Inner {
    /// This node's address: what it owns is not elsewhere.
    address: Arc<str>,
    directory: Arc<Directory>,
    credential: Arc<Credential>,
    links: Mutex<HashMap<Arc<str>, Arc<Link>>>,
}

impl Others {
    /// The nodes that `directory` names, seen from the one called `node` at `address`; `authority` makes the tokens by
    /// which they know it.
    pub fn new(
        node: &str,
        address: Arc<str>,
        directory: Arc<Directory>,
        authority: Arc<TokenAuthority>,
        clock: fn() -> Timestamp,
    ) -> Self {
        let credential = Arc::new(Credential::new(authority, node, clock));
        Self { inner: Arc::new(Inner { address, directory, credential, links: Mutex::default() }) }
    }

    /// Who owns which partition.
    pub fn directory(&self) -> &Arc<Directory> {
        &self.inner.directory
    }

    /// What the node at this address is doing.
    pub(crate) async fn node(&self, address: &Arc<str>) -> Result<GetNodeResponse, String> {
        let link = self.inner.link(address).ok_or_else(|| format!("`{address}` is no address"))?;
        link.node(SOON).await.map_err(|status| status.message().to_owned())
    }
}

impl Inner {
    /// The connection to the owner of a partition, unless that is this node.
    fn link_to_owner(&self, partition: Partition) -> Option<Arc<Link>> {
        let owner = self.directory.owner(partition).filter(|owner| owner.address != self.address)?;
        self.link(&owner.address)
    }

    /// The connection to a node; another when the last one has ended.
    fn link(&self, address: &Arc<str>) -> Option<Arc<Link>> {
        let mut links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(link) = links.get(address).filter(|link| link.is_open()) {
            return Some(Arc::clone(link));
        }
        let link = Arc::new(Link::open(address, Arc::clone(&self.credential))?);
        links.insert(Arc::clone(address), Arc::clone(&link));
        Some(link)
    }

    /// Looks again who owns what, after a short pause.
    async fn look_again(&self) {
        tokio::time::sleep(AGAIN).await;
        if let Err(error) = self.directory.refresh().await {
            tracing::debug!(%error, "who owns what cannot be read now");
        }
    }

    async fn decide(&self, partition: Partition, envelope: Bytes) -> Result<Bytes, NotReached> {
        let not_reached = match self.link_to_owner(partition) {
            Some(link) => match link.decide(partition, envelope).await {
                Ok(outcome) => return Ok(outcome),
                Err(NotDecided::NotTaken) => NotReached::NotTaken,
                Err(NotDecided::Unanswered) => NotReached::Unanswered,
            },
            None => NotReached::NotTaken,
        };
        self.look_again().await;
        Err(not_reached)
    }

    async fn wait(&self, awaited: Awaited, deadline: Instant) -> Result<(), Stale> {
        let Awaited { projection, generation, source: Source { topic, partition }, offset } = awaited;
        let mut applied = 0;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Stale { projection, topic: topic.to_owned(), partition, wanted: offset, applied });
            }
            let Some(link) = self.link_to_owner(Partition { topic, number: partition }) else {
                self.look_again().await;
                continue;
            };
            let (projection, topic) = (projection.to_owned(), topic.to_owned());
            let request = WaitAppliedRequest { projection, topic, partition, offset, generation };
            match link.wait_applied(request, left.min(service::PATIENCE)).await {
                Ok(Some(come)) if come > offset => return Ok(()),
                Ok(Some(come)) => applied = come,
                Ok(None) | Err(_) => self.look_again().await,
            }
        }
    }
}

impl Elsewhere for Others {
    fn submit(&self, partition: Partition, envelope: Bytes) -> BoxFuture<'static, Result<Bytes, NotReached>> {
        let inner = Arc::clone(&self.inner);
        async move { inner.decide(partition, envelope).await }.boxed()
    }
}

impl AppliedElsewhere for Others {
    fn wait(&self, awaited: Awaited, deadline: Instant) -> BoxFuture<'_, Result<(), Stale>> {
        self.inner.wait(awaited, deadline).boxed()
    }
}
