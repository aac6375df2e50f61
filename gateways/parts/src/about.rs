//! What is said of a job and of its parts, in a manifest and in receipts.

use std::io;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::Part;

/// What a job is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The batch.
    pub batch: String,
    /// The order it was allocated for.
    pub order: String,
    /// The product's name.
    pub product: String,
    /// The batch's first number.
    pub first_number: u64,
    /// The batch's last number.
    pub last_number: u64,
    /// How many codes the batch has.
    pub codes: u64,
    /// The format of the files.
    pub form: String,
    /// Whether each is a ZIP file.
    pub zip: bool,
    /// Codes of each part but the last.
    pub codes_of_a_part: u64,
    /// How many parts there are in all.
    pub parts_in_all: u64,
    /// Who alone can open the files.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub encrypted_to: Option<String>,
    /// The geometry of the sheet.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sheet: Option<String>,
    /// How a label is laid out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub layout: Option<String>,
}

/// What a part is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its place among the parts, from 1.
    pub part: u64,
    /// What its file is called.
    pub file: String,
    /// Ordinal of its first code.
    pub first: u64,
    /// Ordinal of its last code.
    pub last: u64,
    /// How many codes it has.
    pub count: u64,
    /// How many bytes its file has.
    pub bytes: u64,
    /// SHA-256 of its file, in hexadecimal.
    pub sha256: String,
}

impl Entry {
    /// What is said of a part whose file has so many bytes and this hash.
    pub fn of(part: &Part, bytes: u64, sha256: String) -> Self {
        let last = part.first + part.count.saturating_sub(1);
        Self { part: part.number, file: part.file.clone(), first: part.first, last, count: part.count, bytes, sha256 }
    }
}

/// SHA-256 of what is written to it.
#[derive(Clone, Debug, Default)]
pub struct Hash(Sha256);

impl Hash {
    /// In hexadecimal.
    pub fn hex(self) -> String {
        self.0.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Of these bytes, in hexadecimal.
    pub fn of(bytes: &[u8]) -> String {
        let mut hash = Self::default();
        hash.0.update(bytes);
        hash.hex()
    }
}

impl io::Write for Hash {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
