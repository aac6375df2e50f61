//! How badly a symbol would be read, by the four rules of section 7.8.3, on whole rows and columns at once.
//!
//! | rule | feature | points |
//! |---|---|---|
//! | 1 | 5 or more modules of one colour in a row or column | 3, and 1 for each beyond 5 |
//! | 2 | each square of 2×2 modules of one colour | 3 |
//! | 3 | dark, light, 3 dark, light, dark in a row or column, with 4 light before or after | 40 |
//! | 4 | each full 5 % by which the dark modules are more or fewer than half | 10 |
//!
//! The complete symbol is judged, with its function patterns and format information. Where the standard leaves room:
//! rule 3 counts a pattern once even with light on both sides, each of two that overlap, and only at the scale of one
//! module; the quiet zone is light, since a reader sees it so. The three finder patterns count like any other: they add
//! nearly the same to every mask.

use crate::frame::Frame;
use crate::{Lines, Mask, Version};

/// The mask with the lowest penalty; of equals, the first.
pub(crate) fn best_mask(version: Version, rows: &Lines, columns: &Lines) -> Mask {
    let score = |mask: &Mask| {
        let frame = Frame::of(version, *mask);
        let side = version.side();
        penalty(&frame.rows_over(rows)[..side], &frame.columns_over(columns)[..side])
    };
    Mask::ALL.into_iter().min_by_key(score).unwrap_or(Mask::ALL[0])
}

/// The penalty of a symbol with these rows and columns.
fn penalty(rows: &[u64], columns: &[u64]) -> u32 {
    lines(rows) + lines(columns) + squares(rows) + balance(rows)
}

/// Rules 1 and 3 in one direction.
fn lines(lines: &[u64]) -> u32 {
    let inside = (1 << (lines.len() - 1)) - 1;
    lines.iter().map(|line| runs(*line, inside) + 40 * finders(*line).count_ones()).sum()
}

fn same(line: u64, inside: u64) -> u64 {
    !(line ^ line >> 1) & inside
}

/// Rule 1.
fn runs(line: u64, inside: u64) -> u32 {
    let same = same(line, inside);
    let two = same & same >> 1;
    let four = two & two >> 2;
    let first = four & !(four << 1);
    four.count_ones() + 2 * first.count_ones()
}

/// Rule 3.
fn finders(line: u64) -> u64 {
    let edge = line & !(line >> 1) & line >> 2;
    let core = edge & line >> 3 & edge >> 4;
    let (before, after) = (line << 1 | line << 2, line >> 7 | line >> 8);
    core & !((before | before << 2) & (after | after >> 2))
}

/// Rule 2.
fn squares(rows: &[u64]) -> u32 {
    let inside = (1 << (rows.len() - 1)) - 1;
    let square = |pair: &[u64]| (same(pair[0], inside) & same(pair[1], inside) & !(pair[0] ^ pair[1])).count_ones();
    3 * rows.windows(2).map(square).sum::<u32>()
}

/// Rule 4.
fn balance(rows: &[u64]) -> u32 {
    let all = (rows.len() * rows.len()) as u32;
    let dark: u32 = rows.iter().map(|row| row.count_ones()).sum();
    10 * ((20 * dark).abs_diff(10 * all) / all)
}

#[cfg(test)]
mod tests;
