//! What is to be printed of one batch, checked.

use sceau_label::{LabelError, Layout, Sheet};
use sceau_qr::Version;

use crate::spec::{LABELS, LINES, MOST_LABELS, MOST_SINGLES, SINGLES, SpecError, TEXT};
use crate::{About, Format, Recipient, Spec};

/// What a line of text may name between braces.
pub(crate) const PLACES: [&str; 4] = ["product", "batch", "order", "lot"];

/// What of a batch is needed to print it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Its id.
    pub id: String,
    /// The order it was allocated for.
    pub order: String,
    /// The product's name.
    pub product: String,
    /// Its first number.
    pub first_number: u64,
    /// How many codes it has.
    pub count: u64,
    /// The symbols of its codes; none where they are digits alone.
    pub symbol: Option<Version>,
}

/// What is to be printed of one batch, checked: everything that can be refused is refused before a code is made.
#[derive(Clone, Debug)]
pub struct Job {
    pub(crate) format: Format,
    pub(crate) zip: bool,
    /// Codes of a part.
    per_part: u64,
    pub(crate) symbol: Option<Version>,
    /// Of labels.
    pub(crate) labels: Option<(Sheet, Layout)>,
    pub(crate) title: String,
    pub(crate) recipient: Option<Recipient>,
    batch: Batch,
}

/// Some codes of a batch in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its place among the parts, from 1.
    pub number: u64,
    /// What its file is called.
    pub file: String,
    /// Ordinal of its first code.
    pub first: u64,
    /// How many codes it has.
    pub count: u64,
}

impl Job {
    /// Refuses what cannot be printed.
    pub fn new(spec: &Spec, batch: &Batch) -> Result<Self, SpecError> {
        let format = spec.format;
        if format != Format::Csv && batch.symbol.is_none() {
            return Err(SpecError::NoSymbol { batch: batch.id.clone(), format });
        }
        let labels = match batch.symbol.filter(|_| format.has_labels()) {
            Some(symbol) => Some(laid_out(spec, batch, symbol)?),
            None if spec.sheet.is_some() => return Err(SpecError::NoSheet { format }),
            None => None,
        };
        let (usual, most) = if format.is_single() { (SINGLES, MOST_SINGLES) } else { (LABELS, MOST_LABELS) };
        let asked = spec.codes.unwrap_or(usual);
        let on_a_sheet = labels.as_ref().map_or(1, |(sheet, _)| u64::from(sheet.labels()));
        let per_part = asked.div_ceil(on_a_sheet).saturating_mul(on_a_sheet);
        if !(1..=most).contains(&per_part) {
            return Err(SpecError::Codes { asked, most });
        }
        Ok(Self {
            format,
            zip: spec.zip || format.is_single(),
            per_part,
            symbol: batch.symbol,
            labels,
            title: format!("{}, batch {}", batch.product, batch.id),
            recipient: spec.recipient.clone(),
            batch: batch.clone(),
        })
    }

    /// The format of the files.
    pub const fn format(&self) -> Format {
        self.format
    }

    /// Whether each file is a ZIP file.
    pub const fn is_zip(&self) -> bool {
        self.zip
    }

    /// Whether the files are encrypted.
    pub const fn is_sealed(&self) -> bool {
        self.recipient.is_some()
    }

    /// The sheet, where labels are laid out.
    pub fn sheet(&self) -> Option<&Sheet> {
        self.labels.as_ref().map(|(sheet, _)| sheet)
    }

    /// How many parts there are.
    pub const fn parts(&self) -> u64 {
        self.batch.count.div_ceil(self.per_part)
    }

    /// A part by its number, from 1; none beyond the last.
    pub fn part(&self, number: u64) -> Option<Part> {
        let first = number.checked_sub(1)?.checked_mul(self.per_part)?;
        let count = self.per_part.min(self.batch.count.checked_sub(first)?);
        let extension = if self.zip { "zip" } else { self.format.name() };
        let sealed = if self.is_sealed() { ".age" } else { "" };
        (count > 0).then(|| Part { number, file: format!("part-{number:05}.{extension}{sealed}"), first, count })
    }

    /// What makes this job another than the next.
    pub fn about(&self) -> About {
        About {
            batch: self.batch.id.clone(),
            order: self.batch.order.clone(),
            product: self.batch.product.clone(),
            first_number: self.batch.first_number,
            last_number: self.batch.first_number + self.batch.count.saturating_sub(1),
            codes: self.batch.count,
            form: self.format.name().to_owned(),
            zip: self.zip,
            codes_of_a_part: self.per_part,
            parts_in_all: self.parts(),
            encrypted_to: self.recipient.as_ref().map(ToString::to_string),
            sheet: self.sheet().map(ToString::to_string),
            layout: self.labels.as_ref().map(|(_, layout)| layout.to_string()),
        }
    }
}

fn laid_out(spec: &Spec, batch: &Batch, symbol: Version) -> Result<(Sheet, Layout), SpecError> {
    let (usual, resolution) = if spec.format == Format::Zpl { ("roll-50x30", 300) } else { ("A4-96", 600) };
    let sheet = spec.sheet.clone().map_or_else(|| usual.parse(), Ok).map_err(SpecError::Sheet)?;
    if spec.format == Format::Zpl && sheet.labels() > 1 {
        return Err(SpecError::Label(LabelError::NotARoll { sheet: sheet.name().to_owned() }));
    }
    let resolution = spec.resolution.unwrap_or(resolution);
    let layout = Layout::fit(&sheet, symbol, &lines(spec, batch)?, resolution).map_err(SpecError::Label)?;
    Ok((sheet, layout))
}

