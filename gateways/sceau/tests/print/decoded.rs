//! A sheet as a stamper has it: painted and read by programs that others wrote, and every label verified by the
//! platform that printed it.

use std::fs;
use std::path::Path;
use std::process::Command;

use sceau_api::verification::v1::verification_service_client::VerificationServiceClient;
use sceau_codes_test::{Decoder, Painter, Picture};
use sceau_label::{Length, Sheet};
use sceau_proto::stamp::v1::{Batch, StampForm};
use sceau_proto::verification::v1::{Verdict, VerifyRequest};

use super::ground::{Ground, smallest};

/// That of the demo too.
const PRESET: &str = "L7160";
const LABELS: u64 = 21;

/// Pixels of a length on what is painted.
fn pixels(length: Length) -> usize {
    (u64::from(length.value()) * Painter::RESOLUTION / 25_400) as usize
}

impl Ground {
    /// The platform knows the code, as one of the batch if one is given.
    async fn assert_knows(&self, code: &str, batch: Option<&Batch>) {
        let mut client = VerificationServiceClient::new(self.caller.clone());
        let tenant = self.tenant();
        let request = VerifyRequest { tenant, code: code.to_owned(), ..VerifyRequest::default() };
        let answer = client.verify(request).await.unwrap().into_inner();
        if let Some(batch) = batch {
            assert_eq!((&answer.batch_id, &answer.product_name), (&batch.batch_id, &batch.product_name), "{code}");
        }
        let known = [Verdict::Genuine, Verdict::NotActivated, Verdict::Suspect];
        assert!(known.contains(&answer.verdict()), "{code}: {answer:?}");
    }

    /// Every label on the page is read by every decoder that is here, each is another, and the platform knows it.
    async fn assert_labels_are_known(&self, file: &Path, labels: u64, batch: Option<&Batch>) {
        let folder = tempfile::tempdir().unwrap();
        let (pages, cut) = (folder.path().join("pages"), folder.path().join("cut.pgm"));
        fs::create_dir(&pages).unwrap();
        let sheet: Sheet = PRESET.parse().unwrap();
        let size = (pixels(sheet.label().0), pixels(sheet.label().1));
        let page = Painter::Pdf.paint(file, &pages).unwrap();
        assert_eq!(page.len(), 1);
        let page = Picture::read(&fs::read(&page[0]).unwrap()).unwrap();
        for decoder in Decoder::ALL.into_iter().filter_map(Decoder::or_skip) {
            let mut read = Vec::new();
            for nth in 0..labels {
                let (left, top) = sheet.corner(nth as u32);
                fs::write(&cut, page.crop((pixels(left), pixels(top)), size)).unwrap();
                read.push(decoder.read(&cut).unwrap().unwrap());
            }
            for code in &read {
                self.assert_knows(code, batch).await;
            }
            read.sort();
            read.dedup();
            assert_eq!(read.len() as u64, labels, "{decoder:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_label_of_a_printed_sheet_is_read_by_others_and_known_to_the_platform() {
    if Painter::Pdf.or_skip().is_none() {
        return;
    }
    let ground = Ground::prepare().await;
    let words = ["--form", "pdf", "--office", "Office de contrôle", "--sheet", PRESET, "--line", "{product}"];
    let more = ["--line", "Lot {lot}", "--lot", "A7", "--part", "21"];
    ground.print("sheets", &[&words[..], &more].concat()).await.unwrap();
    let parts = ground.batch.count.div_ceil(LABELS);
    // A full sheet, and the last, which is not.
    for (part, labels) in [(1, LABELS), (parts, ground.batch.count - (parts - 1) * LABELS)] {
        let file = ground.folder("sheets").join(format!("part-{part:05}.pdf"));
        ground.assert_labels_are_known(&file, labels, Some(&ground.batch)).await;
        let text = written(&file);
        assert_eq!(text.matches("Office de contrôle").count() as u64, labels);
        assert_eq!(text.matches("Lot A7").count() as u64, labels);
        let digits = digits(&text);
        assert_eq!(digits.len() as u64, labels, "{text}");
        for digits in digits {
            ground.assert_knows(&digits, Some(&ground.batch)).await;
        }
    }
    ground.assert_labels_are_known(&ground.demo().await, LABELS, None).await;
    assert!(ground.platform.shutdown().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn small_codes_are_drawn_read_and_known_too() {
    if Painter::Pdf.or_skip().is_none() {
        return;
    }
    let mut ground = Ground::prepare().await;
    ground.batch = smallest(&ground.caller, StampForm::SmallQr).await;
    let words = ["--form", "pdf", "--office", "Office de contrôle", "--sheet", PRESET, "--part", "21"];
    ground.print("sheets", &words).await.unwrap();
    let file = ground.folder("sheets").join("part-00001.pdf");
    ground.assert_labels_are_known(&file, LABELS, Some(&ground.batch)).await;
    assert!(ground.platform.shutdown().await);
}

/// What stands on the labels in clear; `pdftotext` comes with the painter.
fn written(file: &Path) -> String {
    let output = Command::new("pdftotext").arg("-layout").arg(file).arg("-").output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// Sixteen digits in groups of four, wherever they stand.
fn digits(text: &str) -> Vec<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let four = |word: &&str| word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(group) = words.get(at..at + 4) {
        let all = group.iter().all(four);
        if all {
            found.push(group.join(" "));
        }
        at += if all { 4 } else { 1 };
    }
    found
}
