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

/// A grey picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    width: usize,
    pixels: Vec<u8>,
}

impl Picture {
    /// The picture in a file in the binary PGM format, 8 bits a pixel and without comments; none where it is not that.
    pub fn read(pgm: &[u8]) -> Option<Self> {
        let mut words = pgm.splitn(4, u8::is_ascii_whitespace);
        let mut word = || words.next().and_then(|word| std::str::from_utf8(word).ok());
        let (format, width, height) = (word()?, word()?.parse().ok()?, word()?.parse::<usize>().ok()?);
        let pixels = words.next()?.strip_prefix(b"255\n")?;
        (format == "P5" && pixels.len() == width * height).then(|| Self { width, pixels: pixels.to_vec() })
    }

    /// A part of it, from a corner, as a file in the binary PGM format; what is outside is left out.
    pub fn crop(&self, (left, top): (usize, usize), (width, height): (usize, usize)) -> Vec<u8> {
        let right = self.width.min(left + width);
        let rows = self.pixels.chunks(self.width).skip(top).take(height);
        let rows: Vec<&[u8]> = rows.map(|row| &row[left.min(right)..right]).collect();
        let mut picture = format!("P5\n{} {}\n255\n", right.saturating_sub(left), rows.len()).into_bytes();
        picture.extend(rows.concat());
        picture
    }
}
