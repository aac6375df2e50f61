//! A sheet as a stamper has it: painted and read by programs that others wrote, and every label verified by the
//! platform that printed it.

use std::fs;
use std::path::Path;
use std::process::Command;

use sceau_api::verification::v1::verification_service_client::VerificationServiceClient;
use sceau_codes_test::{Decoder, Painter, Picture};
use sceau_label::{Length, Sheet};
use sceau_proto::verification::v1::{Verdict, VerifyRequest};

use super::ground::Ground;

const PRESET: &str = "L7160";

/// Pixels of a length on what is painted.
fn pixels(length: Length) -> usize {
    (u64::from(length.value()) * Painter::RESOLUTION / 25_400) as usize
}

impl Ground {
    /// The platform knows the code as one of the batch, which waits to be activated or is active.
    async fn assert_knows(&self, code: &str) {
        let mut client = VerificationServiceClient::new(self.caller.clone());
        let tenant = self.tenant();
        let request = VerifyRequest { tenant, code: code.to_owned(), ..VerifyRequest::default() };
        let answer = client.verify(request).await.unwrap().into_inner();
        assert_eq!(
            (&answer.batch_id, &answer.product_name),
            (&self.batch.batch_id, &self.batch.product_name),
            "{code}"
        );
        let known = [Verdict::Genuine, Verdict::NotActivated, Verdict::Suspect];
        assert!(known.contains(&answer.verdict()), "{code}: {answer:?}");
    }

    /// Every label of a part is read by every decoder that is here, and all read codes of the batch; as many as there
    /// are labels.
    async fn assert_labels_are_known(&self, file: &Path, labels: usize, painter: Painter, decoders: &[Decoder]) {
        let folder = tempfile::tempdir().unwrap();
        let (pages, cut) = (folder.path().join("pages"), folder.path().join("cut.pgm"));
        fs::create_dir(&pages).unwrap();
        let sheet: Sheet = PRESET.parse().unwrap();
        let size = (pixels(sheet.label().0), pixels(sheet.label().1));
        let page = painter.paint(file, &pages).unwrap();
        assert_eq!(page.len(), 1);
        let page = Picture::read(&fs::read(&page[0]).unwrap()).unwrap();
        let mut read = Vec::new();
        for nth in 0..labels {
            let (left, top) = sheet.corner(nth as u32);
            fs::write(&cut, page.crop((pixels(left), pixels(top)), size)).unwrap();
            let codes: Vec<String> = decoders.iter().map(|decoder| decoder.read(&cut).unwrap().unwrap()).collect();
            assert!(codes.iter().all(|code| *code == codes[0]), "the decoders agree");
            self.assert_knows(&codes[0]).await;
            read.push(codes[0].clone());
        }
        read.sort();
        read.dedup();
        assert_eq!(read.len(), labels, "every label is another");
    }
}

/// What stands on the labels in clear.
fn written(file: &Path) -> Option<String> {
    let output = Command::new("pdftotext").args(["-layout"]).arg(file).arg("-").output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_label_of_a_printed_sheet_is_read_by_others_and_known_to_the_platform() {
    let Some(painter) = Painter::Pdf.or_skip() else { return };
    let decoders: Vec<Decoder> = Decoder::ALL.into_iter().filter_map(Decoder::or_skip).collect();
    if decoders.is_empty() {
        return;
    }
    let ground = Ground::prepare().await;
    let words = ["--form", "pdf", "--office", "Office de contrôle", "--sheet", PRESET, "--line", "{product}"];
    let more = ["--line", "Lot {lot}", "--lot", "A7", "--part", "21"];
    ground.print("sheets", &[&words[..], &more].concat()).await.unwrap();
    let parts = ground.batch.count.div_ceil(21);
    // A full sheet, and the last, which is not.
    for (part, labels) in [(1, 21), (parts, ground.batch.count - (parts - 1) * 21)] {
        let file = ground.folder("sheets").join(format!("part-{part:05}.pdf"));
        ground.assert_labels_are_known(&file, labels as usize, painter, &decoders).await;
        let text = written(&file).unwrap();
        assert_eq!(text.matches("Office de contrôle").count() as u64, labels);
        assert_eq!(text.matches("Lot A7").count() as u64, labels);
        let digits: Vec<String> = digits(&text);
        assert_eq!(digits.len() as u64, labels, "{text}");
        for digits in digits {
            ground.assert_knows(&digits).await;
        }
    }
    assert!(ground.platform.shutdown().await);
}

/// Sixteen digits in groups of four, wherever they stand.
fn digits(text: &str) -> Vec<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let four = |word: &&str| word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(group) = words.get(at..at + 4) {
        if group.iter().all(four) {
            found.push(group.join(" "));
            at += 4;
        } else {
            at += 1;
        }
    }
    found
}
