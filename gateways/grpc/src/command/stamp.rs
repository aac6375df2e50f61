//! Commands to batches.

use sceau_kernel::wire::{Fault, Faults, FromRequest, Wire};
use sceau_proto::stamp::v1::{
    ActivateCodesRequest, DecommissionCodesRequest, DisaggregateCodesRequest, OrdinalRange, RecordReadBackRequest,
    ReinstateCodesRequest, ReleaseBatchRequest,
};
use sceau_stamp::{
    ActivateCodes, BatchCommand, BatchId, DecommissionCodes, DisaggregateCodes, MAX_RANGES, RangeSet, RecordReadBack,
    ReinstateCodes, ReleaseBatch, Stamping, StampingCommand as Command,
};
use tonic::Status;

use super::{Given, Prepared, addressed, command_call};
use crate::door::Door;
use crate::failure;

command_call!(Stamping, "/sceau.stamp.v1.StampCommandService/ReleaseBatch", ReleaseBatchRequest, batch_id, looking_up release);

async fn release(request: ReleaseBatchRequest, door: &Door, given: &Given<'_>) -> Result<Prepared<Stamping>, Status> {
    let named = request.batch_id.clone();
    let (batch_id, release) = addressed::<BatchId, ReleaseBatch>("batch_id", &named, request)?;
    let facts = door.facts.release(given, batch_id, release.stamper_id).await?;
    let stream = batch_id.stream(&given.call.tenant);
    Ok(Prepared { stream, command: Command::Batch(BatchCommand::Release(release, facts)) })
}

/// Makes requests that name codes of a batch commands: `codes`, as printed, join the ranges of ordinals.
macro_rules! commands_about_codes {
    ($($method:ident: $request:ty, $ranges:ident, $body:ty => $command:expr;)+) => {
        $(command_call!(
            Stamping,
            concat!("/sceau.stamp.v1.StampCommandService/", stringify!($method)),
            $request,
            batch_id,
            looking_up async |mut request: $request, door: &Door, given: &Given<'_>| {
                let (named, codes) = (request.batch_id.clone(), std::mem::take(&mut request.codes));
                request.$ranges.extend(printed(door, given, &named, codes).await?);
                to_batch::<$body>(given, &named, request, $command)
            }
        );)+
    };
}

commands_about_codes! {
    ActivateCodes: ActivateCodesRequest, ranges, ActivateCodes => BatchCommand::Activate;
    RecordReadBack: RecordReadBackRequest, good, RecordReadBack => BatchCommand::RecordReadBack;
    DisaggregateCodes: DisaggregateCodesRequest, ranges, DisaggregateCodes => BatchCommand::Disaggregate;
    DecommissionCodes: DecommissionCodesRequest, ranges, DecommissionCodes => BatchCommand::Decommission;
    ReinstateCodes: ReinstateCodesRequest, ranges, ReinstateCodes => BatchCommand::Reinstate;
}

fn to_batch<B: FromRequest>(
    given: &Given<'_>,
    named: &str,
    request: B::Request,
    command: fn(B) -> BatchCommand,
) -> Result<Prepared<Stamping>, Status> {
    let (batch_id, body) = addressed::<BatchId, B>("batch_id", named, request)?;
    Ok(Prepared { stream: batch_id.stream(&given.call.tenant), command: Command::Batch(command(body)) })
}

/// The ordinals of codes that are all to be of the batch `named`.
pub(super) async fn printed(
    door: &Door,
    given: &Given<'_>,
    named: &str,
    codes: Vec<String>,
) -> Result<Vec<OrdinalRange>, Status> {
    if codes.is_empty() {
        return Ok(Vec::new());
    }
    if codes.len() > MAX_RANGES {
        return Err(failure::bad_field("codes", format!("are {}: give at most {MAX_RANGES} at once", codes.len())));
    }
    let batch_id: BatchId = super::id("batch_id", named.to_owned())?;
    let (mut ranges, mut faults) = (Vec::with_capacity(codes.len()), Vec::new());
    for (n, place) in door.printed(given.call, given.after, codes).await?.into_iter().enumerate() {
        let fault = match place {
            Ok(place) if place.batch.batch_id == batch_id.0 => {
                ranges.push(sceau_stamp::OrdinalRange { first: place.ordinal, count: 1 });
                continue;
            }
            Ok(place) => format!("is a code of batch {}: name it there", place.batch.batch_id),
            Err(unusable) => unusable.to_string(),
        };
        faults.push(Fault::new(format!("codes[{n}]"), fault));
    }
    if !faults.is_empty() {
        return Err(failure::bad_request(&Faults(faults)));
    }
    Ok(RangeSet::from_iter(ranges).ranges().iter().map(Wire::to_wire).collect())
}
