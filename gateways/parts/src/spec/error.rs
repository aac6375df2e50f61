//! Why nothing can be printed so.

use std::fmt;

use sceau_label::{LabelError, SheetError};

use super::{LINES, MOST_LABELS, MOST_SINGLES, TEXT};
use crate::Format;
use crate::job::PLACES;

/// Why nothing can be printed so.
#[derive(Debug)]
pub enum SpecError {
    /// A format that there is not.
    Format {
        /// What was given.
        given: String,
    },
    /// A parameter that there is not.
    Unknown {
        /// Its name.
        name: String,
    },
    /// A parameter that may be given once.
    Repeated {
        /// Its name.
        name: &'static str,
    },
    /// A value that is not of its kind.
    Value {
        /// The parameter.
        name: &'static str,
        /// What was given.
        given: String,
        /// What it must be.
        must: &'static str,
    },
    /// A sheet that there is not.
    Sheet(SheetError),
    /// A sheet where nothing is laid out.
    NoSheet {
        /// The format.
        format: Format,
    },
    /// Labels without the office's name.
    NoOffice {
        /// The format.
        format: Format,
    },
    /// A line that names what there is not.
    Place {
        /// The name between braces.
        name: String,
    },
    /// A line that names a lot, and no lot.
    NoLot,
    /// Text that is too long, or too many lines of it.
    Text {
        /// The parameter.
        name: &'static str,
    },
    /// Codes without a symbol, in a format that draws it.
    NoSymbol {
        /// The batch.
        batch: String,
        /// The format.
        format: Format,
    },
    /// More codes than a part may have, or none.
    Codes {
        /// How many were asked.
        asked: u64,
        /// How many there may be.
        most: u64,
    },
    /// Labels that cannot be laid out so.
    Label(LabelError),
}

impl SpecError {
    /// The parameter that is to be changed.
    pub fn parameter(&self) -> &str {
        match self {
            Self::Format { .. } | Self::NoSymbol { .. } => "format",
            Self::Unknown { name } => name,
            Self::Repeated { name } | Self::Value { name, .. } | Self::Text { name } => name,
            Self::Sheet(_) | Self::NoSheet { .. } | Self::Label(_) => "sheet",
            Self::NoOffice { .. } => "office",
            Self::Place { .. } => "line",
            Self::NoLot => "lot",
            Self::Codes { .. } => "codes",
        }
    }
}

impl fmt::Display for SpecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Format { given } => {
                write!(f, "there is no format `{given}`: take one of {}", Format::ALL.map(Format::name).join(", "))
            }
            Self::Unknown { name } => {
                write!(f, "there is no parameter `{name}`: take {}", super::query::NAMES.join(", "))
            }
            Self::Repeated { name } => write!(f, "{name} is given twice: give it once"),
            Self::Value { name, given, must } => write!(f, "{name} is `{given}`, and must be {must}"),
            Self::Sheet(error) => error.fmt(f),
            Self::NoSheet { format } => write!(f, "a sheet is of no use to {format}: leave it out"),
            Self::NoOffice { format } => write!(f, "labels of {format} carry the office's name: give office"),
            Self::Place { name } => {
                let names: Vec<String> = PLACES.iter().map(|name| format!("{{{name}}}")).collect();
                write!(f, "`{{{name}}}` stands for nothing: take one of {}", names.join(", "))
            }
            Self::NoLot => f.write_str("a line names {lot}, and none is given: give lot"),
            Self::Text { name } => {
                write!(f, "{name} is too long: a label has at most {LINES} lines of {TEXT} characters")
            }
            Self::NoSymbol { batch, format } => {
                write!(f, "batch {batch} has stamps of digits alone, which {format} cannot draw: take csv")
            }
            Self::Codes { asked, most } => write!(
                f,
                "a part of {asked} codes: give at least 1 and at most {most} ({MOST_LABELS}, or {MOST_SINGLES} where \
                 each code is a file), in whole sheets"
            ),
            Self::Label(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for SpecError {}
