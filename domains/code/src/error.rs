//! Why a text is not a code.

use std::fmt;

use crate::digits::NUMBER_LIMIT;
use crate::host::MAX_HOST;
use crate::signed::SIGNED_LENGTH;

/// Why a text is not a code, or a code is not believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeError {
    /// A signed code of another length.
    SignedLength {
        /// How many characters were given.
        found: usize,
    },
    /// A character that is not of the base32 alphabet.
    Character {
        /// Its place, from 0.
        position: usize,
    },
    /// Bits after the last byte that are not zero: the text is not the one that was issued.
    TrailingBits,
    /// A payload of a version that this program does not know.
    Version {
        /// The version found.
        found: u8,
    },
    /// A number that no stamp can have.
    Number {
        /// The number found.
        found: u64,
    },
    /// Another count of digits.
    DigitsLength {
        /// How many digits were given.
        found: usize,
    },
    /// The check digit does not fit: a digit was mistyped, or two were swapped.
    CheckDigit,
    /// The signature does not verify under the key.
    Signature,
    /// A URL that looks like a GS1 Digital Link and has other parts than `01/…/21/…?8030=…`.
    Link,
    /// A text that is not a GTIN of 14 digits, or whose check digit does not fit.
    Gtin {
        /// The text given.
        found: String,
    },
    /// A text that is not a host for codes.
    Host {
        /// The text given.
        found: String,
    },
}

impl CodeError {
    /// The stable name, in `SCREAMING_SNAKE_CASE`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::SignedLength { .. } => "CODE_LENGTH",
            Self::Character { .. } => "CODE_CHARACTER",
            Self::TrailingBits => "CODE_TRAILING_BITS",
            Self::Version { .. } => "CODE_VERSION",
            Self::Number { .. } => "CODE_NUMBER",
            Self::DigitsLength { .. } => "CODE_DIGITS_LENGTH",
            Self::CheckDigit => "CODE_CHECK_DIGIT",
            Self::Signature => "CODE_SIGNATURE",
            Self::Link => "CODE_LINK",
            Self::Gtin { .. } => "CODE_GTIN",
            Self::Host { .. } => "CODE_HOST",
        }
    }
}

impl fmt::Display for CodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignedLength { found } => write!(
                f,
                "the code has {found} characters: give the whole text of the QR code ({SIGNED_LENGTH} characters after \
                 the host), or the 16 digits"
            ),
            Self::Character { position } => write!(
                f,
                "character {} of the code is not one of A to Z and 2 to 7: give the text as the QR code holds it",
                position + 1
            ),
            Self::TrailingBits => f.write_str("the end of the code was changed: scan it again"),
            Self::Version { found } => {
                write!(f, "the code has version {found}, which is not known here: use a newer verifier")
            }
            Self::Number { found } => {
                write!(f, "{found} is not the number of a stamp: it must be below {NUMBER_LIMIT}")
            }
            Self::DigitsLength { found } => write!(f, "the code has {found} digits: give all 16"),
            Self::CheckDigit => f.write_str("the check digit does not fit: compare the 16 digits and type them again"),
            Self::Signature => f.write_str("the signature of the code does not verify: scan it again"),
            Self::Link => f.write_str("the link is not whole: scan it again, it ends in ?8030= and 86 characters"),
            Self::Gtin { found } => {
                write!(f, "`{found}` is not a GTIN: it has 14 digits, of which the last checks the others")
            }
            Self::Host { found } => write!(
                f,
                "`{found}` is not a host for codes: use 1 to {MAX_HOST} characters of A-Z, 0-9, dot, dash and colon"
            ),
        }
    }
}

impl std::error::Error for CodeError {}
