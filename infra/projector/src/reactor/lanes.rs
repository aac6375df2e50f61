//! Commands on their way: one lane per target stream, in which only the first moves.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use foldhash::fast::FixedState;
use sceau_kernel::{Reaction, StreamId, Timestamp};

/// A command on its way.
pub(super) struct Sending<C> {
    pub(super) stream: StreamId,
    pub(super) command: C,
    pub(super) id: Reaction,
    pub(super) traceparent: Box<str>,
    /// Of the event it answers.
    pub(super) type_name: Box<str>,
    /// Of the event it answers.
    pub(super) time: Timestamp,
    /// Number of the commit that waits for it.
    pub(super) commit: u64,
}

/// All commands on their way.
pub(super) struct Lanes<C> {
    commands: BTreeMap<u64, Sending<C>>,
    /// Tickets to each stream, in log order; the first is ready, under way, or waits to be sent again.
    by_stream: HashMap<StreamId, VecDeque<u64>, FixedState>,
    ready: VecDeque<u64>,
    waiting: BTreeSet<(Timestamp, u64)>,
    next_ticket: u64,
    sent: u64,
    /// There are no lanes: every command is ready at once.
    abreast: bool,
}

impl<C> Lanes<C> {
    /// No commands yet; they keep to their lanes unless they are to go `abreast`.
    pub(super) fn new(abreast: bool) -> Self {
        Self {
            commands: BTreeMap::new(),
            by_stream: HashMap::default(),
            ready: VecDeque::new(),
            waiting: BTreeSet::new(),
            next_ticket: 0,
            sent: 0,
            abreast,
        }
    }

    /// Commands not answered yet.
    pub(super) fn len(&self) -> usize {
        self.commands.len()
    }

    /// Commands handed out by [`Lanes::next`].
    pub(super) fn sent(&self) -> u64 {
        self.sent
    }

    /// Puts a command at the end of its stream's lane.
    pub(super) fn push(&mut self, sending: Sending<C>) {
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        let first = self.abreast || {
            let lane = self.by_stream.entry(sending.stream.clone()).or_default();
            lane.push_back(ticket);
            lane.len() == 1
        };
        if first {
            self.ready.push_back(ticket);
        }
        self.commands.insert(ticket, sending);
    }

    /// The next command to send.
    pub(super) fn next(&mut self) -> Option<(u64, &Sending<C>)> {
        let ticket = self.ready.pop_front()?;
        self.sent += 1;
        Some((ticket, self.commands.get(&ticket)?))
    }

    /// The command was not taken and is to be sent again at `due`; its lane waits.
    pub(super) fn retry(&mut self, ticket: u64, due: Timestamp) {
        if self.commands.contains_key(&ticket) {
            self.waiting.insert((due, ticket));
        }
    }

    /// Makes ready what was to wait until `now`.
    pub(super) fn wake(&mut self, now: Timestamp) {
        while let Some((_, ticket)) = self.waiting.first().copied().filter(|(due, _)| *due <= now) {
            self.waiting.pop_first();
            self.ready.push_back(ticket);
        }
    }

    /// The command has its final answer; the next of its lane is ready.
    pub(super) fn finish(&mut self, ticket: u64) -> Option<Sending<C>> {
        let sending = self.commands.remove(&ticket)?;
        if let Some(lane) = self.by_stream.get_mut(&sending.stream) {
            lane.pop_front();
            match lane.front() {
                Some(next) => self.ready.push_back(*next),
                None => drop(self.by_stream.remove(&sending.stream)),
            }
        }
        Some(sending)
    }
}
