//! A caller of the gRPC API: where it is, who calls, and what its refusals say.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sceau_kernel::uuid::Uuid;
use sceau_proto::common::v1::CommandMeta;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Status};
use tonic_types::StatusExt;

/// The connection of every client, with the caller's token on each call.
pub type Caller = InterceptedService<Channel, Bearer>;

/// Puts the token on a call.
#[derive(Clone)]
pub struct Bearer(Option<MetadataValue<Ascii>>);

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(token) = &self.0 {
            request.metadata_mut().insert("authorization", token.clone());
        }
        Ok(request)
    }
}

/// Why a command of the command line did not do what was asked.
#[derive(Debug)]
pub enum CallError {
    /// The server cannot be reached.
    Unreachable {
        /// Its address.
        server: String,
        /// Why.
        reason: String,
    },
    /// A value of the command line is not what it must be.
    Usage(String),
    /// The server refused.
    Refused(Box<Status>),
    /// A file cannot be read.
    Unread {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// Lines of a file are not good.
    BadLines {
        /// How many.
        bad: usize,
        /// Of how many.
        lines: usize,
        /// True when the good ones were applied.
        applied: bool,
    },
    /// A file cannot be written, or what it was to hold did not come whole.
    Unwritten {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A transfer broke, and went on breaking.
    Broken {
        /// What was transferred.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// What is there is not what the platform signed.
    Unsound {
        /// Where.
        path: PathBuf,
        /// What is wrong.
        faults: Vec<String>,
    },
}

impl From<Status> for CallError {
    fn from(status: Status) -> Self {
        Self::Refused(Box::new(status))
    }
}

impl CallError {
    /// The exit code of the process (sysexits.h where one fits).
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 64,
            Self::BadLines { .. } | Self::Unsound { .. } => 65,
            Self::Unread { .. } => 66,
            Self::Unreachable { .. } => 69,
            Self::Unwritten { .. } => 74,
            Self::Broken { .. } => 75,
            Self::Refused(status) => match status.code() {
                Code::InvalidArgument => 65,
                Code::NotFound => 66,
                Code::Unauthenticated | Code::PermissionDenied => 77,
                Code::Unavailable | Code::ResourceExhausted | Code::DeadlineExceeded => 75,
                _ => 1,
            },
        }
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable { server, reason } => {
                write!(
                    f,
                    "no answer from {server} ({reason}): start it with `sceau serve`, or name another with --server"
                )
            }
            Self::Usage(reason) => f.write_str(reason),
            Self::Unread { path, reason } => write!(f, "{}: {reason}", path.display()),
            Self::BadLines { bad, lines, applied: true } => {
                write!(f, "{bad} of {lines} lines are not good; the others are applied: mend those and give them again")
            }
            Self::BadLines { bad, lines, applied: false } => write!(
                f,
                "{bad} of {lines} lines are not good, so nothing is applied: mend them, or apply the others with \
                 --good-lines"
            ),
            Self::Unwritten { path, reason } => {
                write!(f, "{}: {reason}; what is whole is kept: run it again when that is mended", path.display())
            }
            Self::Broken { path, reason } => {
                write!(f, "{}: the transfer broke ({reason}); run it again: it goes on where it broke", path.display())
            }
            Self::Unsound { path, faults } => write!(f, "{}: {}", path.display(), faults.join("\n  ")),
            Self::Refused(status) => {
                write!(f, "{}", status.message())?;
                let details = status.get_error_details();
                for fault in details.bad_request().map(|bad| bad.field_violations.as_slice()).unwrap_or_default() {
                    write!(f, "\n  {}: {}", fault.field, fault.description)?;
                }
                if let Some(info) = details.error_info() {
                    write!(f, "\n  ({})", info.reason)?;
                }
                if let Some(delay) = details.retry_info().and_then(|retry| retry.retry_delay) {
                    write!(f, "\n  try again in {} ms", delay.as_millis())?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for CallError {}

/// Connects to `server`, calling with `token`.
pub async fn connect(server: &str, token: Option<&str>) -> Result<Caller, CallError> {
    let unreachable = |reason: String| CallError::Unreachable { server: server.to_owned(), reason };
    let endpoint = Endpoint::from_shared(server.to_owned())
        .map_err(|error| CallError::Usage(format!("--server {server}: {error}")))?;
    let channel =
        endpoint.connect_timeout(Duration::from_secs(5)).tcp_nodelay(true).connect().await.map_err(|error| {
            unreachable(std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string))
        })?;
    let bearer =
        match token {
            Some(token) => {
                let value = format!("Bearer {}", token.trim());
                Some(value.parse().map_err(|_| {
                    CallError::Usage("the token holds characters no token has: copy it again".to_owned())
                })?)
            }
            None => None,
        };
    Ok(InterceptedService::new(channel, Bearer(bearer)))
}

/// The token of the first start, in the data folder of this machine's own platform.
pub fn local_token(data: &Path) -> Option<String> {
    std::fs::read_to_string(data.join(TOKEN_FILE)).ok()
}

/// Where the first start leaves the administrator's token, within the data folder.
pub const TOKEN_FILE: &str = "administrator.token";

/// The meta of a command: the id given, or a random one.
pub fn meta(command_id: Option<Uuid>) -> CommandMeta {
    CommandMeta { command_id: command_id.unwrap_or_else(Uuid::new_v4).to_string(), ..CommandMeta::default() }
}
