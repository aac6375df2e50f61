//! The cases of suspect codes, as their view holds them.

use std::collections::HashMap;

use sceau_code::DigitsKey;
use sceau_kernel::uuid::Uuid;
use sceau_kernel::wire::Wire;
use sceau_proto::verification::v1::{Case, GetCaseRequest, GetCaseResponse, ListCasesRequest, ListCasesResponse};
use sceau_stamp_view::BatchRangeKey;
use sceau_verification::clone::Suspicion;
use sceau_verification_view::{CaseKey, CaseRow};
use tonic::Status;

use super::list::{List, Wanted, text};
use super::{query_call, row};
use crate::call::Call;
use crate::door::Door;
use crate::failure;

query_call!(
    "/sceau.verification.v1.VerificationQueryService/ListCases",
    ListCasesRequest,
    ListCasesResponse,
    list_cases
);
query_call!("/sceau.verification.v1.VerificationQueryService/GetCase", GetCaseRequest, GetCaseResponse, get_case);

/// The number that a case is named by.
pub(crate) fn case_number(case_id: &str) -> Result<u64, Status> {
    case_id.parse().map_err(|_| failure::bad_field("case_id", format!("`{case_id}` is not the number of a case")))
}

async fn list_cases(request: ListCasesRequest, door: &Door, call: &Call) -> Result<ListCasesResponse, Status> {
    let status = request.status;
    let query = format!("cases {status}");
    let wanted = Wanted { meta: request.meta.as_ref(), page: request.page.as_ref(), query: &query };
    let list = List::read(&door.tables.clone_case, vec![text(&call.tenant)], wanted, call, |_, row| {
        status == 0 || row.status.0.to_wire() == status
    })
    .await?;
    Ok(ListCasesResponse { cases: messages(list.rows, door, call).await?, page: Some(list.page) })
}

async fn get_case(request: GetCaseRequest, door: &Door, call: &Call) -> Result<GetCaseResponse, Status> {
    let number = case_number(&request.case_id)?;
    let key = CaseKey { tenant: call.tenant.to_string(), number };
    let found = row(&door.tables.clone_case, &key, request.meta.as_ref(), call).await?;
    let found = found.ok_or_else(|| failure::not_found("CASE_NOT_FOUND", "case", &request.case_id))?;
    Ok(GetCaseResponse { case: messages(vec![(key, found)], door, call).await?.pop() })
}

/// The cases with the batches and the digits of their codes.
async fn messages(rows: Vec<(CaseKey, CaseRow)>, door: &Door, call: &Call) -> Result<Vec<Case>, Status> {
    let mut keys: Vec<BatchRangeKey> =
        rows.iter().map(|(key, row)| BatchRangeKey::of_number(&key.tenant, row.batch)).collect();
    keys.dedup();
    let batches = door.tables.batch_range.get_many(&keys).await.map_err(|error| failure::view(&error))?;
    let ids: HashMap<u64, Uuid> =
        keys.iter().zip(batches).filter_map(|(key, batch)| Some((key.first_number, batch?.batch_id))).collect();
    let digits = door.code_keys.digits(&call.tenant).map(|secret| DigitsKey::new(&secret));
    let case = |(key, row): (CaseKey, CaseRow)| {
        let digits = digits.as_ref().and_then(|digits| digits.digits(key.number).ok());
        Case {
            digits: digits.map_or_else(String::new, |digits| digits.to_string()),
            batch_id: ids.get(&row.batch).map_or_else(String::new, Uuid::to_string),
            ..message(&key, row)
        }
    };
    Ok(rows.into_iter().map(case).collect())
}

fn message(key: &CaseKey, row: CaseRow) -> Case {
    let suspicion = row.suspicion.map(|suspicion| suspicion.0);
    Case {
        id: key.number.to_string(),
        digits: String::new(),
        status: row.status.0.to_wire(),
        rule: suspicion.map_or(0, |suspicion| suspicion.rule.to_wire()),
        explanation: suspicion.as_ref().map_or_else(String::new, Suspicion::explain),
        suspicion: suspicion.map(|suspicion| suspicion.to_wire()),
        opened_at: Some(row.opened_at.to_wire()),
        last_at: Some(row.last_at.to_wire()),
        scans: row.scans,
        last_place: row.last_place.unwrap_or_default(),
        batch_id: String::new(),
        closed_at: row.closed_at.map(|at| at.to_wire()),
        closed_by: row.closed_by.unwrap_or_default(),
        note: row.note.unwrap_or_default(),
    }
}
