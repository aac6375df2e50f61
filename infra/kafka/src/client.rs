//! What librdkafka tells its clients, put where people and callers find it.

use std::error::Error;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rdkafka::ClientContext;
use rdkafka::client::OAuthToken;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::ConsumerContext;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::util::Timeout;

use crate::settings::{KafkaSettings, Sasl};

/// Why brokers cannot be talked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    Unreachable,
    Credentials,
    Certificate,
}

/// The context of one client. Clones share what they learn.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    trouble: Arc<Mutex<Option<(Cause, String)>>>,
    token: Option<Arc<PathBuf>>,
}

impl Context {
    pub(crate) fn new(settings: &KafkaSettings) -> Self {
        let token = match &settings.security.sasl {
            Some(Sasl::OAuthBearer { token }) => Some(Arc::new(token.clone())),
            _ => None,
        };
        Self { trouble: Arc::default(), token }
    }

    /// The last trouble with brokers; what points at a wrong setting is not hidden by what follows from it.
    pub(crate) fn trouble(&self) -> Option<(Cause, String)> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes an error that librdkafka reports of its own accord.
    pub(crate) fn note(&self, error: &KafkaError, reason: &str) {
        tracing::debug!(%error, reason, "kafka client");
        let cause = match error.rdkafka_error_code() {
            Some(RDKafkaErrorCode::Authentication | RDKafkaErrorCode::SaslAuthenticationFailed) => Cause::Credentials,
            Some(RDKafkaErrorCode::SSL) => Cause::Certificate,
            Some(RDKafkaErrorCode::BrokerTransportFailure | RDKafkaErrorCode::Resolve) => Cause::Unreachable,
            _ => return,
        };
        let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        if cause != Cause::Unreachable || trouble.as_ref().is_none_or(|(known, _)| *known == Cause::Unreachable) {
            *trouble = Some((cause, reason.to_owned()));
        }
    }
}

impl ClientContext for Context {
    const ENABLE_REFRESH_OAUTH_TOKEN: bool = true;

    /// librdkafka warns of every broken connection, and what matters of that comes back as an error of a call.
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        match level {
            RDKafkaLogLevel::Emerg | RDKafkaLogLevel::Alert | RDKafkaLogLevel::Critical => {
                tracing::error!(facility, message, "librdkafka");
            }
            RDKafkaLogLevel::Error | RDKafkaLogLevel::Warning => tracing::info!(facility, message, "librdkafka"),
            _ => tracing::debug!(facility, message, "librdkafka"),
        }
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.note(&error, reason);
    }

    fn generate_oauth_token(&self, _: Option<&str>) -> Result<OAuthToken, Box<dyn Error>> {
        let path = self.token.as_deref().ok_or("no token file is set")?;
        let token = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        // The file is kept fresh by somebody else, so it is simply read again before its token can have expired.
        let expires = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default() + TOKEN_KEPT;
        let lifetime_ms = i64::try_from(expires.as_millis()).unwrap_or(i64::MAX);
        Ok(OAuthToken { token: token.trim().to_owned(), principal_name: "sceau".to_owned(), lifetime_ms })
    }
}

/// After this a token file is read again.
const TOKEN_KEPT: Duration = Duration::from_secs(60);

impl ConsumerContext for Context {
    fn main_queue_min_poll_interval(&self) -> Timeout {
        Timeout::After(Duration::from_millis(100))
    }
}
