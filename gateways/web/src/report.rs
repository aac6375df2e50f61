//! Problems that people report: as JSON with a photo, or as the form of a page without scripts.

use std::net::SocketAddr;

use axum::Router;
use axum::extract::{ConnectInfo, DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::post;
use sceau_grpc::MAX_PHOTO;
use sceau_proto::verification::v1::ReportProblemRequest;
use tonic::metadata::MetadataMap;

use crate::page;
use crate::problem::Problem;
use crate::verify::Body;
use crate::words::{self, Words};
use crate::{WebDoor, json};

/// A photo in base64, and what is said beside it.
const BODY: usize = MAX_PHOTO / 3 * 4 + (16 << 10);

pub(crate) fn routes() -> Router<WebDoor> {
    Router::new().route("/v1/reports", post(report).layer(DefaultBodyLimit::max(BODY))).route("/report", post(form))
}

async fn report(
    State(door): State<WebDoor>,
    peer: ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let request: ReportProblemRequest = json::read(&body?)?;
    let asker = door.asker(peer, &headers);
    let answer = door.gateway.report_for(asker, &MetadataMap::from_headers(headers), request).await?;
    Ok(json::answer(&answer))
}

async fn form(
    State(door): State<WebDoor>,
    peer: ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let mut request = ReportProblemRequest::default();
    for (name, value) in form_urlencoded::parse(&body?) {
        match name.as_ref() {
            "code" => request.code = value.into_owned(),
            "text" => request.text = value.into_owned(),
            "place" => request.place = value.into_owned(),
            _ => {}
        }
    }
    let metadata = MetadataMap::from_headers(headers.clone());
    let reported = door.gateway.report_for(door.asker(peer, &headers), &metadata, request).await;
    let (status, words): (StatusCode, &Words) = match reported {
        Ok(_) => (StatusCode::OK, &words::REPORTED),
        Err(failure) if failure.code() == tonic::Code::InvalidArgument => {
            (StatusCode::BAD_REQUEST, &words::REPORT_UNREADABLE)
        }
        Err(failure) if failure.code() == tonic::Code::ResourceExhausted => {
            (StatusCode::TOO_MANY_REQUESTS, &words::TOO_OFTEN)
        }
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, &words::UNAVAILABLE),
    };
    Ok(page::saying(status, &headers, words))
}
