//! Commands to batches.

use sceau_proto::stamp::v1::{ActivateCodesRequest, DecommissionCodesRequest, ReleaseBatchRequest};
use sceau_stamp::{
    ActivateCodes, BatchCommand, BatchId, DecommissionCodes, ReleaseBatch, Stamping, StampingCommand as Command,
};
use tonic::Status;

use super::{Given, Prepared, addressed, command_call, commands_to};
use crate::door::Door;

commands_to! {
    Stamping, "/sceau.stamp.v1.StampCommandService/";
    ActivateCodes: ActivateCodesRequest, batch_id as BatchId, ActivateCodes
        => |body| Command::Batch(BatchCommand::Activate(body));
    DecommissionCodes: DecommissionCodesRequest, batch_id as BatchId, DecommissionCodes
        => |body| Command::Batch(BatchCommand::Decommission(body));
}

command_call!(Stamping, "/sceau.stamp.v1.StampCommandService/ReleaseBatch", ReleaseBatchRequest, batch_id, looking_up release);

async fn release(request: ReleaseBatchRequest, door: &Door, given: &Given<'_>) -> Result<Prepared<Stamping>, Status> {
    let named = request.batch_id.clone();
    let (batch_id, release) = addressed::<BatchId, ReleaseBatch>("batch_id", &named, request)?;
    let facts = door.facts.release(given, batch_id, release.stamper_id).await?;
    let stream = batch_id.stream(&given.call.tenant);
    Ok(Prepared { stream, command: Command::Batch(BatchCommand::Release(release, facts)) })
}
