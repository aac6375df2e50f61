//! Verdicts as JSON, for one code and for many.

use std::borrow::Cow;
use std::net::SocketAddr;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{ConnectInfo, Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{get, post};
use sceau_proto::verification::v1::{ScanChannel, VerifyBatchRequest, VerifyRequest};
use tonic::metadata::MetadataMap;

use crate::problem::Problem;
use crate::{WebDoor, json};

pub(crate) fn routes() -> Router<WebDoor> {
    Router::new()
        .route("/v1/verify", post(verify))
        .route("/v1/verify:batch", post(verify_batch))
        .route("/v1/verify/{code}", get(verify_path))
}

/// A body that was read, or why not.
pub(crate) type Body = Result<Bytes, BytesRejection>;

async fn verify(
    State(door): State<WebDoor>,
    peer: ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let request: VerifyRequest = json::read(&body?)?;
    judge(&door, peer, headers, request).await
}

async fn verify_batch(
    State(door): State<WebDoor>,
    peer: ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let request: VerifyBatchRequest = json::read(&body?)?;
    let asker = door.asker(peer, &headers);
    let answer = door.gateway.verify_batch_for(asker, &MetadataMap::from_headers(headers), request).await?;
    Ok(json::answer(&answer))
}

async fn verify_path(
    State(door): State<WebDoor>,
    peer: ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    code: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let Path(code) = code.map_err(|rejection| Problem::malformed(rejection.body_text()))?;
    let request = with_query(code, query.as_deref().unwrap_or_default())?;
    judge(&door, peer, headers, request).await
}

async fn judge(
    door: &WebDoor,
    peer: ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    request: VerifyRequest,
) -> Result<Response, Problem> {
    let asker = door.asker(peer, &headers);
    let answer = door.gateway.verify_for(asker, &MetadataMap::from_headers(headers), request).await?;
    Ok(json::answer(&answer))
}

/// The question in a path and its query: `?tenant=ci&channel=SCAN_CHANNEL_APP&place=Dakar`.
fn with_query(code: String, query: &str) -> Result<VerifyRequest, Problem> {
    let mut request = VerifyRequest { code, ..VerifyRequest::default() };
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match name.as_ref() {
            "tenant" => request.tenant = Cow::into_owned(value),
            "place" => request.place = Cow::into_owned(value),
            "channel" => {
                let channel = ScanChannel::from_str_name(&value);
                let channel = channel.ok_or_else(|| {
                    Problem::malformed(format!("channel `{value}` is unknown: write SCAN_CHANNEL_APP or another"))
                })?;
                request.channel = channel.into();
            }
            unknown => {
                let detail = format!("`{unknown}` is no parameter here: use tenant, channel or place");
                return Err(Problem::malformed(detail));
            }
        }
    }
    Ok(request)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_says_whose_how_and_where() {
        let request = with_query("1".into(), "tenant=ci&place=Bouak%C3%A9&channel=SCAN_CHANNEL_INSPECTOR").unwrap();
        assert_eq!((request.tenant.as_str(), request.place.as_str(), request.channel), ("ci", "Bouaké", 5));
        assert!(with_query("1".into(), "channel=pigeon").is_err());
        assert!(with_query("1".into(), "plce=x").is_err());
    }
}
