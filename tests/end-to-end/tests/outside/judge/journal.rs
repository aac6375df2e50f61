//! The events of a tenant, read back from the log.

use std::collections::BTreeMap;

use prost::{Message, Name};
use sceau_api::admin::v1::admin_service_client::AdminServiceClient;
use sceau_proto::admin::v1::{LogStatRequest, TailLogRequest, TailLogResponse};
use sceau_proto::common::v1::{Position, QueryMeta};
use tonic::Status;
use tonic::transport::Channel;

use crate::api::by;

/// Topic, partition, offset: one commit.
pub(crate) type Place = (String, u32, u64);

pub(crate) fn place(position: &Position) -> Place {
    (position.topic.clone(), position.partition, position.offset)
}

/// Every event of a tenant, partition by partition in the order of the log.
#[derive(Clone, Debug, Default)]
pub(crate) struct Journal(Vec<TailLogResponse>);

impl Journal {
    /// Reads the whole log.
    pub(crate) async fn read(channel: &Channel, token: &str) -> Result<Self, Status> {
        let request = TailLogRequest { topic: String::new(), last: u64::MAX, follow: false };
        let mut lines = AdminServiceClient::new(channel.clone()).tail_log(by(token, request)).await?.into_inner();
        let mut events = Vec::new();
        while let Some(line) = lines.message().await? {
            if line.kind == "event" {
                events.push(line);
            }
        }
        events.sort_by_key(|event| (event.position.as_ref().map(place), event.version));
        Ok(Self(events))
    }

    /// How many events there are, without those by which the platform makes public what happened: they come by
    /// themselves, some time after it.
    pub(crate) fn len(&self) -> usize {
        self.events().filter(|event| event.r#type != "sceau.certification.v1.LeavesLogged").count()
    }

    pub(crate) fn events(&self) -> impl Iterator<Item = &TailLogResponse> {
        self.0.iter()
    }

    /// The events of one message type, decoded, with the id of their stream.
    pub(crate) fn of<M: Message + Name + Default>(&self) -> Vec<(String, M)> {
        let name = M::full_name();
        self.events()
            .filter(|event| event.r#type == name)
            .map(|event| (id_of(event), M::decode(event.payload.as_slice()).expect("an event can be read")))
            .collect()
    }

    /// The commits of one subject, and the stream and version each brought about.
    pub(crate) fn commits_by(&self, subject: &str) -> BTreeMap<Place, (String, u64)> {
        let mine = self.events().filter(|event| event.actor == subject);
        // Of a commit with several events the last one stands here.
        mine.map(|event| (place(event.position.as_ref().unwrap()), (id_of(event), event.version))).collect()
    }

    /// Each stream with the types of its events, in order.
    pub(crate) fn streams(&self) -> BTreeMap<&str, Vec<&str>> {
        let mut streams: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for event in self.events() {
            streams.entry(&event.stream).or_default().push(&event.r#type);
        }
        streams
    }

    /// How many facts are public: what happened to granted certificates, and batches released.
    pub(crate) fn public_facts(&self) -> usize {
        let of_certificates = ["Granted", "Suspended", "Resumed", "Revoked", "Renewed", "Expired"];
        let public = |kind: &str| {
            let certificate = kind.strip_prefix("sceau.certification.v1.Certificate");
            kind == "sceau.stamp.v1.BatchReleased" || certificate.is_some_and(|kind| of_certificates.contains(&kind))
        };
        self.events().filter(|event| public(&event.r#type)).count()
    }

    /// What was in the log stays in it, unchanged and at its place.
    pub(crate) fn must_hold(&self, earlier: &Self) {
        let known: BTreeMap<_, _> = self.events().map(|event| (key(event), event)).collect();
        for event in earlier.events() {
            let now = known.get(&key(event));
            assert_eq!(now, Some(&event), "an event that was read before is gone or another one now");
        }
    }

    /// The versions of each stream are 1, 2, 3 … in one partition.
    pub(crate) fn must_be_dense(&self) {
        let mut last: BTreeMap<&str, &TailLogResponse> = BTreeMap::new();
        for event in self.events() {
            let before = last.insert(&event.stream, event);
            let version = before.map_or(0, |before| before.version);
            assert_eq!(event.version, version + 1, "{} skips or repeats a version", event.stream);
            let partition =
                |event: &TailLogResponse| event.position.as_ref().map(|at| (at.topic.clone(), at.partition));
            let moved = before.is_some_and(|before| partition(before) != partition(event));
            assert!(!moved, "{} is in two partitions", event.stream);
        }
    }
}

fn key(event: &TailLogResponse) -> (Place, u64) {
    (place(event.position.as_ref().unwrap()), event.version)
}

/// The last part of the stream's name: `ci/order/<id>`.
pub(crate) fn id_of(event: &TailLogResponse) -> String {
    event.stream.rsplit('/').next().unwrap_or_default().to_owned()
}

/// How many records each partition holds, fences and all.
pub(crate) async fn ends(channel: &Channel, token: &str) -> BTreeMap<(String, u32), u64> {
    let stat = AdminServiceClient::new(channel.clone()).log_stat(by(token, LogStatRequest {})).await.unwrap();
    let partitions = stat.into_inner().partitions.into_iter();
    partitions.map(|partition| ((partition.topic, partition.partition), partition.end)).collect()
}

/// The meta of a query that sees everything that is in the log now.
pub(crate) async fn everything(channel: &Channel, token: &str) -> Option<QueryMeta> {
    let ends = ends(channel, token).await.into_iter().filter(|(_, end)| *end > 0);
    let at_least = ends.map(|((topic, partition), end)| Position { topic, partition, offset: end - 1 }).collect();
    Some(QueryMeta { at_least })
}
