//! The transparency log's files, for whoever audits the platform from outside.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use sceau_grpc::Gateway;

use crate::problem::Problem;

/// A file that never changes may be kept for a year.
const FIXED: &str = "public, max-age=31536000, immutable";
/// The checkpoint is another one after every change.
const MOVING: &str = "no-cache";

/// The routes, for whichever listener: anyone may have the files.
pub fn transparency<S: Clone + Send + Sync + 'static>(gateway: Gateway) -> Router<S> {
    Router::new().route("/tlog/{tenant}/{*path}", get(file)).with_state(gateway)
}

async fn file(
    State(gateway): State<Gateway>,
    Path((tenant, path)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let file = gateway.transparency_file(&tenant, &path).await?.ok_or_else(Problem::not_found)?;
    let kind = if file.text { "text/plain; charset=utf-8" } else { "application/octet-stream" };
    let kept = if file.fixed { FIXED } else { MOVING };
    Ok(([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, kept)], file.bytes).into_response())
}
