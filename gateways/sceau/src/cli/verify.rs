//! `sceau verify`.

use clap::Args;
use sceau_api::verification::v1::verification_service_client::VerificationServiceClient;
use sceau_proto::verification::v1 as pb;

use super::{Session, parse};
use crate::client::CallError;

/// `sceau verify`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  sceau verify HTTPS://SCEAU.EXAMPLE/AEAAC…\n  sceau verify '1234 5678 9012 3456' --place Bouaké"
)]
pub struct Verify {
    /// The signed code, or its 16 digits.
    code: String,
    /// How it was scanned: app, web, sms, ussd or inspector.
    #[arg(long, value_parser = parse::channel, default_value = "web")]
    channel: i32,
    /// Where, coarsely: a town or a quarter.
    #[arg(long, default_value = "")]
    place: String,
    /// Whose code, when the platform serves several tenants.
    #[arg(long, default_value = "")]
    tenant: String,
}

pub(super) async fn run(session: &Session, command: Verify) -> Result<(), CallError> {
    let Verify { code, channel, place, tenant } = command;
    let request = pb::VerifyRequest { meta: None, tenant, code, channel, place };
    let answer = VerificationServiceClient::new(session.caller.clone()).verify(request).await?.into_inner();
    session.form.record(&answer);
    Ok(())
}
