//! The penalties beside the rules as a person reads them, module by module.

use proptest::prelude::*;

use super::*;
use crate::transpose::transpose;
use crate::{MAX_SIDE, Qr};

/// A symbol module by module: rows of columns.
struct Modules(Vec<Vec<bool>>);

impl Modules {
    fn of(rows: &[u64]) -> Self {
        Self(rows.iter().map(|row| (0..rows.len()).map(|x| row >> x & 1 == 1).collect()).collect())
    }

    fn rows_and_columns(&self) -> Vec<Vec<bool>> {
        let column = |x: usize| self.0.iter().map(|row| row[x]).collect();
        self.0.iter().cloned().chain((0..self.0.len()).map(column)).collect()
    }

    fn rule_1(&self) -> usize {
        let points = |run: &[bool]| if run.len() < 5 { 0 } else { 3 + run.len() - 5 };
        self.rows_and_columns().iter().flat_map(|line| line.chunk_by(bool::eq).map(points).collect::<Vec<_>>()).sum()
    }

    fn rule_2(&self) -> usize {
        let side = self.0.len();
        let square = |x: usize, y: usize| [self.0[y][x], self.0[y][x + 1], self.0[y + 1][x], self.0[y + 1][x + 1]];
        let places = (0..side - 1).flat_map(|y| (0..side - 1).map(move |x| (x, y)));
        3 * places.map(|(x, y)| square(x, y)).filter(|square| *square == [true; 4] || *square == [false; 4]).count()
    }

    fn rule_3(&self) -> usize {
        const PATTERN: [bool; 7] = [true, false, true, true, true, false, true];
        let found = |line: &Vec<bool>| {
            let zone = [false; 4];
            let line = [&zone[..], line, &zone].concat();
            line.windows(15).filter(|w| w[4..11] == PATTERN && (w[..4] == zone || w[11..] == zone)).count()
        };
        40 * self.rows_and_columns().iter().map(found).sum::<usize>()
    }

    fn rule_4(&self) -> usize {
        let all = self.0.len().pow(2) as f64;
        let dark = self.0.iter().flatten().filter(|dark| **dark).count() as f64;
        10 * ((100.0 * dark / all - 50.0).abs() / 5.0).floor() as usize
    }

    fn penalty(&self) -> usize {
        self.rule_1() + self.rule_2() + self.rule_3() + self.rule_4()
    }
}

fn columns(rows: &[u64]) -> Vec<u64> {
    let mut lines = [0; MAX_SIDE];
    lines[..rows.len()].copy_from_slice(rows);
    transpose(&lines)[..rows.len()].to_vec()
}

fn agrees(rows: &[u64]) -> Result<(), TestCaseError> {
    let modules = Modules::of(rows);
    let columns = columns(rows);
    prop_assert_eq!((lines(rows) + lines(&columns)) as usize, modules.rule_1() + modules.rule_3());
    prop_assert_eq!(squares(rows) as usize, modules.rule_2());
    prop_assert_eq!(balance(rows) as usize, modules.rule_4());
    prop_assert_eq!(penalty(rows, &columns) as usize, modules.penalty());
    Ok(())
}

/// A line of so many modules, drawn as `#` and `.`.
fn line(drawn: &str) -> u64 {
    drawn.bytes().rev().fold(0, |line, module| line << 1 | u64::from(module == b'#'))
}

#[test]
fn a_run_of_five_costs_three_and_each_module_more_costs_one() {
    let table = [("####.#.#.#", 0), ("#####.#.#.", 3), (".######.#.", 4), ("##########", 8), ("#####.....", 6)];
    for (drawn, points) in table {
        assert_eq!(runs(line(drawn), (1 << 9) - 1), points, "{drawn}");
    }
}

#[test]
fn a_finder_is_penalised_once_where_it_has_light_on_a_side() {
    let table = [
        ("##.#.###.#....#", 1),
        ("#....#.###.#.##", 1),
        ("#....#.###.#....#", 1),
        ("##.#.###.#...##", 0),
        ("#.###.#.#######", 1),
        ("########.#.###.#", 1),
        ("#....##..######..##....", 0),
        ("#.###.#....#.###.#", 2),
    ];
    for (drawn, found) in table {
        assert_eq!(finders(line(drawn)).count_ones(), found, "{drawn}");
    }
}

#[test]
fn the_balance_costs_ten_for_each_full_five_percent() {
    let all = 33_usize * 33;
    for (percent, points) in [(50, 0), (46, 0), (44, 10), (56, 10), (39, 20), (0, 100), (100, 100)] {
        let dark = all * percent / 100;
        let rows: Vec<u64> = (0..33_usize).map(|y| (1 << dark.saturating_sub(y * 33).min(33)) - 1).collect();
        assert_eq!(balance(&rows), points, "{percent} %");
    }
}

proptest! {
    #[test]
    fn any_modules_cost_what_the_rules_say(
        words: [u64; MAX_SIDE],
        others: [u64; MAX_SIDE],
        sparse: bool,
        side in prop::sample::select(vec![33_usize, 41]),
    ) {
        // Fewer dark modules make longer runs and more squares.
        let word = |y: usize| if sparse { words[y] & others[y] } else { words[y] };
        let rows: Vec<u64> = (0..side).map(|y| word(y) & ((1 << side) - 1)).collect();
        agrees(&rows)?;
    }

    #[test]
    fn the_mask_taken_is_the_first_of_the_cheapest(text in "[0-9A-Z $%*+./:-]{0,90}", large: bool) {
        let version = if large { Version::V6M } else { Version::V4M };
        let symbols = Mask::ALL.map(|mask| Qr::encode_with_mask(version, &text, mask).unwrap());
        let penalties = symbols.map(|qr| Modules::of(qr.rows()).penalty());
        for qr in &symbols {
            agrees(qr.rows())?;
        }
        let taken = Qr::encode(version, &text).unwrap();
        let first = penalties.iter().position(|penalty| Some(penalty) == penalties.iter().min()).unwrap();
        prop_assert_eq!(usize::from(taken.mask().number()), first);
        prop_assert_eq!(taken, symbols[first]);
    }
}
