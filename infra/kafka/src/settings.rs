//! What the adapter is told, and how that is said to librdkafka (its `CONFIGURATION.md` lists every property).

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use rdkafka::ClientConfig;

/// The largest record taken: payload, key and headers together. The same as on the embedded log, with room for the
/// headers.
pub(crate) const RECORD_BYTES: usize = (16 << 20) + (64 << 10);

/// How to reach Kafka, what its topics must be like, and how much memory to use.
#[derive(Clone, Debug)]
pub struct KafkaSettings {
    /// Brokers to start from: `host:port`, separated by commas.
    pub brokers: String,
    /// What Kafka topics begin with in place of `sceau.`, so that several environments can share one Kafka.
    pub topic_prefix: String,
    /// Consumer group: of [`Membership`](crate::Membership), and the name under which readers are authorised.
    pub group: String,
    /// Encryption and credentials.
    pub security: Security,
    /// Replicas of each partition: 3 in production, 1 on a single broker.
    pub replication: u16,
    /// Replicas that must have a record before it counts as written: 2 in production, 1 on a single broker.
    pub min_insync_replicas: u16,
    /// How long opening waits for a broker to answer, and any later question to a broker.
    pub answer_timeout: Duration,
    /// After this an append whose fate is not known is reported as unknown. Brokers need about 9 s to replace one that
    /// has died; what is appended meanwhile lands if it may wait for longer.
    pub delivery_timeout: Duration,
    /// How batches are compressed.
    pub compression: Compression,
    /// Bytes of appends that may wait; beyond that they are refused at once.
    pub queue_bytes: usize,
    /// Bytes of recent records kept for readers, over all partitions.
    pub tail_bytes: usize,
    /// Consumers for readers that are further behind than the tail; each has threads and connections of its own.
    pub catch_up_readers: usize,
}

impl KafkaSettings {
    /// Production settings for these brokers, without encryption.
    pub fn new(brokers: impl Into<String>) -> Self {
        Self {
            brokers: brokers.into(),
            topic_prefix: "sceau.".to_owned(),
            group: "sceau".to_owned(),
            security: Security::default(),
            replication: 3,
            min_insync_replicas: 2,
            answer_timeout: Duration::from_secs(10),
            delivery_timeout: Duration::from_secs(15),
            compression: Compression::None,
            queue_bytes: 64 << 20,
            tail_bytes: 64 << 20,
            catch_up_readers: 4,
        }
    }

    /// The name in Kafka of the platform's topic `name`.
    pub(crate) fn topic(&self, name: &str) -> String {
        format!("{}{}", self.topic_prefix, name.strip_prefix("sceau.").unwrap_or(name))
    }

    /// What every client of a broker needs.
    pub(crate) fn client(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config
            .set("bootstrap.servers", &self.brokers)
            .set("client.id", "sceau")
            .set("socket.keepalive.enable", "true")
            // A broker that comes back is found at once, and a lost leader's successor too.
            .set("reconnect.backoff.max.ms", "1000")
            .set("topic.metadata.refresh.fast.interval.ms", "50")
            .set("allow.auto.create.topics", "false");
        self.security.apply(&mut config);
        config
    }

    pub(crate) fn producer(&self) -> ClientConfig {
        let mut config = self.client();
        config
            .set("enable.idempotence", "true")
            .set("acks", "all")
            // A lone command must not wait for company: the owner's group commit is what makes batches.
            .set("linger.ms", "0")
            .set("message.timeout.ms", millis(self.delivery_timeout))
            .set("message.max.bytes", RECORD_BYTES.to_string())
            .set("queue.buffering.max.messages", "0")
            .set("queue.buffering.max.kbytes", self.queue_bytes.div_ceil(1 << 10).to_string())
            .set("compression.codec", self.compression.name());
        config
    }

    /// A consumer that is told partitions and offsets; `buffered` bytes may wait in it. librdkafka wants a group name
    /// even of one that joins no group.
    pub(crate) fn consumer(&self, buffered: usize) -> ClientConfig {
        let mut config = self.client();
        config
            .set("group.id", &self.group)
            .set("enable.auto.commit", "false")
            .set("enable.auto.offset.store", "false")
            .set("auto.offset.reset", "error")
            // Nothing waits for the open transactions of others: what they wrote is skipped in any case.
            .set("isolation.level", "read_uncommitted")
            .set("check.crcs", "true")
            .set("fetch.wait.max.ms", "100")
            .set("fetch.error.backoff.ms", "100")
            .set("fetch.queue.backoff.ms", "5")
            .set("queued.max.messages.kbytes", buffered.div_ceil(1 << 10).to_string());
        config
    }
}

