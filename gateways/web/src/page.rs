//! The verification page, for phones: the printed URL opens it with its verdict already in it.
//!
//! It needs no script for that. With one it answers in place, scans with the camera, and verifies without a network what
//! it has once been given the lists for.

mod assets;
mod html;

use std::net::SocketAddr;

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{ConnectInfo, Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use sceau_proto::verification::v1::VerifyRequest;
use tonic::Code;
use tonic::metadata::MetadataMap;

use crate::WebDoor;
use crate::problem::Problem;
use crate::words::{self, Words};
use assets::ASSETS;
use html::Language;

/// Nothing of the page comes from elsewhere, and no script stands in it.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
                      img-src 'self' blob: data:; connect-src 'self'; worker-src 'self'; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";
/// Says that a part of a page is a verdict, and not what some gateway on the way made up.
const VERDICT: HeaderName = HeaderName::from_static("x-sceau-verdict");

pub(crate) fn routes() -> Router<WebDoor> {
    Router::new()
        .route("/", get(begin))
        .route("/verify", get(typed))
        .route("/{code}", get(code))
        .route("/01/{gtin}/21/{serial}", get(link))
        .route("/worker.js", get(worker))
        .route("/robots.txt", get(|| async { "User-agent: *\nDisallow: /\n" }))
        .route("/assets/{version}/{name}", get(asset))
        .layer(middleware::map_response(guarded))
}

async fn guarded(mut response: Response) -> Response {
    let headers = response.headers_mut();
    let guards = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("permissions-policy"), "camera=(self), geolocation=(self)"),
    ];
    headers.extend(guards.map(|(name, value)| (name, HeaderValue::from_static(value))));
    response
}

async fn begin(headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let language = language(&headers, query.as_deref());
    assets::html(StatusCode::OK, &headers, html::page(language, &ASSETS.version, "", ""))
}

/// What was typed without a script: the page of that code.
async fn typed(RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let typed = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "code");
    let code = typed.map(|(_, code)| code.trim().to_owned()).unwrap_or_default();
    let code = if code.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b' ' | b'-')) {
        code.replace([' ', '-'], "")
    } else {
        code
    };
    let path: String = form_urlencoded::byte_serialize(code.as_bytes()).collect::<String>().replace('+', "%20");
    (StatusCode::SEE_OTHER, [(header::LOCATION, format!("/{path}"))]).into_response()
}

async fn code(
    State(door): State<WebDoor>,
    peer: ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    code: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Response {
    // A path that is not text is not a code either.
    let code = code.map_or_else(|_| String::new(), |Path(code)| code);
    judged(&door, peer, headers, &code, query.as_deref()).await
}

/// A GS1 Digital Link, whose signature stands in its query.
async fn link(
    State(door): State<WebDoor>,
    peer: ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    parts: Result<Path<(String, String)>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let code = parts.map_or_else(|_| String::new(), |Path((gtin, serial))| format!("01/{gtin}/21/{serial}?{query}"));
    judged(&door, peer, headers, &code, Some(&query)).await
}

/// The page with the verdict on a code, or the verdict alone where a script asks for `?part=verdict`.
async fn judged(
    door: &WebDoor,
    peer: ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    code: &str,
    query: Option<&str>,
) -> Response {
    // The other forms are known by themselves; this one is known by the host before it.
    let text = if code.starts_with("01/") { door.gateway.printed(code) } else { code.to_owned() };
    let request = VerifyRequest { code: text, ..VerifyRequest::default() };
    let metadata = MetadataMap::from_headers(headers.clone());
    let judged = door.gateway.verify_for(door.asker(peer, &headers), &metadata, request).await;
    let (status, verdict) = match &judged {
        Ok(known) => (StatusCode::OK, html::verdict(words::of(known.verdict(), known.reason()), Some(known))),
        Err(failure) => {
            let (status, words) = unjudged(failure.code());
            (status, html::verdict(words, None))
        }
    };
    let part = form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .any(|pair| pair == ("part".into(), "verdict".into()));
    let text = if part { verdict } else { html::page(language(&headers, query), &ASSETS.version, code, &verdict) };
    let mut response = assets::html(status, &headers, text);
    response.headers_mut().insert(VERDICT, HeaderValue::from_static("1"));
    response
}

/// The page with these words in place of a verdict.
pub(crate) fn saying(status: StatusCode, headers: &HeaderMap, words: &Words) -> Response {
    let page = html::page(language(headers, None), &ASSETS.version, "", &html::verdict(words, None));
    assets::html(status, headers, page)
}

/// Why there is no verdict, as a person may understand it.
const fn unjudged(code: Code) -> (StatusCode, &'static Words) {
    match code {
        Code::InvalidArgument | Code::NotFound => (StatusCode::NOT_FOUND, &words::UNREADABLE),
        Code::ResourceExhausted => (StatusCode::TOO_MANY_REQUESTS, &words::TOO_OFTEN),
        _ => (StatusCode::SERVICE_UNAVAILABLE, &words::UNAVAILABLE),
    }
}

async fn worker(headers: HeaderMap) -> Response {
    file("worker.js", &headers, false)
}

async fn asset(path: Result<Path<(String, String)>, PathRejection>, headers: HeaderMap) -> Response {
    match path {
        Ok(Path((version, name))) => file(&name, &headers, version == ASSETS.version),
        Err(_) => Problem::not_found().into_response(),
    }
}

fn file(name: &str, headers: &HeaderMap, forever: bool) -> Response {
    match ASSETS.find(name) {
        Some(asset) => asset.respond(headers, forever),
        None => Problem::not_found().into_response(),
    }
}

fn language(headers: &HeaderMap, query: Option<&str>) -> Language {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Language::wished(query, accepted.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a phone on 2G can be asked to load before it is of use, in bytes.
    const FIRST_LOAD: usize = 60 * 1024;

    #[tokio::test]
    async fn the_first_load_is_small() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip, deflate, br"));
        let page = begin(headers.clone(), RawQuery(None)).await;
        let mut sent = size(page).await;
        for name in ["style.css", "page.js", "icon.svg", "worker.js", "offline.js"] {
            let response = file(name, &headers, true);
            assert_eq!(response.headers()[header::CONTENT_ENCODING], "gzip");
            sent += size(response).await;
        }
        println!("first load: {sent} bytes");
        assert!(sent < FIRST_LOAD, "{sent} bytes");
    }

    async fn size(response: Response) -> usize {
        let heads: usize = response.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
        heads + axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap().len()
    }

    #[tokio::test]
    async fn what_is_typed_without_a_script_becomes_the_codes_page() {
        let response = typed(RawQuery(Some("code=1234+5678-9012+3456".into()))).await;
        assert_eq!(response.headers()[header::LOCATION], "/1234567890123456");
        let response = typed(RawQuery(Some("code=%2F%2Fevil.example%0A".into()))).await;
        assert_eq!(response.headers()[header::LOCATION], "/%2F%2Fevil.example");
        assert_eq!(typed(RawQuery(None)).await.headers()[header::LOCATION], "/");
    }

    #[tokio::test]
    async fn every_asset_that_the_worker_keeps_is_there() {
        for name in ["style.css", "page.js", "offline.js", "icon.svg"] {
            assert!(ASSETS.find(name).is_some(), "{name}");
        }
        let worker = axum::body::to_bytes(worker(HeaderMap::new()).await.into_body(), usize::MAX).await.unwrap();
        let worker = String::from_utf8(worker.to_vec()).unwrap();
        assert!(worker.contains(&format!("/assets/{}/", ASSETS.version)) && !worker.contains("{{"));
    }
}
