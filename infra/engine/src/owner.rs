//! The owner of one partition, as a state machine.
//!
//! ```text
//! Idle ── take ──▶ Fencing ──▶ Restoring ──▶ Reading ──▶ Serving
//!                   ▲  │ lost, late            │ deposed     │ hole, loss, unknown, late
//!                   │  ▼                       ▼             │
//!                   Waiting ◀─────────────────────────────────┘ (at once, if it had acknowledged something)
//! ```
//!
//! A life begins with a fence and ends with the epoch. Everything decided and not acknowledged in it is forgotten: its
//! commands go back to the front of the queue in their order, and are decided again on what the log then holds, where
//! the memory of the stream tells which of them had landed.

mod fold;
mod output;
mod rule;
mod save;
mod serve;
mod streams;
mod take;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use sceau_kernel::{CommandDigest, Context, Domain, StreamId, Tenant, Timestamp};
use sceau_log::protocol::Cursor;
use sceau_log::{Delivery, LogError, Partition, Record};
use sceau_projection::Cell;
use sceau_store::StoreError;

pub use output::{Output, Table, Token};

use crate::command::{Envelope, Outcome};
use crate::refused::Refused;
use crate::settings::Settings;
use crate::status::{Situation, Status};
use save::Saver;
use serve::Serving;
use streams::{Slot, Streams};
use take::{Fencing, Reading, Restoring};

/// A command inside the owner.
struct Pending<D: Domain, T> {
    ticket: T,
    stream: StreamId,
    command: D::Command,
    context: Context,
    digest: CommandDigest,
    expected_version: Option<u64>,
    traceparent: Box<str>,
    /// Set once a commit of it was sent: how many commands of callers its stream had accepted by then.
    sent: Option<u64>,
}

/// What the owner is doing.
enum Phase<D: Domain, T> {
    Idle,
    Waiting { until: Timestamp },
    Fencing(Fencing),
    Restoring(Restoring),
    Reading(Reading),
    Serving(Box<Serving<D, T>>),
}

/// Where outputs gather, and the names of requests.
struct Outbox<D: Domain, T> {
    outputs: VecDeque<Output<D, T>>,
    next_token: u64,
    /// Commands that came and are not answered.
    held: usize,
}

/// The owner of one partition. Inputs are its methods; after feeding what is there, [`drive`](Self::drive) it and carry
/// out its [`Output`]s. `T` is the ticket by which the caller knows its command again.
pub struct Owner<D: Domain, T> {
    partition: Partition,
    node: Arc<str>,
    address: Arc<str>,
    settings: Settings,
    now: Timestamp,
    phase: Phase<D, T>,
    /// Commands that came while it was not serving.
    backlog: VecDeque<Box<Pending<D, T>>>,
    streams: Streams<D, T>,
    loads: Vec<(Token, Vec<Slot>)>,
    saver: Saver,
    outbox: Outbox<D, T>,
    /// Takes that failed, and epochs that ended before they acknowledged anything, one after the other.
    failures: u32,
    finishing: bool,
    void: u64,
    epochs_ended: u64,
}

impl<D: Domain, T> Owner<D, T> {
    /// An owner that owns nothing yet. `node` and `address` stand in its fences.
    pub fn new(partition: Partition, node: Arc<str>, address: Arc<str>, settings: Settings) -> Self {
        let streams = new_streams(&settings);
        Self {
            partition,
            node,
            address,
            settings,
            now: Timestamp(0),
            phase: Phase::Idle,
            backlog: VecDeque::new(),
            streams,
            loads: Vec::new(),
            saver: Saver::new(Cursor::START, Timestamp(0)),
            outbox: Outbox { outputs: VecDeque::new(), next_token: 0, held: 0 },
            failures: 0,
            finishing: false,
            void: 0,
            epochs_ended: 0,
        }
    }

    /// The time passes. Feed it before other inputs: decisions and time-outs go by the last tick.
    pub fn tick(&mut self, now: Timestamp) {
        self.now = now;
        match &self.phase {
            Phase::Waiting { until } if *until <= now => self.begin_take(),
            Phase::Fencing(fencing) if fencing.deadline <= now => self.take_failed(),
            Phase::Serving(serving) if serving.overdue(now) => self.end_epoch(),
            _ => {}
        }
    }

