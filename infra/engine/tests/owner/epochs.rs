//! What ends an epoch, and what becomes of the commands that were on their way.

use std::time::Duration;

use sceau_engine::{Accepted, Outcome, Situation};
use sceau_kernel::Timestamp;
use sceau_log::Delivery;

use crate::counting::{Counting, add};
use crate::world::{RETRY, World, accepted, rejected, repeated, settings, unserved};

#[test]
fn a_hole_ends_the_epoch_and_what_did_not_land_is_decided_again() {
    let mut world = World::serving(settings());
    world.submit(add(1, "a", 60));
    world.submit(add(2, "a", 30));
    world.land();
    world.lose(Delivery::Lost);
    assert_eq!(world.answered(), [(1, accepted(1, 1))]);
    world.land_all();
    assert_eq!(world.answered(), [(2, accepted(3, 2))], "behind the second fence, at offset 2");
}

#[test]
fn a_command_that_landed_unseen_is_recognised() {
    let mut world = World::serving(settings());
    world.submit(add(1, "a", 5));
    let (token, deliveries) = world.land_silently();
    world.deliver(token, vec![Delivery::Unknown; deliveries.len()]);
    world.wait(RETRY);
    world.land_all();
    assert_eq!(world.answered(), [(1, repeated(1, 1))]);
    assert_eq!(world.commits(), 1);
}

#[test]
fn a_commit_that_lands_behind_its_offset_is_not_acknowledged() {
    let mut world = World::serving(settings());
    world.submit(add(1, "a", 5));
    world.foreign_fence();
    world.land();
    assert_eq!(world.answered(), []);
    world.wait(RETRY);
    world.land_all();
    let behind_the_own_fence = Accepted { time: Timestamp(1_200_000), ..accepted(4, 1).unwrap() };
    assert_eq!(world.answered(), [(1, Ok(behind_the_own_fence))]);
    assert_eq!(world.owner.status().void, 1);
}

/// A command is sent and not reported; another owner then accepts so many for the same stream.
fn sent_before_others(others: u64) -> Outcome<Counting> {
    let mut world = World::serving(settings());
    world.submit(add(1, "a", 5));
    let (token, deliveries) = world.land_silently();
    let epoch = world.log.len() as u64;
    world.foreign_fence();
    for seq in 0..others {
        world.foreign_commit(epoch, seq, "a", seq + 1);
    }
    world.deliver(token, vec![Delivery::Unknown; deliveries.len()]);
    world.wait(RETRY);
    world.only_answer()
}

#[test]
fn a_command_that_the_stream_may_have_forgotten_is_not_decided_again() {
    assert_eq!(sent_before_others(31), repeated(1, 1));
    assert_eq!(sent_before_others(32), unserved());
}

#[test]
fn commands_go_back_in_their_order_and_refusals_are_decided_again() {
    let mut world = World::serving(settings());
    world.submit(add(1, "a", 1));
    world.land();
    world.answered();
    world.submit(add(2, "a", 90));
    world.submit(add(3, "a", 20));
    world.submit(add(4, "a", 2));
    world.lose(Delivery::Lost);
    // What was sent behind the lost one lands at offset 2 and is void; the second fence lands at 3.
    world.land_all();
    assert_eq!(world.answered(), [(2, accepted(4, 2)), (3, rejected(91)), (4, accepted(5, 3))]);
}

#[test]
fn an_append_that_is_never_reported_ends_the_epoch() {
    let mut world = World::serving(settings());
    world.submit(add(1, "a", 1));
    world.appends.clear();
    world.wait(Duration::from_secs(9));
    assert_eq!(world.owner.status().situation, Situation::Serving);
    world.wait(Duration::from_secs(1));
    world.wait(RETRY);
    world.land_all();
    assert_eq!(world.answered().len(), 1);
    assert_eq!(world.commits(), 1);
}

#[test]
fn a_report_of_an_earlier_epoch_means_nothing() {
    let mut world = World::serving(settings());
    world.submit(add(1, "a", 1));
    world.submit(add(2, "a", 1));
    let (token, deliveries) = world.land_silently();
    world.lose(Delivery::Unknown);
    world.wait(Duration::from_secs(10));
    world.wait(RETRY);
    world.deliver(token, deliveries);
    assert_eq!(world.answered(), []);
    world.land_all();
    assert_eq!(
        world.answered(),
        [
            (1, repeated(1, 1)),
            (2, Ok(sceau_engine::Accepted { time: sceau_kernel::Timestamp(11_200_000), ..accepted(3, 2).unwrap() }))
        ]
    );
}

#[test]
fn a_later_fence_of_another_node_deposes() {
    let mut world = World::new(settings());
    world.begin_take();
    world.submit(add(1, "a", 1));
    let (token, deliveries) = world.land_silently();
    world.foreign_fence();
    world.deliver(token, deliveries);
    assert_eq!(world.answered(), [(1, unserved())]);
    assert_eq!(world.owner.status().situation, Situation::Waiting);
}

#[test]
fn callers_are_not_kept_through_more_than_a_few_failed_takes() {
    let mut world = World::new(settings());
    world.begin_take();
    world.submit(add(1, "a", 1));
    for _ in 0..3 {
        assert_eq!(world.answered(), []);
        world.lose(Delivery::Lost);
        world.wait(RETRY);
    }
    assert_eq!(world.answered(), [(1, unserved())]);
    world.submit(add(2, "a", 1));
    assert_eq!(world.answered(), [(2, unserved())], "and later ones not at all, until it serves");
    world.land_all();
    world.submit(add(3, "a", 1));
    world.land_all();
    assert!(world.answered()[0].1.is_ok());
}

#[test]
fn an_owner_that_gives_up_answers_everything_it_has() {
    let mut world = World::serving(settings());
    world.submit(add(1, "a", 1));
    world.submit(add(2, "b", 1));
    world.submit(add(3, "a", 1));
    world.owner.step_down();
    world.settle();
    assert_eq!(world.answered(), [(1, unserved()), (2, unserved()), (3, unserved())]);
    assert_eq!(world.owner.status().situation, Situation::Idle);
}
