//! `sceau stamps print`: the codes of a batch as files that printers take, part by part.
//!
//! A part is downloaded, written and hashed as it comes, under a name of its own until it is whole; then `manifest.json`
//! beside the parts tells of it. A job that was cut off goes on with the first part that is not there as told. Each part
//! is one download, which the platform records with who took it.

mod job;
mod manifest;
mod part;
mod progress;

use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use sceau_api::stamp::v1::stamp_query_service_client::StampQueryServiceClient as Queries;
use sceau_label::{Label, PRESETS, Sheet};
use sceau_proto::stamp::v1::{Batch, Code, DownloadCodesRequest, GetBatchRequest};
use tokio::sync::mpsc;

use crate::cli::Session;
use crate::client::{CallError, Caller};
use crate::show::{Form, aligned};
use job::Job;
use manifest::Manifest;
use part::Part;
use progress::Progress;

/// Chunks of codes that wait for the writer; then no more are taken from the server.
const WAITING: usize = 4;

const EXAMPLES: &str =
    "The folder holds part-00001, part-00002 … and manifest.json, which names batch and order and, for each part, its \
codes and its SHA-256. Run the same line again after a break: parts that are there as the manifest says are skipped.

Examples:
  sceau stamps print 0b7e… --form pdf --office 'Office de contrôle' --to labels
  sceau stamps print 0b7e… --form pdf --office 'Office de contrôle' --sheet L7160 --line '{product}' --to labels
  sceau stamps print 0b7e… --form csv --part 1000000 --zip --to codes
  sceau stamps print 0b7e… --form zpl --office 'Office de contrôle' --sheet roll-50x30 --resolution 203 --to thermal";

/// `sceau stamps print`.
#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Print {
    /// The batch, which must have been released.
    pub(crate) batch: String,
    /// What the printer takes.
    #[arg(long, value_enum)]
    pub(crate) form: FileForm,
    /// A preset of `sceau stamps sheets`, or a geometry in millimetres, as
    /// page=210x297,grid=3x7,label=63.5x38.1,at=7.2x15.1,pitch=66x38.1; A4-96 for pdf and roll-50x30 for zpl if not
    /// given.
    #[arg(long, value_name = "PRESET|GEOMETRY", value_parser = |text: &str| text.parse::<Sheet>())]
    pub(crate) sheet: Option<Sheet>,
    /// The office's name, on each label.
    #[arg(long, env = "SCEAU_OFFICE", required_if_eq_any = [("form", "pdf"), ("form", "zpl")])]
    pub(crate) office: Option<String>,
    /// A line below the office's name, in which {product}, {batch} and {order} are filled in; may be given several times.
    #[arg(long = "line", value_name = "TEXT")]
    pub(crate) lines: Vec<String>,
    /// Dots to the inch: 600 for pdf and 300 for zpl if not given. Every module has as many dots.
    #[arg(long, value_name = "DPI", value_parser = clap::value_parser!(u32).range(150..=2400))]
    pub(crate) resolution: Option<u32>,
    /// Codes of each part, rounded up to whole sheets; 100 000 if not given, 10 000 for svg, png and eps.
    #[arg(long, value_name = "CODES")]
    pub(crate) part: Option<NonZeroU64>,
    /// Each part as a ZIP file; svg, png and eps, which are a file for each code, always are.
    #[arg(long)]
    pub(crate) zip: bool,
    /// The folder; it is made if need be.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) to: PathBuf,
}

/// A form of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FileForm {
    /// Sheets of labels.
    Pdf,
    /// A row for each code, for software that draws the codes itself.
    Csv,
    /// A file for each symbol, as vectors.
    Svg,
    /// A file for each symbol, as pixels.
    Png,
    /// A file for each symbol, for PostScript.
    Eps,
    /// Labels for a thermal printer.
    Zpl,
}

/// Prints the codes of a batch into files.
pub(crate) async fn run(session: &Session, print: Print) -> Result<(), CallError> {
    let request = GetBatchRequest { meta: None, batch_id: print.batch.clone() };
    let batch = Queries::new(session.caller.clone()).get_batch(request).await?.into_inner().batch.unwrap_or_default();
    let folder = print.to.clone();
    let job = Job::new(&print, &batch)?;
    std::fs::create_dir_all(&folder).map_err(|error| unwritten(&folder, &error))?;
    let mut manifest = Manifest::open(&folder, job.head(&batch))?;
    let progress = Progress::begin(batch.count);
    let mut skipped = 0;
    let parts = job.parts(batch.count);
    for part in &parts {
        if manifest.holds(part)? {
            skipped += 1;
        } else {
            let path = folder.join(&part.file);
            let written = download(&session.caller, &batch.batch_id, &job, part, &path, &progress);
            manifest.add(part, &written.await?)?;
        }
        progress.at(part.first + part.count);
    }
    progress.finish();
    match session.form {
        Form::Human => {
            let counted = if parts.len() == 1 { "1 part".to_owned() } else { format!("{} parts", parts.len()) };
            let before = if skipped == 0 { String::new() } else { format!("; there before: {skipped}") };
            sayln!("{} codes in {}: {counted}{before}", batch.count, folder.display());
        }
        Form::Json => sayln!("{:#}", manifest.json()),
        Form::Id => parts.iter().for_each(|part| sayln!("{}", folder.join(&part.file).display())),
    }
    Ok(())
}

/// The codes of a batch from `first` on, as many as one sheet has, in a file of their own: the first of them.
pub(crate) async fn sheet(
    caller: &Caller,
    batch: &Batch,
    print: &Print,
    first: u64,
) -> Result<Option<Label>, CallError> {
    let job = Job::new(print, batch)?;
    let count = job.sheet().map_or(1, |sheet| u64::from(sheet.labels())).min(batch.count.saturating_sub(first));
    if count == 0 {
        return Ok(None);
    }
    let file = print.to.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let part = Part { file, first, count };
    let shown = Progress::hidden();
    let written = download(caller, &batch.batch_id, &job, &part, &print.to, &shown).await?;
    Ok(written.begins)
}

/// Downloads a part and writes it.
async fn download(
    caller: &Caller,
    batch_id: &str,
    job: &Job,
    part: &Part,
    path: &Path,
    progress: &Progress,
) -> Result<part::Written, CallError> {
    let request = DownloadCodesRequest {
        meta: None,
        batch_id: batch_id.to_owned(),
        first: part.first,
        count: part.count,
        ..Default::default()
    };
    let mut stream = Queries::new(caller.clone()).download_codes(request).await?.into_inner();
    let (labels, waiting) = mpsc::channel(WAITING);
    let writer = {
        let (job, part, path, progress) = (job.clone(), part.clone(), path.to_owned(), progress.clone());
        tokio::task::spawn_blocking(move || part::write(&job, &part, &path, waiting, &progress))
    };
    let mut broken = None;
    loop {
        match stream.message().await {
            Ok(Some(chunk)) => {
                // A writer that takes no more has failed, and says why.
                if labels.send(chunk.codes.into_iter().map(label).collect()).await.is_err() {
                    break;
                }
            }
            Ok(None) => break,
            Err(status) => {
                broken = Some(status);
                break;
            }
        }
    }
    drop(labels);
    let written = writer.await.map_err(|error| unwritten(path, &error))?;
    match broken {
        Some(status) => Err(status.into()),
        None => written.map_err(|error| unwritten(path, &error)),
    }
}

fn label(code: Code) -> Label {
    Label { ordinal: code.ordinal, number: code.number, text: code.url, digits: code.digits }
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
