//! The way to the nodes: a gRPC connection to each, as a partner's program keeps one.

use std::time::Duration;

use futures_util::stream;
use sceau_api::submit::v1::submit_service_client::SubmitServiceClient;
use sceau_proto::common::v1::CommandReceipt;
use sceau_proto::submit::v1::submit_request::Command;
use sceau_proto::submit::v1::submit_response::Outcome;
use sceau_proto::submit::v1::{CommandFailure, SubmitRequest};
use tokio::time::timeout;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Status};

use crate::cluster::Cluster;
use crate::error::FaultsError;

/// How long one call may take before its caller tries another node.
const ATTEMPT: Duration = Duration::from_secs(5);

/// Connections to all nodes, with a token. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Doors {
    channels: Vec<Channel>,
    token: MetadataValue<Ascii>,
}

impl Doors {
    /// Connections that are made when they are used, with the token that a node left at its first start. Must be called
    /// within a runtime.
    pub(crate) fn to(cluster: &Cluster) -> Result<Self, FaultsError> {
        let no_address = |_| FaultsError::unanswered("an address")(Status::internal("it is none"));
        let channels = cluster.nodes.iter().map(|node| Ok(Self::endpoint(node.address())?.connect_lazy()));
        let channels = channels.collect::<Result<_, tonic::transport::Error>>().map_err(no_address)?;
        let mut token = None;
        for node in &cluster.nodes {
            token = token.or(format!("Bearer {}", node.token()?.trim()).parse().ok());
        }
        let token: MetadataValue<Ascii> = token.ok_or_else(|| {
            FaultsError::unanswered("the administrator's token")(Status::internal("no node left one"))
        })?;
        Ok(Self { channels, token })
    }

    fn endpoint(address: String) -> Result<Endpoint, tonic::transport::Error> {
        let alive = Duration::from_secs(2);
        let endpoint = Endpoint::from_shared(address)?.connect_timeout(alive).timeout(ATTEMPT);
        Ok(endpoint.http2_keep_alive_interval(alive).keep_alive_timeout(alive).keep_alive_while_idle(true))
    }

    /// How many nodes there are.
    pub(crate) const fn count(&self) -> usize {
        self.channels.len()
    }

    /// The connection to a node.
    pub(crate) fn channel(&self, node: usize) -> Channel {
        self.channels[node].clone()
    }

    /// A request with the token.
    pub(crate) fn signed<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request.metadata_mut().insert("authorization", self.token.clone());
        request
    }

    /// Gives a command to a node, once.
    pub(crate) async fn submit(&self, node: usize, command: Command) -> Result<CommandReceipt, Status> {
        let answer = async {
            let request = self.signed(stream::iter([SubmitRequest { command: Some(command) }]));
            let mut answers = SubmitServiceClient::new(self.channel(node)).submit(request).await?.into_inner();
            let answer = answers.message().await?.and_then(|answer| answer.outcome);
            match answer.ok_or_else(|| Status::unavailable("the stream ended first"))? {
                Outcome::Receipt(receipt) => Ok(receipt),
                Outcome::Failure(CommandFailure { code, message, .. }) => Err(Status::new(Code::from(code), message)),
            }
        };
        let silent = || Status::deadline_exceeded("no answer in time");
        timeout(ATTEMPT, answer).await.unwrap_or_else(|_| Err(silent()))
    }
}

/// What passes when the platform is whole again.
pub(crate) fn passes(status: &Status) -> bool {
    // A connection that breaks under a call is UNKNOWN, INTERNAL or CANCELLED to the client, by how far the call was.
    let broken = matches!(status.code(), Code::Unknown | Code::Internal | Code::Cancelled);
    let retried = matches!(status.code(), Code::Unavailable | Code::ResourceExhausted | Code::DeadlineExceeded);
    retried || broken && (std::error::Error::source(status).is_some() || status.message().contains("h2"))
}
