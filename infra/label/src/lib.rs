//! Codes as printers take them.
//!
//! | form | for whom | module |
//! |---|---|---|
//! | PDF sheets of labels, A4 or roll | whoever has a laser printer and bought labels | [`Pdf`] |
//! | CSV, a row for each code | printing houses, whose software draws the codes | [`Csv`] |
//! | ZPL, a label for each code | thermal printers | [`Zpl`] |
//! | SVG, EPS, PNG, a file for each code | designers, packed by the thousand in a [`Zip`] | [`single`] |
//!
//! Whatever is written goes to a `Write` as it comes; of a code that was written nothing is kept, but for the places in
//! a file that the end of a PDF or a ZIP has to list: 4 bytes for each object of the former, and the names of the
//! latter. The same codes give the same bytes, so that a part of a job can be made again and compared.
//!
//! Labels are laid out in dots of the printer, so that every module of a symbol has the same number of them. This crate
//! knows sheets, symbols and files, and nothing of batches, keys or who prints.

mod csv;
mod error;
mod label;
mod layout;
mod length;
mod pdf;
mod sheet;
pub mod single;
mod text;
mod zip;
mod zpl;

pub use csv::{Csv, Rows};
pub use error::LabelError;
pub use label::Label;
pub use layout::{Layout, QUIET_ZONE};
pub use length::Length;
pub use pdf::{Page, PageMaker, Pdf};
pub use sheet::{PRESETS, Preset, Sheet, SheetError};
pub use zip::{Zip, ZipEntry};
pub use zpl::Zpl;
