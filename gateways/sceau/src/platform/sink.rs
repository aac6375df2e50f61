//! Where the stamp loop's commands go: each to the engine of its domain.

use futures_util::future::BoxFuture;
use sceau_engine::{Commands, Envelope, Outcome, Refused};
use sceau_grpc::Engines;
use sceau_kernel::{Actor, CommandDigest, CommandId, Domain, Refusal, StreamId};
use sceau_order::Ordering;
use sceau_payment::Payments;
use sceau_process::ProcessCommand;
use sceau_projector::{CommandSink, SinkError};
use sceau_stamp::Stamping;

pub(super) struct ProcessSink {
    order: Commands<Ordering>,
    payment: Commands<Payments>,
    stamp: Commands<Stamping>,
}

impl ProcessSink {
    pub(super) fn new(engines: &Engines) -> Self {
        Self { order: engines.order.clone(), payment: engines.payment.clone(), stamp: engines.stamp.clone() }
    }
}

impl CommandSink<ProcessCommand> for ProcessSink {
    fn submit(
        &self,
        stream: StreamId,
        command: ProcessCommand,
        id: CommandId,
        traceparent: String,
    ) -> BoxFuture<'_, Result<(), SinkError>> {
        match command {
            ProcessCommand::Order(command) => give(&self.order, stream, command, id, traceparent),
            ProcessCommand::Payment(command) => give(&self.payment, stream, command, id, traceparent),
            ProcessCommand::Stamp(command) => give(&self.stamp, stream, command, id, traceparent),
        }
    }
}

fn give<D: Domain>(
    commands: &Commands<D>,
    stream: StreamId,
    command: D::Command,
    command_id: CommandId,
    traceparent: String,
) -> BoxFuture<'static, Result<(), SinkError>> {
    let answer = commands.submit(Envelope {
        stream,
        command,
        command_id,
        // A reaction is known by its position; there is no other content under the same id.
        digest: CommandDigest::default(),
        expected_version: None,
        actor: Actor::system(),
        traceparent: traceparent.into(),
    });
    Box::pin(async move { told::<D>(answer.await) })
}

fn told<D: Domain>(outcome: Outcome<D>) -> Result<(), SinkError> {
    match outcome {
        Ok(_) => Ok(()),
        Err(Refused::Unavailable { retry_after } | Refused::Overloaded { retry_after }) => {
            Err(SinkError::Retry { after: retry_after })
        }
        Err(Refused::Rejected(refusal)) => {
            Err(SinkError::Refused { code: refusal.code().to_owned(), text: refusal.to_string() })
        }
        Err(Refused::RejectedElsewhere(told)) => Err(SinkError::Refused { code: told.code, text: told.text }),
        Err(other) => Err(SinkError::Refused { code: "REFUSED".to_owned(), text: other.to_string() }),
    }
}
