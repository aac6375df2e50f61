//! Files for printers, on two cores: codes are signed, given their digits, drawn and written to the disk, as sheets of 96
//! labels in one PDF file and as rows of one CSV file. Pieces are made by each core in turn and written in order.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;
use std::time::Instant;

use sceau_code::{DigitsKey, Host, Payload, SignedCode, SigningKey};
use sceau_label::{Csv, Label, Layout, PageMaker, Pdf, Rows, Sheet};
use sceau_qr::Version;

use crate::Result;
use crate::figure::Figure;
use crate::setting::Setting;

const CORES: u64 = 2;
/// Pieces that a core may be ahead of the disk.
const AHEAD: usize = 8;
/// Codes of one piece of CSV.
const ROWS: u64 = 500;
/// Codes of one run for each second that it may take: what is to be reached at least.
const PER_SECOND: u64 = 40_000;
/// As the demo's batches are printed.
const SHEET: &str = "A4-96";
/// Dots to the inch.
const RESOLUTION: u32 = 600;
/// Of zlib, as `sceau stamps print` has it.
const LEVEL: u32 = 4;

pub(crate) fn measure(setting: &Setting) -> Result<Vec<Figure>> {
    let press = Press {
        key: SigningKey::from_bytes(&[7; 32]),
        digits: DigitsKey::new(&[9; 32]),
        host: Host::new("v.sceau.dev")?,
    };
    let codes = PER_SECOND * setting.run_time().as_secs();
    let folder = setting.data()?;
    let (mut pdf, mut bytes, mut csv) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..=setting.runs() {
        let path = folder.path().join("codes.pdf");
        let begun = Instant::now();
        press.pdf(BufWriter::new(File::create(&path)?), codes)?;
        pdf.push(codes as f64 / begun.elapsed().as_secs_f64());
        bytes.push(path.metadata()?.len() as f64 / codes as f64);
        let begun = Instant::now();
        press.csv(BufWriter::new(File::create(folder.path().join("codes.csv"))?), codes)?;
        csv.push(codes as f64 / begun.elapsed().as_secs_f64());
    }
    // The first run warms up.
    Ok(vec![
        Figure::beside_limit("codes.pdf", &pdf[1..]),
        Figure::beside_limit("codes.pdf.bytes", &bytes[1..]),
        Figure::beside_limit("codes.csv", &csv[1..]),
    ])
}

/// What codes are made with.
struct Press {
    key: SigningKey,
    digits: DigitsKey,
    host: Host,
}

impl Press {
    /// The codes of these numbers.
    fn labels(&self, numbers: std::ops::Range<u64>) -> Result<Vec<Label>> {
        let label = |number| {
            let payload = Payload { key_id: 1, number, expiry_day: 21_000 };
            let text = SignedCode::sign(payload, &self.key)?.url(&self.host);
            Ok(Label { ordinal: number, number, text, digits: self.digits.digits(number)?.to_string() })
        };
        numbers.map(label).collect()
    }

    fn pdf(&self, write: impl Write, codes: u64) -> Result<()> {
        let sheet: Sheet = SHEET.parse()?;
        let lines = ["Office de contrôle", "Savon de Marseille"].map(str::to_owned);
        let layout = Layout::fit(&sheet, Version::V6M, &lines, RESOLUTION)?;
        let size = u64::from(sheet.labels());
        let mut pdf = Pdf::begin(write, &sheet, codes, "codes")?;
        in_order(
            codes.div_ceil(size),
            || PageMaker::new(&sheet, &layout, LEVEL),
            |pages, nth| Ok(pages.page(&self.labels(nth * size..codes.min((nth + 1) * size))?)?),
            |page| Ok(pdf.page(&page)?),
        )?;
        pdf.finish()?;
        Ok(())
    }

    fn csv(&self, write: impl Write, codes: u64) -> Result<()> {
        let mut csv = Csv::begin(write)?;
        in_order(
            codes.div_ceil(ROWS),
            || (),
            |(), nth| Ok(Rows::of(&self.labels(nth * ROWS..codes.min((nth + 1) * ROWS))?)),
            |rows| Ok(csv.rows(&rows)?),
        )?;
        csv.finish()?;
        Ok(())
    }
}

/// Makes so many pieces, each core every other one and with what is its own, and takes them in order.
fn in_order<O, P: Send>(
    pieces: u64,
    own: impl Fn() -> O + Sync,
    make: impl Fn(&mut O, u64) -> Result<P> + Sync,
    mut take: impl FnMut(P) -> Result<()>,
) -> Result<()> {
    thread::scope(|scope| {
        let begin = |core| {
            let (made, making) = sync_channel(AHEAD);
            let (own, make) = (&own, &make);
            scope.spawn(move || {
                let mut own = own();
                let mut turns = (core..pieces).step_by(CORES as usize);
                // When nobody takes any more, the other side has failed and says why.
                turns.all(|piece| made.send(make(&mut own, piece)).is_ok())
            });
            making
        };
        let cores: Vec<Receiver<Result<P>>> = (0..CORES).map(begin).collect();
        for piece in 0..pieces {
            take(cores[(piece % CORES) as usize].recv()??)?;
        }
        Ok(())
    })
}
