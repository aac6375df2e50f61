//! The thread of a membership: the group speaks only to who polls it.

use std::collections::BTreeSet;
use std::sync::mpsc::{self, Receiver, TryRecvError};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rdkafka::ClientContext;
use rdkafka::client::OAuthToken;
use rdkafka::config::{FromClientConfigAndContext, RDKafkaLogLevel};
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use rdkafka::types::RDKafkaRespErr;
use sceau_log::Partition;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

use super::{Change, Handover, MembershipError, MembershipSettings, neighbours};
use crate::client::Context;
use crate::settings::{KafkaSettings, millis};

const POLL: Duration = Duration::from_millis(100);
/// How long the news of a leave may take to the brokers.
const FAREWELL: Duration = Duration::from_secs(1);
/// Deposed twice within so many session time-outs, a member believes that there is another of its name.
const SESSIONS: u32 = 3;

/// Joins and starts the thread. `topics` are pairs of a name in Kafka and a name in the platform.
pub(super) fn start(
    settings: &KafkaSettings,
    membership: MembershipSettings,
    topics: Vec<(String, &'static str)>,
    leave: Receiver<oneshot::Sender<()>>,
) -> Result<UnboundedReceiver<Change>, MembershipError> {
    let failed = |error: KafkaError| MembershipError::Setting { reason: error.to_string() };
    let (changes, receiver) = unbounded_channel();
    let joining = Joining { settings: settings.clone(), membership, topics, changes };
    let consumer = joining.consumer().map_err(failed)?;
    neighbours::inspect(&consumer, &settings.group, &joining.names(), settings.answer_timeout)?;
    consumer.subscribe(&joining.names()).map_err(failed)?;
    let member = Member { consumer, joining, fenced: None };
    thread::Builder::new()
        .name("sceau:kafka-group".into())
        .spawn(move || member.run(&leave))
        .map_err(|error| MembershipError::Setting { reason: error.to_string() })?;
    Ok(receiver)
}

/// What it takes to join.
struct Joining {
    settings: KafkaSettings,
    membership: MembershipSettings,
    topics: Vec<(String, &'static str)>,
    changes: UnboundedSender<Change>,
}

impl Joining {
    fn names(&self) -> Vec<&str> {
        self.topics.iter().map(|(kafka, _)| kafka.as_str()).collect()
    }

    /// A consumer of the group that has not joined yet.
    fn consumer(&self) -> Result<BaseConsumer<Hooks>, KafkaError> {
        let MembershipSettings { node, session_timeout, handover } = &self.membership;
        let mut config = self.settings.consumer(1 << 10);
        config
            .set("client.id", node)
            .set("group.instance.id", node)
            .set("partition.assignment.strategy", "cooperative-sticky")
            .set("session.timeout.ms", millis(*session_timeout))
            .set("heartbeat.interval.ms", millis(*session_timeout / 5))
            // What slips through before a partition is paused is little.
            .set("fetch.message.max.bytes", "1024");
        let context = Hooks {
            context: Context::new(&self.settings),
            changes: self.changes.clone(),
            topics: self.topics.clone(),
            patience: *handover,
            held: Mutex::default(),
        };
        BaseConsumer::from_config_and_context(&config, context)
    }
}

struct Member {
    consumer: BaseConsumer<Hooks>,
    joining: Joining,
    /// When another member of this name was said to have joined last.
    fenced: Option<Instant>,
}

impl Member {
    fn run(mut self, leave: &Receiver<oneshot::Sender<()>>) {
        loop {
            if let Some(Err(error)) = self.consumer.poll(POLL)
                && let Some(ended) = self.verdict(&error)
            {
                let hooks = self.consumer.context();
                let held = hooks.held().iter().copied().collect();
                hooks.tell_lost(held, true);
                if !self.joins_again(&ended) {
                    // Whoever listened may have gone.
                    let _ = self.joining.changes.send(Change::Ended(ended));
                    return;
                }
            }
            match leave.try_recv() {
                Ok(left) => {
                    self.leave();
                    let _ = left.send(());
                    return;
                }
                Err(TryRecvError::Disconnected) => return,
                Err(TryRecvError::Empty) => {}
            }
        }
    }

    /// Joins once more where that may help. A member that asks twice to join because a broker went away before it
    /// answered is told that another one of its name has joined, which was itself. Of two nodes of one name, each
    /// deposes the other, and the first to be deposed again before long ends.
    fn joins_again(&mut self, ended: &MembershipError) -> bool {
        let MembershipError::NodeTwice { node } = ended else { return false };
        let window = self.joining.membership.session_timeout * SESSIONS;
        if self.fenced.replace(Instant::now()).is_some_and(|before| before.elapsed() < window) {
            return false;
        }
        tracing::warn!(
            node,
            "another member of this name has joined the group, or the group took this one for another"
        );
        let joined = self.joining.consumer().and_then(|consumer| {
            consumer.subscribe(&self.joining.names())?;
            Ok(consumer)
        });
        joined.map(|consumer| self.consumer = consumer).is_ok()
    }

    /// A static member that merely closes keeps its partitions: one that ends its subscription gives them up.
    fn leave(&self) {
        self.consumer.unsubscribe();
        let since = Instant::now();
        let hooks = self.consumer.context();
        let latest = FAREWELL + hooks.patience;
        while since.elapsed() < FAREWELL || !hooks.held().is_empty() && since.elapsed() < latest {
            let _ = self.consumer.poll(POLL);
        }
    }

    /// Why the membership has ended, if this error ends it.
    fn verdict(&self, error: &KafkaError) -> Option<MembershipError> {
        let (group, reason) = (self.joining.settings.group.clone(), error.to_string());
        match error.rdkafka_error_code()? {
            RDKafkaErrorCode::FencedInstanceId => {
                Some(MembershipError::NodeTwice { node: self.joining.membership.node.clone() })
            }
            RDKafkaErrorCode::InconsistentGroupProtocol => Some(MembershipError::OtherProgram { group, reason }),
            RDKafkaErrorCode::GroupAuthorizationFailed | RDKafkaErrorCode::TopicAuthorizationFailed => {
                Some(MembershipError::Denied { group, reason })
            }
            RDKafkaErrorCode::Fatal => Some(MembershipError::Unavailable { reason }),
            _ => {
                tracing::debug!(%error, "kafka group");
                None
            }
        }
    }
}

/// What the group calls while it is polled.
struct Hooks {
    context: Context,
    changes: UnboundedSender<Change>,
    topics: Vec<(String, &'static str)>,
    patience: Duration,
    /// What was gained and not yet lost.
    held: Mutex<BTreeSet<Partition>>,
}

impl Hooks {
    fn partitions(&self, list: &TopicPartitionList) -> Vec<Partition> {
        let known = |(topic, number): (String, i32)| {
            let (_, topic) = self.topics.iter().find(|(kafka, _)| *kafka == topic)?;
            Some(Partition { topic, number: u32::try_from(number).ok()? })
        };
        let mut partitions: Vec<_> = list.to_topic_map().into_keys().filter_map(known).collect();
        partitions.sort_unstable();
        partitions
    }

    /// Tells that others are to have these, and waits until they are handed over unless it is too late for that.
    fn tell_lost(&self, mut partitions: Vec<Partition>, late: bool) {
        partitions.retain(|partition| self.held().remove(partition));
        if partitions.is_empty() {
            return;
        }
        let (held, released) = mpsc::channel();
        let change = Change::Lost { partitions, handover: Handover { _held: held }, late };
        if self.changes.send(change).is_ok() && !late {
            // Nothing is ever sent: the wait ends when the handover is dropped.
            let _ = released.recv_timeout(self.patience);
        }
    }

    fn held(&self) -> MutexGuard<'_, BTreeSet<Partition>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes what the group gives, without reading any of it.
fn gain(consumer: &BaseConsumer<Hooks>, list: &mut TopicPartitionList) -> Result<(), KafkaError> {
    // A place of its own, so that none is looked for in the group.
    list.set_all_offsets(Offset::Offset(0))?;
    consumer.incremental_assign(list)?;
    consumer.pause(list)
}

impl ConsumerContext for Hooks {
    fn rebalance(&self, consumer: &BaseConsumer<Self>, code: RDKafkaRespErr, list: &mut TopicPartitionList) {
        let done = if code == RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS {
            let done = gain(consumer, list);
            let partitions = self.partitions(list);
            self.held().extend(&partitions);
            if !partitions.is_empty() {
                // Whoever listened may have gone.
                let _ = self.changes.send(Change::Gained(partitions));
            }
            done
        } else {
            self.tell_lost(self.partitions(list), consumer.assignment_lost());
            consumer.incremental_unassign(list)
        };
        if let Err(error) = done {
            tracing::warn!(%error, "kafka group");
        }
    }
}

impl ClientContext for Hooks {
    const ENABLE_REFRESH_OAUTH_TOKEN: bool = Context::ENABLE_REFRESH_OAUTH_TOKEN;

    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        self.context.log(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.context.error(error, reason);
    }

    fn generate_oauth_token(&self, config: Option<&str>) -> Result<OAuthToken, Box<dyn std::error::Error>> {
        self.context.generate_oauth_token(config)
    }
}
