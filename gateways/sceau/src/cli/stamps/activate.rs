//! `sceau stamps activate`.

use std::path::PathBuf;

use clap::{ArgGroup, Args};
use sceau_api::stamp::v1::stamp_command_service_client::StampCommandServiceClient as Commands;
use sceau_proto::stamp::v1 as pb;

use crate::activate::{self, OnBadLine};
use crate::cli::{Session, command, parse};
use crate::client::{CallError, Caller};

/// `sceau stamps activate`.
#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("which").required(true).multiple(true),
    after_help = "A file is CSV in UTF-8 with a header: a column `code`, or `first` and `count`; and, if wanted, `line`, `lot` and\n`place`. Codes are as printed: what a QR code holds, 16 digits, or a number. Lines that are not good are named\non standard error, and the exit code is 65.\n\nExamples:\n  sceau stamps activate 0b7e… --range 0-999 --lot A-17\n  sceau stamps activate --file monday.csv --good-lines"
)]
pub struct Activate {
    /// The batch; with a file, codes of other batches are bad lines.
    #[arg(required_unless_present = "file")]
    batch: Option<String>,
    /// Ordinals, as 0-99 or 7; may be given several times.
    #[arg(long = "range", value_parser = parse::range, group = "which")]
    ranges: Vec<pb::OrdinalRange>,
    /// A code as printed: what its QR code holds, its 16 digits or its number; may be given several times.
    #[arg(long = "code", group = "which")]
    codes: Vec<String>,
    /// A file of codes or ranges.
    #[arg(long, value_name = "CSV", group = "which", conflicts_with_all = ["ranges", "codes", "line", "lot", "place"])]
    file: Option<PathBuf>,
    /// Apply nothing when a line of the file is not good; so it is unless said otherwise.
    #[arg(long, requires = "file", conflicts_with = "good_lines")]
    all_or_nothing: bool,
    /// Apply the good lines of the file, and name the others.
    #[arg(long, requires = "file")]
    good_lines: bool,
    /// The production line.
    #[arg(long)]
    line: Option<String>,
    /// The lot of the goods.
    #[arg(long)]
    lot: Option<String>,
    /// The place.
    #[arg(long)]
    place: Option<String>,
}

pub(super) async fn run(session: &Session, activate: Activate) -> Result<(), CallError> {
    let Activate { batch, ranges, codes, file, good_lines, line, lot, place, .. } = activate;
    if let Some(file) = file {
        let on_bad_line = if good_lines { OnBadLine::ApplyGood } else { OnBadLine::ApplyNone };
        return activate::run(session, &file, batch.as_deref(), on_bad_line).await;
    }
    let (meta, batch_id) = (Some(session.meta()), batch.unwrap_or_default());
    let request = pb::ActivateCodesRequest { meta, batch_id, ranges, codes, production_line: line, lot, place };
    command!(session, Commands<Caller>, activate_codes, request)
}
