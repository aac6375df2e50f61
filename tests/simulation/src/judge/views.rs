//! Every row of every view, built live or anew, equals a fold of the log.

use std::collections::BTreeMap;

use sceau_projection::Cell;

use super::reader::{Valid, read};
use crate::bank::TOPIC;
use crate::machine::ViewKind;
use crate::world::World;

/// The numbers of a row, and the number of records it includes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Row {
    values: Vec<i64>,
    includes: u64,
}

type Rows = BTreeMap<Vec<Cell>, Row>;

/// When everything has drained: rows are the fold of the log, no more and no less.
pub(super) fn judge(valid: &[Valid], world: &World, faults: &mut Vec<String>) {
    for view in [ViewKind::Balances, ViewKind::Totals] {
        for generation in [1, 2] {
            let table = view.table(generation);
            let (expected, found) = (fold(view, valid), stored(world, &table));
            for key in expected.keys().chain(found.keys().filter(|key| !expected.contains_key(*key))) {
                if expected.get(key) != found.get(key) {
                    let (expected, found) = (expected.get(key), found.get(key));
                    faults.push(format!("{table} {key:?} holds {found:?}, a fold of the log gives {expected:?}"));
                }
            }
        }
    }
}

/// While things still go wrong: each row equals the fold of the log up to where it says it goes, and includes at least
/// what its machine says is `applied`, so that a reader who waits for a position finds it.
pub(crate) fn audit(world: &World, view: ViewKind, generation: u8, partition: usize, applied: u64) -> Option<String> {
    let mut valid = read(&world.log).ok()?;
    valid.retain(|commit| commit.partition == partition);
    let table = view.table(generation);
    let up_to = |end: u64| valid.iter().filter(move |commit| commit.offset < end);
    let found = stored(world, &table);
    for (key, claimed) in fold(view, up_to(applied)) {
        let Some(row) = found.get(&key) else {
            return Some(format!("{table} lacks {key:?}, though {applied} records are said to be applied"));
        };
        let expected = fold(view, up_to(row.includes)).remove(&key);
        if row.includes < claimed.includes || expected.as_ref() != Some(row) {
            return Some(format!(
                "{table} {key:?} holds {row:?} with {applied} records applied, the log gives {expected:?}"
            ));
        }
    }
    None
}

fn stored(world: &World, table: &str) -> Rows {
    let number = |cell: &Cell| if let Cell::Int(value) = cell { *value } else { i64::MIN };
    let row = |cells: &[Cell]| Row {
        values: cells.iter().skip(1).map(number).collect(),
        includes: cells.first().map_or(0, number) as u64,
    };
    world.store.rows(table).map(|(key, cells)| (key.to_vec(), row(cells))).collect()
}

/// The rows of a view after some commits.
fn fold<'a>(view: ViewKind, valid: impl IntoIterator<Item = &'a Valid>) -> Rows {
    let mut rows = Rows::new();
    for commit in valid {
        for event in &commit.events {
            let key = match view {
                ViewKind::Balances => vec![Cell::Int(commit.account().map_or(-1, i64::from))],
                ViewKind::Totals => {
                    let partition = Cell::Int(commit.partition as i64);
                    vec![Cell::Text(event.kind.clone()), Cell::Text(TOPIC.to_owned()), partition]
                }
            };
            let row = rows.entry(key).or_default();
            row.includes = commit.offset + 1;
            match view {
                // Balance, events, version.
                ViewKind::Balances => {
                    row.values.resize(3, 0);
                    row.values[0] += if event.kind == "sim.Sent" { -event.amount } else { event.amount };
                    row.values[1] += 1;
                    row.values[2] = commit.version() as i64;
                }
                // Events, and the money they moved.
                ViewKind::Totals => {
                    row.values.resize(2, 0);
                    row.values[0] += 1;
                    row.values[1] += event.amount;
                }
            }
        }
    }
    rows
}
