//! Why labels cannot be written.

use std::{fmt, io};

use sceau_qr::QrError;

use crate::Length;

/// Why labels cannot be written.
#[derive(Debug)]
pub enum LabelError {
    /// Labels that have no room for a symbol that can be read.
    TooSmall {
        /// The sheet.
        sheet: String,
        /// Width and height of a label.
        label: (Length, Length),
        /// What each side of the symbol needs, with its quiet zone.
        symbol: Length,
        /// The smallest module.
        module: Length,
    },
    /// A sheet on which the printer cannot print.
    NotARoll {
        /// The sheet.
        sheet: String,
    },
    /// A text that no symbol holds.
    Symbol {
        /// The code's place in the batch, from 0.
        ordinal: u64,
        /// Why.
        error: QrError,
    },
    /// There came fewer or more labels than the file was begun for.
    Count {
        /// How many it was begun for.
        promised: u64,
        /// How many came.
        came: u64,
    },
    /// More than a ZIP file holds without extensions that not everybody reads.
    TooLarge,
    /// Writing failed.
    Io(io::Error),
}

impl From<io::Error> for LabelError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl fmt::Display for LabelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooSmall { sheet, label: (width, height), symbol, module } => write!(
                f,
                "labels of {sheet} have {width} × {height} mm, which is too small: the QR code needs {symbol} mm on each \
                 side, with modules of {module} mm and its quiet zone, and the text its place: take a sheet with larger \
                 labels, or fewer lines"
            ),
            Self::NotARoll { sheet } => {
                write!(f, "a thermal printer prints one label after the other, and {sheet} has several: take a roll")
            }
            Self::Symbol { ordinal, error } => write!(f, "code {ordinal}: {error}"),
            Self::Count { promised, came } => {
                write!(f, "{came} labels came where {promised} were promised: make the file again")
            }
            Self::TooLarge => f.write_str("a ZIP file holds at most 65 535 files and 4 GiB: make smaller parts"),
            Self::Io(error) => write!(f, "the file cannot be written: {error}"),
        }
    }
}

impl std::error::Error for LabelError {}
