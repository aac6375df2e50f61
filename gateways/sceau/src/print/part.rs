//! One part, written as its codes come.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use sceau_label::{Csv, Label, LabelError, PageMaker, Pdf, Rows, Zip, Zpl, single};
use sceau_qr::{Qr, Version};
use tokio::sync::mpsc::Receiver;

use super::FileForm;
use super::job::Job;
use super::manifest::Hash;
use super::progress::Progress;

/// Of zlib: more saves a hundredth of the bytes and takes the time of a third.
const LEVEL: u32 = 4;
/// What is already compressed is stored.
const STORED: u32 = 0;

/// Some codes of a batch in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) file: String,
    /// Ordinal of the first.
    pub(super) first: u64,
    pub(super) count: u64,
}

/// A part that is whole.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) bytes: u64,
    pub(super) sha256: String,
    /// Its first label.
    pub(super) begins: Option<Label>,
}

/// Labels as they come, counted.
struct Incoming<'a> {
    waiting: Receiver<Vec<Label>>,
    promised: u64,
    came: u64,
    begins: Option<Label>,
    progress: &'a Progress,
}

impl Incoming<'_> {
    fn next(&mut self) -> Option<Vec<Label>> {
        let labels = self.waiting.blocking_recv()?;
        if self.came == 0 {
            self.begins = labels.first().cloned();
        }
        self.came += labels.len() as u64;
        self.progress.add(labels.len() as u64);
        Some(labels)
    }

    /// Whether all came that had to.
    fn whole(&self) -> Result<(), LabelError> {
        let (promised, came) = (self.promised, self.came);
        if promised == came { Ok(()) } else { Err(LabelError::Count { promised, came }) }
    }
}

/// A file that is hashed as it is written.
struct Hashed {
    file: File,
    hash: Hash,
    bytes: u64,
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.write_all(&bytes[..written])?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Writes a part beside its place and renames it, so that it is there whole or not at all.
pub(super) fn write(
    job: &Job,
    part: &Part,
    path: &Path,
    waiting: Receiver<Vec<Label>>,
    progress: &Progress,
) -> Result<Written, LabelError> {
    let beside = path.with_added_extension("partial");
    let mut incoming = Incoming { waiting, promised: part.count, came: 0, begins: None, progress };
    let file = BufWriter::new(Hashed { file: File::create(&beside)?, hash: Hash::default(), bytes: 0 });
    let written = if job.zip { zipped(job, part, file, &mut incoming) } else { filled(job, file, &mut incoming) };
    let hashed = written.and_then(|file| {
        incoming.whole()?;
        file.into_inner().map_err(|error| LabelError::Io(error.into_error()))
    });
    let hashed = match hashed {
        Ok(hashed) => hashed,
        Err(error) => {
            // What is not whole is of no use; that it stays does no harm.
            let _ = fs::remove_file(&beside);
            return Err(error);
        }
    };
    hashed.file.sync_all()?;
    fs::rename(&beside, path)?;
    Ok(Written { bytes: hashed.bytes, sha256: hashed.hash.hex(), begins: incoming.begins })
}

/// A ZIP file of the part, or of a file for each code.
fn zipped<W: Write>(job: &Job, part: &Part, write: W, incoming: &mut Incoming<'_>) -> Result<W, LabelError> {
    let mut zip = Zip::begin(write);
    let draw = match job.form {
        FileForm::Svg => single::svg,
        FileForm::Eps => single::eps,
        FileForm::Png => single::png,
        FileForm::Pdf | FileForm::Csv | FileForm::Zpl => {
            let name = Path::new(&part.file).with_extension(job.extension());
            let level = if job.form == FileForm::Pdf { STORED } else { LEVEL };
            return filled(job, zip.file(&name.to_string_lossy(), level)?, incoming)?.finish()?.finish();
        }
    };
    while let Some(labels) = incoming.next() {
        for label in labels {
            let qr = Qr::encode(Version::V6M, &label.text);
            let qr = qr.map_err(|error| LabelError::Symbol { ordinal: label.ordinal, error })?;
            let name = format!("{:010}-{}.{}", label.ordinal, label.digits, job.extension());
            zip = zip.add(&name, &draw(&qr))?;
        }
    }
    zip.finish()
}

/// One file of all codes: of labels if the job has any, else of rows.
fn filled<W: Write>(job: &Job, write: W, incoming: &mut Incoming<'_>) -> Result<W, LabelError> {
    let Some((sheet, layout)) = &job.labels else {
        let mut csv = Csv::begin(write)?;
        while let Some(labels) = incoming.next() {
            csv.rows(&Rows::of(&labels))?;
        }
        return csv.finish();
    };
    if job.form == FileForm::Zpl {
        let mut zpl = Zpl::begin(write, sheet, layout)?;
        while let Some(labels) = incoming.next() {
            zpl.labels(&labels)?;
        }
        return zpl.finish();
    }
    let mut pages = PageMaker::new(sheet, layout, LEVEL);
    let mut pdf = Pdf::begin(write, sheet, incoming.promised, &job.title)?;
    let mut page: Vec<Label> = Vec::with_capacity(pages.labels());
    while let Some(labels) = incoming.next() {
        for label in labels {
            page.push(label);
            if page.len() == pages.labels() {
                pdf.page(&pages.page(&page)?)?;
                page.clear();
            }
        }
    }
    if !page.is_empty() {
        pdf.page(&pages.page(&page)?)?;
    }
    pdf.finish()
}
