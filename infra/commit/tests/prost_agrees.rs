//! The hand-written encoding is held to the prost message of `proto/sceau/log/v1/commit.proto`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use bytes::BytesMut;
use proptest::prelude::*;
use prost::Message;
use sceau_commit::{CommitError, NewCommit, decode_commit, decode_heading, encode_commit};
use sceau_kernel::uuid::Uuid;
use sceau_kernel::{Actor, CommandDigest, CommandId, EncodedEvent, Reaction, Role, Source, StreamId, Timestamp};
use sceau_proto::common::v1 as common;
use sceau_proto::log::v1 as proto;

const TYPES: [&str; 2] = ["sceau.order.v1.OrderPlaced", "sceau.order.v1.OrderConfirmed"];

#[derive(Clone, Debug)]
struct Parts {
    stream: StreamId,
    first_version: u64,
    events: Vec<EncodedEvent>,
    command_id: CommandId,
    digest: CommandDigest,
    actor: Actor,
    time: Timestamp,
    traceparent: String,
}

impl Parts {
    fn encode(&self, buffer: &mut BytesMut) -> bytes::Bytes {
        let commit = NewCommit {
            stream: &self.stream,
            first_version: self.first_version,
            events: &self.events,
            command_id: &self.command_id,
            digest: &self.digest,
            actor: &self.actor,
            time: self.time,
            traceparent: &self.traceparent,
        };
        let bytes = encode_commit(&commit, buffer);
        assert_eq!(bytes.len(), commit.encoded_len());
        bytes
    }

