//! Questions to the platform.

use std::time::Duration;

use sceau_proto::common::v1::{PageInfo, PageRequest, Position, QueryMeta};
use tonic::{Code, Response, Status};

use super::error::ImportError;
use crate::client::CallError;

/// The most items of a page.
const PAGE: u32 = 500;
/// A question that could not be answered is asked again after this long, so many times.
const PAUSE: Duration = Duration::from_millis(250);
const MOST_TRIES: u32 = 40;

/// Asks until there is an answer; `None` when there is no such thing.
pub(super) async fn ask<T>(call: impl AsyncFnMut() -> Result<Response<T>, Status>) -> Result<Option<T>, ImportError> {
    let mut call = call;
    let mut tries = 1;
    loop {
        match call().await {
            Ok(answer) => return Ok(Some(answer.into_inner())),
            Err(status) if status.code() == Code::NotFound => return Ok(None),
            Err(status) if passing(&status) && tries < MOST_TRIES => tries += 1,
            Err(status) if passing(&status) => return Err(ImportError::Interrupted(Box::new(status))),
            Err(status) => return Err(CallError::from(status).into()),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

fn passing(status: &Status) -> bool {
    matches!(status.code(), Code::Unavailable | Code::ResourceExhausted | Code::DeadlineExceeded)
}

/// At least as fresh as these positions.
pub(super) fn fresh(at_least: Vec<Position>) -> Option<QueryMeta> {
    (!at_least.is_empty()).then_some(QueryMeta { at_least })
}

/// The page of a list that `token` names; empty for the first.
pub(super) fn page(token: &str) -> PageRequest {
    PageRequest { size: PAGE, token: token.to_owned() }
}

/// The token of the page that follows, when there is one.
pub(super) fn next(page: Option<PageInfo>) -> Option<String> {
    page.map(|page| page.next_token).filter(|token| !token.is_empty())
}
