//! Appends on their way to the writer: bounded in bytes, and never a reason to wait for the caller.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use sceau_log::{Delivery, Reports};

use super::frame::Builder;

/// What one call of `append` asks for.
pub(super) struct Append {
    /// Index of the partition.
    pub(super) partition: usize,
    /// The records, encoded.
    pub(super) chunks: Vec<Builder>,
    /// How many records these are.
    pub(super) count: usize,
    /// Where to tell their fate.
    pub(super) reports: Reports,
}

impl Append {
    fn bytes(&self) -> usize {
        self.chunks.iter().map(Builder::bytes).sum()
    }

    /// Tells one fate for all its records.
    pub(super) fn report(self, delivery: Delivery) {
        (self.reports)(vec![delivery; self.count]);
    }
}

pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    arrived: Condvar,
    limit: usize,
}

struct Waiting {
    appends: VecDeque<Append>,
    bytes: usize,
    closed: bool,
}

impl Queue {
    pub(super) fn new(limit: usize) -> Self {
        let waiting = Waiting { appends: VecDeque::new(), bytes: 0, closed: false };
        Self { waiting: Mutex::new(waiting), arrived: Condvar::new(), limit }
    }

    /// Adds an append, or gives it back when the queue is full or closed. One that is larger than the whole queue is
    /// taken when nothing else waits.
    pub(super) fn push(&self, append: Append) -> Result<(), Append> {
        let bytes = append.bytes();
        let mut waiting = self.lock();
        if waiting.closed || (waiting.bytes > 0 && waiting.bytes + bytes > self.limit) {
            return Err(append);
        }
        waiting.bytes += bytes;
        waiting.appends.push_back(append);
        drop(waiting);
        self.arrived.notify_one();
        Ok(())
    }

    /// Waits for appends and takes what is there, up to about `max_bytes`. `None` when closed and empty.
    pub(super) fn take(&self, max_bytes: usize) -> Option<Vec<Append>> {
        let mut waiting = self.lock();
        while waiting.appends.is_empty() {
            if waiting.closed {
                return None;
            }
            waiting = self.arrived.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
        let (mut taken, mut bytes) = (Vec::new(), 0);
        while bytes < max_bytes
            && let Some(append) = waiting.appends.pop_front()
        {
            bytes += append.bytes();
            taken.push(append);
        }
        waiting.bytes -= bytes;
        Some(taken)
    }

    /// Takes no more appends; those that wait are still taken out.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.arrived.notify_one();
    }

    // What the lock guards is whole after every statement, so a panic elsewhere is no reason to stop.
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use sceau_log::{Body, NewRecord};

    use super::*;

    fn append(bytes: usize) -> Append {
        let body = Body::Commit { epoch: 0, seq: 0, payload: vec![0; bytes].into() };
        let chunks = Builder::encode(&[NewRecord { key: "".into(), body }]).unwrap();
        Append { partition: 0, chunks, count: 1, reports: Box::new(|_| {}) }
    }

    #[test]
    fn what_does_not_fit_is_given_back_until_there_is_room() {
        let queue = Queue::new(1000);
        assert!(queue.push(append(600)).is_ok());
        assert!(queue.push(append(600)).is_err());
        assert_eq!(queue.take(usize::MAX).unwrap().len(), 1);
        assert!(queue.push(append(600)).is_ok());
    }

    #[test]
    fn one_append_larger_than_the_queue_is_taken_alone() {
        let queue = Queue::new(1000);
        assert!(queue.push(append(5000)).is_ok());
        assert!(queue.push(append(1)).is_err());
    }

    #[test]
    fn a_closed_queue_gives_out_what_it_holds_and_takes_nothing() {
        let queue = Queue::new(1000);
        assert!(queue.push(append(1)).is_ok());
        queue.close();
        assert!(queue.push(append(1)).is_err());
        assert_eq!(queue.take(usize::MAX).unwrap().len(), 1);
        assert!(queue.take(usize::MAX).is_none());
    }
}