    fn message(&self) -> proto::Commit {
        let (uuid, reaction) = match &self.command_id {
            CommandId::Client(uuid) => (uuid.as_bytes().to_vec(), None),
            CommandId::Reaction(reaction) => (
                Vec::new(),
                Some(proto::Reaction {
                    reactor: reaction.reactor.to_string(),
                    topic: reaction.topic.to_string(),
                    partition: reaction.partition,
                    offset: reaction.offset,
                    index: reaction.index,
                }),
            ),
        };
        let event =
            |event: &EncodedEvent| proto::Event { r#type: event.type_name.into(), payload: event.payload.clone() };
        proto::Commit {
            stream: self.stream.to_string(),
            first_version: self.first_version,
            events: self.events.iter().map(event).collect(),
            command_id: Some(proto::CommandId { uuid, reaction }),
            command_digest: self.digest.as_bytes().to_vec(),
            actor: Some(common::Actor {
                subject: self.actor.subject.to_string(),
                role: self.actor.role.name().into(),
                party_id: self.actor.party.as_deref().unwrap_or_default().into(),
            }),
            time_us: self.time.0,
            traceparent: self.traceparent.clone(),
        }
    }
}

fn command_id() -> impl Strategy<Value = CommandId> {
    let reaction = ("[a-z]{0,8}", "[a-z.]{0,8}", any::<u32>(), any::<u64>(), any::<u32>()).prop_map(
        |(reactor, topic, partition, offset, index)| Reaction {
            reactor: reactor.into(),
            topic: topic.into(),
            partition,
            offset,
            index,
        },
    );
    prop_oneof![
        any::<u128>().prop_map(|id| CommandId::Client(Uuid::from_u128(id))),
        reaction.prop_map(CommandId::Reaction),
    ]
}

prop_compose! {
    fn parts()(
        id in "[a-z0-9-]{1,200}",
        first_version in any::<u64>().prop_map(|version| version >> 1),
        events in prop::collection::vec((0..2_usize, prop::collection::vec(any::<u8>(), 0..300)), 1..4),
        command_id in command_id(),
        digest in prop::collection::vec(any::<u8>(), 0..40),
        subject in ".{0,12}",
        role in prop::sample::select(Role::ALL.to_vec()),
        party in prop::option::of("[a-z]{1,8}"),
        time in any::<i64>(),
        traceparent in prop_oneof![Just(String::new()), Just("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".into())],
    ) -> Parts {
        Parts {
            stream: format!("ci/order/{id}").parse().unwrap(),
            first_version,
            events: events.into_iter().map(|(n, payload)| EncodedEvent { type_name: TYPES[n], payload }).collect(),
            command_id,
            digest: CommandDigest::from_bytes(digest),
            actor: Actor { subject: subject.into(), role, party: party.map(Into::into) },
            time: Timestamp(time),
            traceparent,
        }
    }
}

proptest! {
    #[test]
    fn the_bytes_are_those_of_the_prost_message(first in parts(), second in parts()) {
        let mut buffer = BytesMut::new();
        let encoded = [first.encode(&mut buffer), second.encode(&mut buffer)];
        prop_assert_eq!(&encoded[0][..], &first.message().encode_to_vec()[..]);
        prop_assert_eq!(&encoded[1][..], &second.message().encode_to_vec()[..]);
    }

    #[test]
    fn a_commit_reads_back_as_it_was_written(parts in parts()) {
        let bytes = parts.encode(&mut BytesMut::new());
        let commit = decode_commit(&bytes).unwrap();
        prop_assert_eq!(&commit.stream, &parts.stream);
        prop_assert_eq!(commit.first_version, parts.first_version);
        prop_assert_eq!(commit.version(), parts.first_version + parts.events.len() as u64);
        prop_assert_eq!(commit.command_id().unwrap(), parts.command_id);
        prop_assert_eq!(commit.digest(), parts.digest);
        prop_assert_eq!(commit.actor, &*parts.actor.subject);
        prop_assert_eq!(commit.time, parts.time);
        prop_assert_eq!(commit.traceparent, &parts.traceparent);
        let source = Source { topic: "sceau.order", partition: 3 };
        let recorded: Vec<_> = commit.recorded(&source, 77).collect();
        prop_assert_eq!(recorded.len(), parts.events.len());
        for (n, (recorded, event)) in recorded.iter().zip(&parts.events).enumerate() {
            prop_assert_eq!(recorded.version, parts.first_version + n as u64 + 1);
            prop_assert_eq!((recorded.offset, recorded.index as usize), (77, n));
            prop_assert_eq!((recorded.type_name, recorded.payload), (event.type_name, &event.payload[..]));
        }
    }

    #[test]
    fn a_heading_says_what_its_commit_says(parts in parts()) {
        let bytes = parts.encode(&mut BytesMut::new());
        let heading = decode_heading(&bytes).unwrap();
        prop_assert_eq!(heading.type_name, parts.events[0].type_name);
        prop_assert_eq!(heading.time, parts.time);
        prop_assert_eq!(heading.command_id().unwrap(), parts.command_id);
    }

    #[test]
    fn damaged_bytes_give_an_error_or_a_commit_but_never_a_panic(parts in parts(), cut in any::<prop::sample::Index>(), flip in any::<prop::sample::Index>()) {
        let bytes = parts.encode(&mut BytesMut::new());
        let mut damaged = bytes.to_vec();
        let at = flip.index(damaged.len());
        damaged[at] ^= 1 << (at % 8);
        for payload in [&bytes[..cut.index(bytes.len())], &damaged] {
            if let Ok(commit) = decode_commit(payload) {
                let _ = (commit.command_id(), commit.events().count());
            }
        }
    }
}

#[test]
fn a_commit_without_events_is_refused() {
    let empty = proto::Commit { stream: "ci/order/1".into(), ..proto::Commit::default() }.encode_to_vec();
    assert_eq!(decode_commit(&empty).unwrap_err(), CommitError::InvalidField { field: "events" });
}

#[test]
fn a_commit_of_no_stream_is_refused() {
    let nameless = proto::Commit { events: vec![proto::Event::default()], ..proto::Commit::default() }.encode_to_vec();
    assert_eq!(decode_commit(&nameless).unwrap_err(), CommitError::InvalidField { field: "stream" });
}
