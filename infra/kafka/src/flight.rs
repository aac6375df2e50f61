//! Appends on their way to one partition: which records still lack a report, and who waits for them.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sceau_log::{Delivery, Reports};

/// The appends to one partition that are not yet reported, in the order of the calls.
///
/// Every record has a number of its own, counted from 0. Reports are given in the order of the calls too, so that one
/// that comes early waits for those before it.
#[derive(Default)]
pub(crate) struct Flight {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    next: u64,
    appends: VecDeque<Append>,
}

struct Append {
    first: u64,
    deliveries: Vec<Delivery>,
    missing: usize,
    reports: Reports,
}

impl Flight {
    /// Enters an append of `count` records; says the number of the first.
    pub(crate) fn enter(&self, count: usize, reports: Reports) -> u64 {
        let mut state = self.state();
        let first = state.next;
        state.next += count as u64;
        state.appends.push_back(Append { first, deliveries: vec![Delivery::Unknown; count], missing: count, reports });
        first
    }

    /// Takes what became of the records `numbers`, and reports the appends that are complete.
    pub(crate) fn settle(&self, numbers: std::ops::Range<u64>, delivery: Delivery) {
        let mut complete = Vec::new();
        let mut state = self.state();
        for number in numbers {
            let at = state.appends.partition_point(|append| append.first <= number);
            let Some(append) = at.checked_sub(1).and_then(|at| state.appends.get_mut(at)) else { continue };
            let place = usize::try_from(number - append.first).ok();
            if let Some(place) = place.and_then(|place| append.deliveries.get_mut(place)) {
                *place = delivery;
                append.missing -= 1;
            }
        }
        while state.appends.front().is_some_and(|append| append.missing == 0) {
            complete.extend(state.appends.pop_front());
        }
        drop(state);
        report(complete);
    }

    /// Nothing more will be heard: whatever lacks a report is unknown.
    pub(crate) fn abandon(&self) {
        let abandoned = std::mem::take(&mut self.state().appends);
        report(abandoned);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Called without the lock: a report may append again.
fn report(appends: impl IntoIterator<Item = Append>) {
    for append in appends {
        (append.reports)(append.deliveries);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    fn reports(to: &mpsc::Sender<Vec<Delivery>>) -> Reports {
        let to = to.clone();
        Box::new(move |deliveries| to.send(deliveries).unwrap())
    }

    #[test]
    fn an_append_is_reported_once_all_its_records_are() {
        let (to, reported) = mpsc::channel();
        let flight = Flight::default();
        assert_eq!(flight.enter(2, reports(&to)), 0);
        flight.settle(1..2, Delivery::At(8));
        assert!(reported.try_recv().is_err());
        flight.settle(0..1, Delivery::At(7));
        assert_eq!(reported.try_recv(), Ok(vec![Delivery::At(7), Delivery::At(8)]));
    }

    #[test]
    fn appends_are_reported_in_the_order_of_the_calls() {
        let (to, reported) = mpsc::channel();
        let flight = Flight::default();
        flight.enter(1, reports(&to));
        flight.enter(1, reports(&to));
        flight.settle(1..2, Delivery::At(1));
        assert!(reported.try_recv().is_err());
        flight.settle(0..1, Delivery::Lost);
        assert_eq!(reported.try_iter().collect::<Vec<_>>(), [vec![Delivery::Lost], vec![Delivery::At(1)]]);
    }

    #[test]
    fn what_is_abandoned_is_unknown_and_late_reports_change_nothing() {
        let (to, reported) = mpsc::channel();
        let flight = Flight::default();
        flight.enter(2, reports(&to));
        flight.settle(0..1, Delivery::At(4));
        flight.abandon();
        assert_eq!(reported.try_recv(), Ok(vec![Delivery::At(4), Delivery::Unknown]));
        flight.settle(1..2, Delivery::At(5));
        assert_eq!(flight.enter(1, reports(&to)), 2);
        flight.settle(2..3, Delivery::At(6));
        assert_eq!(reported.try_recv(), Ok(vec![Delivery::At(6)]));
    }
}
