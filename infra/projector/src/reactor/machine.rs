//! The machine: which commands are sent, awaited and done with.

use std::collections::VecDeque;

use sceau_commit::{Commit, decode_commit};
use sceau_kernel::{CommandId, Reaction, Reactor, Source, Timestamp};
use sceau_log::protocol::{Cursor, Verdict};
use sceau_log::{Body, Record};
use sceau_store::RowWrite;

use super::lanes::{Lanes, Sending};
use super::{ReactorAction, ReactorInput, ReactorOptions, SinkError};
use crate::dead_letter::DeadLetter;
use crate::projector::Step;
use crate::reading::{Counts, Reading};
use crate::under::Under;
use crate::weaken::Rule;

/// A commit whose commands are not all answered.
struct Open {
    /// Commands and dead letters of it that are under way.
    left: usize,
    /// After it, and after what follows it and asks for nothing.
    after: Cursor,
}

/// A refused command or unreadable event, on its way to the store.
struct Letter {
    commit: u64,
    row: RowWrite,
}

/// Answers the events of one partition with commands.
pub struct ReactorMachine<R: Reactor> {
    options: ReactorOptions,
    reading: Reading,
    inbox: VecDeque<Record>,
    lanes: Lanes<R::Command>,
    /// Commits that are not finished, in log order; the first has number `first_open`.
    open: VecDeque<Open>,
    first_open: u64,
    letters: Vec<Letter>,
    /// Commit numbers of the letters being written, and the letters.
    writing: Vec<Letter>,
    done: Cursor,
    checkpointed: Cursor,
    checkpoint: Cursor,
    next_checkpoint: Timestamp,
    read: Under,
    write: Under,
    checkpointing: Under,
    now: Timestamp,
    shutting_down: bool,
    /// What failed last and has not succeeded since.
    trouble: Option<(Step, String)>,
}

