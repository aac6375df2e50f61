//! Rows into columns.

use crate::{Lines, MAX_SIDE};

/// The columns of these rows, or the rows of these columns.
///
/// Quarters of ever smaller squares change places: H. S. Warren, "Hacker's Delight", section 7-3.
pub(crate) const fn transpose(lines: &Lines) -> Lines {
    let mut square = [0; 64];
    let mut at = 0;
    while at < MAX_SIDE {
        square[at] = lines[at];
        at += 1;
    }
    let mut width = 32;
    let mut low = u64::MAX >> 32;
    while width > 0 {
        let mut block = 0;
        while block < 64 {
            let mut line = block;
            while line < block + width {
                let swapped = (square[line] >> width ^ square[line + width]) & low;
                square[line] ^= swapped << width;
                square[line + width] ^= swapped;
                line += 1;
            }
            block += 2 * width;
        }
        width /= 2;
        low ^= low << width;
    }
    let mut turned = [0; MAX_SIDE];
    at = 0;
    while at < MAX_SIDE {
        turned[at] = square[at];
        at += 1;
    }
    turned
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn bit_x_of_word_y_becomes_bit_y_of_word_x(words: [u64; MAX_SIDE]) {
            let lines = words.map(|word| word & ((1 << MAX_SIDE) - 1));
            let turned = transpose(&lines);
            for (y, line) in lines.iter().enumerate() {
                for (x, turned) in turned.iter().enumerate() {
                    prop_assert_eq!(line >> x & 1, turned >> y & 1);
                }
            }
        }
    }
}
