//! Codes as pictures.

use sceau_qr::Qr;

/// Light modules around a code, on every side, that a reader needs (ISO/IEC 18004).
pub const QUIET_ZONE: usize = 4;

/// A code as a grey picture in the binary PGM format, which both decoders read: so many pixels a module, and the quiet
/// zone.
pub fn pgm(qr: &Qr, pixels: usize) -> Vec<u8> {
    let width = (qr.side() + 2 * QUIET_ZONE) * pixels;
    let mut picture = format!("P5\n{width} {width}\n255\n").into_bytes();
    // Before the symbol the subtraction wraps, to a module that is as far outside as those behind it.
    let module = |pixel: usize| (pixel / pixels).wrapping_sub(QUIET_ZONE);
    for y in 0..width {
        picture.extend((0..width).map(|x| if qr.is_dark(module(x), module(y)) { 0 } else { 255 }));
    }
    picture
}
