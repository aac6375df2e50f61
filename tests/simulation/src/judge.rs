//! What must hold after a run. Nothing here uses the code it judges: the log is read by a reader of its own, commits by
//! the published prost message, decisions and views are made anew from the events' text.

mod answers;
mod bank;
mod decisions;
mod reader;
mod views;

use crate::world::World;
use reader::Valid;

pub(crate) use views::audit;

/// Judges a finished run: everything that should not be, one sentence each.
pub(crate) fn judge(world: &mut World) -> Vec<String> {
    let valid = match reader::read(&world.log) {
        Ok(valid) => valid,
        Err(unreadable) => return vec![unreadable],
    };
    reader::count(&world.log, &valid, &mut world.census);
    let mut faults = world.complaints.clone();
    let streams = decisions::judge(&valid, &world.callers, &mut faults);
    answers::judge(&valid, &streams, &world.callers, &mut faults);
    answers::judge_order(&world.callers, &mut faults);
    views::judge(&valid, world, &mut faults);
    money(&valid, &mut faults);
    faults
}

/// What was deposited is what all accounts hold: nothing was made, lost or is still between two accounts.
fn money(valid: &[Valid], faults: &mut Vec<String>) {
    let sum = |kind: &str| -> i64 {
        let events = valid.iter().flat_map(|commit| &commit.events);
        events.filter(|event| event.kind == kind).map(|event| event.amount).sum()
    };
    let (sent, received) = (sum("sim.Sent"), sum("sim.Received"));
    if sent != received {
        faults.push(format!("{sent} were sent and {received} received"));
    }
}
