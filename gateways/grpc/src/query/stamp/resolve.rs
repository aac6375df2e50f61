//! Which stamps codes are.

use std::collections::{BTreeSet, HashMap};

use sceau_kernel::uuid::Uuid;
use sceau_proto::common::v1::Position;
use sceau_proto::stamp::v1::{self as proto, ResolveCodesRequest, ResolveCodesResponse, ResolvedCode};
use sceau_stamp::{MAX_RANGES, Packs};
use sceau_stamp_view::BatchKey;
use sceau_verification::CodeState;
use tonic::Status;

use crate::call::Call;
use crate::door::Door;
use crate::failure;
use crate::printed::{Place, Unusable};
use crate::query::{fresh, query_call};

query_call!("/sceau.stamp.v1.StampQueryService/ResolveCodes", ResolveCodesRequest, ResolveCodesResponse, resolve_codes);

async fn resolve_codes(request: ResolveCodesRequest, door: &Door, call: &Call) -> Result<ResolveCodesResponse, Status> {
    if !(1..=MAX_RANGES).contains(&request.codes.len()) {
        let reason = format!("are {}: give 1 to {MAX_RANGES} at once", request.codes.len());
        return Err(failure::bad_field("codes", reason));
    }
    let at_least = request.meta.map(|meta| meta.at_least).unwrap_or_default();
    let places = door.printed(call, &at_least, request.codes).await?;
    let packings = packings(&places, &at_least, door, call).await?;
    Ok(ResolveCodesResponse { codes: places.into_iter().map(|place| resolved(place, &packings)).collect() })
}

/// By batch, which of its codes are in which container.
type Packings = HashMap<Uuid, Packs>;

async fn packings(
    places: &[Result<Place, Unusable>],
    at_least: &[Position],
    door: &Door,
    call: &Call,
) -> Result<Packings, Status> {
    let batches: BTreeSet<Uuid> = places.iter().flatten().map(|place| place.batch.batch_id).collect();
    let key = |batch_id: &Uuid| BatchKey { tenant: call.tenant.to_string(), batch_id: *batch_id };
    let keys: Vec<BatchKey> = batches.iter().map(key).collect();
    fresh(&door.tables.batch_packing, at_least, call).await?;
    let rows = door.tables.batch_packing.get_many(&keys).await.map_err(|error| failure::view(&error))?;
    Ok(batches.into_iter().zip(rows).filter_map(|(batch, row)| Some((batch, row?.packs.0))).collect())
}

fn resolved(place: Result<Place, Unusable>, packings: &Packings) -> ResolvedCode {
    let Place { batch, ordinal } = match place {
        Ok(place) => place,
        Err(unusable) => return ResolvedCode { fault: unusable.to_string(), ..ResolvedCode::default() },
    };
    let state = match batch.facts(ordinal).code {
        CodeState::Waiting => proto::CodeState::Waiting,
        CodeState::Active => proto::CodeState::Active,
        CodeState::Decommissioned => proto::CodeState::Decommissioned,
    };
    ResolvedCode {
        batch_id: batch.batch_id.to_string(),
        ordinal,
        batch_count: batch.count,
        state: state.into(),
        released: batch.stamper_id.is_some(),
        fault: String::new(),
        container: packings
            .get(&batch.batch_id)
            .and_then(|packs| packs.container_of(ordinal))
            .map(|container| container.to_string())
            .unwrap_or_default(),
    }
}
