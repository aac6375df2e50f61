//! Many commands in flight over one `Submit` stream.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use prost::Message;
use sceau_api::submit::v1::submit_service_client::SubmitServiceClient;
use sceau_kernel::uuid::Uuid;
use sceau_proto::common::v1::{CommandMeta, CommandReceipt, Position};
use sceau_proto::submit::v1::submit_request::Command;
use sceau_proto::submit::v1::submit_response::Outcome;
use sceau_proto::submit::v1::{CommandFailure, SubmitRequest, SubmitResponse};
use tokio::sync::{mpsc, oneshot};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Status, Streaming};
use tonic_types::StatusExt;

use super::line::LineRefusal;
use crate::client::Caller;

/// Commands on their way to the stream.
const QUEUE: usize = 256;
/// A command that the platform cannot take now is sent again after this long, and twice as long each time after that.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// After so many times it is given up: with the pauses, about a minute.
const MOST_TRIES: u32 = 18;

/// Why a command has no receipt.
#[derive(Debug)]
pub(super) enum SendError {
    /// The platform refused it, and would again.
    Refused(LineRefusal),
    /// The stream came to an end, or the platform took no commands for too long.
    Ended(Status),
}

/// The sending end of the stream.
pub(super) struct Pipe {
    requests: mpsc::Sender<SubmitRequest>,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Default)]
struct Shared {
    waiting: HashMap<Uuid, oneshot::Sender<Outcome>>,
    /// By topic and partition, the end of what was accepted.
    accepted: BTreeMap<(String, u32), u64>,
    ended: Option<Status>,
}

impl Pipe {
    pub(super) async fn open(caller: &Caller) -> Result<Self, Status> {
        let (requests, stream) = mpsc::channel(QUEUE);
        let shared = Arc::new(Mutex::new(Shared::default()));
        let mut client = SubmitServiceClient::new(caller.clone());
        let answers = client.submit(ReceiverStream::new(stream)).await?.into_inner();
        tokio::spawn(receive(answers, Arc::clone(&shared)));
        Ok(Self { requests, shared })
    }

    /// Sends a command until it is accepted or refused. `command` gets the meta that its id makes.
    pub(super) async fn send(
        &self,
        id: Uuid,
        after: &[Position],
        command: impl Fn(Option<CommandMeta>) -> Command,
    ) -> Result<CommandReceipt, SendError> {
        let mut pause = FIRST_PAUSE;
        for _ in 1..MOST_TRIES {
            match self.try_send(id, after, &command).await? {
                Ok(receipt) => return Ok(receipt),
                Err(failure) if passing(&failure) => tokio::time::sleep(pause).await,
                Err(failure) => return Err(SendError::Refused(refusal(&failure))),
            }
            pause = LONGEST_PAUSE.min(pause * 2);
        }
        match self.try_send(id, after, &command).await? {
            Ok(receipt) => Ok(receipt),
            Err(failure) => Err(SendError::Ended(Status::new(Code::from_i32(failure.code), failure.message))),
        }
    }

    async fn try_send(
        &self,
        id: Uuid,
        after: &[Position],
        command: &impl Fn(Option<CommandMeta>) -> Command,
    ) -> Result<Result<CommandReceipt, CommandFailure>, SendError> {
        let meta = CommandMeta { command_id: id.to_string(), after: after.to_vec(), ..CommandMeta::default() };
        let (answer, answered) = oneshot::channel();
        {
            // Checked and noted under one lock: `receive` lets go of whoever waits when the stream ends.
            let mut shared = self.shared();
            if let Some(status) = &shared.ended {
                return Err(SendError::Ended(status.clone()));
            }
            shared.waiting.insert(id, answer);
        }
        let request = SubmitRequest { command: Some(command(Some(meta))) };
        if self.requests.send(request).await.is_err() {
            return Err(SendError::Ended(self.ending()));
        }
        match answered.await {
            Ok(Outcome::Receipt(receipt)) => Ok(Ok(receipt)),
            Ok(Outcome::Failure(failure)) => Ok(Err(failure)),
            Err(_) => Err(SendError::Ended(self.ending())),
        }
    }

    /// Where the log stood after everything that was accepted so far on these topics.
    pub(super) fn accepted(&self, topic: &str) -> Vec<Position> {
        let shared = self.shared();
        let of_topic = shared.accepted.iter().filter(|((name, _), _)| name == topic);
        of_topic
            .map(|((topic, partition), offset)| Position {
                topic: topic.clone(),
                partition: *partition,
                offset: *offset,
            })
            .collect()
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ending(&self) -> Status {
        self.shared().ended.clone().unwrap_or_else(|| Status::unavailable("the stream of commands was closed"))
    }
}

/// Hands the answers out until the stream ends; then nobody waits any more.
async fn receive(mut answers: Streaming<SubmitResponse>, shared: Arc<Mutex<Shared>>) {
    let lock = || shared.lock().unwrap_or_else(PoisonError::into_inner);
    let ended = loop {
        match answers.message().await {
            Ok(Some(SubmitResponse { command_id, outcome: Some(outcome) })) => {
                let id = Uuid::try_parse(&command_id).unwrap_or_default();
                let waiting = lock().take(id, &outcome);
                if let Some(waiting) = waiting {
                    // Who sent it may have gone meanwhile.
                    let _ = waiting.send(outcome);
                }
            }
            Ok(Some(SubmitResponse { outcome: None, .. })) => {}
            Ok(None) => break Status::unavailable("the platform closed the stream of commands"),
            Err(status) => break status,
        }
    };
    let mut shared = lock();
    shared.ended = Some(ended);
    shared.waiting.clear();
}

impl Shared {
    /// Who waits for the answer to this command.
    fn take(&mut self, id: Uuid, outcome: &Outcome) -> Option<oneshot::Sender<Outcome>> {
        if let Outcome::Receipt(CommandReceipt { position: Some(position), .. }) = outcome {
            let offset = self.accepted.entry((position.topic.clone(), position.partition)).or_default();
            *offset = position.offset.max(*offset);
        }
        self.waiting.remove(&id)
    }
}

/// True for what may go well the next time: too much load, a view that lags, a partition that changes hands.
fn passing(failure: &CommandFailure) -> bool {
    matches!(Code::from_i32(failure.code), Code::Unavailable | Code::ResourceExhausted | Code::DeadlineExceeded)
}

fn refusal(failure: &CommandFailure) -> LineRefusal {
    let CommandFailure { code, message, details } = failure;
    let rich = tonic_types::Status { code: *code, message: message.clone(), details: details.clone() };
    let status = Status::with_details(Code::from_i32(*code), message.clone(), rich.encode_to_vec().into());
    let details = status.get_error_details();
    let reason = details.error_info().map_or_else(|| format!("{:?}", status.code()), |info| info.reason.clone());
    let mut text = message.clone();
    for fault in details.bad_request().map(|bad| bad.field_violations.as_slice()).unwrap_or_default() {
        text.push_str(&format!("; {}: {}", fault.field, fault.description));
    }
    LineRefusal::Platform { reason, text }
}
