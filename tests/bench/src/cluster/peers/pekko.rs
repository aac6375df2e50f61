//! Pekko Persistence and Projections, on the same Cassandra. Ours has its log on Kafka, and its states and its view in
//! that Cassandra, as a user has it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use sceau_certification::Certification;
use sceau_certification_view::CompanyView;
use sceau_engines::Scratch;
use sceau_kernel::Domain;
use sceau_log::{Log, Partition};
use sceau_projector::projector::ProjectorOptions;
use sceau_projector::{Position, Projections, ReadSide};
use sceau_store::Store;

use super::super::engines::{Engines, PARTITIONS};
use super::{GRACE, Ours, Peer};
use crate::Result;
use crate::company::IN_FLIGHT;
use crate::figure::Figure;
use crate::setting::Setting;

/// How long the view may take to come to the end of the log.
const CATCH_UP: Duration = Duration::from_mins(5);

pub(in super::super) fn measure(setting: &Setting) -> Result<Vec<Figure>> {
    let scratch = Scratch::new()?;
    let Some(peer) = Peer::build("pekko", scratch.path())? else { return Ok(Vec::new()) };
    let Some(engines) = Engines::start(setting)? else { return Ok(Vec::new()) };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let rates = runtime.block_on(ours(setting, &engines))?;
    let theirs = peer.measure(setting, scratch.path(), &engines.contact(), IN_FLIGHT)?;
    let job = "Pekko Persistence and Projections";
    Ok(vec![Figure::beside_peer("peer.pekko", &rates, job, &theirs.commands_per_second)])
}

/// Commands per second while the view follows, for each run.
async fn ours(setting: &Setting, engines: &Engines) -> Result<Vec<f64>> {
    let log: Arc<dyn Log> = Arc::new(engines.log(&[Certification::TOPIC]).await?);
    let store: Arc<dyn Store> = Arc::new(engines.store().await?);
    let ours = Ours::start(Arc::clone(&log), Arc::clone(&store)).await?;
    let options = ProjectorOptions::default();
    let views = Projections::new().with::<CompanyView>().start(Arc::clone(&log), store, options).await?;
    ours.crowd(setting, 1).await?;
    let mut rates = Vec::new();
    for kind in (2..).take(setting.runs()) {
        // No run pays for the one before.
        catch_up(&*log, &views).await?;
        rates.push(ours.crowd(setting, kind).await?);
    }
    ours.stop().await?;
    views.shutdown(GRACE).await;
    Ok(rates)
}

async fn catch_up(log: &dyn Log, views: &ReadSide) -> Result<()> {
    let mut ends = Vec::new();
    for number in 0..PARTITIONS {
        let end = log.end(Partition { topic: Certification::TOPIC, number }).await?;
        ends.push(Position { topic: Certification::TOPIC, partition: number, offset: end.saturating_sub(1) });
    }
    let caught_up = views.wait(&ends, Instant::now() + CATCH_UP).await;
    Ok(caught_up.map_err(|stale| format!("the view does not come to the end of the log: {stale:?}"))?)
}
