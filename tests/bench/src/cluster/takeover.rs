//! How soon a command is answered again after the node that owns its partition is killed (`kill -9`) in the middle of
//! its work: from the moment at which the group gives the partitions to the node that is left, which comes when the
//! killed one's session has timed out, until a command has been answered on every partition taken over. Callers keep
//! asking the node that is left all the while. It is measured with a short and with a long history behind the
//! partitions, since it may not depend on the length.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sceau_api::certification::v1::certification_command_service_client::CertificationCommandServiceClient;
use sceau_certification::Certification;
use sceau_engine::{Engine, Settings};
use sceau_kernel::Domain;

use super::engines::{Engines, PARTITIONS};
use super::share::Share;
use crate::Result;
use crate::company::{COMPANIES, InProcess, change};
use crate::figure::Figure;
use crate::server::Server;
use crate::setting::Setting;

/// What the node that is left logs when the group gives it partitions.
const TAKES: &str = "taking partitions";
/// The node that is left, and the one that is killed.
const LEFT: usize = 1;
const KILLED: usize = 2;
/// How long the group may take to notice, and partitions to serve, before it counts as failed.
const PATIENCE: Duration = Duration::from_mins(2);
/// How long the writer of a history may take to save its states.
const GRACE: Duration = Duration::from_mins(5);
/// Between two looks, and between two questions of a caller.
const LOOK: Duration = Duration::from_millis(2);
/// Kinds of the commands that are given after the history.
const KIND: u64 = 1 << 32;

pub(super) fn measure(setting: &Setting) -> Result<Vec<Figure>> {
    let [short, long] = if setting.quick { [100_000, 1_000_000] } else { [1_000_000, 10_000_000] };
    let (Some(short_times), Some(long_times)) = (with_history(setting, short)?, with_history(setting, long)?) else {
        return Ok(Vec::new());
    };
    let peer = format!("with {short} events behind it, not {long}");
    Ok(vec![Figure::beside_peer("takeover", &long_times, &peer, &short_times)])
}

/// Seconds of every takeover with so many events behind it; none where engines are missing.
fn with_history(setting: &Setting, events: u64) -> Result<Option<Vec<f64>>> {
    let Some(engines) = Engines::start(setting)? else { return Ok(None) };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        write(&engines, events).await?;
        takeovers(setting, &engines).await.map(Some)
    })
}

/// Writes a history through the engine, as a node would.
async fn write(engines: &Engines, events: u64) -> Result<()> {
    let (log, store) = (engines.log(&[Certification::TOPIC]).await?, engines.store().await?);
    let settings = Settings { cached_streams: COMPANIES as usize, ..Settings::default() };
    let (log, store) = (Arc::new(log), Arc::new(store));
    let engine = Engine::<Certification>::start(log, store, "bench".into(), "".into(), settings).await?;
    let callers = InProcess::new(engine.commands())?;
    callers.register(COMPANIES).await?;
    callers.crowd(1, Duration::MAX, events - COMPANIES).await?;
    engine.shutdown(GRACE).await?;
    Ok(())
}

async fn takeovers(setting: &Setting, engines: &Engines) -> Result<Vec<f64>> {
    let left = engines.node(setting, LEFT).await?;
    let mut share = Share::of(&left).await?;
    share.settled(1).await?;
    let samples = samples(&left).await?;
    let mut times = Vec::new();
    for run in 1..=setting.runs().min(3) as u64 {
        let killed = engines.node(setting, KILLED).await?;
        share.settled(2).await?;
        let orphans = share.companies_at(&format!("node-{KILLED}")).await?;
        work(setting, &left, KIND + 2 * run).await?;
        times.push(takeover(&left, killed, orphans.iter().map(|number| samples[number]), KIND + 2 * run + 1).await?);
        share.settled(1).await?;
    }
    left.stop().await?;
    Ok(times)
}

/// The number of a change that is about a company of each partition.
async fn samples(server: &Server<'_>) -> Result<BTreeMap<u32, u64>> {
    let mut client = CertificationCommandServiceClient::new(server.caller().await?);
    let mut samples = BTreeMap::new();
    for nth in 0..COMPANIES {
        let receipt = client.change_company_contact(change(KIND, nth)).await?.into_inner();
        samples.entry(receipt.position.unwrap_or_default().partition).or_insert(nth);
        if samples.len() == PARTITIONS as usize {
            break;
        }
    }
    Ok(samples)
}

/// Gives commands for a while, to all partitions.
async fn work(setting: &Setting, server: &Server<'_>, kind: u64) -> Result<()> {
    let mut client = CertificationCommandServiceClient::new(server.caller().await?);
    for nth in 0..setting.samples() {
        client.change_company_contact(change(kind, nth)).await?;
    }
    Ok(())
}

/// Kills a node; seconds from when the other is given its partitions until it has answered each of `changes`.
async fn takeover(left: &Server<'_>, killed: Server<'_>, changes: impl Iterator<Item = u64>, kind: u64) -> Result<f64> {
    let taken_before = left.logged(TAKES)?;
    killed.kill()?;
    let mut callers = Vec::new();
    for nth in changes {
        callers.push(tokio::spawn(answered(CertificationCommandServiceClient::new(left.caller().await?), kind, nth)));
    }
    let begun = Instant::now();
    while left.logged(TAKES)? == taken_before {
        if begun.elapsed() > PATIENCE {
            return Err("the group does not notice that a node was killed".into());
        }
        tokio::time::sleep(LOOK).await;
    }
    let noticed = Instant::now();
    let mut last = noticed;
    for caller in callers {
        last = last.max(caller.await??);
    }
    Ok((last - noticed).as_secs_f64())
}

/// Gives a command until it is answered; when it was.
async fn answered(
    mut client: CertificationCommandServiceClient<sceau::client::Caller>,
    kind: u64,
    nth: u64,
) -> Result<Instant> {
    let begun = Instant::now();
    loop {
        match client.change_company_contact(change(kind, nth)).await {
            Ok(_) => return Ok(Instant::now()),
            Err(status) if begun.elapsed() > PATIENCE => return Err(status.into()),
            Err(_) => tokio::time::sleep(LOOK).await,
        }
    }
}
