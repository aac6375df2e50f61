//! Programs that turn files for printers into pictures.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::decoder::runs;

/// Seconds that a painter may take over one file.
const PATIENCE: &str = "60";
/// Dots to the inch, as an ordinary office printer has at least.
const RESOLUTION: &str = "300";

/// A painter that was written by others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Painter {
    /// `pdftoppm` of Poppler: every page of a PDF, as PGM.
    Pdf,
    /// `rsvg-convert` of librsvg: an SVG, as PNG.
    Svg,
    /// `gs` of Ghostscript: an EPS, as PNG.
    Eps,
}

impl Painter {
    /// Dots to the inch of what is painted.
    pub const RESOLUTION: u64 = 300;

    const fn program(self) -> &'static str {
        match self {
            Self::Pdf => "pdftoppm",
            Self::Svg => "rsvg-convert",
            Self::Eps => "gs",
        }
    }

    /// The painter, or none and a loud word where this machine does not have it.
    pub fn or_skip(self) -> Option<Self> {
        runs(self.program(), "poppler-utils librsvg2-bin ghostscript").then_some(self)
    }

    /// Paints a file into an empty folder: the pictures, in order.
    pub fn paint(self, file: &Path, folder: &Path) -> io::Result<Vec<PathBuf>> {
        let mut command = Command::new("timeout");
        command.args(["-s", "KILL", PATIENCE, self.program()]);
        let picture = folder.join("picture.png");
        match self {
            Self::Pdf => command.args(["-gray", "-r", RESOLUTION]).arg(file).arg(folder.join("page")),
            Self::Svg => command.args(["-d", RESOLUTION, "-p", RESOLUTION, "-o"]).arg(&picture).arg(file),
            Self::Eps => {
                let set = ["-q", "-dBATCH", "-dNOPAUSE", "-dSAFER", "-dEPSCrop", "-sDEVICE=pnggray", "-r300", "-o"];
                command.args(set).arg(&picture).arg(file)
            }
        };
        let output = command.output()?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(io::Error::other(format!("{}: {}: {said}", self.program(), output.status)));
        }
        let mut pictures = Vec::new();
        for entry in std::fs::read_dir(folder)? {
            pictures.push(entry?.path());
        }
        pictures.sort();
        Ok(pictures)
    }
}
