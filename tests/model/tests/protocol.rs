//! The pair holds; everything less breaks. `cargo run --release -p sceau-model` explores larger spaces.

#![allow(clippy::expect_used, reason = "a broken expectation is how a test fails")]

use sceau_model::{Bounds, Rule, Violation, explore};

/// Three fences and three pipelined commits between the nodes; each commit may land twice: 510 941 states.
const SPACE: Bounds = Bounds { fences: 3, commits: 3, fence_copies: 1, commit_copies: 2 };

/// Fences that may land twice as well: 38 039 states.
const DOUBLE_FENCES: Bounds = Bounds { fences: 2, commits: 3, fence_copies: 2, commit_copies: 1 };

#[test]
fn the_pair_holds_for_three_fences_and_three_commits() {
    let found = explore(Rule::Pair, SPACE);
    assert_eq!((found.broken, found.states), (None, 510_941));
}

#[test]
fn the_pair_holds_when_fences_land_twice() {
    let found = explore(Rule::Pair, DOUBLE_FENCES);
    assert_eq!((found.broken, found.states), (None, 38_039));
}

/// Explores until the rule breaks, within a few thousand states, prints how, and gives the last two steps.
#[track_caller]
fn breaks(rule: Rule) -> (Violation, [String; 2]) {
    let found = explore(rule, SPACE);
    let (violation, mut story) = found.broken.expect("the rule was expected to break");
    println!("{rule:?} breaks after {} states: {violation}\n  {}", found.states, story.join("\n  "));
    assert!(found.states < 5_000, "{} states", found.states);
    let last = story.pop().expect("a story has an end");
    (violation, [story.pop().expect("a story has a middle"), last])
}

#[test]
fn the_epoch_alone_takes_a_commit_whose_predecessor_did_not_land() {
    let (violation, [decides, lands]) = breaks(Rule::EpochOnly);
    assert_eq!(violation, Violation::DecidedOnAnotherFold);
    assert_eq!(decides, "take 1 decides commit 1.1 on [1.0] and sends it");
    assert_eq!(lands, "commit 1.1 lands at 1: Valid (fold before: [])");
}

#[test]
fn the_seq_alone_takes_a_zombies_commit() {
    let (violation, [deposed, lands]) = breaks(Rule::SeqOnly);
    assert_eq!(violation, Violation::ZombieValid);
    assert_eq!(deposed, "the fence of take 2 lands at 1; its node reads [] and serves");
    assert_eq!(lands, "commit 1.0 lands at 2: Valid (fold before: [])");
}

#[test]
fn the_expected_offset_takes_a_commit_that_fills_anothers_place() {
    let (violation, [stray, lands]) = breaks(Rule::ExpectedOffset);
    assert_eq!(violation, Violation::DecidedOnAnotherFold);
    assert_eq!(stray, "commit 1.1 lands at 1: Void (fold before: [])");
    assert_eq!(lands, "commit 1.1 lands at 2: Valid (fold before: [])");
}

#[test]
fn the_predecessors_offset_takes_a_commit_after_another_record_in_that_place() {
    let (violation, [deposed, lands]) = breaks(Rule::PredecessorOffset);
    assert_eq!(violation, Violation::DecidedOnAnotherFold);
    assert_eq!(deposed, "the fence of take 2 lands at 1; its node reads [] and serves");
    assert_eq!(lands, "commit 1.1 lands at 2: Valid (fold before: [])");
}

#[test]
fn acknowledging_wherever_it_landed_acknowledges_what_readers_skip() {
    let (violation, [lands, told]) = breaks(Rule::AcknowledgeAnywhere);
    assert_eq!(violation, Violation::AcknowledgedButVoid);
    assert_eq!(lands, "commit 1.0 lands at 2: Void (fold before: [])");
    assert_eq!(told, "take 1 is told At(2) of commit 1.0 and acknowledges it");
}
