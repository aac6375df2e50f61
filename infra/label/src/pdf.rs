//! Sheets of labels as PDF 1.5 (ISO 32000-1).
//!
//! A symbol is an image of one bit a module, in the content of its page, and a page's content is compressed as a whole:
//! what is the same on every label costs next to nothing. The number of labels is known from the start, so the number
//! of every object follows from it: catalog, font, the tree of pages from its root, then each page before its content.
//! They are written in this order, and the place of each is the sum of the lengths before it; that sum, as a
//! cross-reference stream, has no limit of 10 GB as a classic table has.

mod page;
mod tree;

use std::io::Write;

use flate2::Compression;

use crate::{LabelError, Layout, Sheet};
use page::Frame;
use tree::Tree;

pub use page::{Page, PageMaker};

const CATALOG: u64 = 1;
const FONT: u64 = 2;
const INFO: u64 = 3;
/// Of the root of the tree of pages.
const ROOT: u64 = 4;

/// A PDF on its way to `W`.
#[derive(Debug)]
pub struct Pdf<W> {
    write: W,
    tree: Tree,
    /// Labels that were promised.
    promised: u64,
    /// Labels that are written.
    came: u64,
    pages: u64,
    /// Bytes of the header and of each object, in order.
    lengths: Vec<u32>,
}

impl<W: Write> Pdf<W> {
    /// Begins a file of so many labels, with this title.
    pub fn begin(write: W, sheet: &Sheet, labels: u64, title: &str) -> Result<Self, LabelError> {
        let tree = Tree::of(labels.div_ceil(u64::from(sheet.labels())), ROOT);
        let mut pdf = Self { write, tree, promised: labels, came: 0, pages: 0, lengths: Vec::new() };
        // The second line tells programs that move files that this one is not text.
        pdf.put(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")?;
        pdf.put(format!("{CATALOG} 0 obj<</Type/Catalog/Pages {ROOT} 0 R>>endobj\n").as_bytes())?;
        let font = "/Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding";
        pdf.put(format!("{FONT} 0 obj<<{font}>>endobj\n").as_bytes())?;
        let mut info = format!("{INFO} 0 obj<</Producer(Sceau)/Title").into_bytes();
        info.extend(crate::text::literal(title.chars()));
        info.extend(b">>endobj\n");
        pdf.put(&info)?;
        for node in 0..pdf.tree.nodes() {
            let node = pdf.tree.node(node, node_media(sheet, node == 0).as_str());
            pdf.put(node.as_bytes())?;
        }
        Ok(pdf)
    }

    /// Adds a page; pages are given in order.
    pub fn page(&mut self, page: &Page) -> Result<(), LabelError> {
        self.came += u64::from(page.labels);
        if self.pages == self.tree.pages() || self.came > self.promised {
            return Err(LabelError::Count { promised: self.promised, came: self.came });
        }
        let (number, parent) = (self.tree.page(self.pages), self.tree.parent(self.pages));
        let content = number + 1;
        self.put(
            format!("{number} 0 obj<</Type/Page/Parent {parent} 0 R/Contents {content} 0 R>>endobj\n").as_bytes(),
        )?;
        let head = format!("{content} 0 obj<</Length {}/Filter/FlateDecode>>stream\n", page.content.len());
        let tail = b"\nendstream endobj\n";
        self.write.write_all(head.as_bytes())?;
        self.write.write_all(&page.content)?;
        self.write.write_all(tail)?;
        self.lengths.push((head.len() + page.content.len() + tail.len()) as u32);
        self.pages += 1;
        Ok(())
    }

    /// Ends the file, when every label that was promised has come.
    pub fn finish(mut self) -> Result<W, LabelError> {
        // With pages of another sheet there may be enough labels on too few pages.
        if self.came != self.promised || self.pages != self.tree.pages() {
            return Err(LabelError::Count { promised: self.promised, came: self.came });
        }
        let own = self.tree.page(self.pages);
        let start: u64 = self.lengths.iter().map(|length| u64::from(*length)).sum();
        // Each entry has a byte for its kind, six for the place and two for the generation; entry 0 is no object.
        let mut entries = vec![0, 0, 0, 0, 0, 0, 0, 255, 255];
        let mut place = 0;
        let length = (own + 1) * entries.len() as u64;
        writeln!(
            self.write,
            "{own} 0 obj<</Type/XRef/Size {}/W[1 6 2]/Root {CATALOG} 0 R/Info {INFO} 0 R/Length {length}>>stream",
            own + 1
        )?;
        for length in &self.lengths {
            self.write.write_all(&entries)?;
            place += u64::from(*length);
            entries.fill(0);
            entries[0] = 1;
            entries[1..7].copy_from_slice(&place.to_be_bytes()[2..]);
        }
        self.write.write_all(&entries)?;
        write!(self.write, "\nendstream endobj\nstartxref\n{start}\n%%EOF\n")?;
        self.write.flush()?;
        Ok(self.write)
    }

    /// Writes the header or an object.
    fn put(&mut self, bytes: &[u8]) -> Result<(), LabelError> {
        self.write.write_all(bytes)?;
        self.lengths.push(bytes.len() as u32);
        Ok(())
    }
}

/// What the root of the tree says of all pages: their size, and their font.
fn node_media(sheet: &Sheet, root: bool) -> String {
    if !root {
        return String::new();
    }
    let (width, height) = sheet.page();
    let points = |length: crate::Length| {
        let thousandths = u64::from(length.value()) * 720 / 254;
        format!("{}.{:03}", thousandths / 1_000, thousandths % 1_000)
    };
    format!("/MediaBox[0 0 {} {}]/Resources<</Font<</F {FONT} 0 R>>>>", points(width), points(height))
}

impl PageMaker {
    /// Makes pages of a sheet, on which every label is laid out so. Levels of compression are those of zlib: 1 is fast,
    /// 6 saves a few bytes more.
    pub fn new(sheet: &Sheet, layout: &Layout, level: u32) -> Self {
        Self::of(Frame::new(sheet, layout), sheet.labels() as usize, layout.version, Compression::new(level))
    }
}

#[cfg(test)]
mod tests;
