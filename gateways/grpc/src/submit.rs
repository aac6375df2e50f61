//! Many commands over one stream.
//!
//! Each command goes the way of its unary call. Commands to different things overtake one another while the facts they
//! need are looked up; those to the same thing do not: the next one begins when the one before it is with the engine,
//! which keeps the order of a stream. So the answers need no order, and waiting for one thing's freshness holds up
//! nobody else.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::future::{BoxFuture, FutureExt};
use futures_util::stream::FuturesUnordered;
use prost::Message;
use sceau_api::submit::v1::submit_service_server::SubmitService;
use sceau_proto::common::v1::{CommandMeta, CommandReceipt};
use sceau_proto::submit::v1::submit_request::Command;
use sceau_proto::submit::v1::submit_response::Outcome;
use sceau_proto::submit::v1::{CommandFailure, SubmitRequest, SubmitResponse};
use sceau_security::Rule;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, Streaming};
use tracing::Instrument;

use crate::Gateway;
use crate::access::rule_of;
use crate::call::Envelope;
use crate::command::CommandCall;
use crate::door::{Decides, Door, Engines};
use crate::failure;

/// Commands of one stream that are in flight at the same time.
const WINDOW: usize = 1024;

const SUBMIT: &Rule = rule_of("/sceau.submit.v1.SubmitService/Submit");

type Answer = Result<CommandReceipt, Status>;

#[tonic::async_trait]
impl SubmitService for Gateway {
    type SubmitStream = ReceiverStream<Result<SubmitResponse, Status>>;

    async fn submit(&self, request: Request<Streaming<SubmitRequest>>) -> Result<Response<Self::SubmitStream>, Status> {
        let envelope = Envelope::of(request.metadata(), self.door.patience());
        self.door.calls.counted(SUBMIT.method, self.door.let_in(&envelope, SUBMIT))?;
        let (answers, stream) = mpsc::channel(WINDOW);
        let door = Arc::clone(&self.door);
        tokio::spawn(serve(door, envelope, request.into_inner(), answers));
        Ok(Response::new(ReceiverStream::new(stream)))
    }
}

/// What has become of a command.
enum Step {
    /// It is with the engine, or was refused before.
    Begun { lane: String, command_id: String, begun: Result<BoxFuture<'static, Answer>, Status> },
    /// It is decided.
    Done { command_id: String, answer: Answer },
}

/// The commands of one stream that are in flight.
struct Flight<'a> {
    door: &'a Door,
    envelope: &'a Envelope,
    /// The things that a command is being prepared for, and the commands to them that came meanwhile.
    lanes: HashMap<String, VecDeque<Command>>,
    steps: FuturesUnordered<BoxFuture<'a, Step>>,
    count: usize,
}

impl<'a> Flight<'a> {
    fn new(door: &'a Door, envelope: &'a Envelope) -> Self {
        Self { door, envelope, lanes: HashMap::new(), steps: FuturesUnordered::new(), count: 0 }
    }

    fn take(&mut self, command: Command) {
        self.count += 1;
        let lane = lane(&command);
        if let Some(waiting) = self.lanes.get_mut(&lane) {
            waiting.push_back(command);
        } else {
            self.lanes.insert(lane.clone(), VecDeque::new());
            self.steps.push(begin(self.door, self.envelope, lane, command));
        }
    }

    /// Goes on after a step; the answer when it was the command's last.
    fn advance(&mut self, step: Step) -> Option<SubmitResponse> {
        let (command_id, answer) = match step {
            Step::Begun { lane, command_id, begun } => {
                self.clear(lane);
                match begun {
                    Ok(pending) => {
                        self.steps.push(pending.map(|answer| Step::Done { command_id, answer }).boxed());
                        return None;
                    }
                    Err(status) => (command_id, Err(status)),
                }
            }
            Step::Done { command_id, answer } => (command_id, answer),
        };
        self.count -= 1;
        Some(response(command_id, answer))
    }

    /// Begins the next command of a lane, or closes it.
    fn clear(&mut self, lane: String) {
        match self.lanes.get_mut(&lane).and_then(VecDeque::pop_front) {
            Some(next) => self.steps.push(begin(self.door, self.envelope, lane, next)),
            None => {
                self.lanes.remove(&lane);
            }
        }
    }
}

