//! A repeated command returns the first outcome and appends nothing.

use sceau_engine::{Envelope, Refused};
use sceau_kernel::{CommandId, Reaction};

use crate::counting::{Counting, add};
use crate::world::{World, accepted, repeated, settings};

fn reaction(offset: u64, n: i64) -> Envelope<Counting> {
    let source = Reaction { reactor: "teller".into(), topic: "sceau.order".into(), partition: 2, offset, index: 0 };
    Envelope { command_id: CommandId::Reaction(source), ..add(0, "a", n) }
}

#[test]
fn the_same_command_returns_the_first_outcome() {
    let mut world = World::serving(settings());
    world.submit(add(1, "a", 1));
    world.submit(add(2, "a", 1));
    world.land_all();
    world.answered();
    world.submit(add(1, "a", 1));
    assert_eq!(world.only_answer(), repeated(1, 1));
    assert_eq!(world.commits(), 2);
}

#[test]
fn a_repeat_of_a_command_on_its_way_is_answered_with_it() {
    let mut world = World::serving(settings());
    world.queue(add(1, "a", 1));
    world.queue(add(1, "a", 1));
    world.settle();
    assert_eq!(world.answered(), []);
    world.land_all();
    assert_eq!(world.answered(), [(1, accepted(1, 1)), (2, repeated(1, 1))]);
}

#[test]
fn another_command_under_the_same_id_is_refused_with_the_difference() {
    let mut world = World::serving(settings());
    world.submit(add(1, "a", 1));
    world.land_all();
    world.answered();
    world.submit(add(1, "a", 2));
    assert_eq!(world.only_answer(), Err(Refused::IdReused { fields: vec![1] }));
}

#[test]
fn a_reaction_at_or_below_the_mark_is_a_repeat_and_one_above_is_not() {
    let mut world = World::serving(settings());
    world.submit(reaction(7, 1));
    assert_eq!(world.only_answer(), accepted(1, 1));
    for offset in [7, 3] {
        world.submit(reaction(offset, 1));
        assert_eq!(world.only_answer(), repeated(1, 1));
    }
    world.submit(reaction(8, 1));
    assert_eq!(world.only_answer(), accepted(2, 2));
}

#[test]
fn both_kinds_are_remembered_over_a_restart_from_the_log_and_from_saved_states() {
    let mut world = World::serving(settings());
    world.submit(reaction(7, 1));
    world.submit(add(1, "a", 1));
    world.land_all();
    for saved in [false, true] {
        if saved {
            world.owner.finish();
            world.settle();
        }
        world = world.restarted(settings());
        world.take();
        world.submit(reaction(7, 1));
        assert_eq!(world.only_answer(), repeated(1, 1));
        world.submit(add(1, "a", 1));
        assert_eq!(world.only_answer(), repeated(2, 2));
    }
    assert_eq!(world.commits(), 2);
}

#[test]
fn a_repeat_is_recognised_whatever_version_it_expects() {
    let mut world = World::serving(settings());
    let first = || Envelope { expected_version: Some(0), ..add(1, "a", 1) };
    world.submit(first());
    assert_eq!(world.only_answer(), accepted(1, 1));
    world.submit(first());
    assert_eq!(world.only_answer(), repeated(1, 1));
}
