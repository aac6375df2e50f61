//! One connection to another node: commands for it go over one stream, many at once.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use sceau_api::cluster::v1::cluster_service_client::ClusterServiceClient;
use sceau_log::Partition;
use sceau_proto::cluster::v1::{DecideRequest, DecideResponse, GetNodeRequest, GetNodeResponse, WaitAppliedRequest};
use tokio::sync::{mpsc, oneshot};
use tokio_stream::wrappers::ReceiverStream;
use tonic::metadata::AsciiMetadataValue;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status, Streaming};

use crate::credential::Credential;

/// Commands on their way to one node that are not answered yet.
const WINDOW: usize = 4096;
/// How long a node may take to take a call.
const CONNECT: Duration = Duration::from_secs(2);
/// A connection on which nothing is heard is asked for a sign of life so often, and given up after as long again.
const ALIVE: Duration = Duration::from_secs(2);

/// Why a node did not decide a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotDecided {
    /// It does not own the partition, or cannot be reached: the command has done nothing.
    NotTaken,
    /// It was lost before it answered: the command may have been decided.
    Unanswered,
}

/// Whoever waits for the answer to a command; none comes where the command never left.
type Asked = oneshot::Sender<Option<DecideResponse>>;
/// Those who wait, by number; `None` once the stream has ended.
type Waiting = Arc<Mutex<Option<HashMap<u64, Asked>>>>;

/// A connection to a node.
pub(crate) struct Link {
    client: ClusterServiceClient<Channel>,
    credential: Arc<Credential>,
    requests: mpsc::Sender<DecideRequest>,
    waiting: Waiting,
    next: AtomicU64,
}

impl Link {
    /// Connects when it is first used. Must be called within a tokio runtime.
    pub(crate) fn open(address: &str, credential: Arc<Credential>) -> Option<Self> {
        let endpoint = Endpoint::from_shared(address.to_owned()).ok()?;
        let endpoint = endpoint.connect_timeout(CONNECT).tcp_nodelay(true).http2_keep_alive_interval(ALIVE);
        let channel = endpoint.keep_alive_timeout(ALIVE).keep_alive_while_idle(true).connect_lazy();
        let client = ClusterServiceClient::new(channel);
        let (requests, sent) = mpsc::channel(WINDOW);
        let waiting: Waiting = Arc::new(Mutex::new(Some(HashMap::new())));
        let stream = follow(client.clone(), Arc::clone(&credential), sent, Arc::clone(&waiting));
        tokio::spawn(stream);
        Some(Self { client, credential, requests, waiting, next: AtomicU64::new(0) })
    }

    /// Whether commands can still go over it.
    pub(crate) fn is_open(&self) -> bool {
        !self.requests.is_closed()
    }

    /// Has a command decided by the node.
    pub(crate) async fn decide(&self, partition: Partition, envelope: Bytes) -> Result<Bytes, NotDecided> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let (answer, answered) = oneshot::channel();
        match self.waiting.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            Some(waiting) => waiting.insert(number, answer),
            None => return Err(NotDecided::NotTaken),
        };
        let Partition { topic, number: partition } = partition;
        let request = DecideRequest { number, topic: topic.to_owned(), partition, envelope: envelope.into() };
        self.requests.send(request).await.map_err(|_| NotDecided::NotTaken)?;
        match answered.await {
            Ok(Some(DecideResponse { outcome: Some(outcome), .. })) => Ok(outcome.into()),
            Ok(Some(DecideResponse { outcome: None, .. }) | None) => Err(NotDecided::NotTaken),
            Err(_) => Err(NotDecided::Unanswered),
        }
    }

    /// Waits until the node's rows include a position; `None` when it does not work on them.
    pub(crate) async fn wait_applied(
        &self,
        request: WaitAppliedRequest,
        timeout: Duration,
    ) -> Result<Option<u64>, Status> {
        let answer = self.client.clone().wait_applied(self.request(request, timeout)?).await?.into_inner();
        Ok(answer.here.then_some(answer.applied))
    }

    /// What the node is doing.
    pub(crate) async fn node(&self, timeout: Duration) -> Result<GetNodeResponse, Status> {
        Ok(self.client.clone().get_node(self.request(GetNodeRequest {}, timeout)?).await?.into_inner())
    }

    fn request<T>(&self, message: T, timeout: Duration) -> Result<Request<T>, Status> {
        let mut request = signed(message, &self.credential)?;
        request.set_timeout(timeout);
        Ok(request)
    }
}

fn signed<T>(message: T, credential: &Credential) -> Result<Request<T>, Status> {
    let mut request = Request::new(message);
    let bearer = credential.bearer().map_err(|error| Status::internal(error.to_string()))?;
    let bearer = AsciiMetadataValue::try_from(bearer).map_err(|error| Status::internal(error.to_string()))?;
    request.metadata_mut().insert("authorization", bearer);
    Ok(request)
}

/// Sends what comes and hands answers to those who wait, until either end is gone; then nobody waits any more.
async fn follow(
    client: ClusterServiceClient<Channel>,
    credential: Arc<Credential>,
    sent: mpsc::Receiver<DecideRequest>,
    waiting: Waiting,
) {
    let taken = |asked: &Waiting| asked.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default();
    match open(client, &credential, sent).await {
        Ok(answers) => {
            if let Err(status) = hand_out(answers, &waiting).await {
                tracing::debug!(%status, "a connection to another node ended");
            }
            // Whoever still waits is told by the end of the channel that nobody knows.
            drop(taken(&waiting));
        }
        Err(status) => {
            tracing::debug!(%status, "another node cannot be reached");
            for (_, asked) in taken(&waiting) {
                let _ = asked.send(None);
            }
        }
    }
}

async fn open(
    mut client: ClusterServiceClient<Channel>,
    credential: &Credential,
    sent: mpsc::Receiver<DecideRequest>,
) -> Result<Streaming<DecideResponse>, Status> {
    Ok(client.decide(signed(ReceiverStream::new(sent), credential)?).await?.into_inner())
}

async fn hand_out(mut answers: Streaming<DecideResponse>, waiting: &Waiting) -> Result<(), Status> {
    while let Some(answer) = answers.message().await? {
        let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(asked) = waiting.as_mut().and_then(|waiting| waiting.remove(&answer.number)) {
            // Whoever asked may have gone.
            let _ = asked.send(Some(answer));
        }
    }
    Ok(())
}
