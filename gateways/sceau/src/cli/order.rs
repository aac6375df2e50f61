//! `sceau order`.

use clap::Subcommand;
use sceau_api::order::v1::order_command_service_client::OrderCommandServiceClient as Commands;
use sceau_api::order::v1::order_query_service_client::OrderQueryServiceClient as Queries;
use sceau_proto::order::v1 as pb;

use super::{Paging, Session, command, parse};
use crate::client::{CallError, Caller};

/// `sceau order`.
#[derive(Debug, Subcommand)]
pub enum Order {
    /// The price list.
    #[command(subcommand)]
    Prices(Prices),
    /// Place an order of stamps for certified products of one company.
    #[command(
        after_help = "Example:\n  sceau order place --company 7c1e… --line 3f2a…:signed-qr:1000 --line 91bb…:digits:500"
    )]
    Place {
        /// The company.
        #[arg(long)]
        company: String,
        /// A line, as <certificate>:<form>:<count>; may be given several times.
        #[arg(long = "line", value_parser = parse::line, required = true)]
        lines: Vec<pb::RequestedLine>,
        /// A note for the office.
        #[arg(long)]
        note: Option<String>,
    },
    /// Price the order by the list in force.
    Quote {
        /// The order.
        order: String,
    },
    /// Confirm the quote: the invoice follows.
    Confirm {
        /// The order.
        order: String,
    },
    /// Cancel an order that is not paid.
    Cancel {
        /// The order.
        order: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// One order, with its lines, invoice and batches.
    Show {
        /// The order.
        order: String,
    },
    /// Orders of a company.
    List {
        /// The company.
        #[arg(long)]
        company: String,
        /// In one status only, for example confirmed.
        #[arg(long, value_parser = parse::order_status)]
        status: Option<i32>,
        #[command(flatten)]
        paging: Paging,
    },
}

/// `sceau order prices`.
#[derive(Debug, Subcommand)]
pub enum Prices {
    /// Set the price list.
    #[command(
        after_help = "Example, 18 % tax and a cheaper tier from 100 000 stamps:\n  sceau order prices set --currency XOF --tax-ppm 180000 --price signed-qr:1:12000 --price signed-qr:100000:9000 --price digits:1:5000"
    )]
    Set {
        /// ISO 4217 code.
        #[arg(long)]
        currency: String,
        /// Tax in parts per million: 18 % is 180000.
        #[arg(long)]
        tax_ppm: u32,
        /// How many days a quote stands.
        #[arg(long, default_value_t = 30)]
        quote_days: u32,
        /// A price, as <form>:<from count>:<minor units per thousand>; may be given several times.
        #[arg(long = "price", value_parser = parse::price, required = true)]
        prices: Vec<(i32, pb::PriceTier)>,
    },
    /// The price list in force.
    Show,
}

pub(super) async fn run(session: &Session, command: Order) -> Result<(), CallError> {
    let meta = Some(session.meta());
    match command {
        Order::Prices(command) => prices(session, command).await,
        Order::Place { company, lines, note } => {
            command!(
                session,
                Commands<Caller>,
                place_order,
                pb::PlaceOrderRequest { meta, company_id: company, lines, note }
            )
        }
        Order::Quote { order } => {
            command!(session, Commands<Caller>, quote_order, pb::QuoteOrderRequest { meta, order_id: order })
        }
        Order::Confirm { order } => {
            command!(session, Commands<Caller>, confirm_order, pb::ConfirmOrderRequest { meta, order_id: order })
        }
        Order::Cancel { order, reason } => {
            command!(session, Commands<Caller>, cancel_order, pb::CancelOrderRequest { meta, order_id: order, reason })
        }
        Order::Show { order } => {
            let request = pb::GetOrderRequest { meta: None, order_id: order };
            let answer = Queries::new(session.caller.clone()).get_order(request).await?.into_inner();
            session.form.record(&answer.order.unwrap_or_default());
            Ok(())
        }
        Order::List { company, status, paging } => {
            let request = pb::ListOrdersRequest {
                meta: None,
                page: Some(paging.request()),
                company_id: company,
                status: status.unwrap_or_default(),
            };
            let answer = Queries::new(session.caller.clone()).list_orders(request).await?.into_inner();
            session.form.table(&answer.orders, &["order_id", "status", "lines", "count", "total", "placed_at"]);
            Paging::more(answer.page);
            Ok(())
        }
    }
}

async fn prices(session: &Session, command: Prices) -> Result<(), CallError> {
    match command {
        Prices::Set { currency, tax_ppm, quote_days, prices } => {
            let mut forms: Vec<pb::FormPrices> = Vec::new();
            for (form, tier) in prices {
                match forms.iter_mut().find(|known| known.form == form) {
                    Some(known) => known.tiers.push(tier),
                    None => forms.push(pb::FormPrices { form, tiers: vec![tier] }),
                }
            }
            let request = pb::SetPriceListRequest {
                meta: Some(session.meta()),
                currency,
                tax: tax_ppm,
                quote_days,
                prices: forms,
            };
            command!(session, Commands<Caller>, set_price_list, request)
        }
        Prices::Show => {
            let answer =
                Queries::new(session.caller.clone()).get_price_list(pb::GetPriceListRequest { meta: None }).await?;
            session.form.record(&answer.into_inner().price_list.unwrap_or_default());
            Ok(())
        }
    }
}
