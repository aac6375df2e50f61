//! The files of a batch: `GET /v1/batches/{batch_id}/parts/{n}?format=…`, whole or from any byte on (RFC 9110, 14).

mod range;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use axum::routing::get;
use sceau_grpc::{Gateway, MadePart, PartAsked, Use};
use sceau_parts::Format;
use tonic::metadata::MetadataMap;

use crate::problem::Problem;
use range::{Asked, Range};

/// What the platform signs of a part that it hands out.
const RECEIPT: &str = "sceau-receipt";

/// The routes, for whichever listener: none of them needs to know from where a call comes.
pub fn parts<S: Clone + Send + Sync + 'static>(gateway: Gateway) -> Router<S> {
    Router::new().route("/v1/batches/{batch_id}/parts/{part}", get(part)).with_state(gateway)
}

async fn part(
    State(gateway): State<Gateway>,
    method: Method,
    path: Result<Path<(String, String)>, PathRejection>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Path((batch_id, number)) = path.map_err(|rejection| Problem::malformed(rejection.body_text()))?;
    // A range says what of a GET is wanted, and nothing of a HEAD.
    let asked = if method == Method::HEAD { Asked::Whole } else { Asked::of(&headers)? };
    let r#use = match asked {
        _ if method == Method::HEAD => Use::Look,
        Asked::Whole | Asked::Range(Range::From { first: 0, .. }) => Use::Take,
        Asked::Range(_) => Use::GoOn,
    };
    let query = query.unwrap_or_default();
    let wanted = PartAsked { batch_id: &batch_id, number: &number, query: &query, r#use };
    let made = gateway.part(&MetadataMap::from_headers(headers.clone()), wanted).await?;
    let tag = format!("\"{}\"", made.sha256);
    let length = made.bytes.len() as u64;
    let (status, bytes, span) = match asked.within(&headers, &tag) {
        Asked::Whole => (StatusCode::OK, made.bytes.clone(), None),
        Asked::Range(range) => {
            let (first, last) = range.of(length).ok_or_else(|| Problem::beyond(length))?;
            let bytes = made.bytes.slice(first as usize..=last as usize);
            (StatusCode::PARTIAL_CONTENT, bytes, Some(format!("bytes {first}-{last}/{length}")))
        }
    };
    Ok(answer(status, &made, &tag, span.as_deref(), bytes))
}

fn answer(status: StatusCode, made: &MadePart, tag: &str, span: Option<&str>, bytes: Bytes) -> Response {
    let kind = match made {
        MadePart { sealed: true, .. } => "application/octet-stream",
        MadePart { zip: true, .. } => "application/zip",
        MadePart { format, .. } => kind(*format),
    };
    let disposition = format!("attachment; filename=\"{}\"", made.file);
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status;
    let optional = [(header::CONTENT_RANGE.as_str(), span), (RECEIPT, made.receipt.as_deref())];
    let always = [
        (header::CONTENT_TYPE.as_str(), kind),
        (header::CONTENT_DISPOSITION.as_str(), disposition.as_str()),
        (header::ETAG.as_str(), tag),
        (header::ACCEPT_RANGES.as_str(), "bytes"),
        // Codes are for who took them alone.
        (header::CACHE_CONTROL.as_str(), "private, no-store"),
    ];
    let optional = optional.into_iter().filter_map(|(name, value)| Some((name, value?)));
    for (name, value) in always.into_iter().chain(optional) {
        // All of it is ASCII of our own making.
        if let (Ok(name), Ok(value)) = (header::HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

const fn kind(format: Format) -> &'static str {
    match format {
        Format::Pdf => "application/pdf",
        Format::Csv => "text/csv; charset=utf-8",
        Format::Svg => "image/svg+xml",
        Format::Png => "image/png",
        Format::Eps => "application/postscript",
        Format::Zpl => "application/vnd.zebra.zpl",
    }
}
