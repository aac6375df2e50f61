//! Looking into the log: the events of the caller's tenant, and what is fence or void between them.

use std::sync::Arc;
use std::time::Duration;

use sceau_commit::decode_commit;
use sceau_kernel::Source;
use sceau_kernel::wire::Wire;
use sceau_log::protocol::{Cursor, Verdict};
use sceau_log::{Body, Log, Partition, Record};
use sceau_proto::admin::v1::{TailLogRequest, TailLogResponse};
use sceau_proto::common::v1::Position;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;

use super::TOPICS;
use crate::call::Call;
use crate::door::Door;
use crate::failure;
pub(super) use crate::failure::log as log_failure;

pub(crate) type Tail = ReceiverStream<Result<TailLogResponse, Status>>;
type Lines = mpsc::Sender<Result<TailLogResponse, Status>>;

/// Lines that wait for a slow reader; then the log is read no further.
const WAITING: usize = 256;
const READ_BYTES: usize = 1 << 20;
/// A reader that follows asks again after this long, which is also how soon it sees that the caller has gone.
const POLL: Duration = Duration::from_millis(500);

/// Begins to read; every partition has a reader of its own.
pub(crate) async fn tail(door: &Door, call: &Call, request: TailLogRequest) -> Result<Tail, Status> {
    let topics: Vec<&'static str> =
        TOPICS.into_iter().filter(|topic| request.topic.is_empty() || *topic == request.topic).collect();
    if topics.is_empty() {
        return Err(failure::bad_field("topic", format!("is not one of {}", TOPICS.join(", "))));
    }
    let (lines, stream) = mpsc::channel(WAITING);
    for topic in topics {
        for number in 0..door.log.partitions(topic).await.map_err(|error| log_failure(&error))? {
            let partition = Partition { topic, number };
            let end = door.log.end(partition).await.map_err(|error| log_failure(&error))?;
            let reader = Reader {
                log: Arc::clone(&door.log),
                partition,
                tenant: call.tenant.as_str().into(),
                first: end.saturating_sub(request.last),
                until: (!request.follow).then_some(end),
            };
            let lines = lines.clone();
            tokio::spawn(async move { reader.run(&lines).await });
        }
    }
    Ok(ReceiverStream::new(stream))
}

struct Reader {
    log: Arc<dyn Log>,
    partition: Partition,
    tenant: Box<str>,
    first: u64,
    until: Option<u64>,
}

impl Reader {
    /// Reads from the beginning, since only that tells what is valid, and shows what is wanted.
    async fn run(self, lines: &Lines) {
        let mut cursor = Cursor::START;
        while !lines.is_closed() && self.until.is_none_or(|until| cursor.next < until) {
            let records = match self.log.read(self.partition, cursor.next, READ_BYTES, POLL).await {
                Ok(records) => records,
                Err(error) => {
                    let _ = lines.send(Err(log_failure(&error))).await;
                    return;
                }
            };
            for record in records {
                let verdict = cursor.pass(&record.body);
                if record.offset < self.first || self.until.is_some_and(|until| record.offset >= until) {
                    continue;
                }
                for line in self.lines_of(&record, verdict) {
                    if lines.send(Ok(line)).await.is_err() {
                        return;
                    }
                }
            }
        }
    }

    fn lines_of(&self, record: &Record, verdict: Verdict) -> Vec<TailLogResponse> {
        let line = |kind: &str| TailLogResponse {
            position: Some(Position {
                topic: self.partition.topic.to_owned(),
                partition: self.partition.number,
                offset: record.offset,
            }),
            kind: kind.to_owned(),
            ..TailLogResponse::default()
        };
        match (&record.body, verdict) {
            (Body::Fence { node, .. }, _) => vec![TailLogResponse { node: node.to_string(), ..line("fence") }],
            (Body::Commit { payload, .. }, Verdict::Valid) => {
                let Ok(commit) = decode_commit(payload) else {
                    return vec![line("void")];
                };
                if commit.stream.tenant() != &*self.tenant {
                    return Vec::new();
                }
                let source = Source { topic: self.partition.topic, partition: self.partition.number };
                let event = |event: sceau_kernel::Recorded<'_>| TailLogResponse {
                    stream: event.stream.to_string(),
                    version: event.version,
                    r#type: event.type_name.to_owned(),
                    at: Some(event.time.to_wire()),
                    actor: event.actor.to_owned(),
                    payload: event.payload.to_vec(),
                    ..line("event")
                };
                commit.recorded(&source, record.offset).map(event).collect()
            }
            (Body::Commit { .. } | Body::Foreign, _) => vec![line("void")],
        }
    }
}
