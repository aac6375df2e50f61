//! The gRPC API as a partner's program calls it.

use std::time::Duration;

use sceau_proto::common::v1::{CommandMeta, CommandReceipt, QueryMeta};
use tonic::Request;
use tonic::transport::{Channel, Endpoint};
use uuid::Uuid;

/// No single call takes longer.
const PATIENCE: Duration = Duration::from_secs(20);

/// Connects to a server at `url`.
pub(crate) async fn connect(url: &str) -> Channel {
    endpoint(url).connect().await.unwrap()
}

pub(crate) fn endpoint(url: &str) -> Endpoint {
    Endpoint::from_shared(url.to_owned()).unwrap().timeout(PATIENCE).connect_timeout(Duration::from_secs(5))
}

/// A request with a token.
pub(crate) fn by<T>(token: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    request
}

/// The meta of a command with this id, decided on views at least as fresh as `after`.
pub(crate) fn meta(id: Uuid, after: &[&CommandReceipt]) -> Option<CommandMeta> {
    let after = after.iter().filter_map(|receipt| receipt.position.clone()).collect();
    Some(CommandMeta { command_id: id.to_string(), expected_version: None, after })
}

/// The meta of a query that sees what these receipts say.
pub(crate) fn since(receipts: &[&CommandReceipt]) -> Option<QueryMeta> {
    Some(QueryMeta { at_least: receipts.iter().filter_map(|receipt| receipt.position.clone()).collect() })
}
