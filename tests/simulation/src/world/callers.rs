//! When callers speak.

use sceau_engine::partition_of;

use super::{Event, PARTITIONS, Stage, World};
use crate::bank::stream_of;
use crate::machine::{Parcel, Ticket};

/// How much the callers of one run ask.
const MOST_ORDERS: usize = 300;

impl World {
    /// A caller wants something new, as long as things go wrong.
    pub(super) fn order(&mut self) {
        if self.stage != Stage::Faulty || self.callers.orders.len() >= MOST_ORDERS {
            return;
        }
        let hasty = self.callers.hasty;
        if let Some(order) = self.callers.order(&mut self.random) {
            self.plan(0, Event::Nudge { order });
            for (chance, altered) in [(self.faults.doubled_submit, false), (self.faults.reused_id / 4, true)] {
                if !hasty && self.random.chance(chance) {
                    self.plan(0, Event::Echo { order, altered });
                }
            }
        }
        // Callers come in bursts: what one append holds is then decided together.
        let burst = self.random.chance(if hasty { 980 } else { 600 });
        let pause = self.random.below(if burst { 500 } else { 100_000 });
        self.plan(pause, Event::Order);
    }

    /// Sends an order, and again after a while, until it is settled.
    pub(super) fn nudge(&mut self, order: usize) {
        if !self.callers.orders[order].settled {
            self.send(order, false);
            let patience = self.random.between(50_000, 600_000);
            self.plan(patience, Event::Nudge { order });
        }
    }

    pub(super) fn send(&mut self, order: usize, altered: bool) {
        let stream = stream_of(self.callers.orders[order].account);
        let partition = partition_of(&stream, PARTITIONS as u32) as usize;
        let (sending, envelope) = self.callers.send(order, altered);
        self.trace.tell(self.agenda.now(), || {
            format!("sending {sending} (order {order}) to {}: {:?}", envelope.stream, envelope.command)
        });
        self.submit(partition, Parcel(Box::new(envelope)), Ticket::Caller(sending));
    }

    /// A caller hears an answer; now and then he asks again all the same.
    pub(super) fn heard(&mut self, sending: usize, definite: bool) {
        if !self.callers.hear(sending, definite) {
            return;
        }
        let order = self.callers.sendings[sending].order;
        for (chance, altered) in [(self.faults.repeated_command, false), (self.faults.reused_id, true)] {
            if self.random.chance(chance) {
                let delay = self.random.below(500_000);
                self.plan(delay, Event::Echo { order, altered });
            }
        }
    }
}