    /// Takes the partition, if it does not own it.
    pub fn take(&mut self) {
        self.finishing = false;
        if matches!(self.phase, Phase::Idle) {
            self.failures = 0;
            self.begin_take();
        }
    }

    /// Gives the partition up at once: what is not acknowledged is answered with `Unavailable`.
    pub fn step_down(&mut self) {
        self.forget();
        self.phase = Phase::Idle;
        self.refuse_backlog();
    }

    /// Gives the partition up in good order: takes no more commands, answers those it has, saves every state, and is
    /// then idle.
    pub fn finish(&mut self) {
        self.finishing = true;
        if matches!(self.phase, Phase::Waiting { .. }) {
            self.step_down();
        }
    }

    /// A command. It is answered exactly once, through the outputs.
    pub fn submit(&mut self, ticket: T, envelope: Envelope<D>) {
        self.outbox.held += 1;
        let refused = match self.admit(&envelope) {
            Ok(tenant) => return self.accept(ticket, envelope, tenant),
            Err(refused) => refused,
        };
        self.outbox.answer(ticket, Err(refused));
    }

    /// The report of an append.
    pub fn delivered(&mut self, token: Token, deliveries: Vec<Delivery>) {
        match &mut self.phase {
            Phase::Fencing(fencing) if fencing.token == token => match deliveries[..] {
                [Delivery::At(epoch)] => self.restore(epoch),
                _ => self.take_failed(),
            },
            Phase::Serving(serving) => {
                let check = !self.settings.without_offset_check();
                match serving.delivered(token, deliveries, check, &mut self.streams, &mut self.outbox) {
                    Ok(0) => {}
                    Ok(_) => self.failures = 0,
                    Err(_) => self.end_epoch(),
                }
            }
            _ => {}
        }
    }

    /// The report of a read.
    pub fn records(&mut self, token: Token, records: Result<Vec<Record>, LogError>) {
        if matches!(&self.phase, Phase::Reading(reading) if reading.token == Some(token)) {
            match records {
                Ok(records) => self.read(&records),
                Err(_) => self.take_failed(),
            }
        }
    }

    /// The report of a load.
    pub fn loaded(&mut self, token: Token, rows: Result<Vec<Option<Vec<Cell>>>, StoreError>) {
        if let Phase::Restoring(restoring) = &self.phase {
            if restoring.token == token {
                match rows {
                    Ok(rows) => self.read_tail(rows.into_iter().next().flatten()),
                    Err(_) => self.take_failed(),
                }
            }
        } else if let Some(place) = self.loads.iter().position(|(asked, _)| *asked == token) {
            let (_, slots) = self.loads.swap_remove(place);
            match rows {
                Ok(rows) => self.rows_loaded(slots, rows),
                Err(_) => self.load_failed(slots),
            }
        }
    }

    /// The report of a write.
    #[allow(clippy::needless_pass_by_value, reason = "reports are handed over, as those of reads and loads are")]
    pub fn written(&mut self, token: Token, result: Result<(), StoreError>) {
        let retry_at = later(self.now, self.settings.retry_after);
        self.saver.written(token, result.is_ok(), retry_at, &mut self.streams);
    }

    /// Goes on with what the inputs made possible: asks for rows, decides what waits into appends, saves states.
    pub fn drive(&mut self) {
        self.request_loads();
        self.read_on();
        if let Phase::Serving(serving) = &mut self.phase {
            let terms = serve::Terms { partition: self.partition, settings: &self.settings, now: self.now };
            serving.decide_waiting(&terms, &mut self.streams, &mut self.outbox);
        }
        self.save();
        if self.finished() {
            self.forget();
            self.phase = Phase::Idle;
        }
    }

    /// The next thing to carry out.
    pub fn next_output(&mut self) -> Option<Output<D, T>> {
        self.outbox.outputs.pop_front()
    }

    /// True when it takes commands: more would be refused with `Overloaded`.
    pub fn has_room(&self) -> bool {
        self.outbox.held < self.settings.queue
    }

