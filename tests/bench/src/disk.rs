//! How much the data folder grows by a billion stamps, ordered, paid, allocated, released and activated.

use std::path::Path;

use crate::Result;
use crate::figure::Figure;
use crate::office::Office;
use crate::server::Server;
use crate::setting::{Setting, bytes_under};

const BILLION: u64 = 1_000_000_000;

pub(crate) fn measure(setting: &Setting) -> Result<Vec<Figure>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut runs = Vec::new();
    for _ in 0..setting.runs().min(3) {
        runs.push(runtime.block_on(run(setting))?);
    }
    Ok(vec![Figure::beside_limit("disk.billion", &runs)])
}

/// KiB that the folder of a stopped platform is larger after the billion.
async fn run(setting: &Setting) -> Result<f64> {
    let data = setting.data()?;
    let folder = data.path().join("sceau");
    let before = once(setting, &folder, 1).await?;
    let after = once(setting, &folder, BILLION).await?;
    Ok((after as f64 - before as f64) / 1024.0)
}

/// Issues `count` stamps; bytes of the folder when the platform has stopped.
async fn once(setting: &Setting, folder: &Path, count: u64) -> Result<u64> {
    let server = Server::start(setting, folder).await?;
    Office::open(server.caller().await?).await?.issue(count).await?;
    server.stop().await?;
    bytes_under(folder)
}
