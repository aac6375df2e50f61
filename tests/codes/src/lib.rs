//! Codes as others see them: drawn, and read by decoders that share nothing with us.
//!
//! The decoders are programs of this machine, zbar's `zbarimg` and zxing-cpp's `ZXingReader`; where one is missing,
//! [`Decoder::or_skip`] says so aloud and its part of a test is left out.

mod decoder;
mod picture;

pub use decoder::{Decoder, DecoderError};
pub use picture::{QUIET_ZONE, pgm};
