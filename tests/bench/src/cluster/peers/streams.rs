//! Kafka Streams with exactly-once processing, on the same broker.

use std::sync::Arc;

use sceau_certification::Certification;
use sceau_embedded::{Folder, Memory, Options};
use sceau_engines::{Kafka, Scratch, or_skip};
use sceau_kernel::Domain;

use super::super::engines::{PARTITIONS, log};
use super::{Ours, Peer};
use crate::Result;
use crate::figure::Figure;
use crate::setting::Setting;

/// Four times as many as ours: a transaction answers all its commands at once when it ends, so that the peer does
/// about half of its best with as few as ours.
const IN_FLIGHT: u64 = 16_384;

pub(in super::super) fn measure(setting: &Setting) -> Result<Vec<Figure>> {
    let scratch = Scratch::new()?;
    let Some(peer) = Peer::build("streams", scratch.path())? else { return Ok(Vec::new()) };
    let Some(kafka) = or_skip(Kafka::start(1, scratch.path()))? else { return Ok(Vec::new()) };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let (rates, p99s) = runtime.block_on(ours(setting, &kafka))?;
    let theirs = peer.measure(setting, scratch.path(), &kafka.bootstrap(), IN_FLIGHT)?;
    let job = "Kafka Streams, exactly once";
    Ok(vec![
        Figure::beside_peer("peer.streams", &rates, job, &theirs.commands_per_second),
        Figure::beside_peer("peer.streams.p99", &p99s, "p99 of Kafka Streams, exactly once", &theirs.p99_ms),
    ])
}

/// Commands per second, and the p99 in milliseconds of commands given one by one: a value for each run.
async fn ours(setting: &Setting, kafka: &Kafka) -> Result<(Vec<f64>, Vec<f64>)> {
    let states = setting.data()?;
    let options = Options { topics: &[(Certification::TOPIC, PARTITIONS)], memory: Memory::default() };
    let (_, store) = Folder::open(states.path(), options)?;
    let log = log(kafka, &[Certification::TOPIC]).await?;
    let ours = Ours::start(Arc::new(log), Arc::new(store)).await?;
    ours.crowd(setting, 1).await?;
    let (mut rates, mut p99s) = (Vec::new(), Vec::new());
    for run in 1..=setting.runs() as u64 {
        rates.push(ours.crowd(setting, 2 * run).await?);
        p99s.push(ours.callers.lone(2 * run + 1, setting.samples()).await?.p99());
    }
    ours.stop().await?;
    Ok((rates, p99s))
}
