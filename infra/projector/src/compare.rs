//! Comparing two tables of a projection row by row.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use sceau_projection::Cell;
use sceau_store::{Scan, Store, StoreError};

/// Rows read at a time.
const PAGE: usize = 1024;
/// At most so many differing keys are looked at again; more are a difference for certain.
const KEPT: usize = 10_000;
/// At most so many differing keys are named.
const NAMED: usize = 10;
/// Rows that differ because one table is ahead are looked at again, so many times and so far apart.
const LOOKS: u32 = 20;
const PAUSE: Duration = Duration::from_millis(100);

/// How two tables of a projection differ.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Rows of the serving table.
    pub serving: u64,
    /// Rows of the table built beside it.
    pub built: u64,
    /// Rows that only one of them has, or that differ though they include the same part of the log.
    pub different: u64,
    /// Keys of some of them.
    pub examples: Vec<String>,
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { serving, built, different, examples } = self;
        write!(f, "{serving} rows are served, {built} were built, {different} differ")?;
        if !examples.is_empty() {
            write!(f, ", among them {}", examples.join(", "))?;
        }
        Ok(())
    }
}

type Key = Vec<Cell>;

/// Compares the rows of table `serving` with those of `built` while both follow the log.
pub(crate) async fn compare(store: &dyn Store, serving: &str, built: &str) -> Result<Comparison, StoreError> {
    let mut differing = BTreeSet::new();
    let mut comparison = Comparison {
        serving: one_way(store, serving, built, &mut differing).await?,
        built: one_way(store, built, serving, &mut differing).await?,
        ..Comparison::default()
    };
    let mut keys: Vec<Key> = differing.into_iter().collect();
    for _ in 0..LOOKS {
        let (different, settled) = look_again(store, serving, built, &keys).await?;
        keys = different;
        if settled {
            break;
        }
        tokio::time::sleep(PAUSE).await;
    }
    comparison.different = keys.len() as u64;
    comparison.examples = keys.iter().take(NAMED).map(|key| format!("{key:?}")).collect();
    Ok(comparison)
}

/// Counts the rows of `table` and adds the keys of those that `other` does not hold alike.
async fn one_way(
    store: &dyn Store,
    table: &str,
    other: &str,
    differing: &mut BTreeSet<Key>,
) -> Result<u64, StoreError> {
    let (mut count, mut after) = (0, None);
    loop {
        let scan = Scan { prefix: Vec::new(), after, from: None, descending: false, limit: PAGE };
        let rows = store.scan(table, scan).await?;
        let Some(last) = rows.last() else { return Ok(count) };
        after = Some(last.key.clone());
        count += rows.len() as u64;
        let others = store.read(other, rows.iter().map(|row| row.key.clone()).collect()).await?;
        let unequal = rows.into_iter().zip(others).filter(|(row, other)| other.as_ref() != Some(&row.cells));
        differing.extend(unequal.map(|(row, _)| row.key).take(KEPT.saturating_sub(differing.len())));
    }
}

/// Those of `keys` whose rows differ, and whether another look can change nothing: none of them is a row that one
/// table has brought further than the other.
async fn look_again(
    store: &dyn Store,
    serving: &str,
    built: &str,
    keys: &[Key],
) -> Result<(Vec<Key>, bool), StoreError> {
    let (mut different, mut settled) = (Vec::new(), true);
    for keys in keys.chunks(PAGE) {
        let rows = store.read(serving, keys.to_vec()).await?;
        let others = store.read(built, keys.to_vec()).await?;
        for (key, (row, other)) in keys.iter().zip(rows.into_iter().zip(others)) {
            if row != other {
                // The first cell is the watermark.
                let watermark = |row: &Option<Vec<Cell>>| row.as_ref().and_then(|cells| cells.first().cloned());
                settled &= watermark(&row) == watermark(&other);
                different.push(key.clone());
            }
        }
    }
    Ok((different, settled))
}
