//! One symbol as a file of its own, with its quiet zone: for whoever places it in a design.

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};
use std::io::Write;

use sceau_qr::Qr;

use crate::QUIET_ZONE;

/// Thousandths of a millimetre that a module measures, where the file says so: four dots at 300 to the inch.
const MODULE: u32 = 339;
/// Pixels of a module in a PNG.
const PIXELS: usize = 8;
/// Pixels to the metre, so that a module measures [`MODULE`].
const PIXELS_PER_METRE: u32 = PIXELS as u32 * 1_000_000 / MODULE;

/// A symbol as SVG 1.1: one path, in units of a module.
pub fn svg(qr: &Qr) -> Vec<u8> {
    let side = outer(qr);
    let millimetres = side * f64::from(MODULE) / 1_000.0;
    let mut path = String::new();
    for (y, x, length) in runs(qr) {
        path += &format!("M{x} {y}h{length}v1h-{length}z");
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{millimetres:.3}mm\" height=\"{millimetres:.3}mm\" \
         viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/>\
         <path d=\"{path}\"/></svg>\n"
    )
    .into_bytes()
}

/// A symbol as Encapsulated PostScript, level 2: an image of one bit a module.
pub fn eps(qr: &Qr) -> Vec<u8> {
    let points = f64::from(MODULE) * 72.0 / 25_400.0;
    let (side, modules) = (outer(qr) * points, qr.side());
    let (quiet, drawn) = (f64::from(QUIET_ZONE) * points, modules as f64 * points);
    let hex: String = qr.rows().iter().map(|row| format!("{:012X}\n", row.reverse_bits() >> 16)).collect();
    format!(
        "%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 {whole} {whole}\n%%HiResBoundingBox: 0 0 {side:.3} {side:.3}\n\
         %%LanguageLevel: 2\n%%EndComments\ngsave {quiet:.3} {quiet:.3} translate {drawn:.3} {drawn:.3} scale 0 setgray\n\
         {modules} {modules} true [{modules} 0 0 -{modules} 0 {modules}] currentfile /ASCIIHexDecode filter imagemask\n\
         {hex}>\ngrestore\n%%EOF\n",
        whole = side.ceil()
    )
    .into_bytes()
}

/// A symbol as PNG: grey, one bit a pixel, eight pixels a module.
pub fn png(qr: &Qr) -> Vec<u8> {
    let side = (qr.side() + 2 * QUIET_ZONE as usize) * PIXELS;
    let mut header = Vec::from((side as u32).to_be_bytes());
    header.extend((side as u32).to_be_bytes());
    // One bit, grey, and the only ways there are to compress, filter and interlace.
    header.extend([1, 0, 0, 0, 0]);
    let mut scale = Vec::from(PIXELS_PER_METRE.to_be_bytes());
    scale.extend(PIXELS_PER_METRE.to_be_bytes());
    scale.push(1);
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(*b"IHDR", &header, &mut file);
    chunk(*b"pHYs", &scale, &mut file);
    chunk(*b"IDAT", &pixels(qr, side / PIXELS), &mut file);
    chunk(*b"IEND", &[], &mut file);
    file
}

/// Rows of pixels, compressed: a module is a byte, dark 0.
fn pixels(qr: &Qr, side: usize) -> Vec<u8> {
    let module = |place: usize| place.wrapping_sub(QUIET_ZONE as usize);
    let mut rows = ZlibEncoder::new(Vec::new(), Compression::default());
    for y in 0..side {
        // Each row begins with its filter: none.
        let mut row = vec![0];
        row.extend((0..side).map(|x| if qr.is_dark(module(x), module(y)) { 0 } else { 0xff }));
        for _ in 0..PIXELS {
            // Writing to memory cannot fail.
            let _ = rows.write_all(&row);
        }
    }
    rows.finish().unwrap_or_default()
}

fn chunk(kind: [u8; 4], content: &[u8], file: &mut Vec<u8>) {
    let mut check = Crc::new();
    check.update(&kind);
    check.update(content);
    file.extend((content.len() as u32).to_be_bytes());
    file.extend(kind);
    file.extend(content);
    file.extend(check.sum().to_be_bytes());
}

/// Modules of each side, with the quiet zone.
fn outer(qr: &Qr) -> f64 {
    qr.side() as f64 + 2.0 * f64::from(QUIET_ZONE)
}

/// Dark modules beside each other: row, column and how many, with the quiet zone.
fn runs(qr: &Qr) -> Vec<(usize, usize, usize)> {
    let quiet = QUIET_ZONE as usize;
    let mut runs = Vec::new();
    for y in 0..qr.side() {
        let mut x = 0;
        while x < qr.side() {
            let length = (x..qr.side()).take_while(|x| qr.is_dark(*x, y)).count();
            if length > 0 {
                runs.push((y + quiet, x + quiet, length));
            }
            x += length + 1;
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that meets the unexpected has failed")]

    use sceau_qr::Version;

    use super::*;

    #[test]
    fn every_dark_module_is_in_one_run() {
        let qr = Qr::encode(Version::V4M, "HTTPS://V.SCEAU.DEV/").unwrap();
        let dark = qr.rows().iter().map(|row| row.count_ones() as usize).sum::<usize>();
        assert_eq!(runs(&qr).iter().map(|(_, _, length)| length).sum::<usize>(), dark);
        assert!(runs(&qr).iter().all(|(y, x, length)| (*x..x + length).all(|x| qr.is_dark(x - 4, y - 4))));
    }

    #[test]
    fn files_begin_and_end_as_they_must() {
        let qr = Qr::encode(Version::V6M, "HTTPS://V.SCEAU.DEV/").unwrap();
        assert!(svg(&qr).starts_with(b"<svg ") && svg(&qr).ends_with(b"</svg>\n"));
        assert!(eps(&qr).starts_with(b"%!PS-Adobe-3.0 EPSF-3.0\n") && eps(&qr).ends_with(b"%%EOF\n"));
        assert!(png(&qr).starts_with(b"\x89PNG") && png(&qr).ends_with(b"IEND\xae\x42\x60\x82"));
    }
}
