//! What a command costs when three nodes share the partitions and callers come to all of them, so that two in three
//! commands go on to another node, beside what it costs one node that is alone: seconds of processor time of all
//! platform processes, until the views have what was done, over commands accepted.

use sceau::client::Caller;

use super::engines::Engines;
use super::share::Share;
use crate::figure::Figure;
use crate::server::Server;
use crate::setting::Setting;
use crate::stream::register;
use crate::{Result, unary};

/// Nodes that share the work.
const NODES: usize = 3;

pub(super) fn measure(setting: &Setting) -> Result<Vec<Figure>> {
    let Some(engines) = Engines::start(setting)? else { return Ok(Vec::new()) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(run(setting, &engines))
}

async fn run(setting: &Setting, engines: &Engines) -> Result<Vec<Figure>> {
    let mut servers = vec![engines.node(setting, 1).await?];
    Share::of(&servers[0]).await?.settled(1).await?;
    register(servers[0].caller().await?).await?;
    let alone = costs(setting, &servers, 1).await?;
    for number in 2..=NODES {
        servers.push(engines.node(setting, number).await?);
    }
    let shared = costs(setting, &servers, 1 << 32).await?;
    for server in servers {
        server.stop().await?;
    }
    Ok(vec![Figure::beside_peer("nodes.cpu", &shared, "one node", &alone)])
}

/// Microseconds of processor time for each command, for each run; the kinds of commands begin at `first`.
async fn costs(setting: &Setting, servers: &[Server<'_>], first: u64) -> Result<Vec<f64>> {
    let mut share = Share::of(&servers[0]).await?;
    share.settled(servers.len()).await?;
    let mut callers: Vec<Caller> = Vec::new();
    for server in servers {
        callers.push(server.caller().await?);
    }
    let mut costs = Vec::new();
    // The first run warms up.
    for kind in (first..).take(setting.runs() + 1) {
        let before = processor_seconds(servers)?;
        let accepted = unary::crowd(setting, &callers, kind).await?.times.count();
        share.settled(servers.len()).await?;
        costs.push((processor_seconds(servers)? - before) * 1e6 / accepted as f64);
    }
    Ok(costs.split_off(1))
}

fn processor_seconds(servers: &[Server<'_>]) -> Result<f64> {
    servers.iter().map(Server::processor_seconds).sum()
}
