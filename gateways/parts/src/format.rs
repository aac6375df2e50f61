//! The formats of files.

use std::fmt;
use std::str::FromStr;

use crate::SpecError;

/// A format of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
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

impl Format {
    /// Every format.
    pub const ALL: [Self; 6] = [Self::Pdf, Self::Csv, Self::Svg, Self::Png, Self::Eps, Self::Zpl];

    /// Its name, and what its files are called after their last dot.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Csv => "csv",
            Self::Svg => "svg",
            Self::Png => "png",
            Self::Eps => "eps",
            Self::Zpl => "zpl",
        }
    }

    /// Whether each code is a file of its own.
    pub const fn is_single(self) -> bool {
        matches!(self, Self::Svg | Self::Png | Self::Eps)
    }

    /// Whether it has labels, with text on them.
    pub const fn has_labels(self) -> bool {
        matches!(self, Self::Pdf | Self::Zpl)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Format {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Self, SpecError> {
        let named = Self::ALL.into_iter().find(|format| format.name() == text);
        named.ok_or_else(|| SpecError::Format { given: text.to_owned() })
    }
}
