//! The content of a page.
//!
//! Coordinates are dots: the first operator scales them to points. The pen goes from label to label by steps, so that
//! what is written for one label is, but for symbol and digits, what was written for the one before.

use flate2::{Compress, Compression, FlushCompress, Status};
use sceau_qr::{Qr, Version};

use crate::text::{literal, width};
use crate::{Label, LabelError, Layout, Sheet};

/// A page with its labels, ready to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// How many labels are on it.
    pub(super) labels: u32,
    /// Compressed.
    pub(super) content: Vec<u8>,
}

impl Page {
    /// How many bytes its content has.
    pub const fn bytes(&self) -> usize {
        self.content.len()
    }
}

/// What is the same on all pages.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    begin: Vec<u8>,
    /// From each label to the next; for the first, from the paper's lower left corner.
    steps: Vec<Vec<u8>>,
    before_symbol: Vec<u8>,
    before_digits: Vec<u8>,
    after_digits: Vec<u8>,
}

impl Frame {
    pub(super) fn new(sheet: &Sheet, layout: &Layout) -> Self {
        let dots = |length: crate::Length| i64::from(length.dots(layout.resolution));
        let (mut x, mut y) = (0, dots(sheet.page().1));
        let steps = (0..sheet.labels()).map(|nth| {
            let (left, top) = sheet.corner(nth);
            let step = format!("1 0 0 1 {} {} cm ", dots(left) - x, y - dots(top));
            // Down is up: the page's own origin is its lower left corner.
            (x, y) = (dots(left), dots(top));
            step.into_bytes()
        });
        let steps = steps.collect();
        let side = i64::from(layout.module) * layout.version.side() as i64;
        let (left, top) = (i64::from(layout.symbol.0), i64::from(layout.symbol.1));
        let modules = layout.version.side();
        let bytes = modules * modules.div_ceil(8);
        let before_symbol = format!(
            "q {side} 0 0 {side} {left} {} cm BI/W {modules}/H {modules}/BPC 1/IM true/D[1 0]/L {bytes} ID ",
            -top - side
        );
        // The first line stands on a base line that is four fifths of its size below its top.
        let (size, leading) = (layout.size, i64::from(layout.leading()));
        let (left, base) = (i64::from(layout.text.0), -i64::from(layout.text.1 + size * 4 / 5));
        Self {
            begin: format!("{:.5} 0 0 {:.5} 0 0 cm/F {size} Tf ", scale(layout), scale(layout)).into_bytes(),
            steps,
            before_symbol: before_symbol.into_bytes(),
            before_digits: format!(" EI Q BT {left} {base} Td").into_bytes(),
            after_digits: after_digits(layout, leading),
        }
    }
}

/// Points of a dot.
fn scale(layout: &Layout) -> f64 {
    72.0 / f64::from(layout.resolution)
}

/// The lines below the digits, each in the middle below them.
fn after_digits(layout: &Layout, leading: i64) -> Vec<u8> {
    let long = |text: &str| i64::from(width(text.chars()) * layout.size / 1_000);
    let (digits, mut at) = (long("0000 0000 0000 0000"), 0);
    let mut after = b"Tj".to_vec();
    for line in &layout.lines {
        let left = ((digits - long(line)) / 2).max(-i64::from(layout.text.0));
        after.extend(format!(" {} {} Td", left - at, -leading).as_bytes());
        after.extend(literal(line.chars()));
        after.extend(b"Tj");
        at = left;
    }
    after.extend(b" ET ");
    after
}

/// Makes pages, one after the other; several makers of one sheet make the same pages.
#[derive(Debug)]
pub struct PageMaker {
    frame: Frame,
    labels: usize,
    version: Version,
    compress: Compress,
    plain: Vec<u8>,
}

impl PageMaker {
    pub(super) fn of(frame: Frame, labels: usize, version: Version, level: Compression) -> Self {
        Self { frame, labels, version, compress: Compress::new(level, true), plain: Vec::new() }
    }

    /// How many labels a full page has.
    pub const fn labels(&self) -> usize {
        self.labels
    }

    /// The page of these labels. More than a page has are not taken; only a file's last page may have fewer.
    pub fn page(&mut self, labels: &[Label]) -> Result<Page, LabelError> {
        if labels.len() > self.labels {
            return Err(LabelError::Count { promised: self.labels as u64, came: labels.len() as u64 });
        }
        self.plain.clear();
        self.plain.extend(&self.frame.begin);
        for (label, step) in labels.iter().zip(&self.frame.steps) {
            let qr = Qr::encode(self.version, &label.text);
            let qr = qr.map_err(|error| LabelError::Symbol { ordinal: label.ordinal, error })?;
            self.plain.extend(step);
            self.plain.extend(&self.frame.before_symbol);
            draw(&qr, &mut self.plain);
            self.plain.extend(&self.frame.before_digits);
            self.plain.extend(literal(label.spaced_digits()));
            self.plain.extend(&self.frame.after_digits);
        }
        Ok(Page { labels: labels.len() as u32, content: self.compressed()? })
    }

    fn compressed(&mut self) -> Result<Vec<u8>, LabelError> {
        self.compress.reset();
        // What deflate cannot make smaller it stores, at 5 bytes a block.
        let mut content = Vec::with_capacity(self.plain.len() + self.plain.len() / 1_000 + 128);
        match self.compress.compress_vec(&self.plain, &mut content, FlushCompress::Finish) {
            Ok(Status::StreamEnd) => Ok(content),
            Ok(_) | Err(_) => Err(LabelError::Io(std::io::Error::other("a page does not end"))),
        }
    }
}

/// The modules as an image of one bit each, dark 1, whose rows begin with whole bytes.
fn draw(qr: &Qr, image: &mut Vec<u8>) {
    let bytes = qr.side().div_ceil(8);
    for row in qr.rows() {
        image.extend(&row.reverse_bits().to_be_bytes()[..bytes]);
    }
}
