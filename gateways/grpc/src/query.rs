//! One way for every query: authorise, wait until the rows are as fresh as asked, read, answer.

mod certification;
mod list;
mod order;
mod payment;
mod stamp;
mod verification;

use std::future::Future;
use std::time::Instant;

pub(crate) use stamp::reaches;
pub(crate) use verification::case_number;

use sceau_kernel::wire::Field;
use sceau_projection::Projection;
use sceau_projector::ViewReader;
use sceau_proto::common::v1::{Position, QueryMeta};
use sceau_security::Rule;
use tonic::Status;

use crate::call::Call;
use crate::door::Door;
use crate::failure;

/// A request that asks for rows.
pub(crate) trait QueryCall: Send + 'static {
    /// What it is answered with.
    type Answer: Send;
    /// Who may ask it.
    const RULE: &'static Rule;
    /// Reads the rows.
    fn answer(self, door: &Door, call: &Call) -> impl Future<Output = Result<Self::Answer, Status>> + Send;
}

/// Makes a request a query: its method, its answer, and the function that reads it.
macro_rules! query_call {
    ($method:literal, $request:ty, $answer:ty, $read:path) => {
        impl $crate::query::QueryCall for $request {
            type Answer = $answer;
            const RULE: &'static sceau_security::Rule = $crate::access::rule_of($method);
            fn answer(
                self,
                door: &$crate::door::Door,
                call: &$crate::call::Call,
            ) -> impl Future<Output = Result<$answer, tonic::Status>> + Send {
                $read(self, door, call)
            }
        }
    };
}
pub(crate) use query_call;

/// Waits until a view includes these positions, no longer than the caller does.
pub(crate) async fn fresh<P: Projection>(
    reader: &ViewReader<P>,
    positions: &[Position],
    call: &Call,
) -> Result<(), Status> {
    fresh_until(reader, positions, call.deadline).await
}

/// Waits until a view includes these positions, no longer than `deadline`.
pub(crate) async fn fresh_until<P: Projection>(
    reader: &ViewReader<P>,
    positions: &[Position],
    deadline: Instant,
) -> Result<(), Status> {
    if positions.is_empty() {
        return Ok(());
    }
    let positions: Vec<sceau_projector::Position<'_>> = positions
        .iter()
        .map(|position| sceau_projector::Position {
            topic: &position.topic,
            partition: position.partition,
            offset: position.offset,
        })
        .collect();
    reader.wait(&positions, deadline).await.map_err(|stale| failure::stale(&stale))
}

/// The row of `key` in a view that is as fresh as the query asks.
pub(crate) async fn row<P: Projection>(
    reader: &ViewReader<P>,
    key: &P::Key,
    meta: Option<&QueryMeta>,
    call: &Call,
) -> Result<Option<P::Row>, Status> {
    fresh(reader, meta.map_or(&[][..], |meta| &meta.at_least), call).await?;
    reader.get(key).await.map_err(|error| failure::view(&error))
}

/// The id in the field `name`, or for a caller who is confined to one party and leaves it out, that party.
pub(crate) fn own_or_named<I: Field<String>>(name: &str, named: &str, call: &Call) -> Result<I, Status> {
    let text = if named.is_empty() { call.confined_to().unwrap_or_default() } else { named };
    crate::command::id(name, text.to_owned())
}
