//! Labels for thermal printers, in ZPL II (Zebra's Programming Guide).
//!
//! A symbol is the command `^BQ` with its text, and the printer draws it: in a fortieth of the bytes of a picture, and
//! in whole dots. Which of the eight masks it takes is its own affair, so that symbols are judged by reading back what
//! was printed and not bit by bit beforehand; the text, and with it the signature, is the same under every mask.

use std::io::Write;

use crate::{Label, LabelError, Layout, Sheet};

/// ZPL on its way to `W`.
#[derive(Debug)]
pub struct Zpl<W> {
    write: W,
    before_text: String,
    before_digits: String,
    after_digits: String,
}

impl<W: Write> Zpl<W> {
    /// Begins a job. The sheet must be a roll, and the layout one for the printer's resolution.
    pub fn begin(write: W, sheet: &Sheet, layout: &Layout) -> Result<Self, LabelError> {
        if sheet.labels() > 1 {
            return Err(LabelError::NotARoll { sheet: sheet.name().to_owned() });
        }
        let dots = |length: crate::Length| length.dots(layout.resolution);
        let (width, height) = (dots(sheet.label().0), dots(sheet.label().1));
        let (symbol, (left, top), size) = (layout.symbol, layout.text, layout.size);
        let lines: String = (1..)
            .zip(&layout.lines)
            .map(|(nth, line)| {
                let top = top + nth * layout.leading();
                format!("^FO{left},{top}^A0N,{size},{size}^FH^FD{}^FS", field(line))
            })
            .collect();
        // ^CI28 is UTF-8. The data begin with the level of error correction, and `A` for the way to encode.
        Ok(Self {
            write,
            before_text: format!(
                "^XA^CI28^PW{width}^LL{height}^FO{},{}^BQN,2,{}^FH^FDMA,",
                symbol.0, symbol.1, layout.module
            ),
            before_digits: format!("^FS^FO{left},{top}^A0N,{size},{size}^FD"),
            after_digits: format!("^FS{lines}^XZ\n"),
        })
    }

    /// Adds labels.
    pub fn labels(&mut self, labels: &[Label]) -> Result<(), LabelError> {
        for label in labels {
            let digits: String = label.spaced_digits().collect();
            let (text, before_digits) = (field(&label.text), &self.before_digits);
            write!(self.write, "{}{text}{before_digits}{digits}{}", self.before_text, self.after_digits)?;
        }
        Ok(())
    }

    /// Ends the job.
    pub fn finish(mut self) -> Result<W, LabelError> {
        self.write.flush()?;
        Ok(self.write)
    }
}

/// Text after `^FH`: what begins a command is written as its code, and so is what announces codes.
fn field(text: &str) -> String {
    text.replace('_', "_5F").replace('^', "_5E").replace('~', "_7E")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that meets the unexpected has failed")]

    use sceau_qr::Version;

    use super::*;

    #[test]
    fn a_label_is_what_the_programming_guide_says() {
        let sheet = "roll-50x30".parse().unwrap();
        let lines = ["Contrôle ^1~2_3".to_owned()];
        let layout = Layout::fit(&sheet, Version::V6M, &lines, 300).unwrap();
        let label = Label { digits: "0012345678901234".to_owned(), text: "HTTPS://V/A".to_owned(), ..Label::default() };
        let mut zpl = Zpl::begin(Vec::new(), &sheet, &layout).unwrap();
        zpl.labels(&[label]).unwrap();
        assert_eq!(
            String::from_utf8(zpl.finish().unwrap()).unwrap(),
            "^XA^CI28^PW591^LL354^FO38,54^BQN,2,6^FH^FDMA,HTTPS://V/A^FS^FO308,148^A0N,25,25^FD0012 3456 7890 1234^FS\
             ^FO308,177^A0N,25,25^FH^FDContrôle _5E1_7E2_5F3^FS^XZ\n"
        );
    }

    #[test]
    fn only_a_roll_is_printed() {
        let sheet = "L7160".parse().unwrap();
        let layout = Layout::fit(&sheet, Version::V6M, &[], 300).unwrap();
        let said = Zpl::begin(Vec::new(), &sheet, &layout).unwrap_err().to_string();
        assert!(said.contains("L7160 has several: take a roll"), "{said}");
    }
}
