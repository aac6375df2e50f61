//! Why the log on Kafka could not be opened, and what to do.

use std::fmt;

use crate::client::Cause;

/// Why the log on Kafka could not be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// librdkafka refuses a setting: a file that cannot be read, say.
    Setting {
        /// What it said.
        reason: String,
    },
    /// No broker answers.
    Unreachable {
        /// The brokers asked.
        brokers: String,
        /// What happened last.
        reason: String,
    },
    /// The brokers do not take the credentials.
    Credentials {
        /// The brokers asked.
        brokers: String,
        /// What they said.
        reason: String,
    },
    /// A certificate, theirs or ours, is not trusted.
    Certificate {
        /// The brokers asked.
        brokers: String,
        /// What was wrong with it.
        reason: String,
    },
    /// A topic is missing and could not be made.
    CannotCreate {
        /// The topic's name in Kafka.
        topic: String,
        /// What the brokers said.
        reason: String,
    },
    /// The brokers do not tell about a topic.
    CannotInspect {
        /// The topic's name in Kafka.
        topic: String,
        /// What the brokers said.
        reason: String,
    },
    /// Topics exist with other settings than the log needs; all faults of all topics.
    Topics(Vec<TopicFault>),
    /// The system gives no thread.
    Thread {
        /// What it said.
        reason: String,
    },
}

/// One setting of one topic that does not do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicFault {
    /// The topic's name in Kafka.
    pub topic: String,
    /// The setting: a Kafka topic configuration, or `partitions` or `replicas`.
    pub setting: &'static str,
    /// Its value.
    pub found: String,
    /// What it must be.
    pub needed: String,
    /// Why.
    pub why: &'static str,
}

impl OpenError {
    pub(crate) fn of_trouble(brokers: &str, cause: Cause, reason: String) -> Self {
        let brokers = brokers.to_owned();
        match cause {
            Cause::Unreachable => Self::Unreachable { brokers, reason },
            Cause::Credentials => Self::Credentials { brokers, reason },
            Cause::Certificate => Self::Certificate { brokers, reason },
        }
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Setting { reason } => write!(f, "a Kafka setting cannot be used: {reason}"),
            Self::Unreachable { brokers, reason } => write!(
                f,
                "no Kafka broker of `{brokers}` answers ({reason}): see that they run, that the addresses are right, and \
                 that both sides agree on TLS and SASL"
            ),
            Self::Credentials { brokers, reason } => write!(
                f,
                "the Kafka brokers `{brokers}` do not take the credentials ({reason}): see to the SASL mechanism, user \
                 and password, or token"
            ),
            Self::Certificate { brokers, reason } => write!(
                f,
                "a certificate between here and the Kafka brokers `{brokers}` is not trusted ({reason}): see to the \
                 authorities, the host name in the brokers' certificates, and our own certificate"
            ),
            Self::CannotCreate { topic, reason } => write!(
                f,
                "topic `{topic}` is missing and could not be made ({reason}): make it, or set replication to what the \
                 brokers can give"
            ),
            Self::CannotInspect { topic, reason } => {
                write!(f, "the settings of topic `{topic}` cannot be read ({reason}): allow DescribeConfigs on it")
            }
            Self::Topics(faults) => {
                f.write_str("Kafka topics cannot hold the log as they are set:")?;
                faults.iter().try_for_each(|fault| write!(f, "\n  {fault}"))
            }
            Self::Thread { reason } => write!(f, "the system gives no thread for the Kafka log: {reason}"),
        }
    }
}

impl std::error::Error for OpenError {}

impl fmt::Display for TopicFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { topic, setting, found, needed, why } = self;
        write!(f, "topic `{topic}`: {setting} is {found}, it must be {needed}: {why}")
    }
}
