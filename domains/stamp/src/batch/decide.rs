//! What a batch answers to each command.

mod aggregate;
mod circulation;
mod read_back;

use sceau_kernel::{Actor, Context, Role, Timestamp};

use super::command::{BatchCommand, GenerateBatch, MAX_RANGES, RecordDownload, ReleaseBatch, ReleaseFacts};
use super::event::{BatchEvent, BatchGenerated, BatchRef, BatchReleased, CodesDownloaded};
use super::refusal::BatchRefusal;
use super::state::{BatchState, Release};
use crate::{MAX_FRAGMENTS, OrdinalRange, RangeSet, StampForm};

type Decision = Result<Vec<BatchEvent>, BatchRefusal>;

pub(super) fn decide(state: &BatchState, command: &BatchCommand, context: &Context) -> Decision {
    if let BatchCommand::Generate(command) = command {
        return generate(state, command);
    }
    let (batch, codes, release) = match state {
        BatchState::NotGenerated => return Err(BatchRefusal::Unknown),
        BatchState::Generated { batch, codes, .. } => (batch, codes, None),
        BatchState::Released { batch, codes, release, .. } => (batch, codes, Some(release)),
    };
    check_party(&context.actor, batch, release)?;
    match command {
        BatchCommand::Generate(command) => generate(state, command),
        BatchCommand::Release(command, facts) => release_to(batch, release, command, facts, context.time),
        BatchCommand::RecordDownload(command) => download(batch, release, command),
        BatchCommand::Activate(command) => circulation::activate(batch, codes, release, command),
        BatchCommand::RecordReadBack(command) => read_back::record(batch, codes, release, command),
        BatchCommand::Aggregate(command, facts) => aggregate::aggregate(batch, codes, command, facts.as_ref()),
        BatchCommand::Disaggregate(command) => aggregate::disaggregate(batch, codes, command),
        BatchCommand::Decommission(command) => circulation::decommission(batch, codes, command, context),
        BatchCommand::Reinstate(command) => circulation::reinstate(batch, codes, command, context),
    }
}

/// The last day (days since 1970-01-01, UTC) on which an offline verifier accepts codes of a certificate that is valid
/// until this instant: the day in which it lies. A renewal shows online only; the print cannot change.
pub fn expiry_day(valid_until: Timestamp) -> u32 {
    u32::from(u16::try_from(valid_until.0.div_euclid(Timestamp::DAY).max(0)).unwrap_or(u16::MAX))
}

fn generate(state: &BatchState, command: &GenerateBatch) -> Decision {
    let known: Option<(&BatchRef, StampForm)> = match state {
        BatchState::NotGenerated => None,
        BatchState::Generated { batch, form, .. } | BatchState::Released { batch, form, .. } => Some((batch, *form)),
    };
    match known {
        Some(known) if known == (&command.batch, command.form) => Ok(Vec::new()),
        Some((batch, _)) => Err(BatchRefusal::ExistsOtherwise { first_number: batch.first_number, count: batch.count }),
        None => Ok(vec![BatchEvent::Generated(BatchGenerated {
            batch: command.batch,
            product_name: command.product_name.clone(),
            form: command.form,
        })]),
    }
}

/// A company acts on its own batches, a stamper on those released to it; the other roles are not bound to a party.
fn check_party(actor: &Actor, batch: &BatchRef, release: Option<&Release>) -> Result<(), BatchRefusal> {
    let is = |owner: &dyn ToString| actor.party.as_deref() == Some(owner.to_string().as_str());
    match actor.role {
        Role::Company if !is(&batch.company_id) => Err(BatchRefusal::OfAnotherCompany),
        Role::Stamper if !release.is_some_and(|release| is(&release.stamper_id)) => Err(BatchRefusal::OfAnotherStamper),
        Role::Administrator
        | Role::Operator
        | Role::Company
        | Role::Stamper
        | Role::Auditor
        | Role::Public
        | Role::System => Ok(()),
    }
}

fn release_to(
    batch: &BatchRef,
    release: Option<&Release>,
    command: &ReleaseBatch,
    facts: &ReleaseFacts,
    now: Timestamp,
) -> Decision {
    let stamper_id = command.stamper_id;
    match release {
        Some(release) if release.stamper_id == stamper_id => return Ok(Vec::new()),
        Some(release) => {
            return Err(BatchRefusal::ReleasedToAnother { stamper_id: release.stamper_id });
        }
        None => {}
    }
    let Some(stamper) = &facts.stamper else {
        return Err(BatchRefusal::UnknownStamper { stamper_id });
    };
    if stamper.accredited_until.is_none_or(|until| until <= now) {
        return Err(BatchRefusal::StamperNotAccredited { stamper_id });
    }
    let in_force_until = facts.certificate.as_ref().and_then(|certificate| certificate.in_force_until);
    let Some(valid_until) = in_force_until.filter(|until| *until > now) else {
        return Err(BatchRefusal::CertificateNotInForce { certificate_id: batch.certificate_id });
    };
    Ok(vec![BatchEvent::Released(BatchReleased {
        batch: *batch,
        stamper_id,
        key_id: u32::from(facts.key_id),
        expiry_day: expiry_day(valid_until),
    })])
}

fn download(batch: &BatchRef, release: Option<&Release>, command: &RecordDownload) -> Decision {
    if release.is_none() {
        return Err(BatchRefusal::NotReleased);
    }
    check_ranges(&[command.range], batch)?;
    Ok(vec![BatchEvent::Downloaded(CodesDownloaded {
        batch: *batch,
        range: command.range,
        part: command.part.clone(),
    })])
}

/// The codes that are meant, when every range lies within the batch.
fn check_ranges(ranges: &[OrdinalRange], batch: &BatchRef) -> Result<RangeSet, BatchRefusal> {
    if ranges.is_empty() {
        return Err(BatchRefusal::NoRanges);
    }
    if ranges.len() > MAX_RANGES {
        return Err(BatchRefusal::TooManyRanges { ranges: ranges.len() });
    }
    let within = |range: &&OrdinalRange| range.count > 0 && range.end() <= batch.count;
    match ranges.iter().find(|range| !within(range)) {
        Some(range) => {
            Err(BatchRefusal::RangeOutsideBatch { first: range.first, count: range.count, batch_count: batch.count })
        }
        None => Ok(ranges.iter().copied().collect()),
    }
}

fn check_fragments(codes: &RangeSet) -> Result<(), BatchRefusal> {
    match codes.fragments() {
        fragments if fragments > MAX_FRAGMENTS => Err(BatchRefusal::TooFragmented { fragments }),
        _ => Ok(()),
    }
}
