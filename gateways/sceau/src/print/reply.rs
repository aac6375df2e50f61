//! A file as the platform answers with it over HTTP, on the connection of every other call.

use std::collections::HashMap;
use std::time::Duration;

use http::{HeaderMap, Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use serde::Deserialize;
use tonic::body::Body;
use tonic::client::GrpcService;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, FieldViolation, StatusExt};

use super::take::Broken;
use crate::client::{CallError, Caller};

/// A connection that gives nothing for so long is broken.
const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes of a problem that are read.
const PROBLEM: usize = 64 << 10;
const RECEIPT: &str = "sceau-receipt";

/// An answer that is a file, or some of it.
pub(super) struct Reply {
    /// Which of its bytes come first.
    pub(super) first: u64,
    /// How many bytes the whole file has.
    pub(super) total: u64,
    /// What the platform signed of it.
    pub(super) receipt: String,
    /// What tells this file from another of the same name.
    pub(super) tag: Option<String>,
    body: Body,
}

/// What is told of a fault (RFC 9457).
#[derive(Deserialize)]
struct Problem {
    detail: String,
    code: String,
    #[serde(default)]
    fields: Vec<Field>,
}

#[derive(Deserialize)]
struct Field {
    path: String,
    reason: String,
}

impl Reply {
    /// Asks for a file from a byte on; when it is not any more the one of this tag, it comes from its beginning.
    pub(super) async fn to(caller: &Caller, path: &str, first: u64, tag: Option<&str>) -> Result<Self, Broken> {
        let mut request = Request::get(path);
        if first > 0 {
            request = request.header(header::RANGE, format!("bytes={first}-"));
            if let Some(tag) = tag {
                request = request.header(header::IF_RANGE, tag);
            }
        }
        let request = request.body(Body::empty()).map_err(|error| Broken::cut(&error))?;
        let mut caller = caller.clone();
        let answered = async {
            std::future::poll_fn(|context| caller.poll_ready(context)).await?;
            caller.call(request).await
        };
        let response = match tokio::time::timeout(PATIENCE, answered).await {
            Ok(Ok(response)) => response.map(Body::new),
            Ok(Err(error)) => return Err(Broken::cut(&cause(&error))),
            Err(_) => return Err(Broken::cut(&"nothing came for 30 s")),
        };
        let (head, body) = response.into_parts();
        let offered = (head.status == StatusCode::OK).then_some(0).or_else(|| {
            let span = text(&head.headers, header::CONTENT_RANGE.as_str())?;
            let (first, _) = span.strip_prefix("bytes ")?.split_once('-')?;
            first.parse().ok().filter(|_| head.status == StatusCode::PARTIAL_CONTENT)
        });
        let total = match text(&head.headers, header::CONTENT_RANGE.as_str()).and_then(|span| span.split_once('/')) {
            Some((_, total)) => total.parse().ok(),
            None => text(&head.headers, header::CONTENT_LENGTH.as_str()).and_then(|length| length.parse().ok()),
        };
        let tag = text(&head.headers, header::ETAG.as_str()).map(str::to_owned);
        match (offered, total, text(&head.headers, RECEIPT).map(str::to_owned)) {
            (Some(first), Some(total), Some(receipt)) => Ok(Self { first, total, receipt, tag, body }),
            _ => Err(refused(Response::from_parts(head, body)).await),
        }
    }

    /// The next bytes; none at the end.
    pub(super) async fn next(&mut self) -> Result<Option<bytes::Bytes>, Broken> {
        loop {
            return match tokio::time::timeout(PATIENCE, self.body.frame()).await {
                Ok(None) => Ok(None),
                Ok(Some(Ok(frame))) => match frame.into_data() {
                    Ok(data) => Ok(Some(data)),
                    Err(_) => continue,
                },
                Ok(Some(Err(error))) => Err(Broken::cut(&error)),
                Err(_) => Err(Broken::cut(&"nothing came for 30 s")),
            };
        }
    }
}

/// Why there is no file in an answer.
async fn refused(response: Response<Body>) -> Broken {
    let (head, mut body) = response.into_parts();
    let mut said = Vec::new();
    while let Ok(Some(Ok(frame))) = tokio::time::timeout(PATIENCE, body.frame()).await
        && said.len() < PROBLEM
    {
        said.extend(frame.into_data().unwrap_or_default());
    }
    if head.status == StatusCode::RANGE_NOT_SATISFIABLE {
        return Broken::Beyond;
    }
    let Ok(problem) = serde_json::from_slice::<Problem>(&said) else {
        let reason = format!("status {} and no file", head.status);
        let text =
            format!("the platform hands out no parts ({reason}): bring it up to date, or name another with --server");
        return Broken::Refused(CallError::from(Status::unimplemented(text)));
    };
    let delay = text(&head.headers, header::RETRY_AFTER.as_str()).and_then(|seconds| seconds.parse().ok());
    let code = match head.status {
        StatusCode::UNAUTHORIZED => Code::Unauthenticated,
        StatusCode::FORBIDDEN => Code::PermissionDenied,
        StatusCode::NOT_FOUND => Code::NotFound,
        StatusCode::TOO_MANY_REQUESTS => Code::ResourceExhausted,
        StatusCode::SERVICE_UNAVAILABLE => Code::Unavailable,
        StatusCode::BAD_REQUEST => Code::InvalidArgument,
        _ => Code::Unknown,
    };
    let mut details = ErrorDetails::with_error_info(&problem.code, sceau_grpc::failure::ERROR_DOMAIN, HashMap::new());
    let fields = problem.fields.into_iter().map(|field| FieldViolation::new(field.path, field.reason));
    details.set_bad_request(fields.collect::<Vec<_>>());
    let status = Status::with_error_details(code, problem.detail, details);
    match code {
        Code::ResourceExhausted | Code::Unavailable => {
            Broken::Busy { after: Duration::from_secs(delay.unwrap_or(1)), status: Box::new(status) }
        }
        _ => Broken::Refused(CallError::from(status)),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// What is at the bottom of an error.
fn cause(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| error.to_string(), cause)
}
