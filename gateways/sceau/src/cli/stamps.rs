//! `sceau stamps`.

use clap::{ArgGroup, Args, Subcommand};
use sceau_api::stamp::v1::stamp_command_service_client::StampCommandServiceClient as Commands;
use sceau_api::stamp::v1::stamp_query_service_client::StampQueryServiceClient as Queries;
use sceau_proto::stamp::v1 as pb;

use super::{Paging, Session, command, parse};
use crate::client::{CallError, Caller};
use crate::print::{self, Print};

/// Whose batches.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("whose").required(true).multiple(false))]
pub struct Whose {
    /// Of a company.
    #[arg(long, group = "whose")]
    company: Option<String>,
    /// Released to a stamper.
    #[arg(long, group = "whose")]
    stamper: Option<String>,
    /// Of an order.
    #[arg(long, group = "whose")]
    order: Option<String>,
    /// Of a product.
    #[arg(long, group = "whose")]
    product: Option<String>,
}

/// `sceau stamps`.
#[derive(Debug, Subcommand)]
pub enum Stamps {
    /// Batches.
    List {
        #[command(flatten)]
        whose: Whose,
        #[command(flatten)]
        paging: Paging,
    },
    /// One batch, with what is active and what is decommissioned.
    Show {
        /// The batch.
        batch: String,
    },
    /// Release a batch to an accredited stamper.
    Release {
        /// The batch.
        batch: String,
        /// The stamper.
        #[arg(long)]
        to: String,
    },
    /// The codes of a released batch: number, digits and signed URL.
    Codes {
        /// The batch.
        batch: String,
        /// First ordinal, from 0.
        #[arg(long, default_value_t = 0)]
        first: u64,
        /// How many; all that follow when 0.
        #[arg(long, default_value_t = 10)]
        count: u64,
    },
    /// Codes of a released batch as files that printers take: sheets of labels, CSV, single symbols, ZPL.
    Print(Print),
    /// Sheets of labels that have a name, for `print`.
    Sheets,
    /// Activate codes: they are on products now.
    #[command(after_help = "Example:\n  sceau stamps activate 0b7e… --range 0-999")]
    Activate {
        /// The batch.
        batch: String,
        /// Ordinals, as 0-99 or 7; may be given several times.
        #[arg(long = "range", value_parser = parse::range, required = true)]
        ranges: Vec<pb::OrdinalRange>,
    },
    /// Take codes out of use for good.
    Decommission {
        /// The batch.
        batch: String,
        /// Ordinals, as 0-99 or 7; may be given several times.
        #[arg(long = "range", value_parser = parse::range, required = true)]
        ranges: Vec<pb::OrdinalRange>,
        /// spoiled, lost, stolen, returned, recalled, withdrawn or other.
        #[arg(long, value_parser = parse::decommission_reason)]
        reason: i32,
        /// What happened.
        #[arg(long)]
        note: Option<String>,
    },
    /// How many stamps a product has, by what became of them.
    Product {
        /// The certificate of the product.
        certificate: String,
    },
}

pub(super) async fn run(session: &Session, command: Stamps) -> Result<(), CallError> {
    let meta = Some(session.meta());
    match command {
        Stamps::List { whose, paging } => {
            let request = pb::ListBatchesRequest {
                meta: None,
                page: Some(paging.request()),
                company_id: whose.company.unwrap_or_default(),
                stamper_id: whose.stamper.unwrap_or_default(),
                order_id: whose.order.unwrap_or_default(),
                certificate_id: whose.product.unwrap_or_default(),
            };
            let answer = Queries::new(session.caller.clone()).list_batches(request).await?.into_inner();
            let columns =
                ["batch_id", "product_name", "form", "status", "first_number", "count", "active", "decommissioned"];
            session.form.table(&answer.batches, &columns);
            Paging::more(answer.page);
            Ok(())
        }
        Stamps::Show { batch } => {
            let request = pb::GetBatchRequest { meta: None, batch_id: batch };
            let answer = Queries::new(session.caller.clone()).get_batch(request).await?.into_inner();
            session.form.record(&answer.batch.unwrap_or_default());
            Ok(())
        }
        Stamps::Release { batch, to } => {
            command!(
                session,
                Commands<Caller>,
                release_batch,
                pb::ReleaseBatchRequest { meta, batch_id: batch, stamper_id: to }
            )
        }
        Stamps::Codes { batch, first, count } => codes(session, batch, first, count).await,
        Stamps::Print(print) => print::run(session, print).await,
        // They are the same whatever server there is.
        Stamps::Sheets => Ok(()),
        Stamps::Activate { batch, ranges } => {
            command!(
                session,
                Commands<Caller>,
                activate_codes,
                pb::ActivateCodesRequest { meta, batch_id: batch, ranges }
            )
        }
        Stamps::Decommission { batch, ranges, reason, note } => {
            let request = pb::DecommissionCodesRequest { meta, batch_id: batch, ranges, reason, note };
            command!(session, Commands<Caller>, decommission_codes, request)
        }
        Stamps::Product { certificate } => {
            let request = pb::GetProductStampsRequest { meta: None, certificate_id: certificate };
            let answer = Queries::new(session.caller.clone()).get_product_stamps(request).await?.into_inner();
            session.form.record(&answer);
            Ok(())
        }
    }
}

async fn codes(session: &Session, batch_id: String, first: u64, count: u64) -> Result<(), CallError> {
    let request = pb::DownloadCodesRequest { meta: None, batch_id, first, count };
    let mut parts = Queries::new(session.caller.clone()).download_codes(request).await?.into_inner();
    while let Some(part) = parts.message().await? {
        for code in part.codes {
            session
                .form
                .line(&code, || format!("{:>10}  {:>15}  {}  {}", code.ordinal, code.number, code.digits, code.url));
        }
    }
    Ok(())
}
