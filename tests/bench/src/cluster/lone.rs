//! How long one caller alone waits for a durable command over gRPC, on one broker, beside a bare producer that writes
//! the same records one after another.

use std::time::Instant;

use sceau_api::certification::v1::certification_command_service_client::CertificationCommandServiceClient;
use sceau_certification::Certification;
use sceau_kernel::Domain;

use super::bare::{Bare, sample};
use super::engines::Engines;
use super::share::Share;
use crate::Result;
use crate::company::change;
use crate::figure::Figure;
use crate::load::Times;
use crate::setting::Setting;
use crate::stream::register;

/// Where the bare producer writes.
const BARE: &str = "sceau.bare";

pub(super) fn measure(setting: &Setting) -> Result<Vec<Figure>> {
    let Some(engines) = Engines::start(setting)? else { return Ok(Vec::new()) };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    runtime.block_on(run(setting, &engines))
}

async fn run(setting: &Setting, engines: &Engines) -> Result<Vec<Figure>> {
    // Makes the topic.
    drop(engines.log(&[BARE]).await?);
    let server = engines.node(setting, 1).await?;
    Share::of(&server).await?.settled(1).await?;
    register(server.caller().await?).await?;
    let records = sample(&engines.brokers(), Certification::TOPIC)?;
    let bare = Bare::new(&engines.brokers(), BARE)?;
    let mut client = CertificationCommandServiceClient::new(server.caller().await?);
    let (mut commands, mut produces) = (Vec::new(), Vec::new());
    // The first run warms up.
    for kind in 1..=setting.runs() as u64 + 1 {
        let (mut answered, mut acknowledged) = (Times::default(), Times::default());
        for (nth, record) in (0..setting.samples()).zip(records.iter().cycle()) {
            let asked = Instant::now();
            client.change_company_contact(change(kind, nth)).await?;
            answered.push(asked.elapsed());
            // In turns, so that both meet the same broker.
            let begun = Instant::now();
            bare.lone(record)?;
            acknowledged.push(begun.elapsed());
        }
        commands.push(answered.p99());
        produces.push(acknowledged.p99());
    }
    server.stop().await?;
    let peer = "p99 of a bare acknowledged produce";
    Ok(vec![Figure::beside_peer("kafka.lone.p99", &commands[1..], peer, &produces[1..])])
}
