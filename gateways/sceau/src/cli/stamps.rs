//! `sceau stamps`.

mod activate;
mod container;
mod readback;
mod reconcile;

use clap::{ArgGroup, Args, Subcommand};
use sceau_api::stamp::v1::stamp_command_service_client::StampCommandServiceClient as Commands;
use sceau_api::stamp::v1::stamp_query_service_client::StampQueryServiceClient as Queries;
use sceau_proto::stamp::v1 as pb;

use super::{Paging, Session, command, parse};
use crate::client::{CallError, Caller};
use crate::print::{self, Check, Print};

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

/// Codes of a batch.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("which").required(true).multiple(true))]
pub struct OfBatch {
    /// The batch.
    batch: String,
    /// Ordinals, as 0-99 or 7; may be given several times.
    #[arg(long = "range", value_parser = parse::range, group = "which")]
    ranges: Vec<pb::OrdinalRange>,
    /// A code as printed: what its QR code holds, its 16 digits or its number; may be given several times.
    #[arg(long = "code", group = "which")]
    codes: Vec<String>,
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
        /// Show each as a GS1 Digital Link in place of the signed URL.
        #[arg(long)]
        digital_link: bool,
    },
    /// Codes of a released batch as files that printers take: sheets of labels, CSV, single symbols, ZPL.
    Print(Print),
    /// Hold the files of `print` against what the platform signed.
    Check(Check),
    /// Sheets of labels that have a name, for `print`.
    Sheets,
    /// Record what a scan of printed labels found.
    Readback(readback::ReadBack),
    /// Activate codes: they are on products now.
    Activate(activate::Activate),
    /// The activations of a batch, with production line, lot and place.
    Activations {
        /// The batch.
        batch: String,
        /// Only those of this lot.
        #[arg(long, default_value = "")]
        lot: String,
        #[command(flatten)]
        paging: Paging,
    },
    /// Cartons and pallets: open one, or see where it stands and what it holds.
    #[command(subcommand)]
    Container(container::Container),
    /// Put active codes into a container, or cartons on a pallet.
    Aggregate(container::Aggregate),
    /// Take codes out of a container, or cartons off their pallet.
    Disaggregate(container::Disaggregate),
    /// Where codes are: batch, place in it, state, container.
    Where {
        /// Codes as printed: what a QR code holds, 16 digits, or a number.
        #[arg(required = true)]
        codes: Vec<String>,
    },
    /// Take codes out of use.
    Decommission {
        #[command(flatten)]
        which: OfBatch,
        /// spoiled, lost, stolen, returned, recalled, withdrawn or other.
        #[arg(long, value_parser = parse::decommission_reason)]
        reason: i32,
        /// What happened.
        #[arg(long)]
        note: Option<String>,
    },
    /// Undo a decommissioning: within 10 days, by whoever decommissioned, unless stolen, recalled or withdrawn.
    Reinstate {
        #[command(flatten)]
        which: OfBatch,
        /// What happened.
        #[arg(long)]
        note: Option<String>,
    },
    /// The account of batches: issued = activated + spoiled + returned + lost + otherwise + not used.
    Reconcile(reconcile::Reconcile),
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
        Stamps::Codes { batch, first, count, digital_link } => {
            let request = pb::DownloadCodesRequest { meta: None, batch_id: batch, first, count, digital_link };
            codes(session, request).await
        }
        Stamps::Print(print) => print::run(session, print).await,
        // These need no server.
        Stamps::Sheets | Stamps::Check(_) => Ok(()),
        Stamps::Readback(read_back) => readback::run(session, read_back).await,
        Stamps::Activate(activate) => activate::run(session, activate).await,
        Stamps::Activations { batch, lot, paging } => activations(session, batch, lot, &paging).await,
        Stamps::Container(container) => container::run(session, container).await,
        Stamps::Aggregate(aggregate) => container::aggregate(session, aggregate).await,
        Stamps::Disaggregate(disaggregate) => container::disaggregate(session, disaggregate).await,
        Stamps::Where { codes } => whereabouts(session, codes).await,
        Stamps::Decommission { which: OfBatch { batch, ranges, codes }, reason, note } => {
            let request = pb::DecommissionCodesRequest { meta, batch_id: batch, ranges, reason, note, codes };
            command!(session, Commands<Caller>, decommission_codes, request)
        }
        Stamps::Reinstate { which: OfBatch { batch, ranges, codes }, note } => {
            let request = pb::ReinstateCodesRequest { meta, batch_id: batch, ranges, codes, note };
            command!(session, Commands<Caller>, reinstate_codes, request)
        }
        Stamps::Reconcile(reconcile) => reconcile::run(session, reconcile).await,
        Stamps::Product { certificate } => {
            let request = pb::GetProductStampsRequest { meta: None, certificate_id: certificate };
            let answer = Queries::new(session.caller.clone()).get_product_stamps(request).await?.into_inner();
            session.form.record(&answer);
            Ok(())
        }
    }
}

async fn activations(session: &Session, batch_id: String, lot: String, paging: &Paging) -> Result<(), CallError> {
    let request = pb::ListActivationsRequest { meta: None, page: Some(paging.request()), batch_id, lot };
    let answer = Queries::new(session.caller.clone()).list_activations(request).await?.into_inner();
    let columns = ["activated_at", "activated_by", "codes", "production_line", "lot", "place"];
    session.form.table(&answer.activations, &columns);
    Paging::more(answer.page);
    Ok(())
}

async fn whereabouts(session: &Session, codes: Vec<String>) -> Result<(), CallError> {
    let request = pb::ResolveCodesRequest { meta: None, codes };
    let answer = Queries::new(session.caller.clone()).resolve_codes(request).await?.into_inner();
    session.form.table(&answer.codes, &["batch_id", "ordinal", "state", "container", "fault"]);
    Ok(())
}

async fn codes(session: &Session, request: pb::DownloadCodesRequest) -> Result<(), CallError> {
    let mut parts = Queries::new(session.caller.clone()).download_codes(request).await?.into_inner();
    while let Some(part) = parts.message().await? {
        for code in part.codes {
            let url = if code.digital_link.is_empty() { &code.url } else { &code.digital_link };
            session.form.line(&code, || format!("{:>10}  {:>15}  {}  {url}", code.ordinal, code.number, code.digits));
        }
    }
    Ok(())
}
