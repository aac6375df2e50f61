//! Every row of every view, built live or anew, equals a fold of the log.

use std::collections::BTreeMap;

use sceau_projection::Cell;

use super::reader::Valid;
use crate::bank::TOPIC;
use crate::machine::ViewKind;
use crate::store::SimStore;

/// Rows by key, without the offset that a row includes.
type Rows = BTreeMap<Vec<Cell>, Vec<i64>>;

pub(super) fn judge(valid: &[Valid], store: &SimStore, faults: &mut Vec<String>) {
    for (view, expected) in [(ViewKind::Balances, balances(valid)), (ViewKind::Totals, totals(valid))] {
        for generation in [1, 2] {
            let table = view.table(generation);
            compare(&table, &expected, &stored(store, &table), faults);
        }
    }
}

fn compare(table: &str, expected: &Rows, found: &Rows, faults: &mut Vec<String>) {
    for key in expected.keys().chain(found.keys().filter(|key| !expected.contains_key(*key))) {
        if expected.get(key) != found.get(key) {
            let (expected, found) = (expected.get(key), found.get(key));
            faults.push(format!("{table} {key:?} holds {found:?}, a fold of the log gives {expected:?}"));
        }
    }
}

fn stored(store: &SimStore, table: &str) -> Rows {
    let number = |cell: &Cell| if let Cell::Int(value) = cell { *value } else { i64::MIN };
    store.rows(table).map(|(key, cells)| (key.to_vec(), cells.iter().skip(1).map(number).collect())).collect()
}

/// Per account: balance, events, version.
fn balances(valid: &[Valid]) -> Rows {
    let mut rows = Rows::new();
    for commit in valid {
        let key = vec![Cell::Int(commit.account().map_or(-1, i64::from))];
        let row = rows.entry(key).or_insert_with(|| vec![0; 3]);
        for event in &commit.events {
            row[0] += if event.kind == "sim.Sent" { -event.amount } else { event.amount };
            row[1] += 1;
        }
        row[2] = commit.version() as i64;
    }
    rows
}

/// Per kind of event and partition: events, and the money they moved.
fn totals(valid: &[Valid]) -> Rows {
    let mut rows = Rows::new();
    for commit in valid {
        for event in &commit.events {
            let partition = Cell::Int(commit.partition as i64);
            let key = vec![Cell::Text(event.kind.clone()), Cell::Text(TOPIC.to_owned()), partition];
            let row = rows.entry(key).or_insert_with(|| vec![0; 2]);
            row[0] += 1;
            row[1] += event.amount;
        }
    }
    rows
}
