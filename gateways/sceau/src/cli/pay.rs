//! `sceau pay`.

use clap::{Args, Subcommand};
use prost_types::Timestamp;
use sceau_api::payment::v1::payment_command_service_client::PaymentCommandServiceClient as Commands;
use sceau_api::payment::v1::payment_query_service_client::PaymentQueryServiceClient as Queries;
use sceau_proto::common::v1::Money;
use sceau_proto::payment::v1 as pb;

use super::{Paging, Session, command, parse};
use crate::client::{CallError, Caller};

/// Money that moved, and the paper that proves it.
#[derive(Debug, Args)]
pub struct Receipt {
    /// The invoice.
    invoice: String,
    /// How much, as 1250XOF or 12.50EUR.
    #[arg(long, value_parser = parse::money)]
    amount: Money,
    /// bank-transfer or cash.
    #[arg(long, value_parser = parse::method)]
    method: i32,
    /// Number of the bank's or cashier's receipt.
    #[arg(long = "receipt", value_name = "RECEIPT")]
    number: String,
}

/// `sceau pay`.
#[derive(Debug, Subcommand)]
pub enum Pay {
    /// Record what was paid on an invoice, in part or in full.
    #[command(after_help = "Example:\n  sceau pay settle 5d0c… --amount 14160XOF --method cash --receipt CAISSE-0042")]
    Settle {
        #[command(flatten)]
        receipt: Receipt,
        /// When it was paid; now when not given.
        #[arg(long, value_parser = parse::instant)]
        paid_at: Option<Timestamp>,
    },
    /// Credit stamps of an invoice.
    Credit {
        /// The invoice.
        invoice: String,
        /// What is credited, as <line>:<count>; may be given several times.
        #[arg(long = "line", value_parser = parse::line_count, required = true)]
        lines: Vec<pb::LineCount>,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Record what was paid back.
    Refund {
        #[command(flatten)]
        receipt: Receipt,
    },
    /// One invoice, with its lines and entries.
    Show {
        /// The invoice.
        invoice: String,
    },
    /// Invoices of a company.
    List {
        /// The company.
        #[arg(long)]
        company: String,
        /// In one status only: open, settled or voided.
        #[arg(long, value_parser = parse::invoice_status)]
        status: Option<i32>,
        #[command(flatten)]
        paging: Paging,
    },
    /// What a company was invoiced, paid, was credited and owes.
    Ledger {
        /// The company.
        company: String,
    },
}

pub(super) async fn run(session: &Session, command: Pay) -> Result<(), CallError> {
    let meta = Some(session.meta());
    match command {
        Pay::Settle { receipt: Receipt { invoice: invoice_id, amount, method, number: receipt_number }, paid_at } => {
            let amount = Some(amount);
            let request = pb::RecordSettlementRequest { meta, invoice_id, amount, method, receipt_number, paid_at };
            command!(session, Commands<Caller>, record_settlement, request)
        }
        Pay::Credit { invoice, lines, reason } => {
            let request = pb::IssueCreditNoteRequest { meta, invoice_id: invoice, lines, reason };
            command!(session, Commands<Caller>, issue_credit_note, request)
        }
        Pay::Refund { receipt: Receipt { invoice: invoice_id, amount, method, number: receipt_number } } => {
            let request = pb::RecordRefundRequest { meta, invoice_id, amount: Some(amount), method, receipt_number };
            command!(session, Commands<Caller>, record_refund, request)
        }
        Pay::Show { invoice } => {
            let request = pb::GetInvoiceRequest { meta: None, invoice_id: invoice };
            let answer = Queries::new(session.caller.clone()).get_invoice(request).await?.into_inner();
            session.form.record(&answer.invoice.unwrap_or_default());
            Ok(())
        }
        Pay::List { company, status, paging } => {
            let status = status.unwrap_or_default();
            let request =
                pb::ListInvoicesRequest { meta: None, page: Some(paging.request()), company_id: company, status };
            let answer = Queries::new(session.caller.clone()).list_invoices(request).await?.into_inner();
            let columns = [
                "invoice_id",
                "status",
                "balance.invoiced",
                "balance.settled",
                "balance.credited",
                "balance.open",
                "issued_at",
            ];
            session.form.table(&answer.invoices, &columns);
            Paging::more(answer.page);
            Ok(())
        }
        Pay::Ledger { company } => {
            let request = pb::GetLedgerRequest { meta: None, company_id: company };
            let answer = Queries::new(session.caller.clone()).get_ledger(request).await?.into_inner();
            let columns = [
                "balance.invoiced",
                "balance.settled",
                "balance.refunded",
                "balance.credited",
                "balance.open",
                "balance.refund_due",
                "invoices",
                "credit_notes",
            ];
            session.form.table(&answer.ledgers, &columns);
            Ok(())
        }
    }
}