/// The office, and the lines below with what they name filled in.
fn lines(spec: &Spec, batch: &Batch) -> Result<Vec<String>, SpecError> {
    let office = spec.office.as_ref().filter(|office| !office.trim().is_empty());
    let office = office.ok_or(SpecError::NoOffice { format: spec.format })?;
    let long = |text: &String| text.chars().count() > TEXT;
    if long(office) {
        return Err(SpecError::Text { name: "office" });
    }
    if spec.lines.len() >= LINES || spec.lines.iter().any(long) {
        return Err(SpecError::Text { name: "line" });
    }
    if spec.lot.as_ref().is_some_and(long) {
        return Err(SpecError::Text { name: "lot" });
    }
    let mut lines = vec![office.clone()];
    for line in &spec.lines {
        lines.push(filled(line, spec, batch)?);
    }
    Ok(lines)
}

fn filled(line: &str, spec: &Spec, batch: &Batch) -> Result<String, SpecError> {
    let (mut filled, mut rest) = (String::new(), line);
    while let Some((before, name, after)) = place(rest) {
        filled += before;
        filled += match name {
            "product" => &batch.product,
            "batch" => &batch.id,
            "order" => &batch.order,
            "lot" => spec.lot.as_ref().ok_or(SpecError::NoLot)?,
            _ => return Err(SpecError::Place { name: name.to_owned() }),
        };
        rest = after;
    }
    Ok(filled + rest)
}

/// What stands before the first name between braces, the name, and what stands after.
fn place(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that meets the unexpected has failed")]

    use super::*;

    fn batch(count: u64) -> Batch {
        Batch {
            id: "b".to_owned(),
            order: "o".to_owned(),
            product: "Savon".to_owned(),
            first_number: 1_000,
            count,
            symbol: Some(Version::V6M),
        }
    }

    fn pdf() -> Spec {
        Spec { office: Some("Office".to_owned()), ..Spec::new(Format::Pdf) }
    }

    fn said(spec: &Spec, batch: &Batch) -> (String, String) {
        let error = Job::new(spec, batch).unwrap_err();
        (error.parameter().to_owned(), error.to_string())
    }

    #[test]
    fn parts_are_whole_sheets_and_cover_the_batch() {
        let job = Job::new(&Spec { codes: Some(100), ..pdf() }, &batch(400)).unwrap();
        let parts: Vec<Part> = (1..=job.parts()).map(|number| job.part(number).unwrap()).collect();
        assert_eq!(
            parts.iter().map(|part| (part.first, part.count)).collect::<Vec<_>>(),
            [(0, 192), (192, 192), (384, 16)]
        );
        assert_eq!(parts[2].file, "part-00003.pdf");
        assert_eq!((job.part(0), job.part(4), job.part(u64::MAX)), (None, None, None));
        let about = job.about();
        assert_eq!((about.first_number, about.last_number, about.parts_in_all), (1_000, 1_399, 3));
    }

    #[test]
    fn a_hundred_million_codes_are_numbered_parts() {
        let job = Job::new(&Spec::new(Format::Csv), &batch(100_000_000)).unwrap();
        assert_eq!(job.parts(), 2_000);
        assert_eq!(job.part(2_000).unwrap().first, 99_950_000);
    }

    #[test]
    fn a_line_is_filled_in_or_refused() {
        let lines = |lines: &[&str], lot: Option<&str>| {
            let lines = lines.iter().map(|line| (*line).to_owned()).collect();
            super::lines(&Spec { lines, lot: lot.map(str::to_owned), ..pdf() }, &batch(1))
        };
        assert_eq!(lines(&["{product}, lot {lot}", "{ }"], Some("7")).unwrap_err().parameter(), "line");
        assert_eq!(lines(&["{product}, lot {lot}", "} {"], Some("7")).unwrap(), ["Office", "Savon, lot 7", "} {"]);
        assert!(matches!(lines(&["{lot}"], None), Err(SpecError::NoLot)));
        assert!(matches!(lines(&["{produit}"], None), Err(SpecError::Place { name }) if name == "produit"));
        assert!(matches!(lines(&["x"; 8], None), Err(SpecError::Text { name: "line" })));
        // What is filled in is not looked at again.
        assert_eq!(lines(&["{lot}"], Some("{batch}")).unwrap()[1], "{batch}");
    }

    #[test]
    fn what_cannot_be_printed_is_refused_before_a_code_is_made() {
        let digits = Batch { symbol: None, ..batch(1) };
        assert_eq!(said(&pdf(), &digits).0, "format");
        assert!(Job::new(&Spec::new(Format::Csv), &digits).is_ok());
        assert_eq!(said(&Spec::new(Format::Pdf), &batch(1)).0, "office");
        let sheet = "L7160".parse().ok();
        assert!(said(&Spec { sheet: sheet.clone(), ..Spec::new(Format::Csv) }, &batch(1)).1.contains("leave it out"));
        let zpl = Spec { sheet, format: Format::Zpl, ..pdf() };
        assert!(said(&zpl, &batch(1)).1.contains("L7160 has several: take a roll"));
        assert_eq!(said(&Spec { codes: Some(0), ..pdf() }, &batch(1)).0, "codes");
        assert_eq!(said(&Spec { codes: Some(u64::MAX), ..pdf() }, &batch(1)).0, "codes");
        assert_eq!(said(&Spec { codes: Some(20_000), ..Spec::new(Format::Svg) }, &batch(1)).0, "codes");
    }
}
