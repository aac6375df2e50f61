//! The bytes of a document: numbers as LEB128 (seven bits a byte, least significant first) in their shortest form, so
//! that each document has one text.

use crate::ListError;

pub(crate) fn write(mut value: u64, bytes: &mut Vec<u8>) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

pub(crate) fn write_bytes(content: &[u8], bytes: &mut Vec<u8>) {
    write(content.len() as u64, bytes);
    bytes.extend_from_slice(content);
}

/// Reads a document from its begin to its end.
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(crate) fn number(&mut self, field: &'static str) -> Result<u64, ListError> {
        let wrong = ListError::Content { field };
        let mut value = 0_u64;
        for place in 0..10 {
            let Some((byte, rest)) = self.rest.split_first() else { return Err(wrong) };
            self.rest = rest;
            let bits = u64::from(byte & 0x7f);
            if place == 9 && bits > 1 {
                return Err(wrong);
            }
            value |= bits << (7 * place);
            if byte & 0x80 == 0 {
                return if *byte == 0 && place > 0 { Err(wrong) } else { Ok(value) };
            }
        }
        Err(wrong)
    }

    /// A count of things that take at least `each` bytes: never more than there is room for.
    pub(crate) fn count(&mut self, each: usize, field: &'static str) -> Result<usize, ListError> {
        let count = usize::try_from(self.number(field)?).ok();
        count.filter(|count| *count <= self.rest.len() / each).ok_or(ListError::Content { field })
    }

    pub(crate) fn bytes(&mut self, field: &'static str) -> Result<&'a [u8], ListError> {
        let length = self.count(1, field)?;
        self.take(length, field)
    }

    pub(crate) fn take(&mut self, length: usize, field: &'static str) -> Result<&'a [u8], ListError> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(ListError::Content { field })?;
        self.rest = rest;
        Ok(taken)
    }

    pub(crate) fn text(&mut self, field: &'static str) -> Result<String, ListError> {
        let text = std::str::from_utf8(self.bytes(field)?).map_err(|_| ListError::Content { field })?;
        Ok(text.to_owned())
    }

    pub(crate) const fn end(&self) -> Result<(), ListError> {
        if self.rest.is_empty() { Ok(()) } else { Err(ListError::Content { field: "end" }) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_number_has_one_text(value: u64) {
            let mut bytes = Vec::new();
            write(value, &mut bytes);
            let mut reader = Reader::new(&bytes);
            prop_assert_eq!(reader.number("n"), Ok(value));
            prop_assert_eq!(reader.end(), Ok(()));
        }

        #[test]
        fn bytes_that_are_read_as_a_number_are_its_text(bytes: Vec<u8>) {
            let mut reader = Reader::new(&bytes);
            if let Ok(value) = reader.number("n") {
                let mut again = Vec::new();
                write(value, &mut again);
                prop_assert!(bytes.starts_with(&again));
            }
        }
    }
}
