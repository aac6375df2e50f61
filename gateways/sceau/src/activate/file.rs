//! Lines of a file of activations. Whatever the bytes are: a line, or why it is none.

use std::fs::File;
use std::path::{Path, PathBuf};

use csv::{ByteRecord, Reader, ReaderBuilder};
use sceau_stamp::{Lot, Place, ProductionLine};

use crate::client::CallError;

/// A line of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Its number in the file, the header being 1.
    pub(super) number: u64,
    /// The code, or the first of several.
    pub(super) code: String,
    /// How many codes.
    pub(super) count: u64,
    pub(super) about: About,
}

/// What a line says beside its codes.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct About {
    pub(super) production_line: Option<String>,
    pub(super) lot: Option<String>,
    pub(super) place: Option<String>,
}

/// A line that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct BadLine {
    /// Its number in the file.
    pub(super) line: u64,
    /// Why, and what to do.
    pub(super) reason: String,
}

/// The lines of a file, as they are read.
pub(super) struct Lines<R> {
    reader: Reader<R>,
    columns: Columns,
    path: PathBuf,
    size: u64,
}

impl Lines<File> {
    /// Opens a file and reads its header.
    pub(super) fn open(path: &Path) -> Result<Self, CallError> {
        let file = File::open(path).map_err(|error| unread(path, &error))?;
        let size = file.metadata().map_or(0, |metadata| metadata.len());
        Self::of(file, path, size)
    }
}

impl<R: std::io::Read> Lines<R> {
    pub(super) fn of(source: R, path: &Path, size: u64) -> Result<Self, CallError> {
        let mut reader = ReaderBuilder::new().flexible(true).from_reader(source);
        let header = reader.byte_headers().map_err(|error| unread(path, &error))?;
        let columns = Columns::of(header).map_err(|reason| unread(path, &reason))?;
        Ok(Self { reader, columns, path: path.to_owned(), size })
    }

    /// Bytes of the file.
    pub(super) const fn size(&self) -> u64 {
        self.size
    }

    /// How many of them are read.
    pub(super) fn position(&self) -> u64 {
        self.reader.position().byte()
    }

    /// The next lines, at most so many; none at the end.
    pub(super) fn chunk(&mut self, lines: usize) -> Result<Vec<Result<Line, BadLine>>, CallError> {
        let (mut chunk, mut record) = (Vec::new(), ByteRecord::new());
        while chunk.len() < lines
            && self.reader.read_byte_record(&mut record).map_err(|error| unread(&self.path, &error))?
        {
            let number = record.position().map_or(0, csv::Position::line);
            chunk.push(self.columns.line(number, &record).map_err(|reason| BadLine { line: number, reason }));
        }
        Ok(chunk)
    }
}

fn unread(path: &Path, reason: &dyn std::fmt::Display) -> CallError {
    CallError::Unread { path: path.to_owned(), reason: reason.to_string() }
}

/// Where each value stands in a line.
struct Columns {
    width: usize,
    code: usize,
    count: Option<usize>,
    production_line: Option<usize>,
    lot: Option<usize>,
    place: Option<usize>,
}

impl Columns {
    fn of(header: &ByteRecord) -> Result<Self, String> {
        let names: Vec<String> = header.iter().map(name_of).collect();
        let known = ["code", "first", "count", "line", "lot", "place"];
        if let Some(name) = names.iter().find(|name| !known.contains(&name.as_str())) {
            return Err(format!("line 1: `{name}` is no column: use {}", known.join(", ")));
        }
        if let Some(name) = known.iter().find(|known| names.iter().filter(|name| name == known).count() > 1) {
            return Err(format!("line 1: the column `{name}` is there twice: leave one out"));
        }
        let at = |name: &str| names.iter().position(|found| found == name);
        let (code, count) = match (at("code"), at("first"), at("count")) {
            (Some(code), None, None) => (code, None),
            (None, Some(first), Some(count)) => (first, Some(count)),
            _ => return Err("line 1: name the codes by a column `code`, or by `first` and `count`".to_owned()),
        };
        let (production_line, lot, place) = (at("line"), at("lot"), at("place"));
        Ok(Self { width: names.len(), code, count, production_line, lot, place })
    }

    fn line(&self, number: u64, record: &ByteRecord) -> Result<Line, String> {
        if record.len() != self.width {
            return Err(format!("has {} values: the header has {}", record.len(), self.width));
        }
        let code = text(record, self.code)?;
        if code.is_empty() {
            return Err("names no code".to_owned());
        }
        let count = match self.count {
            None => 1,
            Some(at) => count(text(record, at)?)?,
        };
        let about = About {
            production_line: said("line", record, self.production_line, |text| ProductionLine::new(text).err())?,
            lot: said("lot", record, self.lot, |text| Lot::new(text).err())?,
            place: said("place", record, self.place, |text| Place::new(text).err())?,
        };
        Ok(Line { number, code: code.to_owned(), count, about })
    }
}

/// A name of the header, without the mark that some programs put before the first.
fn name_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_start_matches('\u{feff}').trim().to_lowercase()
}

fn text(record: &ByteRecord, at: usize) -> Result<&str, String> {
    let bytes = record.get(at).unwrap_or_default();
    std::str::from_utf8(bytes).map(str::trim).map_err(|_| "is not UTF-8: save the file so".to_owned())
}

fn count(text: &str) -> Result<u64, String> {
    match text.parse() {
        Ok(count) if count > 0 => Ok(count),
        _ => Err(format!("count `{text}` is no count of codes: write 1 or more")),
    }
}

/// A value that may be left out.
fn said(
    name: &str,
    record: &ByteRecord,
    at: Option<usize>,
    wrong: impl Fn(&str) -> Option<sceau_kernel::wire::Fault>,
) -> Result<Option<String>, String> {
    let Some(at) = at else { return Ok(None) };
    match text(record, at)? {
        "" => Ok(None),
        text => match wrong(text) {
            Some(fault) => Err(format!("{name} {}", fault.reason)),
            None => Ok(Some(text.to_owned())),
        },
    }
}
