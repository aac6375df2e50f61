//! Where on a label the symbol and the lines stand.

use std::fmt;

use sceau_qr::Version;

use crate::text::{fitted, width};
use crate::{LabelError, Length, Sheet};

/// Light modules around a symbol, on every side, that a reader needs (ISO/IEC 18004).
pub const QUIET_ZONE: u32 = 4;
/// No module is smaller: readers have their limit at 0.1 to 0.25 mm (DENSO).
const MIN_MODULE: Length = Length::micrometres(250);
/// A module larger than this reads no better, and costs room.
const MAX_MODULE: Length = Length::micrometres(500);
/// Dots that a module must have for its edges to hold (DENSO).
const MIN_DOTS: u32 = 4;
/// Text is 6 points high where it fits, and never under 4 (1.4 mm).
const TEXT: std::ops::RangeInclusive<u32> = 4..=6;
/// Points of an inch.
const POINTS: u32 = 72;
/// Digits in groups of four, as wide as any.
const DIGITS: &str = "0000 0000 0000 0000";

/// Where on a label of a sheet everything stands, in dots of a printer, from the label's upper left corner. On top of
/// each other or side by side, whichever leaves the symbol more room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Dots to the inch.
    pub(crate) resolution: u32,
    /// The symbol's version.
    pub(crate) version: Version,
    /// Dots of a module.
    pub(crate) module: u32,
    /// Upper left corner of the symbol, inside its quiet zone.
    pub(crate) symbol: (u32, u32),
    /// Size of the text.
    pub(crate) size: u32,
    /// Upper left corner of the digits; the other lines follow below, [`Layout::leading`] apart.
    pub(crate) text: (u32, u32),
    /// What stands below the digits.
    pub(crate) lines: Vec<String>,
}

/// What room there is and what it is for, in dots.
struct Room {
    width: u32,
    height: u32,
    lines: u32,
    resolution: u32,
}

/// A size of text that leaves the symbol so much room, in dots.
struct Choice {
    size: u32,
    below: bool,
    side: u32,
}

impl Layout {
    /// The layout for a printer of so many dots an inch, with these lines below the digits; a line that is too long is
    /// cut short, and one that is empty left out. Refuses a label that is too small.
    pub fn fit(sheet: &Sheet, version: Version, lines: &[String], resolution: u32) -> Result<Self, LabelError> {
        let lines: Vec<&String> = lines.iter().filter(|line| !line.trim().is_empty()).collect();
        let (width, height) = sheet.label();
        let room = Room {
            width: width.dots(resolution),
            height: height.dots(resolution),
            lines: lines.len() as u32 + 1,
            resolution,
        };
        let least = MIN_DOTS.max((MIN_MODULE.value() * resolution).div_ceil(Length::micrometres(25_400).value()));
        let most = least.max(MAX_MODULE.dots(resolution));
        let modules = version.side() as u32 + 2 * QUIET_ZONE;
        // The largest text of which a symbol that can be read still has room; of two places, that for the larger one.
        let fits = |choice: &Choice| choice.side / modules >= least;
        let best = TEXT.rev().flat_map(|points| room.choices(points)).find(fits);
        let Some(choice) = best else {
            return Err(LabelError::TooSmall {
                sheet: sheet.name().to_owned(),
                label: sheet.label(),
                symbol: Length::of_dots(least * modules, resolution),
                module: Length::of_dots(least, resolution),
            });
        };
        let module = (choice.side / modules).min(most);
        Ok(room.place(version, module, &choice, &lines))
    }

    /// The size of a module on paper.
    pub fn module(&self) -> Length {
        Length::of_dots(self.module, self.resolution)
    }

    /// Dots from one line to the next.
    pub(crate) const fn leading(&self) -> u32 {
        leading(self.size)
    }
}

impl fmt::Display for Layout {
    /// What a person wants to know of it; two layouts of one sheet that say the same are the same.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let resolution = self.resolution;
        let points = (self.size * POINTS + resolution / 2) / resolution;
        write!(
            f,
            "modules of {} mm, {} dots at {resolution} to the inch; text of {points} points",
            self.module(),
            self.module
        )?;
        self.lines.iter().try_for_each(|line| write!(f, "; {line}"))
    }
}

const fn leading(size: u32) -> u32 {
    size + size / 6
}

/// Thousandths of the size, in dots.
fn scaled(width: u32, size: u32) -> u32 {
    (width * size).div_ceil(1_000)
}

