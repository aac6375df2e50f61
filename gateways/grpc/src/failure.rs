//! From what went wrong to what a caller is told: one table of kinds, one status with its details.
//!
//! Every status carries a `google.rpc.ErrorInfo` with a stable reason; beside it `BadRequest`, `PreconditionFailure`
//! or `RetryInfo`, as they apply. Nothing becomes `INTERNAL` that has a better name.

use std::collections::HashMap;
use std::time::Duration;

use sceau_engine::{Refused, Retold};
use sceau_kernel::wire::Faults;
use sceau_kernel::{Refusal, RefusalKind, StreamId};
use sceau_log::LogError;
use sceau_projector::{Stale, ViewError};
use sceau_security::{Denied, KeyError, TokenError};
use sceau_store::StoreError;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, FieldViolation, StatusExt};

/// The `domain` of every `ErrorInfo`.
pub const ERROR_DOMAIN: &str = "sceau.dev";

/// More violations than these are counted, not listed: details travel in a header, and headers are small.
const VIOLATIONS_MAX: usize = 30;

/// How a kind of refusal is answered over gRPC and over HTTP.
pub const fn status_of(kind: RefusalKind) -> (Code, u16) {
    match kind {
        RefusalKind::NotFound => (Code::NotFound, 404),
        RefusalKind::AlreadyExists => (Code::AlreadyExists, 409),
        RefusalKind::Precondition => (Code::FailedPrecondition, 400),
        RefusalKind::Invalid => (Code::InvalidArgument, 400),
        RefusalKind::Forbidden => (Code::PermissionDenied, 403),
    }
}

/// A refusal by the rule of a domain.
pub fn refusal<R: Refusal>(refusal: &R, stream: &StreamId) -> Status {
    retold(Retold::of(refusal), stream)
}

/// The same, whichever node it was refused on.
fn retold(Retold { code, kind, values, text }: Retold, stream: &StreamId) -> Status {
    let mut details = ErrorDetails::with_error_info(&code, ERROR_DOMAIN, values.into_iter().collect::<HashMap<_, _>>());
    if kind == RefusalKind::Precondition {
        details.add_precondition_failure_violation(&code, stream.as_str(), &text);
    }
    Status::with_error_details(status_of(kind).0, text, details)
}

/// Whatever the engine did not accept. `field_name` names a field of the request by its number.
pub fn refused<R: Refusal>(
    refused: &Refused<R>,
    stream: &StreamId,
    field_name: impl Fn(u32) -> Option<String>,
) -> Status {
    let text = refused.to_string();
    match refused {
        Refused::Rejected(rejected) => refusal(rejected, stream),
        Refused::RejectedElsewhere(told) => retold(Retold::clone(told), stream),
        Refused::VersionMismatch { expected, actual } => {
            let values = [("expected", expected.to_string()), ("actual", actual.to_string())];
            named(Code::Aborted, "VERSION_MISMATCH", &text, &values)
        }
        Refused::IdReused { fields } => {
            let names: Vec<String> =
                fields.iter().map(|field| field_name(*field).unwrap_or_else(|| field.to_string())).collect();
            let names = names.join(", ");
            let text = format!(
                "another command was accepted under this command_id; they differ in: {names}. Use a new command_id"
            );
            named(Code::AlreadyExists, "COMMAND_ID_REUSED", &text, &[("fields", names)])
        }
        Refused::Unavailable { retry_after } => retry(Code::Unavailable, "PARTITION_UNAVAILABLE", &text, *retry_after),
        Refused::Overloaded { retry_after } => retry(Code::ResourceExhausted, "OVERLOADED", &text, *retry_after),
        Refused::TooLarge { size, limit } => {
            let values = [("size", size.to_string()), ("limit", limit.to_string())];
            named(Code::InvalidArgument, "COMMAND_TOO_LARGE", &text, &values)
        }
        Refused::UnknownKind => named(Code::Internal, "STREAM_KIND_UNKNOWN", &text, &[]),
        Refused::Unreadable { .. } => {
            named(Code::FailedPrecondition, "STREAM_UNREADABLE", &text, &[("stream", stream.to_string())])
        }
        Refused::Malformed { .. } => named(Code::Internal, "FORWARDED_COMMAND_MALFORMED", &text, &[]),
    }
}

