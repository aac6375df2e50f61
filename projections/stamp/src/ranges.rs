//! A set of ordinals in a cell.

use sceau_projection::row::CellValue;
use sceau_projection::{Cell, CellKind};
use sceau_stamp::{OrdinalRange, RangeSet};

/// A set of ordinals as the bytes of a cell: for each range the gap since the last one and its count, each as LEB128
/// (seven bits a byte, least significant first). Most ranges take two to six bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ranges(pub RangeSet);

impl Ranges {
    /// Adds codes.
    pub fn add(&mut self, ranges: &[OrdinalRange]) {
        self.0 = self.0.union(&ranges.iter().copied().collect());
    }

    /// Takes codes out.
    pub fn remove(&mut self, ranges: &[OrdinalRange]) {
        if !self.0.is_empty() {
            self.0 = self.0.minus(&ranges.iter().copied().collect());
        }
    }
}

impl CellValue for Ranges {
    const KIND: CellKind = CellKind::Bytes;

    fn to_cell(&self) -> Cell {
        let mut bytes = Vec::with_capacity(self.0.fragments() * 4);
        let mut end = 0;
        for range in self.0.ranges() {
            write(range.first - end, &mut bytes);
            write(range.count, &mut bytes);
            end = range.end();
        }
        Cell::Bytes(bytes)
    }

    fn from_cell(cell: Cell) -> Result<Self, Cell> {
        match cell {
            Cell::Bytes(bytes) => match read_all(&bytes) {
                Some(set) => Ok(Self(set)),
                None => Err(Cell::Bytes(bytes)),
            },
            other => Err(other),
        }
    }
}

pub(crate) fn write(mut value: u64, bytes: &mut Vec<u8>) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

fn read_all(mut bytes: &[u8]) -> Option<RangeSet> {
    let mut ranges = Vec::new();
    let mut end = 0_u64;
    while !bytes.is_empty() {
        let first = end.checked_add(read(&mut bytes)?)?;
        let count = read(&mut bytes)?;
        end = first.checked_add(count)?;
        ranges.push(OrdinalRange { first, count });
    }
    Some(ranges.into_iter().collect())
}

pub(crate) fn read(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for place in 0..10 {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_cell_keeps_the_set(pairs in proptest::collection::vec((0..1_u64 << 40, 1..1_u64 << 20), 0..40)) {
            let set: RangeSet = pairs.into_iter().map(|(first, count)| OrdinalRange { first, count }).collect();
            prop_assert_eq!(Ranges::from_cell(Ranges(set.clone()).to_cell()), Ok(Ranges(set)));
        }

        #[test]
        fn other_bytes_are_given_back_or_make_a_set(bytes: Vec<u8>) {
            if let Err(cell) = Ranges::from_cell(Cell::Bytes(bytes.clone())) {
                prop_assert_eq!(cell, Cell::Bytes(bytes));
            }
        }
    }

    #[test]
    fn a_set_takes_few_bytes() {
        let set = Ranges([OrdinalRange { first: 5, count: 100 }].into_iter().collect());
        assert_eq!(set.to_cell(), Cell::Bytes(vec![5, 100]));
        assert_eq!(Ranges::default().to_cell(), Cell::Bytes(Vec::new()));
    }
}
