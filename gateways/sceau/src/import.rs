//! `sceau import`: brings a retailer's stream of orders in, through the public API alone.
//!
//! Every stock code becomes a certified product of one company, every invoice an order of stamps that is quoted,
//! confirmed, invoiced and paid; the platform's own loop allocates the stamps. An invoice that begins with C is a
//! return: a credit note, a refund, and the stamps out of circulation.
//!
//! The file is read once into a [plan](plan), which depends on nothing but the file, and whose commands have ids that
//! follow from it. So an import that was interrupted is simply run again: the platform is asked how far it has come
//! with each thing, what is missing is sent, and a command sent twice counts once. There is no book of progress that
//! could be wrong.

mod error;
mod file;
mod line;
mod names;
mod office;
mod orders;
mod pipe;
mod plan;
mod progress;
mod query;
mod refused;
mod report;
mod returns;
mod run;
mod settlement;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};

use crate::cli::{Connection, Session};
use error::ImportError;
use names::Names;
use plan::{Plan, Planner};
use progress::Progress;
use refused::Refused;
use report::Report;
use run::{Run, Sent};

/// What to bring in.
#[derive(Debug, Subcommand)]
pub enum Import {
    /// A retailer's stream of orders: CSV, plain or gzipped.
    #[command(
        after_help = "The columns are InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID and Country, as in\nthe UCI data set \"Online Retail\". Running it again goes on where it was and adds nothing twice.\n\nExample:\n  sceau import orders online_retail.csv.gz --company \"Giftware Ltd\""
    )]
    Orders(OrdersArgs),
}

/// `sceau import orders`.
#[derive(Debug, Args)]
pub struct OrdersArgs {
    /// The file.
    file: PathBuf,
    /// The retailer. It is the identity of the stream: another file of the same retailer continues it.
    #[arg(long, default_value = "Online Retail")]
    company: String,
    /// What to do when a line cannot be taken.
    #[arg(long, value_enum, default_value_t = OnRefusal::Skip)]
    on_refusal: OnRefusal,
    /// Where refused lines are listed as CSV (line, reason, text); <FILE>.refused.csv in this folder when not given.
    #[arg(long, value_name = "CSV")]
    refused: Option<PathBuf>,
    /// Form of the stamps; it must be in the price list, which is set when there is none.
    #[arg(long, default_value = "signed-qr", value_parser = crate::cli::stamp_form)]
    form: i32,
    /// Send nothing; only compare what the platform holds with the file.
    #[arg(long)]
    report_only: bool,
}

/// What to do when a line cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OnRefusal {
    /// Name it in the report and go on.
    Skip,
    /// Stop: at a line that breaks a rule of the file before anything is sent, at one the platform refuses there.
    Stop,
}

/// Runs `sceau import`; the exit code of the process.
pub(crate) async fn main(connection: &Connection, Import::Orders(args): Import) -> u8 {
    match orders(connection, &args).await {
        Ok(report) => {
            report.print(connection.json);
            u8::from(!report.adds_up())
        }
        Err(error) => {
            eprintln!("sceau: {error}");
            error.exit_code()
        }
    }
}

async fn orders(connection: &Connection, args: &OrdersArgs) -> Result<Report, ImportError> {
    let names = Names::of(&args.company);
    let (plan, mut refused, read) = plan(&args.file, names, args.on_refusal)?;
    let session = Session::open(connection).await?;
    let progress = Progress::begin(read, refused.lines());
    let run = Run { caller: session.caller, plan: &plan, names, progress, on_refusal: args.on_refusal };
    let sent = if args.report_only { Sent::nothing() } else { run.send(args).await? };
    refused.platform(&plan, &sent.unsent);
    let report = run.report(read, &refused, sent).await?;
    run.progress.finish();
    refused.write(&args.refused_file())?;
    Ok(report)
}

impl OrdersArgs {
    fn refused_file(&self) -> PathBuf {
        let name = self.file.file_name().unwrap_or_default().to_string_lossy();
        self.refused.clone().unwrap_or_else(|| PathBuf::from(format!("{name}.refused.csv")))
    }
}

/// Reads the file; the plan, the lines that are not in it, and how many lines there are.
fn plan(file: &Path, names: Names, on_refusal: OnRefusal) -> Result<(Plan, Refused, u64), ImportError> {
    let mut planner = Planner::new(names);
    let mut refused = Refused::default();
    let read = file::read(file, |line, fields| {
        let taken = fields.and_then(|fields| line::read_line(&fields)).and_then(|entry| planner.take(line, entry));
        match (taken, on_refusal) {
            (Ok(()), _) => Ok(()),
            (Err(refusal), OnRefusal::Skip) => {
                refused.line(line, refusal);
                Ok(())
            }
            (Err(refusal), OnRefusal::Stop) => Err(ImportError::Stopped { line, refusal }),
        }
    })?;
    Ok((planner.finish(), refused, read))
}