/// A log that cannot be read.
pub(crate) fn log(error: &LogError) -> Status {
    let code = match error {
        LogError::Unavailable { .. } => Code::Unavailable,
        LogError::UnknownPartition { .. } => Code::NotFound,
        LogError::Corrupt { .. } => Code::DataLoss,
    };
    named(code, "LOG_UNREADABLE", &error.to_string(), &[])
}

/// A request whose fields are not valid: every fault at once.
pub fn bad_request(faults: &Faults) -> Status {
    let violations: Vec<FieldViolation> =
        faults.0.iter().take(VIOLATIONS_MAX).map(|fault| FieldViolation::new(&*fault.path, &*fault.reason)).collect();
    let more = faults.0.len().saturating_sub(VIOLATIONS_MAX);
    let first = faults.0.first().map_or_else(String::new, |fault| format!("{}: {}", fault.path, fault.reason));
    let text = match faults.0.len() {
        0 | 1 => format!("the request is not valid: {first}"),
        count => format!("the request is not valid, {count} faults; the first is {first}"),
    };
    let mut values = HashMap::new();
    if more > 0 {
        values.insert("more_violations".to_owned(), more.to_string());
    }
    let mut details = ErrorDetails::with_bad_request(violations);
    details.set_error_info("INVALID_FIELDS", ERROR_DOMAIN, values);
    Status::with_error_details(Code::InvalidArgument, text, details)
}

/// One field that is not valid.
pub fn bad_field(path: &str, reason: impl Into<String>) -> Status {
    bad_request(&sceau_kernel::wire::Fault::new(path, reason).into())
}

/// A thing asked for that is not there.
pub fn not_found(reason: &'static str, what: &str, id: &str) -> Status {
    named(Code::NotFound, reason, &format!("there is no {what} `{id}`: check the id"), &[("id", id.to_owned())])
}

/// Something that belongs to somebody else of the same tenant.
pub fn not_yours(what: &str, id: &str) -> Status {
    let text = format!("{what} `{id}` belongs to somebody else: your token acts for another party");
    named(Code::PermissionDenied, "NOT_YOURS", &text, &[("id", id.to_owned())])
}

/// A caller whose token does not identify him.
pub fn unauthenticated(error: &TokenError) -> Status {
    named(Code::Unauthenticated, error.code(), &error.to_string(), &[])
}

/// A caller whose roles do not allow the method.
pub fn denied(denied: &Denied) -> Status {
    named(Code::PermissionDenied, "ROLE_REQUIRED", &denied.to_string(), &[("method", denied.method.to_owned())])
}

/// A view that did not come up to a position in time.
pub fn stale(stale: &Stale) -> Status {
    let values = [
        ("projection", stale.projection.to_owned()),
        ("topic", stale.topic.clone()),
        ("partition", stale.partition.to_string()),
        ("wanted", stale.wanted.to_string()),
        ("applied", stale.applied.to_string()),
    ];
    named(Code::DeadlineExceeded, "VIEW_STALE", &stale.to_string(), &values)
}

/// A view that cannot answer.
pub fn view(error: &ViewError) -> Status {
    let text = error.to_string();
    match error {
        ViewError::Building { progress, .. } => {
            let left = progress.left().unwrap_or(Duration::from_secs(1)).clamp(Duration::from_millis(100), MINUTE);
            retry(Code::Unavailable, "VIEW_BUILDING", &text, left)
        }
        ViewError::Store(StoreError::Unavailable { .. }) => {
            retry(Code::Unavailable, "STORE_UNAVAILABLE", &text, Duration::from_millis(200))
        }
        ViewError::Store(_) | ViewError::Row(_) => named(Code::DataLoss, "VIEW_UNREADABLE", &text, &[]),
    }
}

