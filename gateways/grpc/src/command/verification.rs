//! Commands about suspect codes.

use sceau_proto::verification::v1::CloseCaseRequest;
use sceau_verification::{CloseCase, Closing, ScansCommand, Verification, VerificationCommand as Command, scan_stream};
use tonic::Status;

use super::{Given, Prepared, body, command_call};
use crate::door::Door;
use crate::failure;
use crate::query::case_number;

command_call!(
    Verification,
    "/sceau.verification.v1.VerificationCommandService/CloseCase",
    CloseCaseRequest,
    case_id,
    looking_up close_case
);

async fn close_case(
    request: CloseCaseRequest,
    door: &Door,
    given: &Given<'_>,
) -> Result<Prepared<Verification>, Status> {
    let named = request.case_id.clone();
    let number = case_number(&named)?;
    let closing = body::<Closing>(request)?;
    let facts = door.facts.case(given, number).await?;
    let facts = facts.ok_or_else(|| failure::not_found("CASE_NOT_FOUND", "case", &named))?;
    let stream = scan_stream(&given.call.tenant, number);
    let command = Command::Scans(ScansCommand::CloseCase(CloseCase { number, closing, facts }));
    Ok(Prepared { stream, command })
}
