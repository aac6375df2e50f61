//! Taking a partition and deciding in groups.

use sceau_engine::{Settings, Situation};
use sceau_log::{Body, Delivery};

use crate::counting::add;
use crate::world::{RETRY, World, accepted, rejected, settings};

#[test]
fn a_command_is_answered_when_its_commit_stands_at_its_offset() {
    let mut world = World::serving(settings());
    let ticket = world.submit(add(1, "a", 5));
    assert_eq!(world.answered(), []);
    world.land();
    assert_eq!(world.answered(), [(ticket, accepted(1, 1))]);
}

#[test]
fn nothing_is_decided_before_the_own_fence_is_passed() {
    let mut world = World::new(settings());
    world.begin_take();
    let ticket = world.submit(add(1, "a", 5));
    assert_eq!(world.appends.len(), 1, "only the fence is on its way");
    world.land();
    assert_eq!(world.owner.status().situation, Situation::Serving);
    world.land();
    assert_eq!(world.answered(), [(ticket, accepted(1, 1))]);
}

#[test]
fn what_waits_together_goes_into_one_append_and_in_order() {
    let mut world = World::serving(settings());
    for id in 1..=3 {
        world.queue(add(id, "a", 1));
    }
    world.settle();
    assert_eq!(world.appends.len(), 1);
    world.land();
    assert_eq!(world.answered(), [(1, accepted(1, 1)), (2, accepted(2, 2)), (3, accepted(3, 3))]);
}

#[test]
fn deciding_goes_on_while_appends_are_on_their_way() {
    let mut world = World::serving(settings());
    world.submit(add(1, "a", 60));
    world.submit(add(2, "a", 30));
    world.submit(add(3, "a", 5));
    assert_eq!(world.appends.len(), 2, "the third waits for one of two to land");
    world.land_all();
    assert_eq!(world.answered(), [(1, accepted(1, 1)), (2, accepted(2, 2)), (3, accepted(3, 3))]);
}

#[test]
fn reports_that_come_out_of_order_are_taken_in_order() {
    let mut world = World::serving(settings());
    world.submit(add(1, "a", 1));
    world.submit(add(2, "b", 1));
    let (first, second) = (world.land_silently(), world.land_silently());
    world.deliver(second.0, second.1);
    assert_eq!(world.answered(), []);
    world.deliver(first.0, first.1);
    assert_eq!(world.answered(), [(1, accepted(1, 1)), (2, accepted(2, 1))]);
}

#[test]
fn a_refusal_waits_for_the_commits_it_rests_on() {
    let mut world = World::serving(settings());
    world.submit(add(1, "a", 90));
    world.submit(add(2, "a", 20));
    assert_eq!(world.answered(), [], "the 90 may yet be lost");
    world.land();
    assert_eq!(world.answered(), [(1, accepted(1, 1)), (2, rejected(90))]);
}

#[test]
fn a_refusal_on_a_durable_state_does_not_wait_for_others() {
    let mut world = World::serving(settings());
    world.submit(add(1, "b", 1));
    let refused = world.submit(add(2, "a", 101));
    assert_eq!(world.answered(), [(refused, rejected(0))]);
}

#[test]
fn a_hot_stream_has_no_more_commits_on_their_way_than_it_remembers() {
    let mut world = World::serving(settings());
    for id in 1..=40 {
        world.queue(add(id, "hot", 1));
    }
    world.queue(add(41, "cold", 1));
    world.settle();
    assert_eq!(world.appends[0].1.len(), 33, "32 of the hot stream and the cold one");
    world.land_all();
    let mut order: Vec<u32> = world.answered().into_iter().map(|(ticket, _)| ticket).collect();
    order.retain(|ticket| *ticket != 41);
    assert_eq!(order, (1..=40).collect::<Vec<_>>());
}

#[test]
fn commands_that_waited_for_their_turn_are_all_answered_even_if_they_commit_nothing() {
    let mut world = World::serving(settings());
    for id in 1..=32 {
        world.queue(add(id, "hot", 3));
    }
    for id in 33..=80 {
        world.queue(add(id, "hot", 50));
    }
    world.queue(add(81, "hot", 4));
    world.settle();
    world.land_all();
    let answers = world.answered();
    assert_eq!(answers.iter().map(|(ticket, _)| *ticket).collect::<Vec<_>>(), (1..=81).collect::<Vec<_>>());
    assert_eq!((&answers[79].1, &answers[80].1), (&rejected(96), &accepted(33, 33)));
}

#[test]
fn commands_that_waited_for_their_turn_keep_it_over_the_end_of_an_epoch() {
    let mut world = World::serving(Settings { appends_in_flight: 1, ..settings() });
    for id in 1..=34 {
        world.queue(add(id, "hot", 1));
    }
    world.settle();
    world.submit(add(35, "hot", 1));
    world.lose(Delivery::Lost);
    world.wait(RETRY);
    world.land_all();
    let versions = world.answered().into_iter().map(|(ticket, outcome)| (ticket, outcome.unwrap().version));
    assert_eq!(versions.collect::<Vec<_>>(), (1..=35).map(|n| (n, u64::from(n))).collect::<Vec<_>>());
}

#[test]
fn a_batch_is_bounded() {
    let mut world = World::serving(Settings { batch_commands: 2, ..settings() });
    for id in 1..=5 {
        world.queue(add(id, "a", 1));
    }
    world.settle();
    assert_eq!(world.appends.iter().map(|(_, records)| records.len()).collect::<Vec<_>>(), [2, 2]);
    world.land_all();
    assert_eq!(world.answered().len(), 5);
}

#[test]
fn every_commit_carries_the_epoch_and_its_place_in_it() {
    let mut world = World::new(settings());
    world.foreign_fence();
    world.take();
    for id in 1..=3 {
        world.submit(add(id, "a", 1));
        world.land_all();
    }
    let pairs = world.log.iter().filter_map(|record| match record.body {
        Body::Commit { epoch, seq, .. } => Some((epoch, seq)),
        _ => None,
    });
    assert_eq!(pairs.collect::<Vec<_>>(), [(1, 0), (1, 1), (1, 2)]);
}
