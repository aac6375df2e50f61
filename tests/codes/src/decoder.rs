//! Programs that read QR codes.

use std::fmt;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Seconds that a decoder may take over one picture: it takes some hundredths on an idle machine.
const PATIENCE: &str = "30";

/// A decoder that was written by others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decoder {
    /// `zbarimg` of zbar.
    Zbar,
    /// `ZXingReader` of zxing-cpp.
    Zxing,
}

impl Decoder {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Zbar, Self::Zxing];

    /// The program.
    pub const fn program(self) -> &'static str {
        match self {
            Self::Zbar => "zbarimg",
            Self::Zxing => "ZXingReader",
        }
    }

    /// The decoder, or none and a loud word where this machine does not have it.
    pub fn or_skip(self) -> Option<Self> {
        runs(self.program(), "zbar-tools zxing-cpp-tools").then_some(self)
    }

    /// The text of the only QR code in a picture; none where the decoder finds no code.
    pub fn read(self, picture: &Path) -> Result<Option<String>, DecoderError> {
        // Where there is no code both print nothing, and zbar ends with a code of its own.
        let (arguments, judged): (&[&str], &[i32]) = match self {
            Self::Zbar => (&["--quiet", "--raw", "--nodbus", "-Sdisable", "-Sqrcode.enable"], &[0, 4]),
            Self::Zxing => (&["-bytes", "-format", "QRCode"], &[0]),
        };
        let output = Command::new("timeout")
            .args(["-s", "KILL", PATIENCE, self.program()])
            .args(arguments)
            .arg(picture)
            .output()
            .map_err(|error| DecoderError::Run { decoder: self, error })?;
        if output.status.code().is_none_or(|code| !judged.contains(&code)) {
            let said = format!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
            return Err(DecoderError::Failed { decoder: self, picture: picture.to_owned(), said });
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let text = text.trim_end_matches('\n');
        Ok((!text.is_empty()).then(|| text.to_owned()))
    }
}

/// Whether a program is here; if not, says loudly that a test is skipped, and which Debian packages hold it.
pub(crate) fn runs(program: &str, packages: &str) -> bool {
    match Command::new(program).arg("--help").output() {
        Ok(_) => true,
        Err(error) => {
            let thread = std::thread::current();
            // Past the test harness, which keeps what a passing test prints; nobody can be told that the terminal is
            // gone.
            let _ = writeln!(
                io::stderr(),
                "SKIPPED {}: {program} cannot be run ({error}): install it, on Debian with apt-get install {packages}",
                thread.name().unwrap_or("a test")
            );
            false
        }
    }
}

/// Why a decoder gave no judgement.
#[derive(Debug)]
pub enum DecoderError {
    /// It could not be run.
    Run {
        /// Which decoder.
        decoder: Decoder,
        /// What the system said.
        error: io::Error,
    },
    /// It could not open the picture, or took too long over it.
    Failed {
        /// Which decoder.
        decoder: Decoder,
        /// The picture.
        picture: PathBuf,
        /// How it ended, and what it wrote.
        said: String,
    },
}

impl fmt::Display for DecoderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run { decoder, error } => write!(f, "{} could not be run: {error}", decoder.program()),
            Self::Failed { decoder, picture, said } => {
                write!(f, "{} could not judge {}: {said}", decoder.program(), picture.display())
            }
        }
    }
}

impl std::error::Error for DecoderError {}
