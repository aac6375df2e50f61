//! `sceau stamps container`, `aggregate` and `disaggregate`.

use clap::{ArgGroup, Args, Subcommand};
use sceau_api::stamp::v1::stamp_command_service_client::StampCommandServiceClient as Commands;
use sceau_api::stamp::v1::stamp_query_service_client::StampQueryServiceClient as Queries;
use sceau_proto::common::v1::CommandMeta;
use sceau_proto::stamp::v1 as pb;

use crate::cli::{Session, command, parse};
use crate::client::{self, CallError, Caller};

/// `sceau stamps container`.
#[derive(Debug, Subcommand)]
pub enum Container {
    /// Bring a carton or a pallet into use.
    Open {
        /// Its SSCC: 18 digits, the last the GS1 check digit.
        sscc: String,
        /// carton or pallet.
        #[arg(long, value_parser = parse::container_kind)]
        kind: i32,
        /// The company whose goods it holds.
        #[arg(long)]
        company: String,
    },
    /// Where a container stands and what it holds.
    Show {
        /// Its SSCC.
        sscc: String,
    },
}

/// `sceau stamps aggregate`.
#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("what").required(true).multiple(true),
    after_help = "Examples:\n  sceau stamps aggregate --into 034000000000000012 --batch 0b7e… --range 0-23\n  sceau stamps aggregate --into 034000000000000029 --container 034000000000000012"
)]
pub struct Aggregate {
    /// SSCC of the container they go into.
    #[arg(long)]
    into: String,
    #[command(flatten)]
    what: What,
}

/// `sceau stamps disaggregate`.
#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("what").required(true).multiple(true),
    after_help = "Examples:\n  sceau stamps disaggregate --from 034000000000000012 --batch 0b7e…              (all of that batch)\n  sceau stamps disaggregate --from 034000000000000012 --batch 0b7e… --range 3\n  sceau stamps disaggregate --container 034000000000000012                     (off its pallet)"
)]
pub struct Disaggregate {
    /// SSCC of the container that codes leave.
    #[arg(long, requires = "batch", required_unless_present = "containers")]
    from: Option<String>,
    #[command(flatten)]
    what: What,
}

/// Codes of a batch, or containers.
#[derive(Debug, Args)]
struct What {
    /// The batch of the codes.
    #[arg(long, group = "what")]
    batch: Option<String>,
    /// Ordinals, as 0-99 or 7; may be given several times.
    #[arg(long = "range", value_parser = parse::range, requires = "batch")]
    ranges: Vec<pb::OrdinalRange>,
    /// A code as printed: what its QR code holds, its 16 digits or its number; may be given several times.
    #[arg(long = "code", requires = "batch")]
    codes: Vec<String>,
    /// SSCC of a carton; may be given several times.
    #[arg(long = "container", group = "what", conflicts_with = "batch")]
    containers: Vec<String>,
}

pub(super) async fn run(session: &Session, container: Container) -> Result<(), CallError> {
    match container {
        Container::Open { sscc, kind, company } => {
            let request = pb::OpenContainerRequest { meta: Some(session.meta()), sscc, kind, company_id: company };
            command!(session, Commands<Caller>, open_container, request)
        }
        Container::Show { sscc } => {
            let request = pb::GetContainerRequest { meta: None, sscc };
            let answer = Queries::new(session.caller.clone()).get_container(request).await?.into_inner();
            session.form.record(&answer);
            Ok(())
        }
    }
}

pub(super) async fn aggregate(session: &Session, aggregate: Aggregate) -> Result<(), CallError> {
    let Aggregate { into, what: What { batch, ranges, codes, containers } } = aggregate;
    if let Some(batch_id) = batch {
        let request = pb::AggregateCodesRequest { meta: Some(session.meta()), batch_id, ranges, codes, into };
        return command!(session, Commands<Caller>, aggregate_codes, request);
    }
    let metas = metas(session, containers.len())?;
    for (sscc, meta) in containers.into_iter().zip(metas) {
        let request = pb::AggregateContainerRequest { meta, sscc, into: into.clone() };
        let receipt = Commands::new(session.caller.clone()).aggregate_container(request).await?.into_inner();
        session.form.record(&receipt);
    }
    Ok(())
}

pub(super) async fn disaggregate(session: &Session, disaggregate: Disaggregate) -> Result<(), CallError> {
    let Disaggregate { from, what: What { batch, ranges, codes, containers } } = disaggregate;
    if let (Some(from), Some(batch_id)) = (from, batch) {
        let request = pb::DisaggregateCodesRequest { meta: Some(session.meta()), batch_id, ranges, codes, from };
        return command!(session, Commands<Caller>, disaggregate_codes, request);
    }
    let metas = metas(session, containers.len())?;
    for (sscc, meta) in containers.into_iter().zip(metas) {
        let request = pb::DisaggregateContainerRequest { meta, sscc };
        let receipt = Commands::new(session.caller.clone()).disaggregate_container(request).await?.into_inner();
        session.form.record(&receipt);
    }
    Ok(())
}

/// Metas of so many commands; an id that was given is for one.
fn metas(session: &Session, commands: usize) -> Result<Vec<Option<CommandMeta>>, CallError> {
    if session.command_id.is_some() && commands > 1 {
        return Err(CallError::Usage("--command-id is for one command: name one container with it".to_owned()));
    }
    Ok((0..commands).map(|_| Some(client::meta(session.command_id))).collect())
}
