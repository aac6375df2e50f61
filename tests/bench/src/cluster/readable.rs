//! From giving a command to reading what it did, on Kafka and Cassandra: as `readable.p99` on the embedded engines.

use super::engines::Engines;
use super::share::Share;
use crate::figure::Figure;
use crate::setting::Setting;
use crate::{Result, readable};

pub(super) fn measure(setting: &Setting) -> Result<Vec<Figure>> {
    let Some(engines) = Engines::start(setting)? else { return Ok(Vec::new()) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(run(setting, &engines))
}

async fn run(setting: &Setting, engines: &Engines) -> Result<Vec<Figure>> {
    let server = engines.node(setting, 1).await?;
    Share::of(&server).await?.settled(1).await?;
    let runs = readable::times(setting, &server).await?;
    server.stop().await?;
    Ok(vec![Figure::beside_limit("kafka.readable.p99", &runs)])
}
