//! What went wrong, as a problem document (RFC 9457).

use std::time::Duration;

use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tonic::{Code, Status};
use tonic_types::StatusExt;

/// A problem: an HTTP status, a stable name, a sentence, and what else helps.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Problem {
    status: StatusCode,
    code: String,
    detail: String,
    /// Paths of fields, each with what is wrong with it.
    fields: Vec<(String, String)>,
    retry_after: Option<Duration>,
    /// Of the file, where some bytes were asked for that it does not have.
    length: Option<u64>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &str, detail: impl Into<String>) -> Self {
        Self {
            status,
            code: code.to_owned(),
            detail: detail.into(),
            fields: Vec::new(),
            retry_after: None,
            length: None,
        }
    }

    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "PATH_UNKNOWN", "there is nothing at this path: check its spelling")
    }

    pub(crate) fn method_not_allowed() -> Self {
        let detail = "this path does not take this method: see the header Allow";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_UNKNOWN", detail)
    }

    pub(crate) fn too_slow() -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, "REQUEST_TOO_SLOW", "the request did not arrive in time: send it again")
    }

    pub(crate) fn malformed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "JSON_MALFORMED", detail)
    }

    /// A header `Range` that is none.
    pub(crate) fn malformed_range(given: &str) -> Self {
        let detail =
            format!("`Range: {given}` is no range: write bytes=0-499, bytes=500- or bytes=-500, or leave it out");
        Self::new(StatusCode::BAD_REQUEST, "RANGE_MALFORMED", detail)
    }

    /// A range of which a file of this length has nothing.
    pub(crate) fn beyond(length: u64) -> Self {
        let detail = format!("the file has {length} bytes: ask for some of them");
        Self { length: Some(length), ..Self::new(StatusCode::RANGE_NOT_SATISFIABLE, "RANGE_BEYOND", detail) }
    }

    fn document(&self) -> Value {
        let mut document = json!({
            "type": "about:blank",
            "title": self.status.canonical_reason().unwrap_or_default(),
            "status": self.status.as_u16(),
            "detail": self.detail,
            "code": self.code,
        });
        if !self.fields.is_empty() {
            let fields = self.fields.iter().map(|(path, reason)| json!({"path": path, "reason": reason}));
            document["fields"] = fields.collect();
        }
        if let Some(after) = self.retry_after {
            document["retryAfterSeconds"] = json!(after.as_secs_f64());
        }
        document
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let kind = [(header::CONTENT_TYPE, "application/problem+json"), (header::CACHE_CONTROL, "no-store")];
        let mut response = (self.status, kind, self.document().to_string()).into_response();
        if let Some(after) = self.retry_after {
            let seconds = after.as_secs() + u64::from(after.subsec_nanos() > 0);
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        if let Some(length) = self.length
            && let Ok(span) = HeaderValue::try_from(format!("bytes */{length}"))
        {
            response.headers_mut().insert(header::CONTENT_RANGE, span);
        }
        response
    }
}

impl From<Status> for Problem {
    fn from(status: Status) -> Self {
        let details = status.get_error_details();
        let code = details.error_info().map_or_else(|| status.code().description(), |info| info.reason.as_str());
        let fields = details.bad_request().map(|bad| {
            bad.field_violations.iter().map(|fault| (fault.field.clone(), fault.description.clone())).collect()
        });
        Self {
            fields: fields.unwrap_or_default(),
            retry_after: details.retry_info().and_then(|info| info.retry_delay),
            ..Self::new(http_status(status.code()), code, status.message())
        }
    }
}

impl From<BytesRejection> for Problem {
    fn from(rejection: BytesRejection) -> Self {
        let status = rejection.status();
        let code = if status == StatusCode::PAYLOAD_TOO_LARGE { "BODY_TOO_LARGE" } else { "BODY_UNREADABLE" };
        Self::new(status, code, format!("{}: send less, or send it again", rejection.body_text()))
    }
}

/// HTTP's word for gRPC's, as google.rpc.Code maps them.
const fn http_status(code: Code) -> StatusCode {
    match code {
        Code::Ok => StatusCode::OK,
        Code::InvalidArgument | Code::FailedPrecondition | Code::OutOfRange => StatusCode::BAD_REQUEST,
        Code::Unauthenticated => StatusCode::UNAUTHORIZED,
        Code::PermissionDenied => StatusCode::FORBIDDEN,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::AlreadyExists | Code::Aborted => StatusCode::CONFLICT,
        Code::ResourceExhausted => StatusCode::TOO_MANY_REQUESTS,
        Code::Unimplemented => StatusCode::NOT_IMPLEMENTED,
        Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Code::DeadlineExceeded | Code::Cancelled => StatusCode::GATEWAY_TIMEOUT,
        Code::Internal | Code::Unknown | Code::DataLoss => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sceau_grpc::failure;

    #[test]
    fn a_status_keeps_its_reason_its_fields_and_its_delay() {
        let problem = Problem::from(failure::bad_field("codes", "is empty")).document();
        assert_eq!(problem["code"], "INVALID_FIELDS");
        assert_eq!(problem["status"], 400);
        assert_eq!(problem["fields"][0], json!({"path": "codes", "reason": "is empty"}));

        let problem = Problem::from(failure::too_often(Duration::from_millis(20)));
        assert_eq!(problem.document()["retryAfterSeconds"], 0.02);
        let response = problem.into_response();
        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(response.headers()["retry-after"], "1");
        assert_eq!(response.headers()["content-type"], "application/problem+json");
    }
}
