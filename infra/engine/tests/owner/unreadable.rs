//! A commit that this version cannot read stops its stream, not the partition, and waits for a version that can.

use bytes::{Bytes, BytesMut};
use sceau_commit::{NewCommit, encode_commit};
use sceau_engine::Refused;
use sceau_kernel::uuid::Uuid;
use sceau_kernel::{Actor, CommandDigest, CommandId, EncodedEvent, Timestamp};
use sceau_log::Body;

use crate::counting::{add, stream};
use crate::world::{World, accepted, settings};

/// A commit of a newer version, to `ci/count/<name>`.
fn newer(name: &str, first_version: u64) -> (Bytes, Bytes) {
    let stream = stream(name);
    let commit = NewCommit {
        stream: &stream,
        first_version,
        events: &[EncodedEvent { type_name: "counting.Doubled", payload: vec![] }],
        command_id: &CommandId::Client(Uuid::from_u128(99)),
        digest: &CommandDigest::default(),
        actor: &Actor::system(),
        time: Timestamp(0),
        traceparent: "",
    };
    (Bytes::from(stream.to_string()), encode_commit(&commit, &mut BytesMut::new()))
}

/// A log in which a newer version has written to stream `a` at offset 2.
fn rolled_back() -> World {
    let mut world = World::serving(settings());
    world.submit(add(1, "a", 1));
    world.land_all();
    let (key, payload) = newer("a", 1);
    world.push(key, Body::Commit { epoch: 0, seq: 1, payload });
    let mut world = world.restarted(settings());
    world.take();
    world
}

#[test]
fn only_its_stream_is_refused() {
    let mut world = rolled_back();
    world.submit(add(2, "a", 1));
    assert_eq!(world.only_answer(), Err(Refused::Unreadable { offset: Some(2) }));
    world.submit(add(3, "b", 1));
    assert_eq!(world.only_answer(), accepted(4, 1));
    assert_eq!(world.owner.status().unreadable, 1);
}

#[test]
fn the_checkpoint_does_not_pass_it() {
    let mut world = rolled_back();
    world.submit(add(3, "b", 1));
    world.land_all();
    world.owner.finish();
    world.settle();
    let mut world = world.restarted(settings());
    world.take();
    assert_eq!(world.reads[0], 2, "the first unreadable commit is read again by the next start");
    world.submit(add(2, "a", 1));
    assert_eq!(world.only_answer(), Err(Refused::Unreadable { offset: Some(2) }));
}

#[test]
fn a_commit_that_is_no_commit_stops_its_stream_only() {
    let mut world = World::serving(settings());
    world.push("ci/count/a".into(), Body::Commit { epoch: 0, seq: 0, payload: "nonsense".into() });
    let mut world = world.restarted(settings());
    world.take();
    world.submit(add(1, "b", 1));
    assert_eq!(world.only_answer(), accepted(3, 1));
    world.submit(add(2, "a", 1));
    assert_eq!(world.only_answer(), Err(Refused::Unreadable { offset: Some(1) }));
}
