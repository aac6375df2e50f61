//! The whole cluster, put together from the directory and what each node says of itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::join_all;
use sceau_proto::admin::v1::{ClusterNode, ClusterPartition, GetClusterResponse};
use sceau_proto::cluster::v1::GetNodeResponse;

use crate::directory::OwnerOf;
use crate::elsewhere::Others;
use crate::node::Node;

impl Node {
    /// Who owns what, and how it fares; nodes that do not answer are named with the reason.
    pub async fn describe_all(&self, others: &Others) -> GetClusterResponse {
        let refreshed = others.directory().refresh().await;
        let owners = others.directory().all();
        let mut addresses: BTreeMap<Arc<str>, Arc<str>> = BTreeMap::new();
        addresses.extend(owners.iter().map(|owner| (Arc::clone(&owner.address), Arc::clone(&owner.node))));
        addresses.insert(Arc::clone(&self.address), Arc::clone(&self.name));
        let asked = addresses.into_iter().map(|(address, name)| async move {
            let said = if address == self.address { Ok(self.describe()) } else { others.node(&address).await };
            (address, name, said)
        });
        let said = join_all(asked).await;
        let partitions = owners.iter().map(|owner| partition(owner, &said)).collect();
        let mut nodes: Vec<_> = said.into_iter().map(|(address, name, said)| node(&address, &name, said)).collect();
        nodes.sort_by(|left, right| left.node.cmp(&right.node));
        if let (Err(error), Some(here)) = (refreshed, nodes.iter_mut().find(|node| *node.address == *self.address)) {
            here.trouble = error.to_string();
        }
        GetClusterResponse { nodes, partitions }
    }
}

type Said = (Arc<str>, Arc<str>, Result<GetNodeResponse, String>);

fn node(address: &str, name: &str, said: Result<GetNodeResponse, String>) -> ClusterNode {
    let mut node = ClusterNode { node: name.to_owned(), address: address.to_owned(), ..ClusterNode::default() };
    match said {
        Ok(GetNodeResponse { version, started_at, leads, .. }) => {
            node.version = version;
            node.started_at = started_at;
            node.leads = leads;
        }
        Err(trouble) => node.trouble = trouble,
    }
    node
}

fn partition(owner: &OwnerOf, said: &[Said]) -> ClusterPartition {
    let mut partition = ClusterPartition {
        topic: owner.partition.topic.to_owned(),
        partition: owner.partition.number,
        node: owner.node.to_string(),
        situation: "unknown".to_owned(),
        epoch: owner.epoch,
        ..ClusterPartition::default()
    };
    let node = said.iter().find(|(address, ..)| *address == owner.address);
    let Some(Ok(node)) = node.map(|(.., said)| said) else { return partition };
    let owned = node
        .partitions
        .iter()
        .find(|owned| owned.topic == owner.partition.topic && owned.partition == owner.partition.number);
    match owned {
        Some(owned) => {
            partition.situation.clone_from(&owned.situation);
            (partition.durable, partition.waiting) = (owned.durable, owned.waiting);
            (partition.lag, partition.holes) = (owned.lag, owned.holes);
        }
        None => "idle".clone_into(&mut partition.situation),
    }
    partition
}
