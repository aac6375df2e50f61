//! The retailer's file: CSV with a header, plain or gzipped.

use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use csv::{ByteRecord, ReaderBuilder};
use flate2::read::MultiGzDecoder;

use super::line::LineRefusal;

/// The columns of an order stream, as the UCI "Online Retail" data set names them; their order does not matter.
pub(super) const COLUMNS: [&str; 8] =
    ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"];

/// The first two bytes of every gzip member (RFC 1952, section 2.3.1).
const GZIP_MAGIC: &[u8] = &[0x1f, 0x8b];

/// The fields of a line that the import looks at, without the blanks around them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fields<'a> {
    pub(super) invoice: &'a str,
    pub(super) stock_code: &'a str,
    pub(super) description: &'a str,
    pub(super) quantity: &'a str,
    pub(super) invoice_date: &'a str,
    pub(super) unit_price: &'a str,
}

/// Why a file cannot be imported at all.
#[derive(Debug)]
pub(super) enum FileError {
    /// It cannot be opened.
    Unreadable {
        /// Its path.
        path: PathBuf,
        /// Why.
        reason: std::io::Error,
    },
    /// Its first line does not name the columns.
    Header {
        /// Those it lacks.
        missing: Vec<&'static str>,
    },
    /// It breaks off, or its compression is damaged.
    Broken {
        /// The last line that could be read.
        line: u64,
        /// Why.
        reason: csv::Error,
    },
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { path, reason } => write!(f, "{} cannot be read: {reason}", path.display()),
            Self::Header { missing } => {
                write!(
                    f,
                    "the first line lacks the columns {}: it has to name {}",
                    missing.join(", "),
                    COLUMNS.join(",")
                )
            }
            Self::Broken { line, reason } => {
                write!(f, "the file breaks off after line {line} ({reason}): fetch it again; nothing was imported")
            }
        }
    }
}

impl std::error::Error for FileError {}

/// Reads a file and gives each line after the header, with its number in the file, to `each`. The number of lines given.
pub(super) fn read<E: From<FileError>>(
    path: &Path,
    each: impl FnMut(u64, Result<Fields<'_>, LineRefusal>) -> Result<(), E>,
) -> Result<u64, E> {
    let unreadable = |reason| FileError::Unreadable { path: path.to_owned(), reason };
    let mut file = BufReader::with_capacity(1 << 16, File::open(path).map_err(unreadable)?);
    let start = file.fill_buf().map_err(unreadable)?;
    if start.starts_with(GZIP_MAGIC) { read_from(MultiGzDecoder::new(file), each) } else { read_from(file, each) }
}

/// [`read`] from any source.
pub(super) fn read_from<E: From<FileError>>(
    source: impl Read,
    mut each: impl FnMut(u64, Result<Fields<'_>, LineRefusal>) -> Result<(), E>,
) -> Result<u64, E> {
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(source);
    let mut record = ByteRecord::new();
    let mut next = |record: &mut ByteRecord, line| {
        reader.read_byte_record(record).map_err(|reason| FileError::Broken { line, reason })
    };
    next(&mut record, 0)?;
    let header = Header::of(&record)?;
    let (mut line, mut count) = (1, 0);
    while next(&mut record, line)? {
        line = record.position().map_or(line + 1, csv::Position::line);
        count += 1;
        each(line, header.fields(&record))?;
    }
    Ok(count)
}

/// Which column stands where.
struct Header {
    places: [usize; COLUMNS.len()],
    width: usize,
}

impl Header {
    fn of(record: &ByteRecord) -> Result<Self, FileError> {
        let place = |name: &str| record.iter().position(|cell| cell.trim_ascii() == name.as_bytes());
        let missing: Vec<&'static str> = COLUMNS.into_iter().filter(|name| place(name).is_none()).collect();
        if !missing.is_empty() {
            return Err(FileError::Header { missing });
        }
        Ok(Self { places: COLUMNS.map(|name| place(name).unwrap_or_default()), width: record.len() })
    }

    fn fields<'a>(&self, record: &'a ByteRecord) -> Result<Fields<'a>, LineRefusal> {
        if record.len() != self.width {
            return Err(LineRefusal::ColumnCount { found: record.len(), expected: self.width });
        }
        let [invoice, stock_code, description, quantity, invoice_date, unit_price, _, _] = self.places;
        let text = |place: usize| {
            let cell = record.get(place).unwrap_or_default();
            let text = std::str::from_utf8(cell.trim_ascii());
            text.map_err(|_| LineRefusal::NotText { column: self.name(place) })
        };
        Ok(Fields {
            invoice: text(invoice)?,
            stock_code: text(stock_code)?,
            description: text(description)?,
            quantity: text(quantity)?,
            invoice_date: text(invoice_date)?,
            unit_price: text(unit_price)?,
        })
    }

    fn name(&self, place: usize) -> &'static str {
        let column = self.places.iter().position(|known| *known == place);
        column.and_then(|column| COLUMNS.get(column)).copied().unwrap_or_default()
    }
}
