//! What is to be printed, and how.

use sceau_label::{Layout, Sheet};
use sceau_proto::stamp::v1::{Batch, StampForm};
use sceau_qr::Version;

use super::manifest::Head;
use super::part::Part;
use super::{FileForm, Print};
use crate::client::CallError;

/// Codes of a part, unless the caller says how many.
const PART: u64 = 100_000;
/// Of a part that is a ZIP file with a file for each code.
const SINGLES: u64 = 10_000;

/// What is to be printed, and how.
#[derive(Clone, Debug)]
pub(super) struct Job {
    pub(super) form: FileForm,
    pub(super) zip: bool,
    /// Codes of a part.
    per_part: u64,
    /// Of labels.
    pub(super) labels: Option<(Sheet, Layout)>,
    pub(super) title: String,
}

impl Job {
    /// Refuses what cannot be printed, before anything is downloaded.
    pub(super) fn new(print: &Print, batch: &Batch) -> Result<Self, CallError> {
        if print.form != FileForm::Csv && batch.form() != StampForm::SignedQr {
            let form = batch.form().as_str_name();
            return Err(CallError::Usage(format!(
                "batch {} has stamps of form {form}, which have no signed QR code to draw: take --form csv",
                batch.batch_id
            )));
        }
        let labels = match (print.form, &print.sheet) {
            (FileForm::Pdf, sheet) => Some((sheet.clone(), "A4-96", 600)),
            (FileForm::Zpl, sheet) => Some((sheet.clone(), "roll-50x30", 300)),
            (_, None) => None,
            (form, Some(_)) => {
                return Err(CallError::Usage(format!("--sheet is of no use to --form {form:?}: leave it out")));
            }
        };
        let labels = labels.map(|(sheet, otherwise, resolution)| {
            let sheet = sheet.map_or_else(|| otherwise.parse(), Ok).map_err(|error| error.to_string())?;
            let resolution = print.resolution.unwrap_or(resolution);
            let layout = Layout::fit(&sheet, Version::V6M, &lines(print, batch), resolution);
            Ok((sheet, layout.map_err(|error| error.to_string())?))
        });
        let labels: Option<(Sheet, Layout)> = labels.transpose().map_err(CallError::Usage)?;
        if let Some((sheet, _)) = labels.as_ref().filter(|(sheet, _)| print.form == FileForm::Zpl && sheet.labels() > 1)
        {
            let error = sceau_label::LabelError::NotARoll { sheet: sheet.name().to_owned() };
            return Err(CallError::Usage(error.to_string()));
        }
        let single = matches!(print.form, FileForm::Svg | FileForm::Png | FileForm::Eps);
        let per_part = print.part.map_or(if single { SINGLES } else { PART }, u64::from);
        if single && per_part > u64::from(u16::MAX) {
            return Err(CallError::Usage(format!(
                "--part {per_part}: a ZIP file holds at most {} files: give fewer",
                u16::MAX
            )));
        }
        let on_a_sheet = labels.as_ref().map_or(1, |(sheet, _)| u64::from(sheet.labels()));
        Ok(Self {
            form: print.form,
            zip: print.zip || single,
            per_part: per_part.div_ceil(on_a_sheet) * on_a_sheet,
            labels,
            title: format!("{}, batch {}", batch.product_name, batch.batch_id),
        })
    }

    pub(super) fn sheet(&self) -> Option<&Sheet> {
        self.labels.as_ref().map(|(sheet, _)| sheet)
    }

    /// What the files are called after their last dot, outside a ZIP file.
    pub(super) const fn extension(&self) -> &'static str {
        match self.form {
            FileForm::Pdf => "pdf",
            FileForm::Csv => "csv",
            FileForm::Svg => "svg",
            FileForm::Png => "png",
            FileForm::Eps => "eps",
            FileForm::Zpl => "zpl",
        }
    }

    /// The parts of so many codes.
    pub(super) fn parts(&self, codes: u64) -> Vec<Part> {
        let extension = if self.zip { "zip" } else { self.extension() };
        (0..codes.div_ceil(self.per_part))
            .map(|nth| {
                let first = nth * self.per_part;
                let file = format!("part-{:05}.{extension}", nth + 1);
                Part { file, first, count: self.per_part.min(codes - first) }
            })
            .collect()
    }

    /// What makes this job another than the next.
    pub(super) fn head(&self, batch: &Batch) -> Head {
        Head {
            batch: batch.batch_id.clone(),
            order: batch.order_id.clone(),
            product: batch.product_name.clone(),
            form: self.extension().to_owned(),
            zip: self.zip,
            codes_of_a_part: self.per_part,
            sheet: self.sheet().map(ToString::to_string),
            layout: self.labels.as_ref().map(|(_, layout)| layout.to_string()),
        }
    }
}

/// The office, and the lines below with what they name filled in.
fn lines(print: &Print, batch: &Batch) -> Vec<String> {
    let filled = |line: &String| {
        line.replace("{product}", &batch.product_name)
            .replace("{batch}", &batch.batch_id)
            .replace("{order}", &batch.order_id)
    };
    print.office.iter().cloned().chain(print.lines.iter().map(filled)).collect()
}
