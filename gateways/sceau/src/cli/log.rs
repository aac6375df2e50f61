//! `sceau log`.

use clap::Subcommand;
use sceau_api::admin::v1::admin_service_client::AdminServiceClient;
use sceau_kernel::Timestamp;
use sceau_kernel::wire::Wire;
use sceau_proto::admin::v1 as pb;
use serde_json::json;

use super::Session;
use crate::client::CallError;
use crate::show::{Form, described, json_of};

/// `sceau log`.
#[derive(Debug, Subcommand)]
pub enum Log {
    /// The last records of a topic, with their events in clear.
    #[command(after_help = "Example:\n  sceau log tail sceau.order --last 20 --follow")]
    Tail {
        /// The topic: sceau.certification, sceau.order, sceau.payment, sceau.stamp or sceau.verification.
        topic: String,
        /// How many of each partition to begin with.
        #[arg(long, default_value_t = 10)]
        last: u64,
        /// Go on with what comes.
        #[arg(long, short)]
        follow: bool,
    },
    /// How long each partition is.
    Stat,
}

pub(super) async fn run(session: &Session, command: Log) -> Result<(), CallError> {
    let mut client = AdminServiceClient::new(session.caller.clone());
    match command {
        Log::Stat => {
            let answer = client.log_stat(pb::LogStatRequest {}).await?.into_inner();
            session.form.table(&answer.partitions, &["topic", "partition", "end"]);
        }
        Log::Tail { topic, last, follow } => {
            let mut records = client.tail_log(pb::TailLogRequest { topic, last, follow }).await?.into_inner();
            while let Some(record) = records.message().await? {
                sayln!("{}", line(&record, session.form));
            }
        }
    }
    Ok(())
}

fn line(record: &pb::TailLogResponse, form: Form) -> String {
    let event = described(&record.r#type, &record.payload).map(|event| json_of(&event));
    let at = record.at.and_then(|at| Timestamp::from_wire(at).ok()).map(|at| at.to_string()).unwrap_or_default();
    let position = record.position.clone().unwrap_or_default();
    match form {
        Form::Id => format!("{}/{}@{}", position.topic, position.partition, position.offset),
        Form::Human => {
            let place = format!("{}/{}@{}", position.topic, position.partition, position.offset);
            let what = if record.r#type.is_empty() { record.node.as_str() } else { record.r#type.as_str() };
            let event = event.map(|event| event.to_string()).unwrap_or_default();
            format!("{place} {} {at} {} v{} {what} {event}", record.kind, record.stream, record.version)
        }
        Form::Json => json!({
            "topic": position.topic, "partition": position.partition, "offset": position.offset,
            "kind": record.kind, "stream": record.stream, "version": record.version, "type": record.r#type,
            "at": at, "actor": record.actor, "node": record.node, "event": event,
        })
        .to_string(),
    }
}
