//! The streams an owner holds in memory: a bounded cache of states in front of the store.

use std::collections::{HashMap, VecDeque};

use bytes::Bytes;
use sceau_kernel::Domain;

use crate::snapshot::Stream;

use super::Pending;

/// A place in the cache.
pub(super) type Slot = usize;

/// What is known of a stream.
pub(super) enum Content<S> {
    /// Its row is on its way.
    Loading,
    /// Its state, with all that was decided on it.
    Ready(Stream<S>),
    /// Its saved state cannot be read by this version.
    Broken,
}

/// One stream in memory.
pub(super) struct Entry<D: Domain, T> {
    pub(super) name: Bytes,
    pub(super) content: Content<D::State>,
    /// Offset of the first of its commits that this version cannot read; its state stays as it was before.
    pub(super) unreadable: Option<u64>,
    /// Commands that came while it was loading, or while too many of its commits were on their way.
    pub(super) waiting: VecDeque<Box<Pending<D, T>>>,
    /// Queued commands, commits to fold and commits on their way that hold on to its slot.
    pub(super) pins: u32,
    /// Its commits on their way to the log.
    pub(super) in_flight: usize,
    /// It has changed since it was last gathered for saving.
    pub(super) dirty: bool,
    /// It was gathered for saving, and its row is not written yet.
    pub(super) saving: bool,
    /// It was used since the clock's hand last passed.
    recent: bool,
}

impl<D: Domain, T> Entry<D, T> {
    /// The stream's id.
    pub(super) fn name(&self) -> &str {
        std::str::from_utf8(&self.name).unwrap_or_default()
    }

    /// The state of the stream before any event, if the domain has such streams.
    pub(super) fn initial(&self) -> Option<D::State> {
        D::initial(self.name().split('/').nth(1).unwrap_or_default())
    }
}

/// The cache. Slots stay where they are, so that queued commands can name them; the clock algorithm evicts streams that
/// are saved and that nothing waits for.
pub(super) struct Streams<D: Domain, T> {
    index: HashMap<Bytes, Slot, foldhash::fast::RandomState>,
    entries: Vec<Option<Entry<D, T>>>,
    free: Vec<Slot>,
    hand: Slot,
    capacity: usize,
    /// Slots to load, and not yet asked for.
    pub(super) wanted: VecDeque<Slot>,
    /// Slots changed since they were last gathered.
    pub(super) dirty: Vec<Slot>,
    /// How many cannot be served, because this version cannot read them.
    pub(super) unreadable: usize,
    evict_unsaved: bool,
}

impl<D: Domain, T> Streams<D, T> {
    pub(super) fn new(capacity: usize, evict_unsaved: bool) -> Self {
        Self {
            index: HashMap::default(),
            entries: Vec::new(),
            free: Vec::new(),
            hand: 0,
            capacity,
            wanted: VecDeque::new(),
            dirty: Vec::new(),
            unreadable: 0,
            evict_unsaved,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.index.len()
    }

    /// True when no more streams may come in before some are saved and evicted.
    pub(super) fn full(&self) -> bool {
        self.len() >= 2 * self.capacity
    }

    /// True when so many have changed that they should be saved.
    pub(super) fn crowded(&self) -> bool {
        self.dirty.len() * 2 >= self.capacity
    }

    pub(super) fn find(&mut self, name: &[u8]) -> Option<Slot> {
        let slot = *self.index.get(name)?;
        if let Some(entry) = self.get_mut(slot) {
            entry.recent = true;
        }
        Some(slot)
    }

    /// Evicts what it can; true when a stream may come in.
    pub(super) fn make_room(&mut self) -> bool {
        self.evict();
        !self.full()
    }

    /// Gives a stream a place and asks for its row.
    pub(super) fn insert(&mut self, name: Bytes) -> Slot {
        let entry = Entry {
            name: name.clone(),
            content: Content::Loading,
            unreadable: None,
            waiting: VecDeque::new(),
            pins: 0,
            in_flight: 0,
            dirty: false,
            saving: false,
            recent: true,
        };
        let slot = self.free.pop().unwrap_or(self.entries.len());
        if slot == self.entries.len() {
            self.entries.push(Some(entry));
        } else {
            self.entries[slot] = Some(entry);
        }
        self.index.insert(name, slot);
        self.wanted.push_back(slot);
        slot
    }

    pub(super) fn get(&self, slot: Slot) -> Option<&Entry<D, T>> {
        self.entries.get(slot)?.as_ref()
    }

    pub(super) fn get_mut(&mut self, slot: Slot) -> Option<&mut Entry<D, T>> {
        self.entries.get_mut(slot)?.as_mut()
    }

    /// Notes that a stream has changed.
    pub(super) fn touch(&mut self, slot: Slot) {
        if let Some(Some(entry)) = self.entries.get_mut(slot)
            && !entry.dirty
        {
            entry.dirty = true;
            self.dirty.push(slot);
        }
    }

    /// Takes the streams that have changed, to be saved.
    pub(super) fn gather_dirty(&mut self) -> Vec<Slot> {
        let slots = std::mem::take(&mut self.dirty);
        for slot in &slots {
            if let Some(entry) = self.get_mut(*slot) {
                entry.dirty = false;
                entry.saving = true;
            }
        }
        slots
    }

    pub(super) fn pin(&mut self, slot: Slot) {
        if let Some(entry) = self.get_mut(slot) {
            entry.pins += 1;
        }
    }

    pub(super) fn unpin(&mut self, slot: Slot) {
        if let Some(entry) = self.get_mut(slot) {
            entry.pins -= 1;
        }
    }

    pub(super) fn remove(&mut self, slot: Slot) -> Option<Entry<D, T>> {
        let entry = self.entries.get_mut(slot)?.take()?;
        self.index.remove(&entry.name);
        self.free.push(slot);
        Some(entry)
    }

    /// Takes out the commands that wait for states, those of one stream in their order.
    pub(super) fn take_waiting(&mut self) -> Vec<Box<Pending<D, T>>> {
        self.entries.iter_mut().flatten().flat_map(|entry| std::mem::take(&mut entry.waiting)).collect()
    }

    /// Evicts while there are too many, a few steps at a time.
    fn evict(&mut self) {
        const STEPS: usize = 8;
        for _ in 0..STEPS {
            if self.len() < self.capacity || self.entries.is_empty() {
                return;
            }
            self.hand = (self.hand + 1) % self.entries.len();
            let evict_unsaved = self.evict_unsaved;
            let Some(entry) = self.get_mut(self.hand) else { continue };
            let settled = matches!(entry.content, Content::Ready(_)) && entry.pins == 0 && entry.unreadable.is_none();
            let saved = !entry.dirty && !entry.saving;
            if settled && (saved || evict_unsaved) && !std::mem::take(&mut entry.recent) {
                self.remove(self.hand);
            }
        }
    }
}
