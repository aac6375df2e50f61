//! `sceau projection`.

use clap::Subcommand;
use sceau_api::admin::v1::admin_service_client::AdminServiceClient;
use sceau_proto::admin::v1 as pb;

use super::Session;
use crate::client::CallError;
use crate::show::{Form, aligned};

/// `sceau projection`.
#[derive(Debug, Subcommand)]
pub enum Projection {
    /// Every read model: what serves, what is being built, lag and holes.
    List,
    /// Build a read model anew beside the one that serves.
    Rebuild {
        /// Its name.
        name: String,
    },
    /// Give up the building.
    Cancel {
        /// Its name.
        name: String,
    },
    /// Let the new one serve, once it has caught up and compares equal.
    Switch {
        /// Its name.
        name: String,
        /// Switch although the rows differ.
        #[arg(long)]
        force: bool,
    },
}

pub(super) async fn run(session: &Session, command: Projection) -> Result<(), CallError> {
    let mut client = AdminServiceClient::new(session.caller.clone());
    let said = match command {
        Projection::List => {
            let answer = client.list_projections(pb::ListProjectionsRequest {}).await?.into_inner();
            match session.form {
                Form::Json => session.form.record(&answer),
                Form::Id => answer.projections.iter().for_each(|projection| sayln!("{}", projection.name)),
                Form::Human => say!("{}", overview(&answer.projections)),
            }
            return Ok(());
        }
        Projection::Rebuild { name } => {
            client.rebuild_projection(pb::RebuildProjectionRequest { name: name.clone() }).await?;
            format!(
                "{name} is being rebuilt: follow it with `sceau projection list`, then `sceau projection switch {name}`"
            )
        }
        Projection::Cancel { name } => {
            client.cancel_rebuild(pb::CancelRebuildRequest { name: name.clone() }).await?;
            format!("the rebuild of {name} is given up")
        }
        Projection::Switch { name, force } => {
            let answer = client.switch_projection(pb::SwitchProjectionRequest { name, force }).await?.into_inner();
            session.form.record(&answer);
            return Ok(());
        }
    };
    if session.form == Form::Human {
        sayln!("{said}");
    }
    Ok(())
}

fn overview(projections: &[pb::Projection]) -> String {
    let head = ["PROJECTION", "VERSION", "SERVING", "LAG", "HOLES", "DEAD LETTERS", "BUILDING"].map(str::to_owned);
    let rows: Vec<Vec<String>> = projections
        .iter()
        .map(|projection| {
            let partitions =
                projection.serving.as_ref().map(|serving| serving.partitions.as_slice()).unwrap_or_default();
            let sum = |of: fn(&pb::PartitionProgress) -> u64| partitions.iter().map(of).sum::<u64>().to_string();
            vec![
                projection.name.clone(),
                projection.version.to_string(),
                projection.serving.as_ref().map_or_else(|| "-".to_owned(), |serving| format!("g{}", serving.number)),
                sum(|partition| partition.end.saturating_sub(partition.applied)),
                sum(|partition| partition.holes),
                sum(|partition| partition.dead_letters),
                projection.building.as_ref().map_or_else(|| "-".to_owned(), building),
            ]
        })
        .collect();
    aligned(&head, &rows)
}

fn building(building: &pb::Generation) -> String {
    let percent = building.done.saturating_mul(100).checked_div(building.total).unwrap_or(100);
    let left = building.left.as_ref().map_or_else(String::new, |left| format!(", {} s left", left.seconds));
    format!("g{} {percent} % at {:.0}/s{left}", building.number, building.rate)
}
