//! Sheets of labels: where each label is.

mod preset;

use std::fmt;
use std::str::FromStr;

use crate::Length;

pub use preset::{PRESETS, Preset};

/// More labels than this are on no sheet.
const MAX_LABELS: u32 = 10_000;

/// Width and height, or across and down.
pub(crate) type Pair = (Length, Length);

/// A sheet of labels in rows and columns; of a roll, one label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    name: String,
    page: Pair,
    columns: u32,
    rows: u32,
    label: Pair,
    at: Pair,
    pitch: Pair,
}

impl Sheet {
    /// As the caller named it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Width and height of the paper.
    pub const fn page(&self) -> (Length, Length) {
        self.page
    }

    /// How many labels are across.
    pub const fn columns(&self) -> u32 {
        self.columns
    }

    /// How many labels are down.
    pub const fn rows(&self) -> u32 {
        self.rows
    }

    /// Width and height of a label.
    pub const fn label(&self) -> (Length, Length) {
        self.label
    }

    /// How many labels are on a sheet.
    pub const fn labels(&self) -> u32 {
        self.columns * self.rows
    }

    /// The upper left corner of a label, from that of the paper; labels are counted along the rows, from 0.
    pub fn corner(&self, nth: u32) -> (Length, Length) {
        let (column, row) = (nth % self.columns, nth / self.columns);
        let along = |at: Length, pitch: Length, count| Length::micrometres(at.value() + pitch.times(count).value());
        (along(self.at.0, self.pitch.0, column), along(self.at.1, self.pitch.1, row))
    }

    /// Refuses labels that lie on each other or beside the paper.
    fn checked(self) -> Result<Self, SheetError> {
        let impossible = |reason: String| Err(SheetError::Impossible { name: self.name.clone(), reason });
        let sides = [
            ("width", "columns", self.page.0, self.columns, self.label.0, self.at.0, self.pitch.0),
            ("height", "rows", self.page.1, self.rows, self.label.1, self.at.1, self.pitch.1),
        ];
        for (side, many, page, count, label, at, pitch) in sides {
            if count == 0 || count > MAX_LABELS || label.value() == 0 {
                return impossible(format!("{count} {many} of labels {label} mm in {side}"));
            }
            if count > 1 && pitch < label {
                return impossible(format!("labels {label} mm in {side} lie on each other at a pitch of {pitch} mm"));
            }
            let end =
                u64::from(at.value()) + u64::from(pitch.value()) * u64::from(count - 1) + u64::from(label.value());
            if end > u64::from(page.value()) {
                let end = Length::micrometres(u32::try_from(end).unwrap_or(u32::MAX));
                return impossible(format!("{count} {many} end at {end} mm, and the paper has {page} mm in {side}"));
            }
        }
        if self.columns * self.rows > MAX_LABELS {
            return impossible(format!("more than {MAX_LABELS} labels on a sheet"));
        }
        Ok(self)
    }
}

impl fmt::Display for Sheet {
    /// The geometry, as [`Sheet::from_str`] reads it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pair = |(x, y): Pair| format!("{x}x{y}");
        write!(
            f,
            "page={},grid={}x{},label={},at={},pitch={}",
            pair(self.page),
            self.columns,
            self.rows,
            pair(self.label),
            pair(self.at),
            pair(self.pitch)
        )
    }
}

impl FromStr for Sheet {
    type Err = SheetError;

    /// The sheet of a preset's name, in either case, or of a geometry in millimetres,
    /// `page=210x297,grid=3x7,label=63.5x38.1,at=7.2x15.1,pitch=66x38.1`: the paper, how many labels are across and
    /// down, the size of one, the upper left corner of the first, and from one to the next. Only `label` must be given:
    /// without a page it is a roll, without a pitch labels touch, without a corner they are in the middle.
    fn from_str(text: &str) -> Result<Self, SheetError> {
        if let Some(preset) = PRESETS.iter().find(|preset| preset.name.eq_ignore_ascii_case(text)) {
            return preset.sheet();
        }
        if !text.contains('=') {
            return Err(SheetError::Unknown { name: text.to_owned() });
        }
        let (mut page, mut grid, mut label, mut at, mut pitch) = (None, (1, 1), None, None, None);
        for word in text.split(',') {
            let wrong = || SheetError::Word { word: word.to_owned() };
            let (key, value) = word.trim().split_once('=').ok_or_else(wrong)?;
            let (x, y) = value.split_once('x').ok_or_else(wrong)?;
            if key == "grid" {
                grid = (x.parse().map_err(|_| wrong())?, y.parse().map_err(|_| wrong())?);
                continue;
            }
            let pair = Some((x.parse().map_err(|()| wrong())?, y.parse().map_err(|()| wrong())?));
            match key {
                "page" => page = pair,
                "label" => label = pair,
                "at" => at = pair,
                "pitch" => pitch = pair,
                _ => return Err(wrong()),
            }
        }
        let label: Pair = label.ok_or(SheetError::NoLabel)?;
        let (columns, rows): (u32, u32) = grid;
        let (page, pitch) = (page.unwrap_or(label), pitch.unwrap_or(label));
        let middle = |page: Length, count: u32, label: Length, pitch: Length| {
            let used = u64::from(pitch.value()) * u64::from(count.saturating_sub(1)) + u64::from(label.value());
            Length::micrometres((u64::from(page.value()).saturating_sub(used) / 2) as u32)
        };
        let centred = (middle(page.0, columns, label.0, pitch.0), middle(page.1, rows, label.1, pitch.1));
        Self { name: text.to_owned(), page, columns, rows, label, at: at.unwrap_or(centred), pitch }.checked()
    }
}

/// Why there is no such sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SheetError {
    /// No preset has this name.
    Unknown {
        /// What was given.
        name: String,
    },
    /// A word of a geometry that says nothing.
    Word {
        /// The word.
        word: String,
    },
    /// A geometry that does not say how large a label is.
    NoLabel,
    /// Labels that cannot lie so.
    Impossible {
        /// The sheet.
        name: String,
        /// What is wrong with it, in millimetres.
        reason: String,
    },
}

const GEOMETRY: &str = "page=210x297,grid=3x7,label=63.5x38.1,at=7.2x15.1,pitch=66x38.1";

impl fmt::Display for SheetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { name } => {
                let names: Vec<&str> = PRESETS.iter().map(|preset| preset.name).collect();
                write!(f, "there is no sheet `{name}`: take one of {}, or a geometry as {GEOMETRY}", names.join(", "))
            }
            Self::Word { word } => write!(
                f,
                "`{word}` is no part of a geometry: give page, grid, label, at and pitch, each with = and two numbers \
                 (millimetres, up to 2000, with up to three decimals), as {GEOMETRY}"
            ),
            Self::NoLabel => write!(f, "the geometry does not say how large a label is: add label=63.5x38.1"),
            Self::Impossible { name, reason } => write!(f, "sheet {name}: {reason}: measure a sheet again"),
        }
    }
}

impl std::error::Error for SheetError {}

#[cfg(test)]
mod tests;
