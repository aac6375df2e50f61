//! What is the same in every code of a version: function patterns (section 6.3), and for each mask its inversions
//! (section 7.8.2) and the format information that names it (section 7.9).

use crate::transpose::transpose;
use crate::{Lines, MAX_SIDE, Mask, Version};

static V4M: [Frame; 8] = frames(Version::V4M);
static V6M: [Frame; 8] = frames(Version::V6M);

/// What is laid over data to make the symbol under one mask: where data are, what the mask inverts; elsewhere, what
/// stands there.
#[derive(Clone, Copy)]
pub(crate) struct Frame {
    rows: Lines,
    columns: Lines,
}

impl Frame {
    /// The frame of a version under a mask.
    pub(crate) fn of(version: Version, mask: Mask) -> &'static Self {
        let frames = match version {
            Version::V4M => &V4M,
            Version::V6M => &V6M,
        };
        &frames[usize::from(mask.number())]
    }

    /// The rows of the symbol that has these rows of data.
    pub(crate) fn rows_over(&self, data: &Lines) -> Lines {
        over(&self.rows, data)
    }

    /// The columns of the symbol that has these columns of data.
    pub(crate) fn columns_over(&self, data: &Lines) -> Lines {
        over(&self.columns, data)
    }
}

fn over(frame: &Lines, data: &Lines) -> Lines {
    std::array::from_fn(|at| frame[at] ^ data[at])
}

const fn frames(version: Version) -> [Frame; 8] {
    let mut frames = [Frame { rows: [0; MAX_SIDE], columns: [0; MAX_SIDE] }; 8];
    let mut number = 0;
    while number < 8 {
        let mask = Mask::ALL[number];
        let mut patterns = Patterns::of(version);
        patterns.format(mask);
        let mut rows = patterns.dark;
        let mut at = 0;
        while at < version.side() * version.side() {
            let (x, y) = (at % version.side(), at / version.side());
            if !patterns.has(x, y) && mask.inverts(x, y) {
                rows[y] |= 1 << x;
            }
            at += 1;
        }
        frames[number] = Frame { rows, columns: transpose(&rows) };
        number += 1;
    }
    frames
}

/// The modules that are not data.
pub(crate) struct Patterns {
    side: usize,
    dark: Lines,
    /// Which modules these are, dark or light.
    taken: Lines,
}

impl Patterns {
    /// Those of a version, with room for the format information.
    pub(crate) const fn of(version: Version) -> Self {
        let side = version.side();
        let mut patterns = Self { side, dark: [0; MAX_SIDE], taken: [0; MAX_SIDE] };
        let mut at = 0;
        while at < side {
            patterns.set(at, 6, at % 2 == 0);
            patterns.set(6, at, at % 2 == 0);
            at += 1;
        }
        // The rings around the middle of a finder, its separator the last, and those of the alignment pattern.
        patterns.rings(3, 3, 4, 0b01011);
        patterns.rings(side - 4, 3, 4, 0b01011);
        patterns.rings(3, side - 4, 4, 0b01011);
        patterns.rings(version.alignment(), version.alignment(), 2, 0b101);
        patterns.format(Mask::ALL[0]);
        patterns.set(8, side - 8, true);
        patterns
    }

    /// Whether the module is one of them.
    pub(crate) const fn has(&self, x: usize, y: usize) -> bool {
        self.taken[y] >> x & 1 == 1
    }

    const fn set(&mut self, x: usize, y: usize, dark: bool) {
        self.taken[y] |= 1 << x;
        self.dark[y] = self.dark[y] & !(1 << x) | (dark as u64) << x;
    }

    /// Squares around (`x`, `y`) as far as they are in the symbol: the one at distance `d` is dark where bit `d` is 1.
    const fn rings(&mut self, x: usize, y: usize, furthest: usize, dark: u64) {
        let mut row = y.saturating_sub(furthest);
        while row <= y + furthest && row < self.side {
            let mut column = x.saturating_sub(furthest);
            while column <= x + furthest && column < self.side {
                let (across, down) = (column.abs_diff(x), row.abs_diff(y));
                let distance = if across > down { across } else { down };
                self.set(column, row, dark >> distance & 1 == 1);
                column += 1;
            }
            row += 1;
        }
    }

    /// Both copies of the format information, least significant bit first.
    const fn format(&mut self, mask: Mask) {
        let information = format_information(mask);
        let mut bit = 0;
        while bit < 15 {
            let dark = information >> bit & 1 == 1;
            match bit {
                0..=5 => self.set(8, bit, dark),
                6..=7 => self.set(8, bit + 1, dark),
                8 => self.set(7, 8, dark),
                _ => self.set(14 - bit, 8, dark),
            }
            match bit {
                0..=7 => self.set(self.side - 1 - bit, 8, dark),
                _ => self.set(8, self.side - 15 + bit, dark),
            }
            bit += 1;
        }
    }
}

/// The 15 bits that name level M and the mask: a BCH (15, 5) code (annex C).
const fn format_information(mask: Mask) -> u32 {
    // The two bits of level M are 00.
    let data = mask.number() as u32;
    let mut remainder = data << 10;
    let mut bit = 15;
    while bit > 10 {
        bit -= 1;
        if remainder >> bit & 1 == 1 {
            remainder ^= 0b101_0011_0111 << (bit - 10);
        }
    }
    (data << 10 | remainder) ^ 0b101_0100_0001_0010
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_information_is_that_of_the_standard() {
        // Table C.1, sequences 00000 to 00111.
        let table = [0x5412, 0x5125, 0x5e7c, 0x5b4b, 0x45f9, 0x40ce, 0x4f97, 0x4aa0];
        assert_eq!(Mask::ALL.map(format_information), table);
    }
}
