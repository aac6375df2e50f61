//! `sceau stamps activate --file`: activations as a production line hands them over, as CSV.
//!
//! Every line is read, found and checked before anything is sent, so that a caller may have all lines applied or none.
//! What is sent is gathered by batch and by line, lot and place: many lines become few commands. A command is applied
//! whole or not at all; a file that was cut off between two commands is simply given again, since what is active stays
//! active.

mod check;
mod file;
mod progress;
#[cfg(test)]
mod tests;

use std::path::Path;

use sceau_api::stamp::v1::stamp_command_service_client::StampCommandServiceClient as Commands;
use sceau_api::stamp::v1::stamp_query_service_client::StampQueryServiceClient as Queries;
use sceau_proto::stamp::v1 as pb;

use crate::cli::Session;
use crate::client::{self, CallError};
use crate::show::Form;
use check::Plan;
use file::{BadLine, Line, Lines};
use progress::Progress;

/// Lines that are looked up at once.
const CHUNK: usize = 2_000;

/// What to do when lines of the file cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnBadLine {
    /// Apply nothing.
    ApplyNone,
    /// Apply the good ones.
    ApplyGood,
}

/// Activates what a file says. With `batch`, codes of other batches are bad lines.
pub(crate) async fn run(
    session: &Session,
    path: &Path,
    batch: Option<&str>,
    on_bad_line: OnBadLine,
) -> Result<(), CallError> {
    let mut lines = Lines::open(path)?;
    let (mut plan, mut bad) = (Plan::new(batch), Vec::new());
    let progress = Progress::of_bytes(lines.size());
    let mut read = 0;
    loop {
        let chunk = lines.chunk(CHUNK)?;
        if chunk.is_empty() {
            break;
        }
        read += chunk.len();
        let (good, faulty): (Vec<_>, Vec<_>) = chunk.into_iter().partition(Result::is_ok);
        bad.extend(faulty.into_iter().filter_map(Result::err));
        check(session, good.into_iter().flatten().collect(), &mut plan, &mut bad).await?;
        progress.at(lines.position());
    }
    progress.finish();
    bad.sort_by_key(|bad| bad.line);
    let applied = bad.is_empty() || on_bad_line == OnBadLine::ApplyGood;
    let commands = if applied { send(session, &plan).await? } else { 0 };
    report(session.form, &plan, read, &bad, commands);
    if bad.is_empty() { Ok(()) } else { Err(CallError::BadLines { bad: bad.len(), lines: read, applied }) }
}

/// Looks lines up and takes those that are good into the plan.
async fn check(session: &Session, lines: Vec<Line>, plan: &mut Plan, bad: &mut Vec<BadLine>) -> Result<(), CallError> {
    if lines.is_empty() {
        return Ok(());
    }
    let mut queries = Queries::new(session.caller.clone());
    let codes = lines.iter().map(|line| line.code.clone()).collect();
    let found = queries.resolve_codes(pb::ResolveCodesRequest { meta: None, codes }).await?.into_inner().codes;
    for (line, found) in lines.into_iter().zip(found) {
        if found.fault.is_empty() && !plan.knows(&found.batch_id) {
            let request = pb::GetBatchRequest { meta: None, batch_id: found.batch_id.clone() };
            plan.learn(queries.get_batch(request).await?.into_inner().batch.unwrap_or_default());
        }
        let number = line.number;
        if let Err(reason) = plan.take(line, &found) {
            bad.push(BadLine { line: number, reason });
        }
    }
    Ok(())
}

/// Sends the plan; how many commands that took.
async fn send(session: &Session, plan: &Plan) -> Result<u64, CallError> {
    let mut commands = Commands::new(session.caller.clone());
    let progress = Progress::of_codes(plan.codes());
    let mut sent = 0;
    for activation in plan.activations() {
        let codes = activation.ranges.iter().map(|range| range.count).sum();
        let request = pb::ActivateCodesRequest { meta: Some(client::meta(None)), ..activation };
        commands.activate_codes(request).await?;
        progress.add(codes);
        sent += 1;
    }
    progress.finish();
    Ok(sent)
}

fn report(form: Form, plan: &Plan, lines: usize, bad: &[BadLine], commands: u64) {
    for BadLine { line, reason } in bad {
        eprintln!("line {line}: {reason}");
    }
    let (codes, batches) = if commands == 0 { (0, 0) } else { (plan.codes(), plan.batches()) };
    match form {
        Form::Json => {
            let bad: Vec<_> =
                bad.iter().map(|bad| serde_json::json!({ "line": bad.line, "reason": bad.reason })).collect();
            let report = serde_json::json!({
                "lines": lines, "bad": bad, "codes": codes, "batches": batches, "commands": commands,
            });
            sayln!("{report:#}");
        }
        Form::Human | Form::Id => {
            sayln!("{lines} lines: {codes} codes of {batches} batches are active, by {commands} commands");
        }
    }
}
