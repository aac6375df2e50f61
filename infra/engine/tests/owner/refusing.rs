//! What the engine itself refuses, and says so.

use sceau_engine::{Accepted, Envelope, Refused, Settings};

use crate::counting::{Command, add, command};
use crate::world::{RETRY, World, accepted, settings, unserved};

#[test]
fn a_stream_at_another_version_than_expected_is_refused_with_both() {
    let mut world = World::serving(settings());
    world.submit(add(1, "a", 1));
    world.land_all();
    world.answered();
    world.submit(Envelope { expected_version: Some(0), ..add(2, "a", 1) });
    assert_eq!(world.only_answer(), Err(Refused::VersionMismatch { expected: 0, actual: 1 }));
    world.submit(Envelope { expected_version: Some(1), ..add(3, "a", 1) });
    assert_eq!(world.only_answer(), accepted(2, 2));
}

#[test]
fn a_commit_over_the_limit_is_refused_and_changes_nothing() {
    let mut world = World::serving(Settings { commit_bytes: 1000, ..settings() });
    world.submit(command(1, "a", Command::Pad(2000)));
    match world.only_answer() {
        Err(Refused::TooLarge { size, limit: 1000 }) => assert!((2000..2300).contains(&size), "{size}"),
        other => panic!("{other:?}"),
    }
    world.submit(add(2, "a", 1));
    assert_eq!(world.only_answer(), accepted(1, 1));
}

#[test]
fn a_kind_of_stream_that_the_domain_does_not_have_is_refused() {
    let mut world = World::serving(settings());
    world.submit(Envelope { stream: "ci/order/1".parse().unwrap(), ..add(1, "a", 1) });
    assert_eq!(world.only_answer(), Err(Refused::UnknownKind));
}

#[test]
fn more_commands_than_fit_are_refused() {
    let mut world = World::serving(Settings { queue: 2, ..settings() });
    for id in 1..=3 {
        world.queue(add(id, "a", 1));
    }
    assert!(!world.owner.has_room());
    world.settle();
    assert_eq!(world.answered(), [(3, Err(Refused::Overloaded { retry_after: RETRY }))]);
    world.land_all();
    assert_eq!(world.answered().len(), 2);
}

#[test]
fn an_owner_that_owns_nothing_refuses() {
    let mut world = World::new(settings());
    world.submit(add(1, "a", 1));
    assert_eq!(world.answered(), [(1, unserved())]);
}

#[test]
fn a_command_that_asks_for_nothing_new_is_accepted_without_events() {
    let mut world = World::serving(settings());
    world.submit(add(1, "a", 0));
    let nothing = |offset, version| Accepted { events: 0, ..accepted(offset, version).unwrap() };
    assert_eq!(world.only_answer(), Ok(nothing(0, 0)), "the fence stands for a stream without commits");
    world.submit(add(2, "a", 7));
    world.submit(add(3, "a", 0));
    world.land_all();
    assert_eq!(world.answered()[1], (3, Ok(nothing(1, 1))));
}

#[test]
fn a_stream_whose_state_cannot_be_loaded_is_unavailable_and_comes_back() {
    let mut world = World::serving(settings());
    world.fail_loads = true;
    world.submit(add(1, "a", 1));
    assert_eq!(world.only_answer(), unserved());
    world.fail_loads = false;
    world.submit(add(1, "a", 1));
    assert_eq!(world.only_answer(), accepted(1, 1));
}
