//! A reactor.

use std::time::Duration;

use sceau_kernel::{Reactor, Source};
use sceau_projector::reactor::{ReactorAction, ReactorInput as Told};
use sceau_projector::{ReactorMachine, ReactorOptions, SinkError, checkpoint, dead_letter};

use super::{Input, Machine, Request};
use crate::bank::{Courier, TOPIC};
use crate::setup::Setup;

/// A reactor, once it knows where to go on.
struct Reacting {
    source: Source,
    options: ReactorOptions,
    machine: Option<ReactorMachine<Courier>>,
    /// The checkpoint has been asked for.
    asked: bool,
}

pub(super) fn seat(partition: usize, setup: &Setup) -> Box<dyn Machine> {
    let source = Source { topic: TOPIC, partition: partition as u32 };
    Box::new(Reacting { source, options: setup.reactor, machine: None, asked: false })
}

/// Tokens: there is at most one write of each kind under way.
const LETTERS: u64 = 0;
const CHECKPOINT: u64 = 1;

impl Machine for Reacting {
    fn take(&mut self, input: Input) {
        let Some(machine) = &mut self.machine else {
            match input {
                Input::Rows { rows: Some(rows), .. } => {
                    let cells = rows.into_iter().next().flatten();
                    let begin = |cursor| ReactorMachine::new(self.options, self.source.clone(), cursor);
                    self.machine = checkpoint::cursor(cells.as_deref()).map(begin);
                }
                Input::Rows { rows: None, .. } => self.asked = false,
                _ => {}
            }
            return;
        };
        let reason = || "simulated".to_owned();
        machine.take(match input {
            Input::Tick(now) => Told::Tick(now),
            Input::Records { records: Some(records), .. } => Told::Records(records),
            Input::Records { records: None, .. } => Told::ReadFailed(reason()),
            Input::Written { token: LETTERS, well: true } => Told::Written,
            Input::Written { token: LETTERS, well: false } => Told::WriteFailed(reason()),
            Input::Written { well: true, .. } => Told::Checkpointed,
            Input::Written { well: false, .. } => Told::CheckpointFailed(reason()),
            Input::Reacted { ticket, answer } => {
                let answer = match answer {
                    None => Err(SinkError::Retry { after: Duration::from_millis(20) }),
                    Some(answer) => answer.map_err(|text| SinkError::Refused { code: "REFUSED".to_owned(), text }),
                };
                Told::Answered { ticket, answer }
            }
            Input::End | Input::Finish => Told::ShutDown,
            Input::Begin | Input::Submit { .. } | Input::Delivered { .. } | Input::Rows { .. } => return,
        });
    }

    fn next(&mut self) -> Option<Request> {
        let Some(machine) = &mut self.machine else {
            let key = checkpoint::key(Courier::NAME, &self.source);
            let table = checkpoint::REACTOR_CHECKPOINTS.to_owned();
            return (!std::mem::replace(&mut self.asked, true)).then(|| Request::Load {
                token: 0,
                table,
                keys: vec![key],
            });
        };
        Some(match machine.next_action()? {
            ReactorAction::Read { from } => Request::Read { token: 0, from, wait: true },
            ReactorAction::Submit { ticket, stream, command, id, .. } => Request::React { ticket, stream, command, id },
            ReactorAction::Write { dead_letters } => {
                let row = |row| (dead_letter::DEAD_LETTERS.to_owned(), row);
                Request::Write { token: LETTERS, rows: dead_letters.into_iter().map(row).collect() }
            }
            ReactorAction::Checkpoint { cursor } => {
                let row = checkpoint::row(Courier::NAME, &self.source, cursor);
                Request::Write { token: CHECKPOINT, rows: vec![(checkpoint::REACTOR_CHECKPOINTS.to_owned(), row)] }
            }
        })
    }

    fn applied(&self) -> u64 {
        self.machine.as_ref().map_or(0, ReactorMachine::applied)
    }

    fn complaint(&self) -> Option<String> {
        let counts = self.machine.as_ref()?.counts();
        (counts.holes + counts.dead_letters > 0).then(|| format!("{counts:?}"))
    }
}
