//! The rows that a projector holds in memory.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use hashbrown::HashTable;

/// Where a row is in the cache.
pub(super) type Place = u32;

/// A row in memory.
#[derive(Debug)]
pub(super) struct Slot<K, R> {
    pub(super) key: K,
    pub(super) row: R,
    /// The first (offset, index) that the row does not include.
    pub(super) mark: (u64, u32),
    /// It has changed since it was last written.
    pub(super) dirty: bool,
    /// It is among the rows being written now.
    pub(super) flushing: bool,
    /// It was used since the hand last passed it.
    used: bool,
    hash: u64,
}

impl<K, R> Slot<K, R> {
    /// The offset after the last commit it includes. Commits are folded whole, so one that has begun is included.
    pub(super) fn watermark(&self) -> u64 {
        self.mark.0 + u64::from(self.mark.1 > 0)
    }
}

/// Rows by key. Only clean rows leave it, and only in [`Cache::make_room`], in the order of the CLOCK algorithm
/// (F. Corbató, "A Paging Experiment with the Multics System", 1968).
#[derive(Debug)]
pub(super) struct Cache<K, R> {
    index: HashTable<Place>,
    slots: Vec<Option<Slot<K, R>>>,
    free: Vec<Place>,
    hand: usize,
    hasher: FixedState,
}

impl<K: std::hash::Hash + Eq, R> Cache<K, R> {
    pub(super) fn new() -> Self {
        Self { index: HashTable::new(), slots: Vec::new(), free: Vec::new(), hand: 0, hasher: FixedState::default() }
    }

    pub(super) fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// The place of `key`.
    pub(super) fn find(&mut self, key: &K) -> Option<Place> {
        let hash = self.hasher.hash_one(key);
        let slots = &mut self.slots;
        let here = |place: &Place| slots[*place as usize].as_ref().is_some_and(|slot| slot.key == *key);
        let place = *self.index.find(hash, here)?;
        if let Some(slot) = &mut slots[place as usize] {
            slot.used = true;
        }
        Some(place)
    }

    /// Puts in a row that is not there.
    pub(super) fn insert(&mut self, key: K, row: R, mark: (u64, u32)) -> Place {
        let hash = self.hasher.hash_one(&key);
        let slot = Slot { key, row, mark, dirty: false, flushing: false, used: true, hash };
        let place = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            (self.slots.len() - 1) as Place
        });
        let slots = &mut self.slots;
        slots[place as usize] = Some(slot);
        let hash_of = |place: &Place| slots[*place as usize].as_ref().map_or(0, |slot| slot.hash);
        self.index.insert_unique(hash, place, hash_of);
        place
    }

    /// The row at a place that [`Cache::find`] or [`Cache::insert`] gave, as long as it has not left.
    pub(super) fn at(&mut self, place: Place) -> Option<&mut Slot<K, R>> {
        self.slots.get_mut(place as usize)?.as_mut()
    }

    /// Lets clean rows go until at most `most` are left, or no clean one is.
    pub(super) fn make_room(&mut self, most: usize) {
        // Twice round: the first pass may only clear the marks of use.
        for _ in 0..2 * self.slots.len() {
            if self.len() <= most {
                return;
            }
            self.hand = (self.hand + 1) % self.slots.len();
            let Some(slot) = &mut self.slots[self.hand] else {
                continue;
            };
            if slot.dirty || slot.flushing {
                continue;
            }
            if std::mem::take(&mut slot.used) {
                continue;
            }
            let (hash, place) = (slot.hash, self.hand as Place);
            if let Ok(entry) = self.index.find_entry(hash, |other| *other == place) {
                entry.remove();
            }
            self.slots[self.hand] = None;
            self.free.push(place);
        }
    }
}
