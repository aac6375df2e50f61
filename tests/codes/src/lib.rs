//! Codes as others see them: drawn, and read by decoders that share nothing with us.
//!
//! The decoders are programs of this machine, zbar's `zbarimg` and zxing-cpp's `ZXingReader`, and so are the painters
//! that turn files for printers into pictures: `pdftoppm` of Poppler, `rsvg-convert` of librsvg and Ghostscript's `gs`.
//! Where one is missing, [`Decoder::or_skip`] and [`Painter::or_skip`] say so aloud and its part of a test is left out.

mod decoder;
mod painter;
mod picture;

pub use decoder::{Decoder, DecoderError};
pub use painter::Painter;
pub use picture::{Picture, QUIET_ZONE, pgm};
