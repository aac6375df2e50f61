//! `sceau verify`.

use clap::Args;
use sceau_api::verification::v1::verification_service_client::VerificationServiceClient;
use sceau_proto::verification::v1 as pb;

use super::{Connection, Session, parse};
use crate::client::CallError;
use crate::offline::Offline;

/// `sceau verify`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  sceau verify HTTPS://SCEAU.EXAMPLE/AEAAC…\n  sceau verify '1234 5678 9012 3456' --place Bouaké\n  sceau verify --offline --lists lists --file codes.txt\n\nOffline it ends with 0 when every code is as it was issued and the lists are fresh, 1 when a code is not,\nand 3 when every code is but the lists are stale or the clock is wrong."
)]
pub struct Verify {
    /// The signed codes, or their 16 digits.
    #[arg(required_unless_present = "file")]
    codes: Vec<String>,
    /// How it was scanned: app, web, sms, ussd or inspector.
    #[arg(long, value_parser = parse::channel, default_value = "web")]
    channel: i32,
    /// Where, coarsely: a town or a quarter.
    #[arg(long, default_value = "")]
    place: String,
    /// Whose code, when the platform serves several tenants.
    #[arg(long, default_value = "")]
    tenant: String,
    /// Where exactly, when the person consented: latitude,longitude in degrees; kept to about a kilometre.
    #[arg(long, value_parser = parse::coordinates, allow_hyphen_values = true)]
    at: Option<pb::Coordinates>,
    /// What tells this device from others; kept as a keyed hash.
    #[arg(long, default_value = "")]
    device: String,
    #[command(flatten)]
    offline: Offline,
}

impl Verify {
    /// True when no server is to be asked.
    pub(super) const fn is_offline(&self) -> bool {
        self.offline.asked
    }
}

/// Verifies without a network; the exit code of the process.
pub(super) async fn offline(connection: &Connection, command: Verify) -> u8 {
    crate::offline::main(connection, &command.offline, &command.codes, &command.tenant).await
}

pub(super) async fn run(session: &Session, command: Verify) -> Result<(), CallError> {
    let Verify { codes, channel, place, tenant, at, device, offline: _ } = command;
    let mut client = VerificationServiceClient::new(session.caller.clone());
    for code in codes {
        let (tenant, place, device) = (tenant.clone(), place.clone(), device.clone());
        let request =
            pb::VerifyRequest { tenant, code, channel, place, coordinates: at, device, ..pb::VerifyRequest::default() };
        let answer = client.verify(request).await?.into_inner();
        session.form.record(&answer);
    }
    Ok(())
}
