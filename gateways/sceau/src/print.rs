//! `sceau stamps print`: the codes of a batch as files that printers take, part by part.
//!
//! The platform makes the parts and signs a receipt for each; what was taken of a part stands beside its place until it
//! is whole, so that a job goes on wherever it broke, at a part or within one. `manifest.json` beside the parts tells of
//! those that are whole and believed.

mod check;
mod keys;
mod manifest;
mod progress;
mod reply;
mod sheet;
mod take;

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use futures_util::{StreamExt, TryStreamExt, stream};
use sceau_api::stamp::v1::stamp_query_service_client::StampQueryServiceClient as Queries;
use sceau_label::{PRESETS, Sheet};
use sceau_parts::{Format, Job, Recipient, Spec};
use sceau_proto::stamp::v1::{Batch, GetBatchRequest, StampForm};
use sceau_qr::Version;

use crate::cli::Session;
use crate::client::CallError;
use crate::show::{Form, aligned};
pub(crate) use check::Check;
pub(crate) use check::run as check;
use manifest::Manifest;
use progress::Progress;
pub(crate) use sheet::sheet;
use take::Taker;

const EXAMPLES: &str =
    "The folder holds part-00001, part-00002 … and manifest.json, which names batch and order and, for each part, its \
codes, its SHA-256 and the receipt that the platform signed for it: `sceau stamps check FOLDER` holds one against the \
other. Run the same line again after a break: it goes on where it broke, within a part too.

Examples:
  sceau stamps print 0b7e… --form pdf --office 'Office de contrôle' --to labels
  sceau stamps print 0b7e… --form pdf --office 'Office de contrôle' --sheet L7160 --line '{product}' --to labels
  sceau stamps print 0b7e… --form csv --part 20000 --zip --to codes
  sceau stamps print 0b7e… --form csv --encrypt-to age1ql3z… --to codes     opens with age --decrypt
  sceau stamps print 0b7e… --form zpl --office 'Office de contrôle' --line 'Lot {lot}' --lot A7 --to thermal";

/// `sceau stamps print`.
#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Print {
    /// The batch, which must have been released.
    pub(crate) batch: String,
    /// What the printer takes: pdf, sheets of labels; csv, a row for each code, for software that draws the codes
    /// itself; svg, png or eps, a file for each symbol; zpl, labels for a thermal printer.
    #[arg(long, value_parser = PossibleValuesParser::new(Format::ALL.map(Format::name)).try_map(|name| name.parse::<Format>()))]
    pub(crate) form: Format,
    /// A preset of `sceau stamps sheets`, or a geometry in millimetres, as
    /// page=210x297,grid=3x7,label=63.5x38.1,at=7.2x15.1,pitch=66x38.1; A4-96 for pdf and roll-50x30 for zpl if not
    /// given.
    #[arg(long, value_name = "PRESET|GEOMETRY", value_parser = |text: &str| text.parse::<Sheet>())]
    pub(crate) sheet: Option<Sheet>,
    /// The office's name, on each label.
    #[arg(long, env = "SCEAU_OFFICE", required_if_eq_any = [("form", "pdf"), ("form", "zpl")])]
    pub(crate) office: Option<String>,
    /// A line below the office's name, in which {product}, {batch}, {order} and {lot} are filled in; may be given several
    /// times.
    #[arg(long = "line", value_name = "TEXT")]
    pub(crate) lines: Vec<String>,
    /// The lot, for a line that names it.
    #[arg(long)]
    pub(crate) lot: Option<String>,
    /// Dots to the inch: 600 for pdf and 300 for zpl if not given. Every module has as many dots.
    #[arg(long, value_name = "DPI", value_parser = clap::value_parser!(u32).range(150..=2400))]
    pub(crate) resolution: Option<u32>,
    /// Codes of each part, rounded up to whole sheets: at most 65 536, and 50 000 if not given; for svg, png and eps at
    /// most 10 000, and 5 000 if not given.
    #[arg(long, value_name = "CODES")]
    pub(crate) part: Option<u64>,
    /// Each part as a ZIP file; svg, png and eps, which are a file for each code, always are.
    #[arg(long)]
    pub(crate) zip: bool,
    /// Encrypt each part, so that only this reader opens it: the stamper's public key for age, as `age-keygen` prints it.
    /// Its files are others each time they are made: after a long break a part begins anew, and goes on within no more
    /// than the platform still has.
    #[arg(long, value_name = "age1…", value_parser = |text: &str| text.parse::<Recipient>())]
    pub(crate) encrypt_to: Option<Recipient>,
    /// Parts that are taken at the same time.
    #[arg(long, value_name = "PARTS", default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=16))]
    pub(crate) at_once: u8,
    /// The folder; it is made if need be.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) to: PathBuf,
}

