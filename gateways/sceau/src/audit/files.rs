//! Where the files of a transparency log are.

use std::path::PathBuf;
use std::time::Duration;

use http::{Request, StatusCode};
use http_body_util::BodyExt;
use tonic::body::Body;
use tonic::client::GrpcService;

use crate::cli::Connection;
use crate::client::{self, CallError, Caller};

/// A file that does not come within this does not come.
const PATIENCE: Duration = Duration::from_secs(30);
/// A tile whose leaves were added a moment ago is asked for again after this long.
const AGAIN: Duration = Duration::from_millis(200);
const ATTEMPTS: u32 = 10;

/// The files of a log.
pub(super) enum Files {
    /// Copied to a folder.
    In(PathBuf),
    /// At the platform, under this path.
    At { caller: Caller, server: String, prefix: String },
}

impl Files {
    /// Those of a tenant at the platform of the command line.
    pub(super) async fn at(connection: &Connection, tenant: &str) -> Result<Self, CallError> {
        let caller = client::connect(&connection.server, None).await?;
        Ok(Self::At { caller, server: connection.server.clone(), prefix: format!("/tlog/{tenant}/") })
    }

    /// The file of this name.
    pub(super) async fn get(&self, name: &str) -> Result<Vec<u8>, CallError> {
        match self {
            Self::In(folder) => {
                let path = folder.join(name);
                std::fs::read(&path).map_err(|error| CallError::Unread { path, reason: error.to_string() })
            }
            Self::At { caller, server, prefix } => {
                let path = format!("{prefix}{name}");
                let unreachable = |reason| CallError::Unreachable { server: server.clone(), reason };
                let mut attempts = 0;
                loop {
                    let fetched = tokio::time::timeout(PATIENCE, fetch(caller.clone(), &path)).await;
                    let fetched = fetched.unwrap_or_else(|_| Err(format!("{path} did not come within {PATIENCE:?}")));
                    if let Some(file) = fetched.map_err(unreachable)? {
                        return Ok(file);
                    }
                    attempts += 1;
                    if attempts == ATTEMPTS {
                        return Err(CallError::Unread { path: path.into(), reason: "is not there".to_owned() });
                    }
                    // The checkpoint may be ahead of the tiles by what is just being written.
                    tokio::time::sleep(AGAIN).await;
                }
            }
        }
    }

    /// The text file of this name.
    pub(super) async fn text(&self, name: &str) -> Result<String, CallError> {
        let bytes = self.get(name).await?;
        String::from_utf8(bytes).map_err(|_| CallError::Unread { path: name.into(), reason: "is not text".to_owned() })
    }
}

async fn fetch(mut caller: Caller, path: &str) -> Result<Option<Vec<u8>>, String> {
    let request = Request::get(path).body(Body::empty()).map_err(|error| error.to_string())?;
    std::future::poll_fn(|context| caller.poll_ready(context)).await.map_err(|error| error.to_string())?;
    let response = caller.call(request).await.map_err(|error| error.to_string())?;
    match response.status() {
        StatusCode::OK => {}
        StatusCode::NOT_FOUND => return Ok(None),
        status => return Err(format!("{path} is answered with status {status}")),
    }
    let body = Body::new(response.into_body()).collect().await.map_err(|error| error.to_string())?;
    Ok(Some(body.to_bytes().into()))
}
