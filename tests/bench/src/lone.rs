//! A command that has no company: how long over the fsync of this disk does it take, when nothing else asks?

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::time::Instant;

use sceau_api::certification::v1::certification_command_service_client::CertificationCommandServiceClient;

use crate::Result;
use crate::company::change;
use crate::figure::Figure;
use crate::load::Times;
use crate::server::Server;
use crate::setting::Setting;
use crate::stream::register;

/// Bytes that are written before each fsync: about those of a commit with its frame.
const COMMIT: [u8; 512] = [b'c'; 512];

pub(crate) fn measure(setting: &Setting) -> Result<Vec<Figure>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(run(setting))
}

async fn run(setting: &Setting) -> Result<Vec<Figure>> {
    let data = setting.data()?;
    let server = Server::start(setting, &data.path().join("sceau")).await?;
    register(server.caller().await?).await?;
    let mut client = CertificationCommandServiceClient::new(server.caller().await?);
    let mut probe = OpenOptions::new().create(true).append(true).open(data.path().join("probe"))?;
    let (mut commands, mut fsyncs) = (Vec::new(), Vec::new());
    for kind in 1..=setting.runs() as u64 {
        let (mut answered, mut synced) = (Times::default(), Times::default());
        for nth in 0..setting.samples() {
            let asked = Instant::now();
            client.change_company_contact(change(kind, nth)).await?;
            answered.push(asked.elapsed());
            // In turns, so that both meet the same disk.
            let begun = Instant::now();
            fsync(&mut probe)?;
            synced.push(begun.elapsed());
        }
        commands.push(answered.p99());
        fsyncs.push(synced.p99());
    }
    server.stop().await?;
    let peer = "p99 of append and fsync of this disk";
    Ok(vec![Figure::beside_peer("command.lone.p99", &commands, peer, &fsyncs)])
}

fn fsync(file: &mut File) -> Result<()> {
    file.write_all(&COMMIT)?;
    Ok(file.sync_data()?)
}
