//! Error correction: Reed-Solomon codes over GF(2^8) modulo x^8 + x^4 + x^3 + x^2 + 1 (section 7.5.2), and the order
//! in which the codewords of all blocks follow each other (section 7.6).

use crate::Version;
use crate::alphanumeric::MAX_DATA;

/// Codewords of the larger version, 172, up to a whole number of words of 8.
pub(crate) const MAX_CODEWORDS: usize = 176;
const MAX_BLOCKS: usize = 4;

/// A polynomial of degree below 24 over GF(2^8): the coefficient of the highest power first, in the highest byte of the
/// first word.
type Polynomial = [u64; 3];

/// Multiples of the generator without its highest power, by the factor.
type Multiples = [Polynomial; 256];

static OF_16: Multiples = multiples(16);
static OF_18: Multiples = multiples(18);

/// Data and error correction codewords in the order in which they are placed; zeros follow.
pub(crate) fn protect(version: Version, data: &[u8; MAX_DATA]) -> [u8; MAX_CODEWORDS] {
    match version {
        Version::V4M => protect_by(version, data, &OF_18),
        Version::V6M => protect_by(version, data, &OF_16),
    }
}

#[inline]
fn protect_by(version: Version, data: &[u8; MAX_DATA], multiples: &Multiples) -> [u8; MAX_CODEWORDS] {
    let (blocks, length) = (version.blocks(), version.data_of_block());
    let mut codewords = [0; MAX_CODEWORDS];
    let mut remainders = [[0; 3]; MAX_BLOCKS];
    let (ahead, behind) = codewords.split_at_mut(version.data());
    for (nth, group) in ahead.chunks_exact_mut(blocks).enumerate() {
        for (block, codeword) in group.iter_mut().enumerate() {
            *codeword = data[block * length + nth];
            remainders[block] = divide(remainders[block], *codeword, multiples);
        }
    }
    for (nth, group) in behind.chunks_exact_mut(blocks).take(version.correction_of_block()).enumerate() {
        for (codeword, remainder) in group.iter_mut().zip(&remainders) {
            *codeword = (remainder[nth / 8] >> (56 - nth % 8 * 8)) as u8;
        }
    }
    codewords
}

/// One more step of the division by the generator.
#[inline]
fn divide([first, second, third]: Polynomial, codeword: u8, multiples: &Multiples) -> Polynomial {
    let multiple = &multiples[usize::from((first >> 56) as u8 ^ codeword)];
    [(first << 8 | second >> 56) ^ multiple[0], (second << 8 | third >> 56) ^ multiple[1], third << 8 ^ multiple[2]]
}

const fn multiples(degree: usize) -> Multiples {
    let generator = generator(degree);
    let mut multiples = [[0; 3]; 256];
    let mut factor = 0;
    while factor < 256 {
        let mut nth = 0;
        while nth < degree {
            let coefficient = multiply(factor as u8, generator[nth]) as u64;
            multiples[factor][nth / 8] |= coefficient << (56 - nth % 8 * 8);
            nth += 1;
        }
        factor += 1;
    }
    multiples
}

/// The product of (x - 2^i) for i below `degree`, from the second-highest power down.
const fn generator(degree: usize) -> [u8; 24] {
    let mut generator = [0; 24];
    generator[degree - 1] = 1;
    let mut root = 1;
    let mut factors = 0;
    while factors < degree {
        let mut nth = 0;
        while nth < degree {
            generator[nth] = multiply(generator[nth], root);
            if nth + 1 < degree {
                generator[nth] ^= generator[nth + 1];
            }
            nth += 1;
        }
        root = multiply(root, 2);
        factors += 1;
    }
    generator
}

const fn multiply(left: u8, right: u8) -> u8 {
    let mut product = 0_u8;
    let mut bit = 8;
    while bit > 0 {
        bit -= 1;
        product = product << 1 ^ if product & 0x80 == 0 { 0 } else { 0x1d };
        if right >> bit & 1 == 1 {
            product ^= left;
        }
    }
    product
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_is_that_of_the_standard() {
        // Annex A, 16 and 18 codewords, as exponents of 2.
        let power = |exponent: u32| (0..exponent).fold(1, |value, _| multiply(value, 2));
        let of_16 = [120, 104, 107, 109, 102, 161, 76, 3, 91, 191, 147, 169, 182, 194, 225, 120];
        assert_eq!(generator(16)[..16], of_16.map(power));
        let of_18 = [215, 234, 158, 94, 184, 97, 118, 170, 79, 187, 152, 148, 252, 179, 5, 98, 96, 153];
        assert_eq!(generator(18)[..18], of_18.map(power));
    }
}