const MINUTE: Duration = Duration::from_mins(1);

/// Keys that cannot be read or written, or are not there.
pub fn keys(error: &KeyError) -> Status {
    if let KeyError::Unknown { id } = error {
        return named(Code::NotFound, "CODE_KEY_NOT_FOUND", &error.to_string(), &[("id", id.to_string())]);
    }
    named(Code::Unavailable, "KEYS_UNAVAILABLE", &error.to_string(), &[])
}

/// A caller who asks too often.
pub fn too_often(retry_after: Duration) -> Status {
    retry(Code::ResourceExhausted, "RATE_LIMITED", "you ask too often: slow down, or ask for a token", retry_after)
}

/// A failure that a retry may cure.
pub fn retry(code: Code, reason: &str, text: &str, after: Duration) -> Status {
    let mut details = ErrorDetails::with_error_info(reason, ERROR_DOMAIN, HashMap::new());
    details.set_retry_info(Some(after));
    Status::with_error_details(code, text, details)
}

/// A failure with a reason and the values it speaks of.
pub fn named(code: Code, reason: &str, text: &str, values: &[(&str, String)]) -> Status {
    let values: HashMap<String, String> =
        values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    Status::with_error_details(code, text, ErrorDetails::with_error_info(reason, ERROR_DOMAIN, values))
}

#[cfg(test)]
mod tests {
    use sceau_certification::stamper::StamperRefusal;
    use sceau_certification::{Name, Remark};
    use sceau_kernel::wire::Fault;

    use super::*;

    #[test]
    fn every_kind_of_refusal_has_its_code_over_grpc_and_http() {
        use RefusalKind::{AlreadyExists, Forbidden, Invalid, NotFound, Precondition};
        let table = [NotFound, AlreadyExists, Precondition, Invalid, Forbidden].map(status_of);
        assert_eq!(
            table,
            [
                (Code::NotFound, 404),
                (Code::AlreadyExists, 409),
                (Code::FailedPrecondition, 400),
                (Code::InvalidArgument, 400),
                (Code::PermissionDenied, 403),
            ]
        );
    }

    #[test]
    fn a_refusal_by_another_node_is_told_as_one_by_this_node() {
        let stream = "ci/stamper/7d0c9f1e-5b1a-4c62-9d0e-000000000001".parse().unwrap();
        let name = Name::new("Imprimerie Nationale").unwrap();
        let reason = Remark::new("sold stamps").unwrap();
        // Of one value at most: several come in any order.
        for refusal in [
            StamperRefusal::NotFound,
            StamperRefusal::AlreadyAccredited { name },
            StamperRefusal::AlreadyWithdrawn { reason },
        ] {
            let told = Refused::RejectedElsewhere(Box::new(Retold::of(&refusal)));
            let [here, there] = [Refused::Rejected(refusal), told].map(|refused| {
                let status = super::refused(&refused, &stream, |_| None);
                (status.code(), status.message().to_owned(), status.details().to_vec())
            });
            assert_eq!(here, there);
        }
    }

    #[test]
    fn all_faults_are_told_at_once_up_to_what_a_header_holds() {
        let faults = Faults((0..100).map(|n| Fault::new(format!("lines[{n}].count"), "is required")).collect());
        let status = bad_request(&faults);
        let details = status.get_error_details();
        assert_eq!(details.bad_request().map(|bad| bad.field_violations.len()), Some(30));
        assert_eq!(
            details.error_info().and_then(|info| info.metadata.get("more_violations").cloned()),
            Some("70".into())
        );
        assert!(status.details().len() < 4096);
    }

    #[test]
    fn what_a_retry_may_cure_says_when() {
        let status = too_often(Duration::from_millis(250));
        assert_eq!(status.code(), Code::ResourceExhausted);
        let retry = status.get_error_details().retry_info().and_then(|info| info.retry_delay);
        assert_eq!(retry, Some(Duration::from_millis(250)));
    }
}
