//! A minute of faults, one of each family, on every run of the tests.
#![allow(clippy::unwrap_used, reason = "a test that cannot run its platform has failed")]

use sceau_engines::or_skip;
use sceau_faults::{Fault, FaultsError, Options, Plan, run};

#[test]
fn a_minute_of_faults_loses_nothing_and_doubles_nothing() {
    let faults = vec![Fault::NodeKilled(0), Fault::BrokerKilled(1), Fault::NodePaused(1), Fault::LinkCut(2)];
    let options = Options {
        sceau: env!("CARGO_BIN_EXE_sceau-under-fault").into(),
        folder: None,
        seed: 1,
        plan: Plan::Script(faults),
    };
    let ran = match run(&options, |standing| println!("{standing}")) {
        Err(FaultsError::Engine(error)) => Err(error),
        ran => Ok(ran.unwrap()),
    };
    let Some(report) = or_skip(ran).unwrap() else { return };
    println!("{}", report.to_markdown());
    assert!(report.is_clean(), "{}", report.to_markdown());
    assert_eq!(report.answered, report.commands);
}