/// How batches of records are compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compression {
    /// Not at all: least work.
    #[default]
    None,
    /// LZ4: little work, about half the disk and network.
    Lz4,
    /// Zstandard: more work, least disk and network.
    Zstd,
}

impl Compression {
    const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Lz4 => "lz4",
            Self::Zstd => "zstd",
        }
    }
}

/// Encryption and credentials; the default is neither.
#[derive(Clone, Debug, Default)]
pub struct Security {
    /// Speak TLS.
    pub tls: Option<Tls>,
    /// Prove who we are.
    pub sasl: Option<Sasl>,
}

/// TLS; the brokers' certificates are always verified, with their host names.
#[derive(Clone, Debug, Default)]
pub struct Tls {
    /// PEM file of the authorities trusted; the system's when absent.
    pub authorities: Option<PathBuf>,
    /// PEM file of our certificate, when brokers ask for one.
    pub certificate: Option<PathBuf>,
    /// PEM file of its key.
    pub key: Option<PathBuf>,
    /// Password of the key.
    pub key_password: Option<Secret>,
}

/// How to prove who we are.
#[derive(Clone, Debug)]
pub enum Sasl {
    /// User and password, in the clear: only with TLS.
    Plain {
        /// The user.
        user: String,
        /// The password.
        password: Secret,
    },
    /// SCRAM-SHA-256.
    ScramSha256 {
        /// The user.
        user: String,
        /// The password.
        password: Secret,
    },
    /// SCRAM-SHA-512.
    ScramSha512 {
        /// The user.
        user: String,
        /// The password.
        password: Secret,
    },
    /// A bearer token, read from a file that somebody else keeps fresh (a Kubernetes service account token, say).
    OAuthBearer {
        /// File that holds the token, a JWT.
        token: PathBuf,
    },
}

impl Security {
    /// The first file that cannot be read, and why: librdkafka does not name it.
    pub(crate) fn unreadable_file(&self) -> Option<String> {
        let tls = self.tls.iter().flat_map(|tls| [&tls.authorities, &tls.certificate, &tls.key]).flatten();
        let token = match &self.sasl {
            Some(Sasl::OAuthBearer { token }) => Some(token),
            _ => None,
        };
        tls.chain(token).find_map(|file| {
            let error = std::fs::read(file).err()?;
            Some(format!("file `{}` cannot be read: {error}", file.display()))
        })
    }

    fn apply(&self, config: &mut ClientConfig) {
        let protocol = match (&self.tls, &self.sasl) {
            (None, None) => "plaintext",
            (Some(_), None) => "ssl",
            (None, Some(_)) => "sasl_plaintext",
            (Some(_), Some(_)) => "sasl_ssl",
        };
        config.set("security.protocol", protocol);
        if let Some(tls) = &self.tls {
            let files = [
                ("ssl.ca.location", &tls.authorities),
                ("ssl.certificate.location", &tls.certificate),
                ("ssl.key.location", &tls.key),
            ];
            for (property, file) in files {
                if let Some(file) = file {
                    config.set(property, file.to_string_lossy());
                }
            }
            if let Some(Secret(password)) = &tls.key_password {
                config.set("ssl.key.password", password);
            }
        }
        let (mechanism, credentials) = match &self.sasl {
            None => return,
            Some(Sasl::Plain { user, password }) => ("PLAIN", Some((user, password))),
            Some(Sasl::ScramSha256 { user, password }) => ("SCRAM-SHA-256", Some((user, password))),
            Some(Sasl::ScramSha512 { user, password }) => ("SCRAM-SHA-512", Some((user, password))),
            Some(Sasl::OAuthBearer { .. }) => ("OAUTHBEARER", None),
        };
        config.set("sasl.mechanisms", mechanism);
        if let Some((user, Secret(password))) = credentials {
            config.set("sasl.username", user).set("sasl.password", password);
        }
    }
}

/// A text that never appears in a log line.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

pub(crate) fn millis(duration: Duration) -> String {
    duration.as_millis().max(1).to_string()
}
