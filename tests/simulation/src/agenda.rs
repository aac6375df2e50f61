//! What is to happen, and in which order.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::random::Random;

/// Microseconds since the beginning of the run.
pub(crate) type Instant = u64;

/// Events by time. Those of one instant come in an order that the seed chooses.
pub(crate) struct Agenda<E> {
    now: Instant,
    heap: BinaryHeap<Reverse<Entry<E>>>,
    added: u64,
}

struct Entry<E> {
    at: Instant,
    tie: u64,
    added: u64,
    event: E,
}

impl<E> Entry<E> {
    fn rank(&self) -> (Instant, u64, u64) {
        (self.at, self.tie, self.added)
    }
}

impl<E> PartialEq for Entry<E> {
    fn eq(&self, other: &Self) -> bool {
        self.rank() == other.rank()
    }
}

impl<E> Eq for Entry<E> {}

impl<E> PartialOrd for Entry<E> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<E> Ord for Entry<E> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.rank().cmp(&other.rank())
    }
}

impl<E> Agenda<E> {
    pub(crate) fn new() -> Self {
        Self { now: 0, heap: BinaryHeap::new(), added: 0 }
    }

    pub(crate) fn now(&self) -> Instant {
        self.now
    }

    /// Plans `event` for `delay` microseconds from now.
    pub(crate) fn after(&mut self, delay: u64, event: E, random: &mut Random) {
        self.added += 1;
        self.heap.push(Reverse(Entry { at: self.now + delay, tie: random.below(1 << 16), added: self.added, event }));
    }

    /// The next event; it is then that time.
    pub(crate) fn next(&mut self) -> Option<E> {
        let Reverse(entry) = self.heap.pop()?;
        self.now = entry.at;
        Some(entry.event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_come_in_order_of_time() {
        let mut random = Random::new(3);
        let mut agenda = Agenda::new();
        for delay in [30, 10, 20] {
            agenda.after(delay, delay, &mut random);
        }
        assert_eq!(
            [agenda.next(), agenda.next(), agenda.now().into(), agenda.next()],
            [Some(10), Some(20), Some(20), Some(30)]
        );
    }
}