async fn serve(
    door: Arc<Door>,
    envelope: Envelope,
    mut requests: Streaming<SubmitRequest>,
    answers: mpsc::Sender<Result<SubmitResponse, Status>>,
) {
    let mut flight = Flight::new(&door, &envelope);
    let mut open = true;
    while open || flight.count > 0 {
        let answer = tokio::select! {
            biased;
            Some(step) = flight.steps.next(), if !flight.steps.is_empty() => flight.advance(step).map(Ok),
            request = requests.message(), if open && flight.count < WINDOW => match request {
                Ok(Some(SubmitRequest { command: Some(command) })) => {
                    flight.take(command);
                    None
                }
                Ok(Some(SubmitRequest { command: None })) => {
                    let status = failure::bad_field("command", "is required: one of the commands of SubmitRequest");
                    Some(Ok(response(String::new(), Err(status))))
                }
                Ok(None) => {
                    open = false;
                    None
                }
                // What was sent is no message, or the caller is gone; what is in flight is decided all the same.
                Err(status) => {
                    open = false;
                    Some(Err(status))
                }
            },
            () = answers.closed() => return,
        };
        if let Some(answer) = answer
            && answers.send(answer).await.is_err()
        {
            return;
        }
    }
}

fn response(command_id: String, answer: Answer) -> SubmitResponse {
    let outcome = match answer {
        Ok(receipt) => Outcome::Receipt(receipt),
        Err(status) => Outcome::Failure(failure_of(&status)),
    };
    SubmitResponse { command_id, outcome: Some(outcome) }
}

fn failure_of(status: &Status) -> CommandFailure {
    let details = tonic_types::Status::decode(status.details()).map(|rich| rich.details).unwrap_or_default();
    CommandFailure { code: status.code().into(), message: status.message().to_owned(), details }
}

impl Door {
    /// One command of a stream: authorised anew, since a token may end or be revoked while the stream is open.
    async fn begin_submitted<C: CommandCall>(
        &self,
        envelope: &Envelope,
        request: C,
    ) -> Result<BoxFuture<'static, Answer>, Status>
    where
        Engines: Decides<C::Domain>,
    {
        // Each command has a deadline and a span of its own: the stream may be open for hours.
        let deadline = std::time::Instant::now() + self.patience();
        let mut envelope = Envelope { deadline, ..envelope.clone() };
        let span = envelope.enter(C::RULE.method);
        let begun = async {
            let call = self.let_in(&envelope, C::RULE)?;
            self.begin(&call, request).await
        };
        let begun = begun.instrument(span.clone()).await?;
        Ok(begun.instrument(span).boxed())
    }
}

/// Names every command once: what each needs is done for all of them.
macro_rules! submitted {
    ($($variant:ident),+ $(,)?) => {
        /// What orders the command among others: the thing it changes, or for one that creates, the command itself.
        fn lane(command: &Command) -> String {
            match command {
                $(Command::$variant(request) => match request.target() {
                    Some(target) => target.to_owned(),
                    None => id_of(request.meta.as_ref()),
                },)+
            }
        }

        fn begin<'a>(door: &'a Door, envelope: &'a Envelope, lane: String, command: Command) -> BoxFuture<'a, Step> {
            match command {
                $(Command::$variant(request) => async move {
                    let command_id = id_of(request.meta.as_ref());
                    let begun = door.begin_submitted(envelope, request).await;
                    Step::Begun { lane, command_id, begun }
                }
                .boxed(),)+
            }
        }
    };
}

fn id_of(meta: Option<&CommandMeta>) -> String {
    meta.map_or_else(String::new, |meta| meta.command_id.clone())
}

submitted!(
    RegisterCompany,
    ChangeCompanyContact,
    ApplyForCertificate,
    AssignReviewer,
    RequestChanges,
    ProvideChanges,
    GrantCertificate,
    RefuseCertificate,
    SuspendCertificate,
    ResumeCertificate,
    RevokeCertificate,
    RenewCertificate,
    AccreditStamper,
    WithdrawStamper,
    SetPriceList,
    PlaceOrder,
    QuoteOrder,
    ConfirmOrder,
    CancelOrder,
    RecordSettlement,
    IssueCreditNote,
    RecordRefund,
    ReleaseBatch,
    ActivateCodes,
    DecommissionCodes,
    RecordReadBack,
    ReinstateCodes,
    OpenContainer,
    AggregateCodes,
    DisaggregateCodes,
    AggregateContainer,
    DisaggregateContainer,
);
