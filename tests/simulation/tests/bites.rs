//! Without any one rule, something is found.

use sceau_simulation::{Switch, run};

#[test]
fn leaving_out_any_rule_is_noticed_within_10_000_schedules() {
    for switch in Switch::all() {
        let found = (0..10_000).map(|seed| run(seed, Some(switch), false)).position(|run| !run.faults.is_empty());
        let schedules = found.map(|place| place + 1);
        println!("without {}: noticed in schedule {schedules:?}", switch.name());
        assert!(schedules.is_some(), "nothing notices that {} is left out", switch.name());
    }
}