impl Print {
    pub(crate) fn spec(&self) -> Spec {
        Spec {
            format: self.form,
            sheet: self.sheet.clone(),
            office: self.office.clone().filter(|_| self.form.has_labels()),
            lines: self.lines.clone(),
            lot: self.lot.clone(),
            resolution: self.resolution,
            codes: self.part,
            zip: self.zip,
            recipient: self.encrypt_to.clone(),
        }
    }
}

/// Prints the codes of a batch into files.
pub(crate) async fn run(session: &Session, print: Print) -> Result<(), CallError> {
    let request = GetBatchRequest { meta: None, batch_id: print.batch.clone() };
    let batch = Queries::new(session.caller.clone()).get_batch(request).await?.into_inner().batch.unwrap_or_default();
    let (spec, folder) = (print.spec(), print.to.clone());
    let job = Job::new(&spec, &described(&batch)).map_err(|error| CallError::Usage(error.to_string()))?;
    std::fs::create_dir_all(&folder).map_err(|error| unwritten(&folder, &error))?;
    let mut manifest = Manifest::open(&folder, job.about())?;
    let progress = Progress::begin(batch.count);
    let query = spec.query();
    let taker = Taker::new(&session.caller, &job, &query, &progress);
    let mut missing = Vec::new();
    for part in (1..=job.parts()).filter_map(|number| job.part(number)) {
        if manifest.holds(&part)? {
            progress.add(part.count);
        } else {
            missing.push(part);
        }
    }
    let skipped = job.parts() - missing.len() as u64;
    let taking = missing.iter().map(|part| {
        let (taker, path) = (&taker, folder.join(&part.file));
        async move { taker.take(part, &path).await }
    });
    let mut taken = stream::iter(taking).buffer_unordered(print.at_once.into());
    while let Some(held) = taken.try_next().await? {
        manifest.add(held)?;
    }
    progress.finish();
    match session.form {
        Form::Human => {
            let counted = if job.parts() == 1 { "1 part".to_owned() } else { format!("{} parts", job.parts()) };
            let before = if skipped == 0 { String::new() } else { format!("; there before: {skipped}") };
            sayln!("{} codes in {}: {counted}{before}", batch.count, folder.display());
        }
        Form::Json => sayln!("{:#}", manifest.json()),
        Form::Id => {
            (1..=job.parts())
                .filter_map(|number| job.part(number))
                .for_each(|part| sayln!("{}", folder.join(&part.file).display()));
        }
    }
    Ok(())
}

/// What a job needs to know of a batch.
fn described(batch: &Batch) -> sceau_parts::Batch {
    sceau_parts::Batch {
        id: batch.batch_id.clone(),
        order: batch.order_id.clone(),
        product: batch.product_name.clone(),
        first_number: batch.first_number,
        count: batch.count,
        symbol: match batch.form() {
            StampForm::SignedQr => Some(Version::V6M),
            StampForm::SmallQr => Some(Version::V4M),
            StampForm::Digits | StampForm::Unspecified => None,
        },
    }
}

fn unwritten(path: &Path, error: &dyn std::fmt::Display) -> CallError {
    CallError::Unwritten { path: path.to_owned(), reason: error.to_string() }
}

/// Prints the presets.
pub(crate) fn sheets(json: bool) -> Result<(), CallError> {
    let mut presets = Vec::new();
    for preset in PRESETS {
        presets.push((preset, preset.sheet().map_err(|error| CallError::Usage(error.to_string()))?));
    }
    if json {
        let all = presets.iter().map(|(preset, sheet)| {
            serde_json::json!({
                "name": preset.name,
                "about": preset.about,
                "labels": sheet.labels(),
                "geometry": sheet.to_string(),
            })
        });
        sayln!("{:#}", serde_json::Value::Array(all.collect()));
        return Ok(());
    }
    let head = ["SHEET", "LABELS", "WHAT IT IS", "GEOMETRY (mm)"].map(str::to_owned);
    let rows: Vec<Vec<String>> = presets
        .iter()
        .map(|(preset, sheet)| {
            vec![preset.name.to_owned(), sheet.labels().to_string(), preset.about.to_owned(), sheet.to_string()]
        })
        .collect();
    say!("{}", aligned(&head, &rows));
    Ok(())
}
