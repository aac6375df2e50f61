//! Which stamps codes are.

use sceau_proto::stamp::v1::{self as proto, ResolveCodesRequest, ResolveCodesResponse, ResolvedCode};
use sceau_stamp::MAX_RANGES;
use sceau_verification::CodeState;
use tonic::Status;

use crate::call::Call;
use crate::door::Door;
use crate::failure;
use crate::printed::{Place, Unusable};
use crate::query::query_call;

query_call!("/sceau.stamp.v1.StampQueryService/ResolveCodes", ResolveCodesRequest, ResolveCodesResponse, resolve_codes);

async fn resolve_codes(request: ResolveCodesRequest, door: &Door, call: &Call) -> Result<ResolveCodesResponse, Status> {
    if !(1..=MAX_RANGES).contains(&request.codes.len()) {
        let reason = format!("are {}: give 1 to {MAX_RANGES} at once", request.codes.len());
        return Err(failure::bad_field("codes", reason));
    }
    let at_least = request.meta.map(|meta| meta.at_least).unwrap_or_default();
    let places = door.printed(call, &at_least, request.codes).await?;
    Ok(ResolveCodesResponse { codes: places.into_iter().map(resolved).collect() })
}

fn resolved(place: Result<Place, Unusable>) -> ResolvedCode {
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
    }
}
