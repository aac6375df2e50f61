//! Topics as the log needs them: made if missing, refused if they would lose records.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use rdkafka::admin::{AdminClient, AdminOptions, ConfigResource, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::config::FromClientConfigAndContext;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::metadata::MetadataTopic;

use crate::client::{Cause, Context};
use crate::ends::hear;
use crate::settings::{KafkaSettings, RECORD_BYTES, Sasl};
use crate::{OpenError, TopicFault};

/// How long one question may take before a reason is looked for.
const QUESTION: Duration = Duration::from_millis(500);
/// How soon a topic that was just made is looked for again.
const AGAIN: Duration = Duration::from_millis(50);

/// A topic of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TopicSpec {
    /// Its name in the platform, for example `sceau.order`.
    pub name: &'static str,
    /// How many partitions it has, for ever: a stream's partition follows from their number.
    pub partitions: u32,
}

/// Waits for a broker, then makes every topic that is missing and inspects all.
pub(crate) async fn prepare(
    settings: &KafkaSettings,
    specs: &[TopicSpec],
    consumer: Arc<BaseConsumer<Context>>,
) -> Result<(), OpenError> {
    let scout = Scout { settings: settings.clone(), consumer };
    let admin = if can_administer(settings) { Some(Admin::new(settings)?) } else { None };
    let mut faults = Vec::new();
    for spec in specs {
        let mut found = scout.clone().find(*spec, false).await?;
        if let (None, Some(admin)) = (&found, &admin) {
            admin.create(*spec).await?;
            found = scout.clone().find(*spec, true).await?;
        }
        let Some(found) = found else {
            let reason = "no partition of it has a leader".to_owned();
            return Err(OpenError::CannotCreate { topic: settings.topic(spec.name), reason });
        };
        faults.extend(shape_faults(settings, *spec, &found));
        match &admin {
            Some(admin) => faults.extend(admin.inspect(*spec).await?),
            None => tracing::warn!(
                topic = settings.topic(spec.name),
                "with OAUTHBEARER the client library cannot read a topic's settings: see that it has {:?}",
                needed_values(settings)
            ),
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(OpenError::Topics(faults)) }
}

/// Whether librdkafka's administration works here: it has no way to renew a bearer token in that client.
fn can_administer(settings: &KafkaSettings) -> bool {
    !matches!(settings.security.sasl, Some(Sasl::OAuthBearer { .. }))
}

/// A topic as the brokers know it, when all its partitions have a leader.
#[derive(Clone, Copy, Debug)]
struct Found {
    partitions: usize,
    /// Of the partition that has fewest.
    replicas: usize,
}

/// Asks the brokers which topics there are.
#[derive(Clone)]
struct Scout {
    settings: KafkaSettings,
    consumer: Arc<BaseConsumer<Context>>,
}

impl Scout {
    /// Looks for the topic; one that was just made is waited for.
    async fn find(self, spec: TopicSpec, made: bool) -> Result<Option<Found>, OpenError> {
        let looked = tokio::task::spawn_blocking(move || self.find_blocking(spec, made));
        looked.await.unwrap_or_else(|stopped| Err(OpenError::Thread { reason: stopped.to_string() }))
    }

    fn find_blocking(&self, spec: TopicSpec, made: bool) -> Result<Option<Found>, OpenError> {
        let topic = self.settings.topic(spec.name);
        let deadline = Instant::now() + self.settings.answer_timeout;
        loop {
            match self.consumer.client().fetch_metadata(Some(&topic), QUESTION) {
                Ok(metadata) => {
                    let found = metadata.topics().first().map(judge).transpose()?.flatten();
                    if found.is_some() || !made || Instant::now() >= deadline {
                        return Ok(found);
                    }
                    thread::sleep(AGAIN);
                }
                Err(error) => self.explain(&error, Instant::now() >= deadline)?,
            }
        }
    }

    /// Says why no broker answers, at once when waiting cannot help.
    fn explain(&self, error: &KafkaError, late: bool) -> Result<(), OpenError> {
        hear(&self.consumer);
        let brokers = &self.settings.brokers;
        match self.consumer.context().trouble() {
            Some((cause, reason)) if late || cause != Cause::Unreachable => {
                Err(OpenError::of_trouble(brokers, cause, reason))
            }
            None if late => Err(OpenError::of_trouble(brokers, Cause::Unreachable, error.to_string())),
            _ => Ok(()),
        }
    }
}

fn judge(topic: &MetadataTopic) -> Result<Option<Found>, OpenError> {
    if let Some(error) = topic.error().map(RDKafkaErrorCode::from) {
        let missing = matches!(
            error,
            RDKafkaErrorCode::UnknownTopic
                | RDKafkaErrorCode::UnknownTopicOrPartition
                | RDKafkaErrorCode::LeaderNotAvailable
        );
        let refused = OpenError::CannotInspect { topic: topic.name().to_owned(), reason: error.to_string() };
        return if missing { Ok(None) } else { Err(refused) };
    }
    let partitions = topic.partitions();
    let led = !partitions.is_empty() && partitions.iter().all(|partition| partition.leader() >= 0);
    let replicas = partitions.iter().map(|partition| partition.replicas().len()).min().unwrap_or_default();
    Ok(led.then_some(Found { partitions: partitions.len(), replicas }))
}

/// Makes and inspects topics.
struct Admin<'a> {
    settings: &'a KafkaSettings,
    client: AdminClient<Context>,
}

