//! Commands over gRPC, one call each: 64 callers, each of which waits for its answer before it asks again.

use sceau::client::Caller;
use sceau_api::certification::v1::certification_command_service_client::CertificationCommandServiceClient;

use crate::Result;
use crate::company::change;
use crate::figure::Figure;
use crate::load::{Load, closed_loop};
use crate::server::Server;
use crate::setting::Setting;
use crate::stream::register;

const CALLERS: u64 = 64;
/// Connections that the callers share.
const CONNECTIONS: usize = 4;

pub(crate) fn measure(setting: &Setting) -> Result<Vec<Figure>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(run(setting))
}

async fn run(setting: &Setting) -> Result<Vec<Figure>> {
    let data = setting.data()?;
    let server = Server::start(setting, &data.path().join("sceau")).await?;
    register(server.caller().await?).await?;
    let mut callers = Vec::new();
    for _ in 0..CONNECTIONS {
        callers.push(server.caller().await?);
    }
    let mut rates = Vec::new();
    for kind in 1..=setting.runs() as u64 + 1 {
        rates.push(crowd(setting, &callers, kind).await?.rate);
    }
    server.stop().await?;
    // The first run warms up.
    Ok(vec![Figure::beside_limit("commands.grpc.unary", &rates[1..])])
}

/// Has the callers give commands of this `kind` over `connections`, which they share evenly.
pub(crate) async fn crowd(setting: &Setting, connections: &[Caller], kind: u64) -> Result<Load> {
    let clients: Vec<_> = connections.iter().cloned().map(CertificationCommandServiceClient::new).collect();
    let ask = move |caller: u64, nth: u64| {
        let mut client = clients[caller as usize % clients.len()].clone();
        async move {
            client.change_company_contact(change(kind, nth * CALLERS + caller)).await?;
            Ok(())
        }
    };
    closed_loop(CALLERS, setting.run_time(), ask).await
}
