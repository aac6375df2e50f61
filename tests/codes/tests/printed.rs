//! What printers take is painted by programs that others wrote, cut into labels, and every label is read and verified.
#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected has failed")]

use std::fs;
use std::path::Path;

use sceau_code::{DigitsKey, Host, Payload, SignedCode, SigningKey};
use sceau_codes_test::{Decoder, Painter, Picture};
use sceau_label::{Label, Layout, Length, PageMaker, Pdf, Sheet, single};
use sceau_qr::{Qr, Version};

const KEY: [u8; 32] = [7; 32];
/// Dots to the inch that sheets are laid out for.
const RESOLUTION: u32 = 600;

fn host() -> Host {
    Host::new("v.sceau.dev").unwrap()
}

fn label(ordinal: u64) -> Label {
    let number = 1_000_000_007 * (ordinal + 1);
    let payload = Payload { key_id: 3, number, expiry_day: 21_000 };
    let text = SignedCode::sign(payload, &SigningKey::from_bytes(&KEY)).unwrap().url(&host());
    let digits = DigitsKey::new(&[9; 32]).digits(number).unwrap().to_string();
    Label { ordinal, number, text, digits }
}

fn pdf(sheet: &Sheet, labels: &[Label]) -> Vec<u8> {
    let lines = ["Office de contrôle", "Savon de Marseille"].map(str::to_owned);
    let layout = Layout::fit(sheet, Version::V6M, &lines, RESOLUTION).unwrap();
    let mut pages = PageMaker::new(sheet, &layout, 6);
    let mut pdf = Pdf::begin(Vec::new(), sheet, labels.len() as u64, "labels").unwrap();
    for labels in labels.chunks(pages.labels()) {
        pdf.page(&pages.page(labels).unwrap()).unwrap();
    }
    pdf.finish().unwrap()
}

/// Every decoder that is here reads the label from the picture, and what it read is a code of this number, signed.
#[track_caller]
fn assert_reads(picture: &Path, label: &Label) {
    for decoder in Decoder::ALL.into_iter().filter_map(Decoder::or_skip) {
        let read = decoder.read(picture).unwrap();
        assert_eq!(read.as_deref(), Some(label.text.as_str()), "{decoder:?}, label {}", label.ordinal);
    }
    let code = SignedCode::parse(label.text.strip_prefix(host().prefix()).unwrap()).unwrap();
    assert_eq!(code.payload().number, label.number);
    code.verify(&SigningKey::from_bytes(&KEY).verifying_key()).unwrap();
}

/// Pixels of a length on what is painted.
fn pixels(length: Length) -> usize {
    (u64::from(length.value()) * Painter::RESOLUTION / 25_400) as usize
}

/// Makes so many labels on a sheet, and lets them be painted and read.
#[track_caller]
fn assert_sheets_are_read(sheet: &str, labels: u64) {
    let Some(painter) = Painter::Pdf.or_skip() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (file, pages, cut) =
        (folder.path().join("sheet.pdf"), folder.path().join("pages"), folder.path().join("cut.pgm"));
    let sheet: Sheet = sheet.parse().unwrap();
    let labels: Vec<Label> = (0..labels).map(label).collect();
    fs::create_dir(&pages).unwrap();
    fs::write(&file, pdf(&sheet, &labels)).unwrap();
    let pages = painter.paint(&file, &pages).unwrap();
    assert_eq!(pages.len(), labels.len().div_ceil(sheet.labels() as usize));
    let size = (pixels(sheet.label().0), pixels(sheet.label().1));
    for (page, labels) in pages.iter().zip(labels.chunks(sheet.labels() as usize)) {
        let page = Picture::read(&fs::read(page).unwrap()).unwrap();
        for (nth, label) in (0..).zip(labels) {
            let (left, top) = sheet.corner(nth);
            fs::write(&cut, page.crop((pixels(left), pixels(top)), size)).unwrap();
            assert_reads(&cut, label);
        }
    }
}

#[test]
fn every_label_of_96_on_a_sheet_is_read() {
    assert_sheets_are_read("A4-96", 100);
}

#[test]
fn labels_with_the_smallest_modules_are_read() {
    assert_sheets_are_read("L4732", 80);
}

#[test]
fn labels_with_text_beside_the_symbol_are_read() {
    assert_sheets_are_read("L7651", 65);
}

#[test]
fn large_labels_are_read() {
    assert_sheets_are_read("L7160", 21);
}

#[test]
fn labels_of_a_roll_are_read() {
    assert_sheets_are_read("roll-25x25", 5);
}

#[test]
fn single_symbols_are_read_in_every_format() {
    let label = label(0);
    let qr = Qr::encode(Version::V6M, &label.text).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let png = folder.path().join("symbol.png");
    fs::write(&png, single::png(&qr)).unwrap();
    assert_reads(&png, &label);
    for (painter, content) in [(Painter::Svg, single::svg(&qr)), (Painter::Eps, single::eps(&qr))] {
        let Some(painter) = painter.or_skip() else { continue };
        let (file, painted) = (folder.path().join("symbol"), folder.path().join(format!("{painter:?}")));
        fs::create_dir(&painted).unwrap();
        fs::write(&file, content).unwrap();
        assert_reads(&painter.paint(&file, &painted).unwrap()[0], &label);
    }
}
