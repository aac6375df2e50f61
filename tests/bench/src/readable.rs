//! From giving a command to reading what it did: the query names the command's position, so that it is answered as
//! soon as the view has it.

use std::time::Instant;

use sceau_api::certification::v1::certification_command_service_client::CertificationCommandServiceClient;
use sceau_api::certification::v1::certification_query_service_client::CertificationQueryServiceClient;
use sceau_proto::certification::v1::GetCompanyRequest;
use sceau_proto::common::v1::QueryMeta;

use crate::Result;
use crate::company::change;
use crate::figure::Figure;
use crate::load::Times;
use crate::server::Server;
use crate::setting::Setting;
use crate::stream::register;

pub(crate) fn measure(setting: &Setting) -> Result<Vec<Figure>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(run(setting))
}

async fn run(setting: &Setting) -> Result<Vec<Figure>> {
    let data = setting.data()?;
    let server = Server::start(setting, &data.path().join("sceau")).await?;
    let runs = times(setting, &server).await?;
    server.stop().await?;
    Ok(vec![Figure::beside_limit("readable.p99", &runs)])
}

/// The 99th percentile of each run, in milliseconds.
pub(crate) async fn times(setting: &Setting, server: &Server<'_>) -> Result<Vec<f64>> {
    register(server.caller().await?).await?;
    let caller = server.caller().await?;
    let mut commands = CertificationCommandServiceClient::new(caller.clone());
    let mut queries = CertificationQueryServiceClient::new(caller);
    let mut runs = Vec::new();
    for kind in 1..=setting.runs() as u64 {
        let mut times = Times::default();
        for nth in 0..setting.samples() {
            let request = change(kind, nth);
            let (company_id, asked_for) = (request.company_id.clone(), request.contact.clone());
            let asked = Instant::now();
            let receipt = commands.change_company_contact(request).await?.into_inner();
            let meta = Some(QueryMeta { at_least: receipt.position.into_iter().collect() });
            let answer = queries.get_company(GetCompanyRequest { meta, company_id }).await?.into_inner();
            times.push(asked.elapsed());
            if answer.company.and_then(|company| company.contact) != asked_for {
                return Err("a view that was fresh enough did not hold the change".into());
            }
        }
        runs.push(times.p99());
    }
    Ok(runs)
}
