//! QR codes of the two sizes that stamps have.
//!
//! An encoder for one job: alphanumeric text, level M, version 6 for signed codes and version 4 for short ones
//! (ISO/IEC 18004:2015). Nothing of a symbol that is the same in every code is worked out twice: function patterns,
//! masks and format information are laid when the program is compiled, one word a row, and so is the way from the
//! bits of the codewords to the columns. Of the eight masks the one with the lowest penalty is taken, and of equals
//! the first. There is no allocation, and no state between codes.
//!
//! This crate knows modules, and nothing of what the text says, of pixels, or of paper.

mod alphanumeric;
mod error;
mod frame;
mod mask;
mod penalty;
mod placement;
mod reed_solomon;
mod transpose;
mod version;

pub use error::QrError;
pub use mask::Mask;
pub use version::Version;

use frame::Frame;
use transpose::transpose;

/// The most modules that a side has here.
const MAX_SIDE: usize = 41;

/// Lines of a symbol: bit `x` of word `y` is the module in column `x` of row `y`, or the other way round; dark is 1,
/// and whatever lies outside the symbol is 0.
type Lines = [u64; MAX_SIDE];

/// A QR code, without the quiet zone of four light modules that it needs on every side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Qr {
    version: Version,
    mask: Mask,
    rows: Lines,
}

impl Qr {
    /// The code of this text, under the mask that the standard finds best.
    ///
    /// Refused are texts over [`Version::capacity`] and any character but `0`–`9`, `A`–`Z`, space and `$%*+-./:`.
    pub fn encode(version: Version, text: &str) -> Result<Self, QrError> {
        let (rows, columns) = unmasked(version, text)?;
        let mask = penalty::best_mask(version, &rows, &columns);
        Ok(Self::masked(version, mask, &rows))
    }

    /// The code of this text under a given mask, which need not be the best; refuses what [`Qr::encode`] does.
    pub fn encode_with_mask(version: Version, text: &str, mask: Mask) -> Result<Self, QrError> {
        let (rows, _) = unmasked(version, text)?;
        Ok(Self::masked(version, mask, &rows))
    }

    fn masked(version: Version, mask: Mask, data: &Lines) -> Self {
        Self { version, mask, rows: Frame::of(version, mask).rows_over(data) }
    }

    /// Its version.
    pub const fn version(&self) -> Version {
        self.version
    }

    /// The mask that it is under.
    pub const fn mask(&self) -> Mask {
        self.mask
    }

    /// How many modules each side has.
    pub const fn side(&self) -> usize {
        self.version.side()
    }

    /// Its rows from the top, [`Qr::side`] of them: bit `x`, counted from the least significant, is the module in
    /// column `x` from the left; dark is 1.
    pub fn rows(&self) -> &[u64] {
        &self.rows[..self.side()]
    }

    /// Whether the module in this column, from the left, of this row, from the top, is dark. Outside the symbol none
    /// is.
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.side() && y < self.side() && self.rows[y] >> x & 1 == 1
    }
}

/// The rows and the columns of a symbol that has only data and error correction in it.
fn unmasked(version: Version, text: &str) -> Result<(Lines, Lines), QrError> {
    let data = alphanumeric::codewords(version, text.as_bytes())?;
    let codewords = reed_solomon::protect(version, &data);
    let columns = placement::columns(version, &codewords);
    Ok((transpose(&columns), columns))
}
