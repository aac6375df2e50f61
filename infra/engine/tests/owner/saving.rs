//! States are saved behind the log, rows first, and a restart reads only what is behind them.

use std::time::Duration;

use sceau_engine::{Settings, Situation, Table};

use crate::counting::add;
use crate::world::{RETRY, World, accepted, rejected, settings};

/// Saves after this many records, the fence among them, and never by time.
fn every(save_records: u64) -> Settings {
    Settings { save_records, save_every: Duration::from_hours(1), ..settings() }
}

fn tables(world: &World) -> Vec<Table> {
    world.writes.iter().map(|(_, table, _)| *table).collect()
}

#[test]
fn the_checkpoint_is_written_when_the_rows_are() {
    let mut world = World::serving(every(3));
    world.hold_writes = true;
    world.submit(add(1, "a", 1));
    world.submit(add(2, "b", 1));
    assert_eq!(tables(&world), [], "nothing is saved before it is durable");
    world.land_all();
    assert_eq!(tables(&world), [Table::States]);
    assert_eq!(world.writes[0].2.len(), 2);
    world.release_write();
    assert_eq!(tables(&world), [Table::Checkpoints]);
    world.release_write();
    assert_eq!(world.owner.status().checkpoint_lag, 0);
}

#[test]
fn rows_are_written_under_the_offset_they_include() {
    let mut world = World::serving(every(3));
    world.hold_writes = true;
    world.submit(add(1, "a", 1));
    world.submit(add(2, "a", 1));
    world.land_all();
    assert_eq!(world.writes[0].2[0].timestamp, 3, "offset 2 and one more");
}

#[test]
fn large_cuts_are_written_in_parts() {
    let mut world = World::serving(Settings { write_rows: 2, ..every(6) });
    world.hold_writes = true;
    for id in 1..=5 {
        world.queue(add(id, &id.to_string(), 1));
    }
    world.settle();
    world.land_all();
    let mut parts = Vec::new();
    while let Some((_, table, rows)) = world.writes.front() {
        parts.push((*table, rows.len()));
        world.release_write();
    }
    assert_eq!(parts, [(Table::States, 2), (Table::States, 2), (Table::States, 1), (Table::Checkpoints, 1)]);
}

#[test]
fn a_failed_write_is_tried_again_later() {
    let mut world = World::serving(every(1));
    world.hold_writes = true;
    world.submit(add(1, "a", 1));
    world.land_all();
    world.fail_write();
    assert_eq!(tables(&world), []);
    world.wait(RETRY);
    assert_eq!(tables(&world), [Table::States]);
    world.release_write();
    world.fail_write();
    world.wait(RETRY);
    assert_eq!(tables(&world), [Table::Checkpoints]);
    world.release_write();
    assert_eq!(world.owner.status().checkpoint_lag, 0);
}

#[test]
fn a_restart_reads_only_the_tail() {
    let mut world = World::serving(every(7));
    for id in 1..=7 {
        world.submit(add(id, "a", 10));
        world.land_all();
    }
    let mut world = world.restarted(settings());
    world.take();
    assert_eq!(world.reads, [7], "one fence and six commits are saved");
    world.submit(add(8, "a", 40));
    assert_eq!(world.only_answer(), rejected(70));
}

#[test]
fn a_restart_without_a_checkpoint_reads_everything() {
    let mut world = World::serving(every(100));
    for id in 1..=7 {
        world.submit(add(id, "a", 10));
    }
    world.land_all();
    let mut world = world.restarted(settings());
    world.take();
    assert_eq!(world.reads, [0, 3, 6]);
    world.submit(add(8, "a", 40));
    assert_eq!(world.only_answer(), rejected(70));
}

#[test]
fn a_row_that_includes_more_than_the_checkpoint_is_not_folded_twice() {
    let mut world = World::serving(every(3));
    world.submit(add(1, "a", 10));
    world.submit(add(2, "a", 10));
    world.land_all();
    world.hold_writes = true;
    for id in 3..=5 {
        world.submit(add(id, "a", 10));
    }
    world.land_all();
    world.release_write();
    assert_eq!(tables(&world), [Table::Checkpoints], "the row is written, the checkpoint is lost");
    let mut world = world.restarted(settings());
    world.take();
    assert_eq!(world.reads, [3, 6]);
    world.submit(add(6, "a", 51));
    assert_eq!(world.only_answer(), rejected(50));
}

#[test]
fn a_saved_stream_is_evicted_and_loaded_again() {
    let mut world = World::serving(Settings { cached_streams: 2, ..every(1) });
    for (id, name) in [(1, "a"), (2, "b"), (3, "c"), (4, "d"), (5, "a")] {
        world.submit(add(id, name, 1));
        world.land_all();
    }
    assert!(world.owner.status().cached <= 3);
    assert_eq!(world.loads.iter().filter(|stream| *stream == "ci/count/a").count(), 2);
    assert_eq!(world.answered()[4].1, accepted(5, 2));
}

#[test]
fn an_unsaved_stream_stays_and_too_many_of_them_are_refused() {
    let mut world = World::serving(Settings { cached_streams: 2, ..every(100) });
    world.hold_writes = true;
    for id in 1..=6 {
        world.submit(add(id, &id.to_string(), 1));
        world.land_all();
    }
    assert_eq!(world.owner.status().cached, 4);
    let served = world.answered().iter().filter(|(_, outcome)| outcome.is_ok()).count();
    assert_eq!(served, 4);
    while !world.writes.is_empty() {
        world.release_write();
    }
    world.submit(add(7, "7", 1));
    assert!(world.only_answer().is_ok());
}

#[test]
fn states_are_saved_by_time_too() {
    let mut world = World::serving(Settings { save_every: Duration::from_secs(5), ..settings() });
    world.submit(add(1, "a", 1));
    world.land_all();
    assert_eq!(world.owner.status().dirty, 1);
    world.wait(Duration::from_secs(5));
    assert_eq!((world.owner.status().dirty, world.owner.status().checkpoint_lag), (0, 0));
}

#[test]
fn finishing_answers_saves_and_ends() {
    let mut world = World::serving(every(100));
    world.hold_writes = true;
    world.submit(add(1, "a", 1));
    world.owner.finish();
    world.submit(add(2, "a", 1));
    assert_eq!(world.answered().len(), 1, "no new commands");
    world.land_all();
    assert_eq!(world.answered(), [(1, accepted(1, 1))]);
    assert_eq!(world.owner.status().situation, Situation::Serving);
    world.release_write();
    world.release_write();
    assert_eq!(world.owner.status().situation, Situation::Idle);
    let mut world = world.restarted(settings());
    world.take();
    assert_eq!(world.reads, [2], "from behind the last commit");
}
