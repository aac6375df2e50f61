//! Records as Kafka keeps them.
//!
//! The key is the stream id, the value what the body carries, and the headers are text. The first two say what the
//! record is to the protocol: `sceau-epoch` and `sceau-seq` make it a commit, `sceau-node` and `sceau-address` a fence.
//! The others follow the CloudEvents binding for Kafka in binary mode (github.com/cloudevents/spec, kafka-protocol-
//! binding.md), so that any Kafka tool shows the event's type, stream, time and id. A record that does not begin with
//! one of these pairs was written by another program.

use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::{Bytes, BytesMut};
use rdkafka::message::{BorrowedHeaders, BorrowedMessage, Header, Headers, Message, OwnedHeaders};
use sceau_commit::decode_heading;
use sceau_kernel::{CommandId, Timestamp};
use sceau_log::{Body, NewRecord, Record};

const EPOCH: &str = "sceau-epoch";
const SEQ: &str = "sceau-seq";
const NODE: &str = "sceau-node";
const ADDRESS: &str = "sceau-address";

/// What a record costs in memory besides its bytes.
const RECORD_OVERHEAD: usize = 64;

/// Bytes that a record takes in memory, about.
pub(crate) fn weight(record: &Record) -> usize {
    let payload = match &record.body {
        Body::Commit { payload, .. } => payload.len(),
        Body::Fence { node, address } => node.len() + address.len(),
        Body::Foreign => 0,
    };
    record.key.len() + payload + RECORD_OVERHEAD
}

/// Writes the headers of records; what it needs for that it keeps from one to the next.
pub(crate) struct HeaderWriter<'a> {
    /// CloudEvents source of everything in the partition.
    source: &'a str,
    text: String,
    second: Option<i64>,
    second_text: String,
}

impl<'a> HeaderWriter<'a> {
    pub(crate) fn new(source: &'a str) -> Self {
        Self { source, text: String::with_capacity(64), second: None, second_text: String::new() }
    }

    /// The headers of `record`, and its value.
    pub(crate) fn write<'r>(&mut self, record: &'r NewRecord) -> (OwnedHeaders, &'r [u8]) {
        let headers = OwnedHeaders::new_with_capacity(9);
        match &record.body {
            Body::Fence { node, address } => (self.fence(headers, node, address), &[]),
            Body::Commit { epoch, seq, payload } => {
                let headers = self.display(headers, EPOCH, epoch);
                let headers = self.display(headers, SEQ, seq);
                (self.commit(headers, record, payload), payload)
            }
            Body::Foreign => (headers, &[]),
        }
    }

    fn fence(&mut self, headers: OwnedHeaders, node: &str, address: &str) -> OwnedHeaders {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX));
        let headers = text(text(headers, NODE, node), ADDRESS, address);
        let headers = self.event(headers, "sceau.log.v1.Fence", node);
        let headers = text(headers, "ce_time", self.time(now));
        self.display(headers, "ce_id", &format_args!("{node}@{}", now.0))
    }

    fn commit(&mut self, headers: OwnedHeaders, record: &NewRecord, payload: &[u8]) -> OwnedHeaders {
        let subject = str::from_utf8(&record.key).unwrap_or_default();
        let Ok(heading) = decode_heading(payload) else {
            return self.event(headers, "sceau.log.v1.Commit", subject);
        };
        let headers = self.event(headers, heading.type_name, subject);
        let headers = text(headers, "ce_time", self.time(heading.time));
        match heading.command_id() {
            Ok(CommandId::Client(uuid)) => self.display(headers, "ce_id", &uuid),
            Ok(CommandId::Reaction(from)) => {
                let place = format_args!("{}/{}/{}", from.topic, from.partition, from.offset);
                self.display(headers, "ce_id", &format_args!("{}/{place}/{}", from.reactor, from.index))
            }
            Err(_) => headers,
        }
    }

    fn event(&self, headers: OwnedHeaders, type_name: &str, subject: &str) -> OwnedHeaders {
        let headers = text(headers, "ce_specversion", "1.0");
        let headers = text(headers, "ce_type", type_name);
        let headers = text(headers, "ce_source", self.source);
        let headers = text(headers, "ce_subject", subject);
        text(headers, "content-type", "application/protobuf")
    }

    /// The time as text, to the second: the same for nearly all records of a batch.
    fn time(&mut self, time: Timestamp) -> &str {
        let second = time.0.div_euclid(1_000_000);
        if self.second != Some(second) {
            self.second = Some(second);
            self.second_text = time.to_string();
        }
        &self.second_text
    }

    fn display(&mut self, headers: OwnedHeaders, key: &str, value: &impl std::fmt::Display) -> OwnedHeaders {
        self.text.clear();
        // Writing to a String does not fail.
        let _ = write!(self.text, "{value}");
        text(headers, key, &self.text)
    }
}

fn text(headers: OwnedHeaders, key: &str, value: &str) -> OwnedHeaders {
    headers.insert(Header { key, value: Some(value) })
}

/// Reads records; the bytes of many share one allocation.
#[derive(Default)]
pub(crate) struct RecordReader {
    buffer: BytesMut,
}

impl RecordReader {
    pub(crate) fn read(&mut self, message: &BorrowedMessage<'_>) -> Record {
        const CHUNK: usize = 64 << 10;
        let key = message.key().unwrap_or_default();
        let value = message.payload().unwrap_or_default();
        let body = message.headers().and_then(leading_pair);
        if matches!(body, Some(Pair::Commit { .. })) && self.buffer.capacity() < key.len() + value.len() {
            self.buffer.reserve(CHUNK.max(key.len() + value.len()));
        }
        let body = match body {
            Some(Pair::Commit { epoch, seq }) => Body::Commit { epoch, seq, payload: self.keep(value) },
            Some(Pair::Fence { node, address }) => Body::Fence { node: node.into(), address: address.into() },
            None => Body::Foreign,
        };
        Record { offset: u64::try_from(message.offset()).unwrap_or_default(), key: self.keep(key), body }
    }

    fn keep(&mut self, bytes: &[u8]) -> Bytes {
        self.buffer.extend_from_slice(bytes);
        self.buffer.split().freeze()
    }
}

enum Pair<'a> {
    Commit { epoch: u64, seq: u64 },
    Fence { node: &'a str, address: &'a str },
}

fn leading_pair(headers: &BorrowedHeaders) -> Option<Pair<'_>> {
    // The library panics on a header name that is not UTF-8, which a foreign program may well write.
    let header = |index| catch_unwind(AssertUnwindSafe(|| headers.try_get(index))).ok().flatten();
    let (first, second) = (header(0)?, header(1)?);
    let first_text = str::from_utf8(first.value?).ok()?;
    let second_text = str::from_utf8(second.value?).ok()?;
    match (first.key, second.key) {
        (EPOCH, SEQ) => Some(Pair::Commit { epoch: first_text.parse().ok()?, seq: second_text.parse().ok()? }),
        (NODE, ADDRESS) => Some(Pair::Fence { node: first_text, address: second_text }),
        _ => None,
    }
}
