//! A ZIP file (PKWARE's APPNOTE 6.3), written as it comes: without seeking, and without the extensions for more than
//! 65 535 files or 4 GiB, which not everybody reads.

use std::io::{self, Write};

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

use crate::LabelError;

/// Version that is needed to read what is deflated.
const VERSION: u16 = 20;
/// Check and sizes follow the content; names are UTF-8.
const FLAGS: u16 = 1 << 3 | 1 << 11;
const DEFLATED: u16 = 8;
/// Midnight of 1 January 1980: the same codes give the same file.
const TIME: [u16; 2] = [0, 1 << 5 | 1];
const LOCAL: u32 = 0x0403_4b50;
const DESCRIPTOR: u32 = 0x0807_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;

/// A ZIP file on its way to `W`.
#[derive(Debug)]
pub struct Zip<W: Write> {
    write: Counted<W>,
    /// What stands at the end about each file.
    directory: Vec<u8>,
    files: u16,
}

/// A file that is being added.
#[derive(Debug)]
pub struct ZipEntry<W: Write> {
    zip: DeflateEncoder<Counted<W>>,
    directory: Vec<u8>,
    files: u16,
    name: String,
    start: u64,
    check: Crc,
}

#[derive(Debug)]
struct Counted<W> {
    write: W,
    bytes: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.write.write(bytes)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.write.flush()
    }
}

impl<W: Write> Zip<W> {
    /// Begins a file.
    pub const fn begin(write: W) -> Self {
        Self { write: Counted { write, bytes: 0 }, directory: Vec::new(), files: 0 }
    }

    /// Begins a file in it. Levels of compression are those of zlib: 0 stores.
    pub fn file(mut self, name: &str, level: u32) -> Result<ZipEntry<W>, LabelError> {
        let start = self.write.bytes;
        let mut header = Vec::from(LOCAL.to_le_bytes());
        header.extend(words(&[VERSION, FLAGS, DEFLATED, TIME[0], TIME[1]]));
        header.extend([0; 12]);
        header.extend(words(&[name.len() as u16, 0]));
        header.extend(name.as_bytes());
        self.write.write_all(&header)?;
        Ok(ZipEntry {
            zip: DeflateEncoder::new(self.write, Compression::new(level)),
            directory: self.directory,
            files: self.files.checked_add(1).ok_or(LabelError::TooLarge)?,
            name: name.to_owned(),
            start,
            check: Crc::new(),
        })
    }

    /// Adds a whole file.
    pub fn add(self, name: &str, content: &[u8]) -> Result<Self, LabelError> {
        let mut file = self.file(name, 6)?;
        file.write_all(content)?;
        file.finish()
    }

    /// Ends the file: its directory.
    pub fn finish(mut self) -> Result<W, LabelError> {
        let (start, length) = (small(self.write.bytes)?, small(self.directory.len() as u64)?);
        self.write.write_all(&self.directory)?;
        let mut end = Vec::from(END.to_le_bytes());
        end.extend(words(&[0, 0, self.files, self.files]));
        end.extend(length.to_le_bytes());
        end.extend(start.to_le_bytes());
        end.extend(words(&[0]));
        self.write.write_all(&end)?;
        self.write.flush()?;
        Ok(self.write.write)
    }
}

impl<W: Write> Write for ZipEntry<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.zip.write(bytes)?;
        self.check.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.zip.flush()
    }
}

impl<W: Write> ZipEntry<W> {
    /// Ends the file in the ZIP file.
    pub fn finish(mut self) -> Result<Zip<W>, LabelError> {
        self.zip.try_finish()?;
        let mut facts = Vec::from(self.check.sum().to_le_bytes());
        facts.extend(small(self.zip.total_out())?.to_le_bytes());
        facts.extend(small(self.zip.total_in())?.to_le_bytes());
        let mut write = self.zip.finish()?;
        write.write_all(&DESCRIPTOR.to_le_bytes())?;
        write.write_all(&facts)?;
        let mut directory = self.directory;
        directory.extend(CENTRAL.to_le_bytes());
        directory.extend(words(&[VERSION, VERSION, FLAGS, DEFLATED, TIME[0], TIME[1]]));
        directory.extend(facts);
        directory.extend(words(&[self.name.len() as u16, 0, 0, 0, 0, 0, 0]));
        directory.extend(small(self.start)?.to_le_bytes());
        directory.extend(self.name.as_bytes());
        Ok(Zip { write, directory, files: self.files })
    }
}

fn words(words: &[u16]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

fn small(value: u64) -> Result<u32, LabelError> {
    u32::try_from(value).map_err(|_| LabelError::TooLarge)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that meets the unexpected has failed")]

    use std::process::Command;

    use super::*;

    #[test]
    fn unzip_finds_everything_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("part.zip");
        let zip = Zip::begin(std::fs::File::create(&path).unwrap());
        let zip = zip.add("0001.txt", b"0012345678901234").unwrap().add("empty", b"").unwrap();
        let mut file = zip.file("long.txt", 0).unwrap();
        for _ in 0..1_000 {
            file.write_all(&[b'x'; 1_000]).unwrap();
        }
        file.finish().unwrap().finish().unwrap();
        let Ok(tested) = Command::new("unzip").arg("-t").arg(&path).output() else {
            // Past the test harness, which keeps what a passing test prints.
            let _ = writeln!(io::stderr(), "SKIPPED unzip_finds_everything_in_order: install unzip");
            return;
        };
        assert!(tested.status.success(), "{}", String::from_utf8_lossy(&tested.stdout));
        let printed = Command::new("unzip").arg("-p").arg(&path).output().unwrap().stdout;
        assert_eq!(printed, [b"0012345678901234".to_vec(), vec![b'x'; 1_000_000]].concat());
    }

    #[test]
    fn more_files_than_a_zip_file_holds_are_refused() {
        let mut zip = Zip::begin(io::sink());
        for _ in 0..u16::MAX {
            zip = zip.add("", b"").unwrap();
        }
        assert!(matches!(zip.add("", b""), Err(LabelError::TooLarge)));
    }
}
