//! What somebody asks: how the codes of a batch are to be printed.

mod error;
mod query;

use sceau_label::Sheet;

use crate::{Format, Recipient};

pub use error::SpecError;

/// Codes of a part, unless somebody says how many.
pub(crate) const LABELS: u64 = 50_000;
/// The same where each code is a file.
pub(crate) const SINGLES: u64 = 5_000;
/// The most codes of a part: it is made in memory, and stays under 20 MiB.
pub const MOST_LABELS: u64 = 65_536;
/// The same where each code is a file.
pub const MOST_SINGLES: u64 = 10_000;
/// Characters of a line of text.
pub(crate) const TEXT: usize = 200;
/// Lines of text on a label.
pub(crate) const LINES: usize = 8;

/// What somebody asks: how the codes of a batch are to be printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spec {
    /// What the printer takes.
    pub format: Format,
    /// The sheet; A4-96 for PDF and roll-50x30 for ZPL if not given.
    pub sheet: Option<Sheet>,
    /// The office's name, on each label.
    pub office: Option<String>,
    /// Lines below the office's name, in which names between braces are filled in.
    pub lines: Vec<String>,
    /// The lot, for a line that names it.
    pub lot: Option<String>,
    /// Dots to the inch: 600 for PDF and 300 for ZPL if not given.
    pub resolution: Option<u32>,
    /// Codes of each part, rounded up to whole sheets.
    pub codes: Option<u64>,
    /// Each part as a ZIP file; where each code is a file, it always is.
    pub zip: bool,
    /// Who alone can open the files; anybody if not given.
    pub recipient: Option<Recipient>,
}

impl Spec {
    /// This format, and nothing else said.
    pub const fn new(format: Format) -> Self {
        Self {
            format,
            sheet: None,
            office: None,
            lines: Vec::new(),
            lot: None,
            resolution: None,
            codes: None,
            zip: false,
            recipient: None,
        }
    }
}
