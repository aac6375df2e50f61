//! What this node answers to the others.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use futures_util::future::OptionFuture;
use futures_util::{Stream, StreamExt};
use sceau_api::cluster::v1::cluster_service_server::{ClusterService, ClusterServiceServer};
use sceau_engine::{OwnedTopic, Situation};
use sceau_kernel::Role;
use sceau_kernel::wire::Wire;
use sceau_projector::{Position, WaitError};
use sceau_proto::cluster::v1::{
    DecideRequest, DecideResponse, GetNodeRequest, GetNodeResponse, OwnedPartition, WaitAppliedRequest,
    WaitAppliedResponse,
};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::metadata::MetadataMap;
use tonic::{Request, Response, Status, Streaming};

use crate::node::Node;

/// Commands of one stream that are being decided at the same time.
const WINDOW: usize = 4096;
/// Room for the envelope of the largest command.
const MESSAGE_BYTES: usize = 20 << 20;

/// The door for other nodes.
#[derive(Clone)]
pub struct Service {
    node: Arc<Node>,
}

impl Node {
    /// The door for other nodes, to be served beside the platform's own services.
    pub fn server(self: Arc<Self>) -> ClusterServiceServer<Service> {
        ClusterServiceServer::new(Service { node: self }).max_decoding_message_size(MESSAGE_BYTES)
    }
}

impl Service {
    /// Lets nodes in, and nobody else.
    fn let_in(&self, metadata: &MetadataMap) -> Result<(), Status> {
        let bearer = metadata.get("authorization").and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        let token = bearer.ok_or_else(|| Status::unauthenticated("nodes show a token of the platform's own"))?;
        let parts = &self.node.parts;
        let caller = parts.authority.verify(token, (parts.clock)());
        let caller = caller.map_err(|error| {
            Status::unauthenticated(format!("{error}; nodes of one platform need the same keys.folder"))
        })?;
        let node = caller.roles.contains(&Role::System);
        if node { Ok(()) } else { Err(Status::permission_denied("this door is for the nodes of the platform")) }
    }
}

impl Service {
    /// Done when this node takes nothing more.
    fn closed(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut closed = self.node.closed.subscribe();
        async move {
            // The sender is dropped only with the node, and then it is over too.
            let _ = closed.wait_for(|closed| *closed).await;
        }
    }
}

#[tonic::async_trait]
impl ClusterService for Service {
    type DecideStream = ReceiverStream<Result<DecideResponse, Status>>;

    async fn decide(&self, request: Request<Streaming<DecideRequest>>) -> Result<Response<Self::DecideStream>, Status> {
        self.let_in(request.metadata())?;
        let topics = self.node.parts.topics.iter().map(|topic| (topic.topic(), Arc::clone(topic))).collect();
        let (answers, stream) = mpsc::channel(WINDOW);
        let requests = request.into_inner().take_until(self.closed());
        tokio::spawn(serve(topics, requests, answers));
        Ok(Response::new(ReceiverStream::new(stream)))
    }

    async fn wait_applied(
        &self,
        request: Request<WaitAppliedRequest>,
    ) -> Result<Response<WaitAppliedResponse>, Status> {
        self.let_in(request.metadata())?;
        let asked = request.into_inner();
        let positions = [Position { topic: &asked.topic, partition: asked.partition, offset: asked.offset }];
        let deadline = Instant::now() + PATIENCE;
        let read_side = &self.node.parts.read_side;
        let waited = tokio::select! {
            waited = read_side.wait_here(&asked.projection, asked.generation, &positions, deadline) => waited,
            () = self.closed() => return Err(Status::unavailable("this node is leaving: ask the next owner")),
        };
        let (here, applied) = match waited {
            Ok(()) => (true, asked.offset + 1),
            Err(WaitError::Stale(stale)) => (true, stale.applied),
            Err(WaitError::NotHere { .. } | WaitError::Unknown { .. }) => (false, 0),
        };
        Ok(Response::new(WaitAppliedResponse { here, applied }))
    }

    async fn get_node(&self, request: Request<GetNodeRequest>) -> Result<Response<GetNodeResponse>, Status> {
        self.let_in(request.metadata())?;
        Ok(Response::new(self.node.describe()))
    }
}

/// How long one wait is held; whoever asked asks again.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

type Topics = HashMap<&'static str, Arc<dyn OwnedTopic>>;

/// Has every command decided, many at once, and answers each as it is decided.
async fn serve(
    topics: Topics,
    requests: impl Stream<Item = Result<DecideRequest, Status>>,
    answers: mpsc::Sender<Result<DecideResponse, Status>>,
) {
    let decided = requests.filter_map(|request| async { request.ok() }).map(|request| {
        let DecideRequest { number, topic, partition, envelope } = request;
        // The engine has the command before the next one is taken, so commands to one stream keep their order.
        let here = topics.get(topic.as_str()).filter(|topic| topic.owns(partition));
        let outcome = OptionFuture::from(here.map(|topic| topic.decide_here(partition, envelope.into())));
        async move { DecideResponse { number, outcome: outcome.await.map(Into::into) } }
    });
    let mut decided = std::pin::pin!(decided.buffer_unordered(WINDOW));
    while let Some(answer) = decided.next().await {
        if answers.send(Ok(answer)).await.is_err() {
            return;
        }
    }
}

impl Node {
    /// What this node is doing.
    pub(crate) fn describe(&self) -> GetNodeResponse {
        let mut partitions = Vec::new();
        for topic in &self.parts.topics {
            for (number, status) in (0..).zip(topic.status()) {
                if status.situation == Situation::Idle {
                    continue;
                }
                let (lag, holes) = self.behind(topic.topic(), number);
                partitions.push(OwnedPartition {
                    topic: topic.topic().to_owned(),
                    partition: number,
                    situation: format!("{:?}", status.situation).to_lowercase(),
                    epoch: status.epoch,
                    durable: status.durable,
                    waiting: (status.queued + status.in_flight) as u64,
                    lag,
                    holes,
                });
            }
        }
        GetNodeResponse {
            node: self.name.to_string(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started_at: Some(self.started.to_wire()),
            partitions,
            leads: self.leads.load(Ordering::Relaxed),
        }
    }

    /// Lag of the serving rows that are furthest behind in this partition, and the records missing before them.
    fn behind(&self, topic: &str, number: u32) -> (u64, u64) {
        let projections = self.parts.read_side.list();
        let parts = projections.iter().filter_map(|projection| projection.serving.as_ref());
        let parts = parts.flat_map(|serving| &serving.partitions);
        let parts = parts.filter(|part| part.source.topic == topic && part.source.partition == number);
        parts.fold((0, 0), |(lag, holes), part| (lag.max(part.lag()), holes.max(part.holes)))
    }
}
