//! Words that a person typed, of bounded length.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::wire::{Fault, Faults, Field, Wire};

/// A reason, a remark, a receipt number: not blank, at most `MAX` bytes, no control characters but line breaks.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Phrase<const MAX: usize>(Box<str>);

impl<const MAX: usize> Phrase<MAX> {
    /// The phrase of this text, or what is wrong with it.
    pub fn new(text: &str) -> Result<Self, Fault> {
        if text.trim().is_empty() {
            return Err(Fault::here("is required"));
        }
        if text.len() > MAX {
            return Err(Fault::here(format!("is {} bytes long: use at most {MAX}", text.len())));
        }
        if text.chars().any(|c| c.is_control() && c != '\n') {
            return Err(Fault::here("holds control characters: use plain text"));
        }
        Ok(Self(text.into()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> fmt::Display for Phrase<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const MAX: usize> Wire for Phrase<MAX> {
    type Proto = String;
    fn to_wire(&self) -> String {
        self.0.to_string()
    }
    fn from_wire(proto: String) -> Result<Self, Faults> {
        Ok(Self::new(&proto)?)
    }
}

impl<const MAX: usize> Field<String> for Phrase<MAX> {
    fn put(&self) -> String {
        self.to_wire()
    }
    fn take(field: String) -> Result<Self, Faults> {
        Self::from_wire(field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_is_neither_blank_nor_long_nor_binary() {
        assert_eq!(Phrase::<4>::new("abcd").map(|phrase| phrase.to_string()), Ok("abcd".to_owned()));
        for wrong in ["", "  ", "abcde", "a\u{7}"] {
            assert!(Phrase::<4>::new(wrong).is_err(), "{wrong:?}");
        }
    }
}
