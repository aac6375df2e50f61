//! Verification by feature phone: what operators call when somebody dials the service code or sends a text message.
//!
//! An [`Operator`] reads what his callback says and writes what it is to be answered; the dialogue between is the same
//! for all. Callbacks are taken from configured networks alone, since they say themselves whose number asks.

mod africastalking;
mod dialogue;
mod gsm7;
mod hubtel;
mod numbers;
mod screen;

use std::borrow::Cow;
use std::net::SocketAddr;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::post;
use sceau_grpc::{Asker, system_clock};
use sceau_proto::verification::v1::{ScanChannel, Verdict, VerifyRequest};
use tonic::Code;
use tonic::metadata::MetadataMap;

use crate::WebDoor;
use crate::problem::Problem;
use crate::verify::Body;
use crate::words;
use dialogue::Step;
pub(crate) use numbers::Numbers;
use screen::Screen;

/// What somebody sent by telephone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Message {
    /// The telephone number, as the operator writes it.
    number: String,
    /// What was typed so far: the inputs of a session joined with `*`, or the text of a message.
    text: String,
}

/// How an operator's callbacks look.
trait Operator {
    /// What the callback says; `None` when it is none of his.
    fn read(body: &[u8]) -> Option<Message>;
    /// What it is answered.
    fn answer(body: &[u8], screen: &Screen) -> Response;
}

pub(crate) fn routes() -> Router<WebDoor> {
    Router::new()
        .route("/ussd/africastalking", post(ussd::<africastalking::Ussd>))
        .route("/ussd/hubtel", post(ussd::<hubtel::Ussd>))
        .route("/sms/africastalking", post(sms::<africastalking::Sms>))
}

async fn ussd<O: Operator>(
    State(door): State<WebDoor>,
    peer: ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Body,
) -> Result<Response, Problem> {
    let body = taken(&door, peer, &headers, body)?;
    let message = O::read(&body).ok_or_else(unreadable)?;
    let screen = match dialogue::next(&message.text) {
        Step::Say(screen) => screen,
        Step::Verify { digits, again } => {
            let channel = ScanChannel::Ussd;
            verdict(&door, message.number, digits, channel, query.as_deref(), again, screen::USSD).await
        }
    };
    Ok(O::answer(&body, &screen))
}

async fn sms<O: Operator>(
    State(door): State<WebDoor>,
    peer: ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Body,
) -> Result<Response, Problem> {
    let body = taken(&door, peer, &headers, body)?;
    let message = O::read(&body).ok_or_else(unreadable)?;
    let screen = match dialogue::digits_in(&message.text) {
        Some(digits) => {
            let channel = ScanChannel::Sms;
            verdict(&door, message.number, digits, channel, query.as_deref(), false, screen::SMS).await
        }
        None => screen::unreadable(false, screen::SMS),
    };
    Ok(O::answer(&body, &screen))
}

/// The body of a callback, if it comes from where operators are.
fn taken(door: &WebDoor, peer: ConnectInfo<SocketAddr>, headers: &HeaderMap, body: Body) -> Result<Bytes, Problem> {
    if !door.is_operator(peer, headers) {
        let detail = "callbacks are taken from the networks in phone.operators alone: add the operator's";
        return Err(Problem::new(StatusCode::FORBIDDEN, "OPERATOR_UNKNOWN", detail));
    }
    Ok(body?)
}

fn unreadable() -> Problem {
    let detail = "the callback does not name a phone number: see the operator's documentation for its fields";
    Problem::new(StatusCode::BAD_REQUEST, "CALLBACK_MALFORMED", detail)
}

/// Asks about digits for a number, unless it has asked too often or guessed too much.
async fn verdict(
    door: &WebDoor,
    number: String,
    digits: String,
    channel: ScanChannel,
    query: Option<&str>,
    again: bool,
    limit: usize,
) -> Screen {
    let now = system_clock();
    if door.numbers.take(&number, now).is_err() {
        return screen::of(&words::TOO_OFTEN, None, limit);
    }
    let tenant = query.and_then(|query| form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "tenant"));
    let tenant = tenant.map(|(_, tenant)| Cow::into_owned(tenant)).unwrap_or_default();
    // The number tells one person's scans from others' when copies are looked for; a hash of it is kept.
    let (channel, device) = (channel.into(), number.chars().take(32).collect());
    let request = VerifyRequest { code: digits, channel, tenant, device, ..VerifyRequest::default() };
    match door.gateway.verify_for(Asker::HeldBackElsewhere, &MetadataMap::new(), request).await {
        Ok(known) => {
            if known.verdict() == Verdict::Unknown {
                door.numbers.guessed(&number, now);
            }
            screen::of(words::of(known.verdict(), known.reason()), Some(&known), limit)
        }
        Err(failure) if failure.code() == Code::InvalidArgument => {
            door.numbers.guessed(&number, now);
            screen::unreadable(again, limit)
        }
        Err(_) => screen::of(&words::UNAVAILABLE, None, limit),
    }
}
