//! `sceau stamps reconcile`.

use clap::{ArgGroup, Args};
use sceau_api::stamp::v1::stamp_query_service_client::StampQueryServiceClient as Queries;
use sceau_proto::common::v1::PageRequest;
use sceau_proto::stamp::v1 as pb;

use crate::cli::Session;
use crate::client::CallError;
use crate::show::Form;

/// Batches of one page.
const PAGE: u32 = 500;

const COLUMNS: [&str; 9] =
    ["batch_id", "product_name", "issued", "activated", "spoiled", "returned", "lost", "otherwise", "not_used"];

/// `sceau stamps reconcile`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("whose").required(true).multiple(false))]
pub struct Reconcile {
    /// This batch.
    #[arg(group = "whose")]
    batch: Option<String>,
    /// All batches of a company.
    #[arg(long, group = "whose")]
    company: Option<String>,
    /// All batches released to a stamper.
    #[arg(long, group = "whose")]
    stamper: Option<String>,
    /// All batches of an order.
    #[arg(long, group = "whose")]
    order: Option<String>,
    /// All batches of a product.
    #[arg(long, group = "whose")]
    product: Option<String>,
}

pub(super) async fn run(session: &Session, reconcile: Reconcile) -> Result<(), CallError> {
    let Reconcile { batch, company, stamper, order, product } = reconcile;
    let mut request = pb::ReconcileBatchesRequest {
        meta: None,
        page: Some(PageRequest { size: PAGE, token: String::new() }),
        batch_id: batch.unwrap_or_default(),
        company_id: company.unwrap_or_default(),
        stamper_id: stamper.unwrap_or_default(),
        order_id: order.unwrap_or_default(),
        certificate_id: product.unwrap_or_default(),
    };
    let mut accounts = Vec::new();
    loop {
        let answer = Queries::new(session.caller.clone()).reconcile_batches(request.clone()).await?.into_inner();
        accounts.extend(answer.batches);
        match answer.page.map(|page| page.next_token).filter(|token| !token.is_empty()) {
            Some(token) => request.page = Some(PageRequest { size: PAGE, token }),
            None => break,
        }
    }
    if accounts.len() > 1 && session.form == Form::Human {
        accounts.push(total(&accounts));
    }
    session.form.table(&accounts, &COLUMNS);
    Ok(())
}

fn total(accounts: &[pb::Reconciliation]) -> pb::Reconciliation {
    let of = |line: fn(&pb::Reconciliation) -> u64| accounts.iter().map(line).sum();
    pb::Reconciliation {
        batch_id: "total".to_owned(),
        issued: of(|account| account.issued),
        activated: of(|account| account.activated),
        spoiled: of(|account| account.spoiled),
        returned: of(|account| account.returned),
        lost: of(|account| account.lost),
        otherwise: of(|account| account.otherwise),
        not_used: of(|account| account.not_used),
        ..pb::Reconciliation::default()
    }
}
