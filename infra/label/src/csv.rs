//! Codes as CSV (RFC 4180): a header, then a row for each code.
//!
//! Digits and text are quoted, so that programs that know the difference take them as text and leave leading zeros.

use std::io::Write;

use crate::{Label, LabelError};

/// A CSV file on its way to `W`.
#[derive(Debug)]
pub struct Csv<W>(W);

/// Rows of a CSV file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rows(Vec<u8>);

impl Rows {
    /// The rows of these labels.
    pub fn of(labels: &[Label]) -> Self {
        let mut rows = Vec::with_capacity(labels.len() * 200);
        for label in labels {
            // Writing to memory cannot fail.
            let _ = write!(rows, "{},{},", label.ordinal, label.number);
            quoted(&label.digits, &mut rows);
            rows.push(b',');
            quoted(&label.text, &mut rows);
            rows.extend(b"\r\n");
        }
        Self(rows)
    }
}

fn quoted(text: &str, row: &mut Vec<u8>) {
    row.push(b'"');
    row.extend(text.replace('"', "\"\"").as_bytes());
    row.push(b'"');
}

impl<W: Write> Csv<W> {
    /// Begins a file: its header.
    pub fn begin(mut write: W) -> Result<Self, LabelError> {
        write.write_all(b"ordinal,number,digits,text\r\n")?;
        Ok(Self(write))
    }

    /// Adds rows; they are given in order.
    pub fn rows(&mut self, rows: &Rows) -> Result<(), LabelError> {
        self.0.write_all(&rows.0)?;
        Ok(())
    }

    /// Ends the file.
    pub fn finish(mut self) -> Result<W, LabelError> {
        self.0.flush()?;
        Ok(self.0)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that meets the unexpected has failed")]

    use super::*;

    #[test]
    fn a_row_is_quoted_where_it_is_text() {
        let label = |ordinal, digits: &str, text: &str| Label {
            ordinal,
            number: 7 + ordinal,
            digits: digits.to_owned(),
            text: text.to_owned(),
        };
        let mut csv = Csv::begin(Vec::new()).unwrap();
        csv.rows(&Rows::of(&[label(0, "0012345678901234", "HTTPS://V.SCEAU.DEV/AEAAC")])).unwrap();
        csv.rows(&Rows::of(&[label(1, "", "a \"b\", c")])).unwrap();
        assert_eq!(
            String::from_utf8(csv.finish().unwrap()).unwrap(),
            "ordinal,number,digits,text\r\n0,7,\"0012345678901234\",\"HTTPS://V.SCEAU.DEV/AEAAC\"\r\n\
             1,8,\"\",\"a \"\"b\"\", c\"\r\n"
        );
    }
}
