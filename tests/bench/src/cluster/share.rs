//! Who owns what, as an administrator is told.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use sceau::client::Caller;
use sceau_api::admin::v1::admin_service_client::AdminServiceClient;
use sceau_certification::Certification;
use sceau_kernel::Domain;
use sceau_proto::admin::v1::{ClusterPartition, GetClusterRequest};

use super::engines::PARTITIONS;
use crate::Result;
use crate::server::Server;

/// Domains, each with a topic.
const TOPICS: usize = 5;
/// How long nodes may take to share partitions out and to come to the end of the log.
const PATIENCE: Duration = Duration::from_mins(20);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(50);

/// The partitions of a cluster, as one node knows them.
pub(super) struct Share(AdminServiceClient<Caller>);

impl Share {
    /// As this node knows them.
    pub(super) async fn of(server: &Server<'_>) -> Result<Self> {
        Ok(Self(AdminServiceClient::new(server.caller().await?)))
    }

    /// Waits until every partition is served, by `nodes` nodes together, and no view is behind.
    pub(super) async fn settled(&mut self, nodes: usize) -> Result<()> {
        let begun = Instant::now();
        loop {
            let partitions = self.partitions().await?;
            let owners: BTreeSet<_> = partitions.iter().map(|partition| partition.node.as_str()).collect();
            let served = partitions.iter().all(|partition| partition.situation == "serving" && partition.lag == 0);
            if served && partitions.len() == TOPICS * PARTITIONS as usize && owners.len() == nodes {
                return Ok(());
            }
            if begun.elapsed() > PATIENCE {
                return Err(format!("{nodes} nodes do not settle: {partitions:?}").into());
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// The partitions of companies that this node owns.
    pub(super) async fn companies_at(&mut self, node: &str) -> Result<Vec<u32>> {
        let partitions = self.partitions().await?.into_iter();
        let here = partitions.filter(|partition| partition.topic == Certification::TOPIC && partition.node == node);
        Ok(here.map(|partition| partition.partition).collect())
    }

    async fn partitions(&mut self) -> Result<Vec<ClusterPartition>> {
        Ok(self.0.get_cluster(GetClusterRequest {}).await?.into_inner().partitions)
    }
}
