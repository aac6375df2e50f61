//! `sceau cluster`.

use std::collections::BTreeMap;

use clap::Subcommand;
use sceau_api::admin::v1::admin_service_client::AdminServiceClient;
use sceau_proto::admin::v1 as pb;

use super::Session;
use crate::client::CallError;
use crate::show::{Form, aligned};

/// `sceau cluster`.
#[derive(Debug, Subcommand)]
pub enum Cluster {
    /// Who owns what: epochs, commands that wait, lag and holes.
    Status,
}

pub(super) async fn run(session: &Session, command: Cluster) -> Result<(), CallError> {
    let Cluster::Status = command;
    let mut client = AdminServiceClient::new(session.caller.clone());
    let answer = client.get_cluster(pb::GetClusterRequest {}).await?.into_inner();
    match session.form {
        Form::Json => session.form.record(&answer),
        Form::Id => answer.nodes.iter().for_each(|node| sayln!("{}", node.node)),
        Form::Human => say!("{}\n{}", nodes(&answer), partitions(&answer.partitions)),
    }
    Ok(())
}

fn nodes(cluster: &pb::GetClusterResponse) -> String {
    let mut owned: BTreeMap<&str, u32> = BTreeMap::new();
    for partition in cluster.partitions.iter().filter(|partition| partition.situation == "serving") {
        *owned.entry(&partition.node).or_default() += 1;
    }
    let head = ["NODE", "ADDRESS", "VERSION", "SERVES", "LEADS", "TROUBLE"].map(str::to_owned);
    let rows: Vec<Vec<String>> = cluster
        .nodes
        .iter()
        .map(|node| {
            vec![
                node.node.clone(),
                node.address.clone(),
                node.version.clone(),
                owned.get(node.node.as_str()).copied().unwrap_or_default().to_string(),
                if node.leads { "yes" } else { "" }.to_owned(),
                node.trouble.clone(),
            ]
        })
        .collect();
    aligned(&head, &rows)
}

fn partitions(partitions: &[pb::ClusterPartition]) -> String {
    let head = ["PARTITION", "NODE", "SITUATION", "EPOCH", "DURABLE", "WAITING", "LAG", "HOLES"].map(str::to_owned);
    let rows: Vec<Vec<String>> = partitions
        .iter()
        .map(|partition| {
            vec![
                format!("{}/{}", partition.topic, partition.partition),
                partition.node.clone(),
                partition.situation.clone(),
                partition.epoch.to_string(),
                partition.durable.to_string(),
                partition.waiting.to_string(),
                partition.lag.to_string(),
                partition.holes.to_string(),
            ]
        })
        .collect();
    aligned(&head, &rows)
}
