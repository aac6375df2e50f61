//! Files of every size, read as a reader reads them: from the end.
#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected has failed")]

use std::io::Read;

use flate2::read::ZlibDecoder;
use sceau_qr::{Qr, Version};

use super::*;
use crate::Label;

fn label(ordinal: u64) -> Label {
    Label {
        ordinal,
        number: ordinal + 100,
        text: format!("HTTPS://V.SCEAU.DEV/{ordinal}"),
        digits: format!("{ordinal:016}"),
    }
}

fn maker(sheet: &Sheet) -> PageMaker {
    let layout = Layout::fit(sheet, Version::V6M, &["Contrôle (office)".to_owned()], 600).unwrap();
    PageMaker::new(sheet, &layout, 6)
}

/// A file of so many labels, one on each page.
fn roll(labels: u64) -> Vec<u8> {
    let sheet: Sheet = "roll-40x25".parse().unwrap();
    let page = maker(&sheet).page(&[label(0)]).unwrap();
    let mut pdf = Pdf::begin(Vec::new(), &sheet, labels, "a roll").unwrap();
    for _ in 0..labels {
        pdf.page(&page).unwrap();
    }
    pdf.finish().unwrap()
}

/// A file, by the numbers of its objects.
struct Reader {
    file: Vec<u8>,
    places: Vec<usize>,
}

impl Reader {
    fn of(file: Vec<u8>) -> Self {
        let text = String::from_utf8_lossy(&file[file.len() - 40..]).into_owned();
        let start: usize = text.split("startxref\n").nth(1).unwrap().split('\n').next().unwrap().parse().unwrap();
        let stream = start + file[start..].windows(7).position(|bytes| bytes == b"stream\n").unwrap() + 7;
        let head = String::from_utf8(file[start..stream].to_vec()).unwrap();
        let size = head.split("/Size ").nth(1).unwrap().split('/').next().unwrap().parse().unwrap();
        let entries = file[stream..].chunks(9).take(size);
        let places = entries.map(|entry| entry[1..7].iter().fold(0, |place, byte| place << 8 | usize::from(*byte)));
        let places = places.collect();
        Self { file, places }
    }

    fn object(&self, number: usize) -> String {
        let object = &self.file[self.places[number]..];
        let end = object.windows(6).position(|bytes| bytes == b"endobj").unwrap();
        String::from_utf8_lossy(&object[..end]).into_owned()
    }

    /// The pages below a node, in order, and whether each node counts its pages and knows its parent.
    fn pages(&self, number: usize, parent: Option<usize>) -> Vec<usize> {
        let object = self.object(number);
        assert!(object.starts_with(&format!("{number} 0 obj<<")), "{object}");
        let said = object.split("/Parent ").nth(1).map(|rest| rest.split(' ').next().unwrap().parse().unwrap());
        assert_eq!(said, parent, "{object}");
        if object.contains("/Type/Page/") {
            return vec![number];
        }
        let kids = object.split("/Kids[").nth(1).unwrap().split(']').next().unwrap();
        let kids: Vec<&str> = kids.split_whitespace().collect();
        assert!(kids.len() <= 3 * 64, "a tree is no list");
        let pages: Vec<usize> =
            kids.chunks(3).flat_map(|kid| self.pages(kid[0].parse().unwrap(), Some(number))).collect();
        assert!(object.contains(&format!("/Count {}>>", pages.len())), "{object}");
        pages
    }
}

#[test]
fn every_page_is_found_from_the_end_of_a_file_of_any_size() {
    for labels in [1, 2, 64, 65, 4_096, 4_097, 10_000] {
        let reader = Reader::of(roll(labels));
        assert!(reader.object(CATALOG as usize).contains("/Type/Catalog/Pages 4 0 R"));
        let pages = reader.pages(ROOT as usize, None);
        assert_eq!(pages.len() as u64, labels);
        assert!(pages.is_sorted(), "pages come in order");
        let last = reader.object(pages[pages.len() - 1] + 1);
        assert!(last.contains("/Filter/FlateDecode>>stream"), "{last}");
    }
}

#[test]
fn a_page_holds_symbols_digits_and_lines() {
    let sheet: Sheet = "A4-96".parse().unwrap();
    let labels: Vec<Label> = (0..96).map(label).collect();
    let page = maker(&sheet).page(&labels).unwrap();
    let mut content = Vec::new();
    ZlibDecoder::new(page.content.as_slice()).read_to_end(&mut content).unwrap();
    let holds = |bytes: &[u8]| content.windows(bytes.len()).any(|window| window == bytes);
    assert!(holds(b"(0000 0000 0000 0095)Tj") && holds(b"(Contr\xf4le \\(office\\))Tj"));
    let mut image = Vec::new();
    for row in Qr::encode(Version::V6M, &labels[95].text).unwrap().rows() {
        image.extend(
            (0..48)
                .collect::<Vec<u32>>()
                .chunks(8)
                .map(|byte| byte.iter().fold(0_u8, |bits, module| bits << 1 | (row >> module & 1) as u8)),
        );
    }
    assert!(holds(&[b" ID ".as_slice(), &image, b" EI "].concat()));
}

#[test]
fn the_same_labels_give_the_same_file() {
    assert_eq!(roll(3), roll(3));
}

#[test]
fn a_file_is_whole_or_refused() {
    let sheet: Sheet = "L7160".parse().unwrap();
    let mut maker = maker(&sheet);
    let page = maker.page(&(0..21).map(label).collect::<Vec<_>>()).unwrap();
    let mut pdf = Pdf::begin(Vec::new(), &sheet, 22, "").unwrap();
    pdf.page(&page).unwrap();
    let more = pdf.page(&page).unwrap_err();
    assert!(matches!(more, LabelError::Count { promised: 22, came: 42 }), "{more}");
    let short = Pdf::begin(Vec::new(), &sheet, 22, "").unwrap().finish().unwrap_err();
    assert!(matches!(short, LabelError::Count { promised: 22, came: 0 }), "{short}");
    assert!(maker.page(&(0..22).map(label).collect::<Vec<_>>()).is_err());
}

#[test]
fn a_text_that_no_symbol_holds_is_named() {
    let wrong = Label { text: "https://v.sceau.dev".to_owned(), ..label(7) };
    let said = maker(&"L7160".parse().unwrap()).page(&[wrong]).unwrap_err().to_string();
    assert!(said.starts_with("code 7: byte 1 of the text, `h`,"), "{said}");
}
