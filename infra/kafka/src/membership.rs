//! Which partitions this node should try to own.
//!
//! The nodes of a cluster are members of one consumer group over the topics of the log, and the group shares the
//! partitions among them. That is liveness only: two nodes may believe for a while that they should own the same
//! partition, and the fences in the log decide who does. Nothing is fetched and no offset is kept in the group.
//!
//! Members are static: a node is known by its name, so that one which comes back within the session time-out finds its
//! partitions as it left them, and a second node of the same name ends the first.

mod neighbours;
mod thread;

use std::fmt;
use std::sync::mpsc;
use std::time::Duration;

use sceau_log::Partition;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::oneshot;

use crate::settings::KafkaSettings;
use crate::topics::TopicSpec;

/// How a node takes part.
#[derive(Clone, Debug)]
pub struct MembershipSettings {
    /// The node's name: its own, and the same after a restart.
    pub node: String,
    /// A node that is silent for so long loses its partitions. Brokers allow 6 s to 30 min, as they are delivered.
    pub session_timeout: Duration,
    /// How long the others wait for a partition while its owner finishes with it.
    pub handover: Duration,
}

impl MembershipSettings {
    /// What is usual, for the node of this name.
    pub fn new(node: impl Into<String>) -> Self {
        Self { node: node.into(), session_timeout: Duration::from_secs(10), handover: Duration::from_secs(10) }
    }
}

/// What the group decided.
#[derive(Debug)]
pub enum Change {
    /// This node should own these from now on.
    Gained(Vec<Partition>),
    /// Another node is to own these.
    Lost {
        /// The partitions.
        partitions: Vec<Partition>,
        /// The others wait until this is dropped, or the time for a handover is up.
        handover: Handover,
        /// The group has given them away already, since this node was not heard of: nobody waits.
        late: bool,
    },
    /// The node is no longer a member, and must be joined anew to be one.
    Ended(MembershipError),
}

/// Keeps a partition from its next owner; drop it when the partition is finished with.
#[derive(Debug)]
pub struct Handover {
    _held: mpsc::Sender<()>,
}

/// Why a node cannot be a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MembershipError {
    /// A node of the same name has joined after this one.
    NodeTwice {
        /// The name.
        node: String,
    },
    /// Members of the group follow other topics: another platform has been given the same group.
    OtherPlatform {
        /// The group.
        group: String,
        /// One of those members: its client id and host.
        member: String,
        /// What it follows.
        topics: Vec<String>,
    },
    /// Members of the group share partitions in another way: another program has been given the same group.
    OtherProgram {
        /// The group.
        group: String,
        /// What the brokers said.
        reason: String,
    },
    /// The brokers do not let this node be a member.
    Denied {
        /// The group.
        group: String,
        /// What they said.
        reason: String,
    },
    /// A setting cannot be used.
    Setting {
        /// What librdkafka said.
        reason: String,
    },
    /// The brokers do not answer.
    Unavailable {
        /// What happened.
        reason: String,
    },
}

impl fmt::Display for MembershipError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NodeTwice { node } => {
                write!(
                    f,
                    "another node has joined as `{node}`: give every node a name of its own, and start this again"
                )
            }
            Self::OtherPlatform { group, member, topics } => write!(
                f,
                "group `{group}` has a member of another platform ({member}, which follows {topics:?}): give each \
                 platform a group of its own"
            ),
            Self::OtherProgram { group, reason } => {
                write!(f, "group `{group}` is used by another program ({reason}): give the platform a group of its own")
            }
            Self::Denied { group, reason } => {
                write!(f, "this node may not join group `{group}` ({reason}): allow Read on the group and the topics")
            }
            Self::Setting { reason } => write!(f, "a setting of the membership cannot be used: {reason}"),
            Self::Unavailable { reason } => write!(f, "the group cannot be joined now: {reason}"),
        }
    }
}

impl std::error::Error for MembershipError {}

/// A node's part in the group. Dropping it is no leave: the partitions stay this node's until it comes back or the
/// session time-out is over.
#[derive(Debug)]
pub struct Membership {
    leave: mpsc::Sender<oneshot::Sender<()>>,
}

impl Membership {
    /// Joins the group. Changes come until the receiver is dropped.
    pub async fn join(
        settings: &KafkaSettings,
        membership: MembershipSettings,
        topics: &[TopicSpec],
    ) -> Result<(Self, UnboundedReceiver<Change>), MembershipError> {
        let names: Vec<_> = topics.iter().map(|spec| (settings.topic(spec.name), spec.name)).collect();
        let settings = settings.clone();
        tokio::task::spawn_blocking(move || {
            let (leave, asked) = mpsc::channel();
            let changes = thread::start(&settings, membership, names, asked)?;
            Ok((Self { leave }, changes))
        })
        .await
        .unwrap_or_else(|stopped| Err(MembershipError::Unavailable { reason: stopped.to_string() }))
    }

    /// Leaves in good order: all partitions are handed over, and the others take them at once. The changes tell what
    /// to hand over, so somebody must go on receiving them meanwhile.
    pub async fn leave(self) {
        let (left, done) = oneshot::channel();
        if self.leave.send(left).is_ok() {
            // The thread answers, or has ended.
            let _ = done.await;
        }
    }
}