impl<R: Reactor> ReactorMachine<R>
where
    R::Command: Clone,
{
    /// The reactor that reads `source` from `checkpoint` on.
    pub fn new(options: ReactorOptions, source: Source, checkpoint: Cursor) -> Self {
        Self {
            reading: Reading::new(source, checkpoint),
            inbox: VecDeque::new(),
            lanes: Lanes::new(options.weaken.leaves_out(Rule::OneCommandAtATime)),
            options,
            open: VecDeque::new(),
            first_open: 0,
            letters: Vec::new(),
            writing: Vec::new(),
            done: checkpoint,
            checkpointed: checkpoint,
            checkpoint,
            next_checkpoint: Timestamp(i64::MIN),
            read: Under::Idle,
            write: Under::Idle,
            checkpointing: Under::Idle,
            now: Timestamp(i64::MIN),
            shutting_down: false,
            trouble: None,
        }
    }

    /// Takes what has happened.
    pub fn take(&mut self, input: ReactorInput) {
        match input {
            ReactorInput::Records(records) => {
                self.read = self.succeeded(Step::Read);
                self.inbox.extend(records);
            }
            ReactorInput::Answered { ticket, answer } => self.answered(ticket, answer),
            ReactorInput::Written => {
                self.write = self.succeeded(Step::Write);
                for letter in std::mem::take(&mut self.writing) {
                    self.finish(letter.commit);
                }
            }
            ReactorInput::Checkpointed => {
                self.checkpointing = self.succeeded(Step::Checkpoint);
                self.checkpointed = self.checkpoint;
            }
            ReactorInput::ReadFailed(reason) => self.read = self.again(Step::Read, reason),
            ReactorInput::CheckpointFailed(reason) => self.checkpointing = self.again(Step::Checkpoint, reason),
            ReactorInput::WriteFailed(reason) => {
                self.write = self.again(Step::Write, reason);
                self.letters.append(&mut self.writing);
            }
            ReactorInput::Tick(now) => {
                self.now = now;
                self.lanes.wake(now);
            }
            ReactorInput::ShutDown => self.shutting_down = true,
        }
        if self.shutting_down {
            self.inbox.clear();
        }
        while self.lanes.len() + self.letters.len() + self.writing.len() < self.options.window
            && let Some(record) = self.inbox.pop_front()
        {
            self.react_to(&record);
        }
    }

    /// The next thing to do, if there is any.
    pub fn next_action(&mut self) -> Option<ReactorAction<R::Command>> {
        if let Some((ticket, sending)) = self.lanes.next() {
            let Sending { stream, command, id, traceparent, .. } = sending;
            return Some(ReactorAction::Submit {
                ticket,
                stream: stream.clone(),
                command: command.clone(),
                id: CommandId::Reaction(id.clone()),
                traceparent: traceparent.to_string(),
            });
        }
        if !self.letters.is_empty() && self.write.may_begin(self.now) {
            self.write = Under::Way;
            self.writing.append(&mut self.letters);
            return Some(ReactorAction::Write { dead_letters: self.writing.iter().map(|l| l.row.clone()).collect() });
        }
        let early = self.options.weaken.leaves_out(Rule::AnswersBeforeCheckpoint);
        let cursor = if early { self.reading.cursor } else { self.done };
        let due = self.now >= self.next_checkpoint || self.shutting_down;
        if cursor != self.checkpointed && due && self.checkpointing.may_begin(self.now) {
            self.checkpointing = Under::Way;
            self.checkpoint = cursor;
            self.next_checkpoint = self.now.plus_micros(self.options.checkpoint_every.as_micros() as i64);
            return Some(ReactorAction::Checkpoint { cursor });
        }
        if self.inbox.is_empty() && !self.shutting_down && self.read.may_begin(self.now) {
            self.read = Under::Way;
            return Some(ReactorAction::Read { from: self.reading.cursor.next });
        }
        None
    }

    /// All commands of events before this offset have been answered.
    pub fn applied(&self) -> u64 {
        self.done.next
    }

    /// What has been passed.
    pub fn counts(&self) -> Counts {
        self.reading.counts
    }

    /// Commands sent so far, repeats included.
    pub fn sent(&self) -> u64 {
        self.lanes.sent()
    }

    /// What went wrong last, while it is being tried again.
    pub fn trouble(&self) -> Option<&str> {
        self.trouble.as_ref().map(|(_, reason)| reason.as_str())
    }

    /// After [`ReactorInput::ShutDown`]: all that was sent is answered and behind the checkpoint.
    pub fn is_done(&self) -> bool {
        self.shutting_down && self.open.is_empty() && self.checkpointed == self.done
    }

    fn succeeded(&mut self, step: Step) -> Under {
        self.trouble = self.trouble.take().filter(|(failed, _)| *failed != step);
        Under::Idle
    }

    fn again(&mut self, step: Step, reason: String) -> Under {
        self.trouble = Some((step, reason));
        Under::Trouble(self.now.plus_micros(self.options.retry_after.as_micros() as i64))
    }

    fn react_to(&mut self, record: &Record) {
        if !self.reading.stand_before(record) {
            return;
        }
        let (verdict, after) = self.reading.verdict(record);
        match &record.body {
            Body::Commit { payload, .. } if verdict == Verdict::Valid => match decode_commit(payload) {
                Ok(commit) => {
                    let left = self.send(record.offset, &commit);
                    self.reading.commit(&commit, after);
                    self.opened(left);
                }
                Err(error) => {
                    self.reading.cursor = after;
                    self.put_aside(
                        DeadLetter {
                            consumer: R::NAME,
                            source: &self.reading.source,
                            offset: record.offset,
                            place: 0,
                            stream: &String::from_utf8_lossy(&record.key),
                            type_name: "sceau.log.v1.Commit",
                            reason: error.to_string(),
                            time: Timestamp(0),
                        }
                        .row(),
                    );
                    self.opened(1);
                }
            },
            _ => {
                self.reading.skip(verdict, after);
                self.opened(0);
            }
        }
    }

    /// Sends the commands of a commit on their way; gives how many things are to be waited for.
    fn send(&mut self, offset: u64, commit: &Commit<'_>) -> usize {
        let (mut index, mut left) = (0, 0);
        let source = self.reading.source.clone();
        for record in commit.recorded(&source, offset) {
            let commands = match R::react(&record) {
                Ok(commands) => commands,
                Err(error) => {
                    self.put_aside(DeadLetter::of(R::NAME, &record, error.to_string()).row());
                    left += 1;
                    continue;
                }
            };
            for (stream, command) in commands {
                let id = Reaction {
                    reactor: R::NAME.into(),
                    topic: source.topic.into(),
                    partition: source.partition,
                    offset,
                    index,
                };
                let commit_number = self.first_open + self.open.len() as u64;
                self.lanes.push(Sending {
                    stream,
                    command,
                    id,
                    traceparent: commit.traceparent.into(),
                    type_name: record.type_name.into(),
                    time: record.time,
                    commit: commit_number,
                });
                index += 1;
                left += 1;
            }
        }
        left
    }

    /// Begins to wait for `left` things of the record just passed.
    fn opened(&mut self, left: usize) {
        let after = self.reading.cursor;
        match self.open.back_mut() {
            Some(last) if left == 0 => last.after = after,
            None if left == 0 => self.done = after,
            _ => self.open.push_back(Open { left, after }),
        }
    }

    fn answered(&mut self, ticket: u64, answer: Result<(), SinkError>) {
        match answer {
            Err(SinkError::Retry { after }) => {
                self.lanes.retry(ticket, self.now.plus_micros(after.as_micros() as i64));
            }
            Ok(()) => {
                if let Some(sending) = self.lanes.finish(ticket) {
                    self.finish(sending.commit);
                }
            }
            Err(refusal @ SinkError::Refused { .. }) => {
                let Some(sending) = self.lanes.finish(ticket) else {
                    return;
                };
                let row = DeadLetter {
                    consumer: R::NAME,
                    source: &self.reading.source,
                    offset: sending.id.offset,
                    place: sending.id.index,
                    stream: sending.stream.as_str(),
                    type_name: &sending.type_name,
                    reason: refusal.to_string(),
                    time: sending.time,
                }
                .row();
                self.reading.counts.dead_letters += 1;
                self.letters.push(Letter { commit: sending.commit, row });
            }
        }
    }

    /// An event of the commit about to be opened is put aside.
    fn put_aside(&mut self, row: RowWrite) {
        self.reading.counts.dead_letters += 1;
        self.letters.push(Letter { commit: self.first_open + self.open.len() as u64, row });
    }

    /// One of the things a commit waits for is done.
    fn finish(&mut self, commit: u64) {
        let place = commit.checked_sub(self.first_open).and_then(|place| usize::try_from(place).ok());
        if let Some(open) = place.and_then(|place| self.open.get_mut(place)) {
            open.left -= 1;
        }
        while let Some(open) = self.open.pop_front_if(|open| open.left == 0) {
            self.first_open += 1;
            self.done = open.after;
        }
    }
}
