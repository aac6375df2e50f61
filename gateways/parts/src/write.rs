//! The bytes of a part.

use std::io::Write;

use sceau_label::{Csv, Label, LabelError, PageMaker, Pdf, Rows, Zip, Zpl, single};
use sceau_qr::{Qr, Version};

use crate::{Format, Job, Part};

/// Of zlib: more saves a hundredth of the bytes and takes the time of a third.
const LEVEL: u32 = 4;
/// What is already compressed is stored.
const STORED: u32 = 0;

/// Writes a part as its labels come, in order; unless it is encrypted, the same labels give the same bytes. Refuses more or fewer of them than
/// the part has.
pub fn write<W: Write>(
    job: &Job,
    part: &Part,
    labels: impl Iterator<Item = Vec<Label>>,
    write: W,
) -> Result<W, LabelError> {
    let mut came = 0;
    let mut counted = labels.inspect(|labels| came += labels.len() as u64);
    let written = match &job.recipient {
        None => open(job, part, write, &mut counted)?,
        Some(recipient) => open(job, part, recipient.seal(write)?, &mut counted)?.finish()?,
    };
    if came == part.count { Ok(written) } else { Err(LabelError::Count { promised: part.count, came }) }
}

/// A part that anybody can open.
fn open<W: Write>(
    job: &Job,
    part: &Part,
    write: W,
    labels: &mut impl Iterator<Item = Vec<Label>>,
) -> Result<W, LabelError> {
    if job.zip { zipped(job, part, write, labels) } else { filled(job, part, write, labels) }
}

/// A ZIP file of the part, or of a file for each code.
fn zipped<W: Write>(
    job: &Job,
    part: &Part,
    write: W,
    labels: &mut impl Iterator<Item = Vec<Label>>,
) -> Result<W, LabelError> {
    let mut zip = Zip::begin(write);
    let draw = match job.format {
        Format::Svg => single::svg,
        Format::Eps => single::eps,
        Format::Png => single::png,
        Format::Pdf | Format::Csv | Format::Zpl => {
            let name = format!("part-{:05}.{}", part.number, job.format);
            let level = if job.format == Format::Pdf { STORED } else { LEVEL };
            return filled(job, part, zip.file(&name, level)?, labels)?.finish()?.finish();
        }
    };
    for label in labels.flatten() {
        let qr = Qr::encode(job.symbol.unwrap_or(Version::V6M), &label.text);
        let qr = qr.map_err(|error| LabelError::Symbol { ordinal: label.ordinal, error })?;
        let name = format!("{:010}-{}.{}", label.ordinal, label.digits, job.format);
        zip = zip.add(&name, &draw(&qr))?;
    }
    zip.finish()
}

/// One file of all codes: of labels if the job has any, else of rows.
fn filled<W: Write>(
    job: &Job,
    part: &Part,
    write: W,
    labels: &mut impl Iterator<Item = Vec<Label>>,
) -> Result<W, LabelError> {
    let Some((sheet, layout)) = &job.labels else {
        let mut csv = Csv::begin(write)?;
        for labels in labels {
            csv.rows(&Rows::of(&labels))?;
        }
        return csv.finish();
    };
    if job.format == Format::Zpl {
        let mut zpl = Zpl::begin(write, sheet, layout)?;
        for labels in labels {
            zpl.labels(&labels)?;
        }
        return zpl.finish();
    }
    let mut pages = PageMaker::new(sheet, layout, LEVEL);
    let mut pdf = Pdf::begin(write, sheet, part.count, &job.title)?;
    let mut page: Vec<Label> = Vec::with_capacity(pages.labels());
    for label in labels.flatten() {
        page.push(label);
        if page.len() == pages.labels() {
            pdf.page(&pages.page(&page)?)?;
            page.clear();
        }
    }
    if !page.is_empty() {
        pdf.page(&pages.page(&page)?)?;
    }
    pdf.finish()
}
