//! Sheets that are sold everywhere.

use super::{Sheet, SheetError};

/// A sheet that has a name.
#[derive(Clone, Copy, Debug)]
pub struct Preset {
    /// Its name: the maker's where there is one.
    pub name: &'static str,
    /// What it is.
    pub about: &'static str,
    geometry: &'static str,
}

impl Preset {
    /// The sheet.
    pub fn sheet(&self) -> Result<Sheet, SheetError> {
        Ok(Sheet { name: self.name.to_owned(), ..self.geometry.parse()? })
    }
}

const fn preset(name: &'static str, about: &'static str, geometry: &'static str) -> Preset {
    Preset { name, about, geometry }
}

/// All presets. L4732, L7160, L7163 and L7651 agree with the templates of gLabels to half a millimetre, which is about
/// what a printer shifts a sheet by. The first sheet is to be printed on plain paper and held against the labels.
pub const PRESETS: &[Preset] = &[
    preset("A4-96", "A4, 96 small labels", "page=210x297,grid=8x12,label=25x24"),
    preset(
        "L4732",
        "A4, 80 mini labels (Avery L4732)",
        "page=210x297,grid=5x16,label=35.6x16.9,at=11x13,pitch=38.1x16.9",
    ),
    preset(
        "L7651",
        "A4, 65 labels (Avery L7651)",
        "page=210x297,grid=5x13,label=38.1x21.2,at=4.7x10.9,pitch=40.6x21.2",
    ),
    preset(
        "L7636",
        "A4, 48 labels (Avery L7636)",
        "page=210x297,grid=4x12,label=45.7x21.2,at=9.8x21.3,pitch=48.3x21.2",
    ),
    preset("L7159", "A4, 24 labels (Avery L7159)", "page=210x297,grid=3x8,label=63.5x33.9,at=7.2x12.9,pitch=66x33.9"),
    preset("L7160", "A4, 21 labels (Avery L7160)", "page=210x297,grid=3x7,label=63.5x38.1,at=7.2x15.1,pitch=66x38.1"),
    preset(
        "L7163",
        "A4, 14 labels (Avery L7163)",
        "page=210x297,grid=2x7,label=99.1x38.1,at=4.7x15.1,pitch=101.6x38.1",
    ),
    preset("roll-25x25", "a roll, one label after the other", "label=25x25"),
    preset("roll-40x25", "a roll, one label after the other", "label=40x25"),
    preset("roll-50x30", "a roll, one label after the other", "label=50x30"),
    preset("roll-100x50", "a roll, one label after the other", "label=100x50"),
];
