//! Commands to containers, and to batches about them.

use sceau_proto::stamp::v1::{
    AggregateCodesRequest, AggregateContainerRequest, DisaggregateContainerRequest, OpenContainerRequest,
};
use sceau_stamp::{
    AggregateCodes, AggregateContainer, BatchCommand, BatchId, ContainerCommand, OpenContainer, Sscc, Stamping,
    StampingCommand as Command,
};
use tonic::Status;

use super::stamp::printed;
use super::{Given, Prepared, addressed, body, command_call, id};
use crate::door::Door;

command_call!(Stamping, "/sceau.stamp.v1.StampCommandService/OpenContainer", OpenContainerRequest, sscc, now open);
command_call!(Stamping, "/sceau.stamp.v1.StampCommandService/AggregateContainer", AggregateContainerRequest, sscc, looking_up put);
command_call!(Stamping, "/sceau.stamp.v1.StampCommandService/DisaggregateContainer", DisaggregateContainerRequest, sscc, now take);
command_call!(Stamping, "/sceau.stamp.v1.StampCommandService/AggregateCodes", AggregateCodesRequest, batch_id, looking_up fill);

fn open(request: OpenContainerRequest, given: &Given<'_>) -> Result<Prepared<Stamping>, Status> {
    let open: OpenContainer = body(request)?;
    Ok(to_container(given, open.sscc, ContainerCommand::Open(open)))
}

async fn put(request: AggregateContainerRequest, door: &Door, given: &Given<'_>) -> Result<Prepared<Stamping>, Status> {
    let named = request.sscc.clone();
    let (sscc, put) = addressed::<Sscc, AggregateContainer>("sscc", &named, request)?;
    let pallet = door.facts.container(given, put.into).await?;
    Ok(to_container(given, sscc, ContainerCommand::Aggregate(put, pallet)))
}

fn take(request: DisaggregateContainerRequest, given: &Given<'_>) -> Result<Prepared<Stamping>, Status> {
    Ok(to_container(given, id("sscc", request.sscc)?, ContainerCommand::Disaggregate))
}

fn to_container(given: &Given<'_>, sscc: Sscc, command: ContainerCommand) -> Prepared<Stamping> {
    Prepared { stream: sscc.stream(&given.call.tenant), command: Command::Container(command) }
}

async fn fill(
    mut request: AggregateCodesRequest,
    door: &Door,
    given: &Given<'_>,
) -> Result<Prepared<Stamping>, Status> {
    let (named, codes) = (request.batch_id.clone(), std::mem::take(&mut request.codes));
    request.ranges.extend(printed(door, given, &named, codes).await?);
    let (batch_id, fill) = addressed::<BatchId, AggregateCodes>("batch_id", &named, request)?;
    let container = door.facts.container(given, fill.into).await?;
    let stream = batch_id.stream(&given.call.tenant);
    Ok(Prepared { stream, command: Command::Batch(BatchCommand::Aggregate(fill, container)) })
}
