//! Reading a projection's rows.

use std::collections::HashMap;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Instant;

use sceau_projection::{Cell, Projection, RowError};
use sceau_store::{Scan, Store, StoreError};

use crate::generation::Generation;
use crate::position::{Applied, Position, Stale};
use crate::served::{Served, Standing};
use crate::status::Progress;
use crate::table::Layout;

/// Why a view could not answer.
#[derive(Clone, Debug, PartialEq)]
pub enum ViewError {
    /// The view is being built for the first time, or for a new version of the code.
    Building {
        /// The projection.
        projection: &'static str,
        /// How far the build has come.
        progress: Progress,
    },
    /// The store could not answer.
    Store(StoreError),
    /// A row does not fit the code.
    Row(RowError),
}

impl fmt::Display for ViewError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Building { projection, progress } => {
                let Progress { done, total, .. } = progress;
                write!(f, "view `{projection}` is being built, {done} of {total} records done: ask again later")
            }
            Self::Store(error) => error.fmt(f),
            Self::Row(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ViewError {}

impl From<StoreError> for ViewError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<RowError> for ViewError {
    fn from(error: RowError) -> Self {
        Self::Row(error)
    }
}

/// Some rows of one table partition, in key order: those whose key begins with `prefix`, which holds at least the
/// partition columns.
#[derive(Clone, Debug)]
pub struct Range<K> {
    prefix: Vec<Cell>,
    start: Option<(K, bool)>,
    descending: bool,
    limit: usize,
}

impl<K> Range<K> {
    /// At most `limit` rows whose key begins with these cells, ascending.
    pub fn of(prefix: Vec<Cell>, limit: usize) -> Self {
        Self { prefix, start: None, descending: false, limit }
    }

    /// Begin at `key`, itself included.
    #[must_use]
    pub fn from(mut self, key: K) -> Self {
        self.start = Some((key, true));
        self
    }

    /// Begin after `key` (before it when descending).
    #[must_use]
    pub fn after(mut self, key: K) -> Self {
        self.start = Some((key, false));
        self
    }

    /// From the highest key to the lowest.
    #[must_use]
    pub fn descending(mut self) -> Self {
        self.descending = true;
        self
    }
}

/// The views of a platform; cheap to clone.
#[derive(Clone)]
pub struct Views {
    store: Arc<dyn Store>,
    served: Arc<HashMap<&'static str, Arc<Served>>>,
}

impl Views {
    pub(crate) fn new(store: Arc<dyn Store>, served: Arc<HashMap<&'static str, Arc<Served>>>) -> Self {
        Self { store, served }
    }

    /// A reader of `P`'s rows; `None` when `P` is not registered.
    pub fn reader<P: Projection>(&self) -> Option<ViewReader<P>> {
        let served = Arc::clone(self.served.get(P::NAME)?);
        Some(ViewReader { store: Arc::clone(&self.store), served, projection: PhantomData })
    }
}

/// Reads the rows of one projection from whichever of its tables serves; cheap to clone.
pub struct ViewReader<P> {
    store: Arc<dyn Store>,
    served: Arc<Served>,
    projection: PhantomData<fn() -> P>,
}

impl<P> Clone for ViewReader<P> {
    fn clone(&self) -> Self {
        Self { store: Arc::clone(&self.store), served: Arc::clone(&self.served), projection: PhantomData }
    }
}

impl<P: Projection> ViewReader<P> {
    /// The row of `key`, joined from its partial rows.
    pub async fn get(&self, key: &P::Key) -> Result<Option<P::Row>, ViewError> {
        Ok(self.get_many(std::slice::from_ref(key)).await?.pop().flatten())
    }

    /// The rows of `keys`, in their order.
    pub async fn get_many(&self, keys: &[P::Key]) -> Result<Vec<Option<P::Row>>, ViewError> {
        let sources =
            if P::PARTIAL { self.served.sources.as_slice() } else { self.served.sources.get(..1).unwrap_or_default() };
        let stored =
            || keys.iter().flat_map(|key| sources.iter().map(|source| Layout::<P>::key(key, source))).collect();
        let serving = self.serving()?;
        let mut found = self.store.read(&serving.table, stored()).await;
        if let Some(other) = self.instead_of(&serving, found.as_ref().err()).await {
            found = self.store.read(&other.table, stored()).await;
        }
        let mut found = found?.into_iter();
        keys.iter()
            .map(|_| {
                let mut joined = None;
                for cells in found.by_ref().take(sources.len()).flatten() {
                    join::<P>(&mut joined, Layout::<P>::row_of(cells)?.0);
                }
                Ok(joined)
            })
            .collect()
    }

    /// The rows of a range, in key order.
    pub async fn scan(&self, range: Range<P::Key>) -> Result<Vec<(P::Key, P::Row)>, ViewError> {
        let Range { prefix, start, descending, limit } = range;
        let excluded = start.as_ref().filter(|(_, included)| !included).map(|(key, _)| key.clone());
        // A row has at most one part per source, so this many stored rows hold `limit` rows beside the excluded one.
        let parts = if P::PARTIAL { self.served.sources.len() } else { 1 };
        let stored = limit.saturating_add(usize::from(excluded.is_some())).saturating_mul(parts);
        let from = start.map(|(key, _)| Layout::<P>::bound(&key, descending));
        let scan = Scan { prefix, after: None, from, descending, limit: stored };
        let serving = self.serving()?;
        let mut found = self.store.scan(&serving.table, scan.clone()).await;
        if let Some(other) = self.instead_of(&serving, found.as_ref().err()).await {
            found = self.store.scan(&other.table, scan).await;
        }
        let mut rows: Vec<(P::Key, P::Row)> = Vec::new();
        for stored in found? {
            let key = Layout::<P>::key_of(stored.key)?;
            if excluded.as_ref() == Some(&key) {
                continue;
            }
            let row = Layout::<P>::row_of(stored.cells)?.0;
            let full = rows.len() == limit;
            match rows.last_mut() {
                Some((last, joined)) if *last == key => P::merge(joined, row),
                Some(_) if full => break,
                _ => rows.push((key, row)),
            }
        }
        Ok(rows)
    }

    /// Waits until the view includes every one of `positions`. Those of topics the projection does not read are
    /// included already.
    pub async fn wait(&self, positions: &[Position<'_>], deadline: Instant) -> Result<(), Stale> {
        self.served.wait(positions, deadline).await
    }

    /// How far the serving rows have come; empty before the first build is done.
    pub fn applied(&self) -> Vec<Applied> {
        self.served.serving().map(|generation| generation.applied()).unwrap_or_default()
    }

    /// Where the view stands: what is read after it was asked stays true until it is another. `None` before the first
    /// build is done, and when other nodes write some of its rows, so that it may move without this process knowing.
    pub fn standing(&self) -> Option<Standing> {
        self.served.standing()
    }

    /// The table that serves instead of one that is gone, when that is why it could not be read.
    async fn instead_of(&self, serving: &Generation, error: Option<&StoreError>) -> Option<Arc<Generation>> {
        match error {
            Some(StoreError::UnknownTable { .. }) => self.served.instead_of(serving).await,
            _ => None,
        }
    }

    fn serving(&self) -> Result<Arc<Generation>, ViewError> {
        self.served.serving().ok_or_else(|| {
            let unknown = Progress { done: 0, total: 0, known: false, elapsed: std::time::Duration::ZERO };
            let progress = self.served.building().map_or(unknown, |building| building.progress());
            ViewError::Building { projection: self.served.projection, progress }
        })
    }
}

fn join<P: Projection>(joined: &mut Option<P::Row>, part: P::Row) {
    match joined {
        Some(row) => P::merge(row, part),
        None => *joined = Some(part),
    }
}
