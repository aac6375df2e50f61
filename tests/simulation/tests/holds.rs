//! With every rule in force nothing is found, and a seed names its run.

use sceau_simulation::run;

#[test]
fn nothing_is_found_in_300_schedules() {
    for seed in 0..300 {
        let run = run(seed, None, false);
        assert!(run.faults.is_empty(), "seed {seed}: {:#?}", run.faults);
    }
}

#[test]
fn the_same_seed_gives_the_same_run() {
    for seed in 0..10 {
        let (first, second) = (run(seed, None, false), run(seed, None, false));
        assert_eq!((first.hash, first.steps), (second.hash, second.steps), "seed {seed}");
    }
    assert_ne!(run(1, None, false).hash, run(2, None, false).hash);
}
