//! A filter for codes that are scattered: B. H. Bloom, "Space/Time Trade-offs in Hash Coding with Allowable Errors"
//! (1970), its hashes made from two as A. Kirsch and M. Mitzenmacher showed ("Less Hashing, Same Performance", 2006).
//!
//! A code in it is always found. One that is not in it is taken for one that is with a chance of [`FALSE_POSITIVES`].
//! Each list has a seed of its own, so whoever was taken wrongly by one list is hardly by the next.

use crate::ListError;
use crate::wire::{Reader, write, write_bytes};

/// Bytes for each code.
pub const BYTES_PER_CODE: usize = 2;
/// Share of the codes which are not in a filter and are found in it all the same: about 1 in 2 180.
pub const FALSE_POSITIVES: f64 = 0.000_46;
/// Hashes of a code: the best count for 16 bits a code, 16 × ln 2.
const HASHES: u64 = 11;
/// A smaller filter would be wrong more often than is stated, by the chance of where its few bits fall.
const SMALLEST: usize = 1024;

/// A set of numbers that may find one which is not in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    seed: u64,
    codes: u64,
    bits: Vec<u8>,
}

impl Filter {
    /// The filter of these numbers. Another `seed` errs on other numbers.
    pub fn new(numbers: &[u64], seed: u64) -> Self {
        let size = if numbers.is_empty() { 0 } else { (numbers.len() * BYTES_PER_CODE).max(SMALLEST) };
        let mut filter = Self { seed, codes: numbers.len() as u64, bits: vec![0; size] };
        for number in numbers {
            for bit in places(*number, seed, size) {
                filter.bits[(bit / 8) as usize] |= 1 << (bit % 8);
            }
        }
        filter
    }

    /// Whether `number` is in it, or seems so.
    pub fn contains(&self, number: u64) -> bool {
        let set = |bit: u64| self.bits[(bit / 8) as usize] & (1 << (bit % 8)) != 0;
        !self.bits.is_empty() && places(number, self.seed, self.bits.len()).all(set)
    }

    /// How many numbers were put in.
    pub const fn count(&self) -> u64 {
        self.codes
    }

    pub(crate) fn write(&self, bytes: &mut Vec<u8>) {
        write(self.codes, bytes);
        write(self.seed, bytes);
        write_bytes(&self.bits, bytes);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, ListError> {
        let (codes, seed) = (reader.number("filter.codes")?, reader.number("filter.seed")?);
        Ok(Self { seed, codes, bits: reader.bytes("filter.bits")?.to_vec() })
    }
}

/// The bits of a number in a filter of so many bytes.
fn places(number: u64, seed: u64, size: usize) -> impl Iterator<Item = u64> {
    let bits = size as u128 * 8;
    let first = mixed(number ^ mixed(seed));
    let step = mixed(first) | 1;
    // The high half of the product spreads the hashes evenly over any count of bits.
    (0..HASHES).map(move |nth| ((u128::from(first.wrapping_add(step.wrapping_mul(nth))) * bits) >> 64) as u64)
}

/// One step of SplitMix64 (G. L. Steele, D. Lea, C. H. Flood, "Fast Splittable Pseudorandom Number Generators", 2014).
const fn mixed(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_found_and_few_others() {
        for count in [1_u64, 600, 20_000] {
            let numbers: Vec<u64> = (0..count).map(|nth| nth * 977).collect();
            let filter = Filter::new(&numbers, count);
            assert!(numbers.iter().all(|number| filter.contains(*number)));
            let others = 1_000_000_u64;
            let wrong = (0..others).filter(|nth| filter.contains((1 << 40) + nth)).count();
            // A third more than is stated would be no chance: some 460 are expected.
            assert!(wrong as f64 <= others as f64 * FALSE_POSITIVES * 1.33, "{wrong} of {others} with {count} codes");
        }
    }

    #[test]
    fn an_empty_filter_finds_nothing() {
        assert!((0..1_000).all(|number| !Filter::new(&[], 7).contains(number)));
        assert!(!Filter::default().contains(0));
    }

    #[test]
    fn the_next_list_errs_on_others() {
        let numbers: Vec<u64> = (0..20_000).map(|nth| nth * 977).collect();
        let (one, next) = (Filter::new(&numbers, 1), Filter::new(&numbers, 2));
        let both = (0..1_000_000).map(|nth| (1 << 40) + nth).filter(|n| one.contains(*n) && next.contains(*n));
        assert!(both.count() < 10);
    }
}
