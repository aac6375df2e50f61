//! What a container is, where it stands and what it holds.

use sceau_kernel::Role;
use sceau_kernel::wire::{Field, Wire};
use sceau_projection::row::Json;
use sceau_projection::{Cell, Projection};
use sceau_projector::{Range, ViewReader};
use sceau_proto::stamp::v1::{BatchCodes, GetContainerRequest, GetContainerResponse};
use sceau_stamp::Sscc;
use sceau_stamp_view::{ContainerKey, ContainerRow};
use tonic::Status;

use crate::call::Call;
use crate::command::id;
use crate::door::Door;
use crate::failure;
use crate::query::list::text;
use crate::query::{fresh, query_call, row};

/// Batches, and cartons, that are listed of a container.
const LISTED: usize = 1000;

query_call!("/sceau.stamp.v1.StampQueryService/GetContainer", GetContainerRequest, GetContainerResponse, get_container);

async fn get_container(request: GetContainerRequest, door: &Door, call: &Call) -> Result<GetContainerResponse, Status> {
    let named = request.sscc.clone();
    let sscc: Sscc = id("sscc", request.sscc)?;
    let (meta, key) = (request.meta.as_ref(), ContainerKey::of(call.tenant.as_str(), sscc));
    let found = row(&door.tables.container, &key, meta, call).await?;
    let found = found.ok_or_else(|| failure::not_found("CONTAINER_NOT_FOUND", "container", &named))?;
    if !owns(call, &found) {
        return Err(failure::not_yours("container", &named));
    }
    let at_least = meta.map_or(&[][..], |meta| &meta.at_least);
    fresh(&door.tables.codes_by_container, at_least, call).await?;
    fresh(&door.tables.carton_by_pallet, at_least, call).await?;
    let prefix = || vec![text(&call.tenant), Cell::Int(sscc.value() as i64)];
    let batches = listed(&door.tables.codes_by_container, prefix()).await?;
    let cartons = listed(&door.tables.carton_by_pallet, prefix()).await?;
    let more = batches.len() > LISTED || cartons.len() > LISTED;
    let held = batches.iter().take(LISTED).filter(|(_, row)| !row.ranges.0.is_empty());
    let held: Vec<BatchCodes> = held
        .map(|(key, row)| BatchCodes {
            batch_id: key.batch_id.to_string(),
            ranges: row.ranges.0.ranges().iter().map(Wire::to_wire).collect(),
        })
        .collect();
    let standing = cartons.iter().take(LISTED).filter(|(_, row)| row.stands);
    Ok(GetContainerResponse {
        sscc: sscc.to_string(),
        kind: found.kind.as_ref().map_or(0, |Json(kind)| kind.to_wire()),
        company_id: found.company_id.to_string(),
        stamper_id: found.stamper_id.map(|id| id.to_string()).unwrap_or_default(),
        opened_at: found.opened_at.put(),
        inside: found.inside.map(printed).unwrap_or_default(),
        codes: held.iter().flat_map(|batch| &batch.ranges).map(|range| range.count).sum(),
        batches: held,
        containers: standing.map(|(key, _)| printed(key.carton)).collect(),
        more,
    })
}

/// A company's own containers, and those that a stamper opened.
fn owns(call: &Call, container: &ContainerRow) -> bool {
    let Some(party) = call.confined_to() else { return true };
    match call.actor.role {
        Role::Stamper => container.stamper_id.is_some_and(|stamper| stamper.to_string() == party),
        _ => container.company_id.to_string() == party,
    }
}

/// Rows of a container, and one more when there are more than are listed.
async fn listed<P: Projection>(reader: &ViewReader<P>, prefix: Vec<Cell>) -> Result<Vec<(P::Key, P::Row)>, Status> {
    reader.scan(Range::of(prefix, LISTED + 1)).await.map_err(|error| failure::view(&error))
}

fn printed(sscc: u64) -> String {
    Sscc::of_value(sscc).map(|sscc| sscc.to_string()).unwrap_or_default()
}