    /// What it is doing.
    pub fn status(&self) -> Status {
        let (situation, epoch, durable, in_flight) = match &self.phase {
            Phase::Idle => (Situation::Idle, None, 0, 0),
            Phase::Waiting { .. } => (Situation::Waiting, None, 0, 0),
            Phase::Fencing(_) => (Situation::Fencing, None, 0, 0),
            Phase::Restoring(restoring) => (Situation::Restoring, Some(restoring.epoch), 0, 0),
            Phase::Reading(reading) => (Situation::Reading, Some(reading.epoch), reading.folded.next, 0),
            Phase::Serving(serving) => {
                (Situation::Serving, Some(serving.epoch()), serving.durable(), serving.in_flight())
            }
        };
        Status {
            situation,
            epoch,
            durable,
            queued: self.outbox.held - in_flight,
            in_flight,
            cached: self.streams.len(),
            dirty: self.streams.dirty.len(),
            checkpoint_lag: durable.saturating_sub(self.saver.saved.next),
            unreadable: self.streams.unreadable,
            void: self.void,
            epochs_ended: self.epochs_ended,
        }
    }

    /// The tenant of a command that may come in.
    fn admit(&self, envelope: &Envelope<D>) -> Result<Tenant, Refused<D::Refusal>> {
        let retry_after = self.settings.retry_after;
        let serving = matches!(self.phase, Phase::Serving(_));
        let tired = self.failures >= self.settings.patience && !serving;
        if self.finishing || tired || matches!(self.phase, Phase::Idle) {
            return Err(Refused::Unavailable { retry_after });
        }
        // This command is counted already.
        if self.outbox.held > self.settings.queue {
            return Err(Refused::Overloaded { retry_after });
        }
        match envelope.stream.tenant().parse() {
            Ok(tenant) if D::initial(envelope.stream.kind()).is_some() => Ok(tenant),
            _ => Err(Refused::UnknownKind),
        }
    }

    fn accept(&mut self, ticket: T, envelope: Envelope<D>, tenant: Tenant) {
        let Envelope { stream, command, command_id, digest, expected_version, actor, traceparent } = envelope;
        let context = Context { tenant, actor, time: self.now, command_id };
        let pending =
            Box::new(Pending { ticket, stream, command, context, digest, expected_version, traceparent, sent: None });
        match &mut self.phase {
            Phase::Serving(serving) => {
                serving.route(pending, &mut self.streams, &mut self.outbox, self.settings.retry_after);
            }
            _ => self.backlog.push_back(pending),
        }
    }

    /// Answers every command that waits for the partition.
    fn refuse_backlog(&mut self) {
        let retry_after = self.settings.retry_after;
        for pending in self.backlog.drain(..) {
            self.outbox.answer(pending.ticket, Err(Refused::Unavailable { retry_after }));
        }
    }

    /// Ends this life: drops every state, and puts the commands back in the order in which they came.
    fn forget(&mut self) {
        if let Phase::Serving(serving) = std::mem::replace(&mut self.phase, Phase::Idle) {
            // While it serves, no command waits in the backlog.
            self.backlog = serving.into_commands(self.streams.take_waiting());
        }
        self.streams = new_streams(&self.settings);
        self.loads.clear();
        self.saver = Saver::new(Cursor::START, self.now);
    }

    fn finished(&self) -> bool {
        let saved = matches!(&self.phase, Phase::Serving(serving) if self.saved(serving.head()));
        self.finishing && self.outbox.held == 0 && saved
    }
}

impl<D: Domain, T> Outbox<D, T> {
    fn token(&mut self) -> Token {
        self.next_token += 1;
        Token(self.next_token)
    }

    fn push(&mut self, output: Output<D, T>) {
        self.outputs.push_back(output);
    }

    fn answer(&mut self, ticket: T, outcome: Outcome<D>) {
        self.held -= 1;
        self.outputs.push_back(Output::Answer { ticket, outcome });
    }
}

fn new_streams<D: Domain, T>(settings: &Settings) -> Streams<D, T> {
    Streams::new(settings.cached_streams, settings.without_keeping_unsaved())
}

fn later(now: Timestamp, wait: Duration) -> Timestamp {
    now.plus_micros(i64::try_from(wait.as_micros()).unwrap_or(i64::MAX))
}