impl<'a> Admin<'a> {
    fn new(settings: &'a KafkaSettings) -> Result<Self, OpenError> {
        let client = AdminClient::from_config_and_context(&settings.client(), Context::new(settings))
            .map_err(|error| OpenError::Setting { reason: error.to_string() })?;
        Ok(Self { settings, client })
    }

    /// Makes a topic; that another node made it meanwhile is just as well.
    async fn create(&self, spec: TopicSpec) -> Result<(), OpenError> {
        let topic = self.settings.topic(spec.name);
        let failed = |reason: String| OpenError::CannotCreate { topic: topic.clone(), reason };
        let partitions = i32::try_from(spec.partitions).map_err(|_| failed("too many partitions".to_owned()))?;
        let needed = needed_values(self.settings);
        let mut new = NewTopic::new(&topic, partitions, TopicReplication::Fixed(self.settings.replication.into()));
        for (setting, value) in &needed {
            new = new.set(setting, value);
        }
        let answers = self.client.create_topics([&new], &self.options()).await;
        match answers.map_err(|error| failed(error.to_string()))?.pop() {
            Some(Err((_, RDKafkaErrorCode::TopicAlreadyExists)) | Ok(_)) => Ok(()),
            Some(Err((_, code))) => Err(failed(code.to_string())),
            None => Err(failed("no answer".to_owned())),
        }
    }

    /// What is wrong with the settings of a topic that exists.
    async fn inspect(&self, spec: TopicSpec) -> Result<Vec<TopicFault>, OpenError> {
        let topic = self.settings.topic(spec.name);
        let failed = |reason: String| OpenError::CannotInspect { topic: topic.clone(), reason };
        let answers = self.client.describe_configs([&ResourceSpecifier::Topic(&topic)], &self.options()).await;
        match answers.map_err(|error| failed(error.to_string()))?.pop() {
            Some(Ok(config)) => Ok(setting_faults(self.settings, &topic, &config)),
            Some(Err(code)) => Err(failed(code.to_string())),
            None => Err(failed("no answer".to_owned())),
        }
    }

    fn options(&self) -> AdminOptions {
        let timeout: Option<Duration> = Some(self.settings.answer_timeout);
        AdminOptions::new().request_timeout(timeout).operation_timeout(timeout)
    }
}

/// What is wrong with the shape of a topic that exists.
fn shape_faults(settings: &KafkaSettings, spec: TopicSpec, found: &Found) -> Vec<TopicFault> {
    let topic = settings.topic(spec.name);
    let mut faults = Vec::new();
    if found.partitions != spec.partitions as usize {
        faults.push(TopicFault {
            topic: topic.clone(),
            setting: "partitions",
            found: found.partitions.to_string(),
            needed: spec.partitions.to_string(),
            why: "a stream's partition follows from their number",
        });
    }
    if found.replicas < settings.replication.into() {
        faults.push(TopicFault {
            topic,
            setting: "replicas",
            found: found.replicas.to_string(),
            needed: format!("at least {}", settings.replication),
            why: "fewer would lose acknowledged commands with a broker",
        });
    }
    faults
}

/// The settings that a topic is made with.
fn needed_values(settings: &KafkaSettings) -> [(&'static str, String); 7] {
    [
        ("cleanup.policy", "delete".to_owned()),
        ("retention.ms", "-1".to_owned()),
        ("retention.bytes", "-1".to_owned()),
        ("unclean.leader.election.enable", "false".to_owned()),
        ("min.insync.replicas", settings.min_insync_replicas.to_string()),
        ("max.message.bytes", RECORD_BYTES.to_string()),
        ("message.timestamp.type", "LogAppendTime".to_owned()),
    ]
}

fn setting_faults(settings: &KafkaSettings, topic: &str, config: &ConfigResource) -> Vec<TopicFault> {
    let at_least = |value: &str, needed: &str| value.parse::<i64>().ok() >= needed.parse::<i64>().ok();
    let mut faults = Vec::new();
    for (setting, needed) in needed_values(settings) {
        let why = match setting {
            "cleanup.policy" => "compaction would remove records of the log",
            "retention.ms" | "retention.bytes" => "the log is kept for ever",
            "unclean.leader.election.enable" => "an unclean leader forgets acknowledged commands",
            "min.insync.replicas" => "fewer would lose acknowledged commands with a broker",
            "max.message.bytes" => "a large commit must fit",
            _ => continue,
        };
        let Some(found) = config.get(setting).and_then(|entry| entry.value.clone()) else { continue };
        let bound = matches!(setting, "min.insync.replicas" | "max.message.bytes");
        if found == needed || bound && at_least(&found, &needed) {
            continue;
        }
        let needed = if bound { format!("at least {needed}") } else { needed };
        faults.push(TopicFault { topic: topic.to_owned(), setting, found, needed, why });
    }
    faults
}
