//! Rows kept in memory for as long as their view stands still.
//!
//! What was read stays true until the view has taken more of the log in, so a kept row is as fresh as one read anew:
//! it is used only while the view is exactly where it was before the row was read. Where other nodes write rows of the
//! view, nobody here knows where it is, and nothing is kept. Certificates, prices and batches change seldom and are asked
//! for with every order and every scan.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use sceau_projection::{Cells, Projection};
use sceau_projector::{Range, Standing, ViewError, ViewReader};
use sceau_stamp_view::{BatchRange, BatchRangeKey, BatchRangeRow};

/// Rows kept of one view; then all are forgotten.
const KEPT_MAX: usize = 4096;

/// Something learnt of a view, and where the view stood before it was read.
#[derive(Default)]
struct Kept<T> {
    at: Option<Standing>,
    known: T,
}

/// Rows by their keys.
type Rows<P> = HashMap<<P as Projection>::Key, Arc<<P as Projection>::Row>>;

impl<T: Default> Kept<T> {
    /// What is known, emptied when the view has moved on since or it has become too much.
    fn renewed(&mut self, at: Standing, size: impl FnOnce(&T) -> usize) -> &mut T {
        if self.at.as_ref() != Some(&at) || size(&self.known) >= KEPT_MAX {
            *self = Self { at: Some(at), known: T::default() };
        }
        &mut self.known
    }

    /// What is known of a view that stands there.
    fn known(&self, at: Option<&Standing>) -> Option<&T> {
        (at.is_some() && self.at.as_ref() == at).then_some(&self.known)
    }
}

/// Rows of a view by their keys.
pub(crate) struct KeptRows<P: Projection> {
    reader: ViewReader<P>,
    kept: RwLock<Kept<Rows<P>>>,
}

impl<P: Projection> KeptRows<P>
where
    P::Row: Sync,
{
    pub(crate) fn new(reader: ViewReader<P>) -> Self {
        Self { reader, kept: RwLock::default() }
    }

    pub(crate) const fn reader(&self) -> &ViewReader<P> {
        &self.reader
    }

    /// The row of `key`.
    pub(crate) async fn get(&self, key: &P::Key) -> Result<Option<Arc<P::Row>>, ViewError> {
        Ok(self.get_many(std::slice::from_ref(key)).await?.pop().flatten())
    }

    /// The rows of `keys`, in their order.
    pub(crate) async fn get_many(&self, keys: &[P::Key]) -> Result<Vec<Option<Arc<P::Row>>>, ViewError> {
        let at = self.reader.standing();
        if let Some(rows) = self.known(at.as_ref(), keys) {
            return Ok(rows);
        }
        let rows = self.reader.get_many(keys).await?;
        let rows: Vec<Option<Arc<P::Row>>> = rows.into_iter().map(|row| row.map(Arc::new)).collect();
        if let Some(at) = at {
            let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
            let known = kept.renewed(at, HashMap::len);
            let found = keys.iter().zip(&rows).filter_map(|(key, row)| Some((key.clone(), Arc::clone(row.as_ref()?))));
            known.extend(found);
        }
        Ok(rows)
    }

    fn known(&self, at: Option<&Standing>, keys: &[P::Key]) -> Option<Vec<Option<Arc<P::Row>>>> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let known = kept.known(at)?;
        keys.iter().map(|key| known.get(key).cloned().map(Some)).collect()
    }
}

/// Batches by the numbers they hold.
pub(crate) struct KeptBatches {
    reader: ViewReader<BatchRange>,
    kept: RwLock<Kept<Batches>>,
}

/// By tenant, then by first number. A batch lies within one bucket, so first numbers alone order them.
#[derive(Default)]
struct Batches {
    by_number: HashMap<String, BTreeMap<u64, Arc<BatchRangeRow>>>,
    count: usize,
}

/// How many of a batch's key columns name its part of the number space.
const BUCKET_COLUMNS: usize = 2;

impl KeptBatches {
    pub(crate) fn new(reader: ViewReader<BatchRange>) -> Self {
        Self { reader, kept: RwLock::default() }
    }

    pub(crate) const fn reader(&self) -> &ViewReader<BatchRange> {
        &self.reader
    }

    /// The batch that holds `number`, and the number's place in it.
    pub(crate) async fn holding(
        &self,
        tenant: &str,
        number: u64,
    ) -> Result<Option<(Arc<BatchRangeRow>, u64)>, ViewError> {
        let at = self.reader.standing();
        if let Some(found) = self.known(at.as_ref(), tenant, number) {
            return Ok(Some(found));
        }
        let key = BatchRangeKey::of_number(tenant, number);
        let mut bucket = key.to_cells();
        bucket.truncate(BUCKET_COLUMNS);
        let below = Range::of(bucket, 1).from(key).descending();
        let Some((key, row)) = self.reader.scan(below).await?.pop() else {
            return Ok(None);
        };
        let Some(ordinal) = key.ordinal_of(number, &row) else {
            return Ok(None);
        };
        let row = Arc::new(row);
        if let Some(at) = at {
            let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
            let known = kept.renewed(at, |batches| batches.count);
            known.count += 1;
            known.by_number.entry(key.tenant).or_default().insert(key.first_number, Arc::clone(&row));
        }
        Ok(Some((row, ordinal)))
    }

    fn known(&self, at: Option<&Standing>, tenant: &str, number: u64) -> Option<(Arc<BatchRangeRow>, u64)> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let (first, row) = kept.known(at)?.by_number.get(tenant)?.range(..=number).next_back()?;
        let ordinal = number - first;
        (ordinal < row.count).then(|| (Arc::clone(row), ordinal))
    }
}

#[cfg(test)]
mod tests;