impl Room {
    /// Both places for text of so many points, the one with more room for the symbol first.
    fn choices(&self, points: u32) -> [Choice; 2] {
        let size = (points * self.resolution / POINTS).max(1);
        let block = self.lines * leading(size);
        let digits = scaled(width(DIGITS.chars()), size);
        // Below: the digits must fit the label's width. Beside: all lines its height.
        let fits = |fits: bool, side: u32| if fits { side } else { 0 };
        let under = fits(digits <= self.width, self.width.min(self.height.saturating_sub(block)));
        let beside = fits(block <= self.height, self.height.min(self.width.saturating_sub(digits + size)));
        let below = Choice { size, below: true, side: under };
        let right = Choice { size, below: false, side: beside };
        if under >= beside { [below, right] } else { [right, below] }
    }

    /// Puts symbol and text in the middle of the label together.
    fn place(&self, version: Version, module: u32, choice: &Choice, lines: &[&String]) -> Layout {
        let (quiet, size) = (QUIET_ZONE * module, choice.size);
        let side = (version.side() as u32 + 2 * QUIET_ZONE) * module;
        let block = self.lines * leading(size);
        let digits = scaled(width(DIGITS.chars()), size);
        let (symbol, text, widest) = if choice.below {
            let top = (self.height - side - block) / 2;
            let left = (self.width - digits) / 2;
            (((self.width - side) / 2, top), (left, top + side), self.width - left)
        } else {
            let left = (self.width - side - digits - size) / 2;
            let text = (left + side, (self.height - block) / 2);
            ((left, (self.height - side) / 2), text, self.width - left - side - size / 2)
        };
        let room = widest * 1_000 / size;
        Layout {
            resolution: self.resolution,
            version,
            module,
            symbol: (symbol.0 + quiet, symbol.1 + quiet),
            size,
            text,
            lines: lines.iter().map(|line| fitted(line, room)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that meets the unexpected has failed")]

    use super::*;
    use crate::PRESETS;

    fn lines() -> Vec<String> {
        vec!["Office de contrôle".to_owned(), String::new(), "Savon de Marseille à l'huile d'olive, 500 g".to_owned()]
    }

    #[test]
    fn every_preset_has_room_for_a_signed_code_on_a_laser_printer() {
        for preset in PRESETS {
            let sheet = preset.sheet().unwrap();
            let layout = Layout::fit(&sheet, Version::V6M, &lines(), 600).unwrap();
            let (width, height) = (sheet.label().0.dots(600), sheet.label().1.dots(600));
            let side = (41 + 4) * layout.module;
            assert!(layout.module() >= MIN_MODULE, "{}", preset.name);
            assert!(layout.symbol.0 >= 4 * layout.module && layout.symbol.0 + side <= width, "{}", preset.name);
            assert!(layout.symbol.1 >= 4 * layout.module && layout.symbol.1 + side <= height, "{}", preset.name);
            assert!(layout.text.1 + 3 * layout.leading() <= height, "{}: {layout:?}", preset.name);
            assert_eq!(layout.lines.len(), 2, "an empty line is left out");
        }
    }

    #[test]
    fn text_stands_below_on_high_labels_and_beside_on_wide_ones() {
        let fit = |label: &str| Layout::fit(&label.parse().unwrap(), Version::V6M, &lines(), 600).unwrap();
        let (high, wide) = (fit("label=25x30"), fit("label=63.5x20"));
        assert!(high.text.1 >= high.symbol.1 + 41 * high.module);
        assert!(wide.text.0 >= wide.symbol.0 + 41 * wide.module);
    }

    #[test]
    fn a_label_that_is_too_small_is_refused_with_what_it_would_need() {
        let sheet: Sheet = "label=20x10".parse().unwrap();
        let said = Layout::fit(&sheet, Version::V6M, &lines(), 600).unwrap_err().to_string();
        assert!(said.contains("labels of label=20x10 have 20 × 10 mm"), "{said}");
        assert!(said.contains("12.446 mm") && said.contains("0.254 mm"), "{said}");
    }

    #[test]
    fn a_coarse_printer_needs_a_larger_label() {
        let (small, large): (Sheet, Sheet) = ("roll-25x25".parse().unwrap(), "roll-50x30".parse().unwrap());
        assert!(Layout::fit(&small, Version::V6M, &[], 203).is_err());
        assert_eq!(Layout::fit(&large, Version::V6M, &[], 203).unwrap().module, 4);
    }
}
