//! What verifiers without a network carry along: the keys, and what is revoked.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use sceau_grpc::OfflineLists;

use crate::WebDoor;
use crate::problem::Problem;

pub(crate) fn routes() -> Router<WebDoor> {
    Router::new()
        .route("/.well-known/sceau/jwks.json", get(jwks))
        .route("/.well-known/sceau/keys", get(keys))
        .route("/.well-known/sceau/revoked", get(revoked))
}

async fn jwks(door: State<WebDoor>, query: RawQuery) -> Result<Response, Problem> {
    document(door, query, "application/jwk-set+json", |lists| lists.jwks.clone()).await
}

async fn keys(door: State<WebDoor>, query: RawQuery) -> Result<Response, Problem> {
    document(door, query, "application/octet-stream", |lists| lists.keys.clone()).await
}

async fn revoked(door: State<WebDoor>, query: RawQuery) -> Result<Response, Problem> {
    document(door, query, "application/octet-stream", |lists| lists.revoked.clone()).await
}

/// One of the lists of `?tenant=`, which may be left out where the platform serves one.
async fn document(
    State(door): State<WebDoor>,
    RawQuery(query): RawQuery,
    kind: &'static str,
    pick: fn(&OfflineLists) -> Bytes,
) -> Result<Response, Problem> {
    let query = query.unwrap_or_default();
    let tenant = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "tenant");
    let lists = door.gateway.offline_lists(tenant.as_ref().map_or("", |(_, tenant)| tenant)).await?;
    // They are public, and of use to programs in pages of others.
    let head = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "public, max-age=60"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    Ok((head, pick(&lists)).into_response())
}
