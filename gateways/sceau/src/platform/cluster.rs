//! This process as one node of several.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sceau_certification::Certification;
use sceau_cluster::{Directory, Node, NodeParts, Others, check_keys};
use sceau_grpc::{Cluster, TOPICS, system_clock};
use sceau_kafka::{Change, Membership, MembershipError};
use sceau_kernel::Domain;
use sceau_log::Partition;
use sceau_projector::{ReactorRunner, ReadSide};
use sceau_proto::admin::v1::GetClusterResponse;
use sceau_security::{CodeKeys, TokenAuthority};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;

use super::ports::{Ports, kafka, topics};
use super::{PlatformError, WriteSide};
use crate::config::{ClusterConfig, Config};

/// Time that a partition gets to answer and save when it is handed over.
const HANDOVER: Duration = Duration::from_secs(8);
/// How often keys and revocations that other nodes made are looked for.
const KEYS: Duration = Duration::from_secs(1);

/// How often it is looked at which partitions have come to serve.
const LOOK: Duration = Duration::from_millis(25);

/// The owner of this partition decides which tables serve.
const LEADING: Partition = Partition { topic: Certification::TOPIC, number: 0 };

/// The other nodes, before this one takes part.
pub(super) async fn others(
    config: &ClusterConfig,
    ports: &Ports,
    authority: &Arc<TokenAuthority>,
) -> Result<Others, PlatformError> {
    check_keys(ports.store.as_ref(), authority).await.map_err(PlatformError::OtherKeys)?;
    let directory = Directory::open(Arc::clone(&ports.store), &TOPICS).await.map_err(PlatformError::Directory)?;
    let address = config.address().into();
    Ok(Others::new(&config.node, address, Arc::new(directory), Arc::clone(authority), system_clock))
}

/// This node; it owns nothing until it has joined.
pub(super) fn node(
    config: &ClusterConfig,
    others: &Others,
    write_side: &WriteSide,
    read_side: &ReadSide,
    stamp_loop: &Arc<ReactorRunner>,
    authority: &Arc<TokenAuthority>,
) -> Arc<Node> {
    let parts = NodeParts {
        topics: write_side.topics(),
        read_side: read_side.clone(),
        reactors: vec![Arc::clone(stamp_loop)],
        directory: Arc::clone(others.directory()),
        authority: Arc::clone(authority),
        clock: system_clock,
        leading: LEADING,
        grace: HANDOVER,
    };
    Arc::new(Node::new(config.node.as_str().into(), config.address().into(), parts))
}

/// This node as a member of the group.
pub(super) struct Member {
    node: Arc<Node>,
    membership: Membership,
    following: JoinHandle<Option<MembershipError>>,
    reclaiming: JoinHandle<()>,
    keys: JoinHandle<()>,
}

impl Member {
    /// Joins the group and follows it.
    pub(super) async fn join(
        config: &Config,
        cluster: &ClusterConfig,
        node: Arc<Node>,
        authority: Arc<TokenAuthority>,
        codes: Arc<CodeKeys>,
    ) -> Result<Self, PlatformError> {
        let joined = Membership::join(&kafka(&cluster.kafka), cluster.membership(), &topics(config)).await;
        let (membership, changes) = joined.map_err(PlatformError::Membership)?;
        let following = tokio::spawn(follow(Arc::clone(&node), changes));
        let reclaiming = tokio::spawn({
            let node = Arc::clone(&node);
            async move { node.reclaim().await }
        });
        let keys = tokio::spawn(refresh_keys(authority, codes));
        Ok(Self { node, membership, following, reclaiming, keys })
    }

    /// Waits until the group ends for this node.
    pub(super) async fn ended(&mut self) -> PlatformError {
        match (&mut self.following).await {
            Ok(Some(error)) => PlatformError::Membership(error),
            Ok(None) | Err(_) => std::future::pending().await,
        }
    }

    /// Hands every partition over and leaves; other nodes are answered what they have sent.
    pub(super) async fn leave(self) {
        self.membership.leave().await;
        self.node.close();
        self.following.abort();
        self.reclaiming.abort();
        self.keys.abort();
    }
}

/// Owns what the group gives and hands over what it takes away, until it ends for this node; why it did.
async fn follow(node: Arc<Node>, mut changes: UnboundedReceiver<Change>) -> Option<MembershipError> {
    let mut looks = tokio::time::interval(LOOK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            change = changes.recv() => match change {
                Some(Change::Gained(partitions)) => {
                    tracing::info!(partitions = partitions.len(), "taking partitions");
                    node.take(&partitions);
                }
                Some(Change::Lost { partitions, handover, late }) => {
                    tracing::info!(partitions = partitions.len(), late, "handing partitions over");
                    let node = Arc::clone(&node);
                    tokio::spawn(async move {
                        node.release(&partitions).await;
                        drop(handover);
                    });
                }
                Some(Change::Ended(error)) => return Some(error),
                None => return None,
            },
            _ = looks.tick() => node.tell().await,
        }
    }
}

async fn refresh_keys(authority: Arc<TokenAuthority>, codes: Arc<CodeKeys>) {
    loop {
        tokio::time::sleep(KEYS).await;
        if let Err(error) = authority.refresh().and_then(|()| codes.refresh()) {
            tracing::warn!(%error, "keys that other nodes may have made cannot be read");
        }
    }
}

/// The cluster as the gateway tells of it.
#[derive(Clone)]
pub(super) struct Described {
    pub(super) node: Arc<Node>,
    pub(super) others: Others,
    /// Where other nodes reach this one.
    pub(super) address: Arc<str>,
}

impl Cluster for Described {
    fn describe(&self) -> BoxFuture<'_, GetClusterResponse> {
        self.node.describe_all(&self.others).boxed()
    }

    fn leader(&self) -> Option<Arc<str>> {
        let owner = self.others.directory().owner(LEADING)?;
        (owner.address != self.address).then_some(owner.address)
    }
}

/// True for ever: the only process leads.
pub(super) fn alone() -> Arc<AtomicBool> {
    Arc::new(AtomicBool::new(true))
}
