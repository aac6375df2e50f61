//! A projector.

use sceau_kernel::Source;
use sceau_projection::Projection;
use sceau_projector::projector::{Action, Input as Told, Step};
use sceau_projector::{Projector, ProjectorOptions, checkpoint, dead_letter};

use super::{Input, Machine, Request, ViewKind};
use crate::bank::{Balances, TOPIC, Totals};
use crate::setup::Setup;

/// A projector, once it knows where to go on.
struct View<P: Projection> {
    table: String,
    source: Source,
    options: ProjectorOptions,
    projector: Option<Projector<P>>,
    /// Nobody has written to the table before.
    fresh: bool,
    /// The checkpoint has been asked for.
    asked: bool,
}

pub(super) fn seat(view: ViewKind, generation: u8, partition: usize, fresh: bool, setup: &Setup) -> Box<dyn Machine> {
    let table = view.table(generation);
    let source = Source { topic: TOPIC, partition: partition as u32 };
    let options = setup.projector;
    match view {
        ViewKind::Balances => {
            Box::new(View::<Balances> { table, source, options, projector: None, fresh, asked: false })
        }
        ViewKind::Totals => Box::new(View::<Totals> { table, source, options, projector: None, fresh, asked: false }),
    }
}

/// Tokens: there is at most one write of each kind under way.
const ROWS: u64 = 0;
const CHECKPOINT: u64 = 1;

fn done<T>(answer: Option<T>, step: Step, told: impl FnOnce(T) -> Told) -> Told {
    answer.map_or_else(|| Told::Failed(step, "simulated".to_owned()), told)
}

impl<P: Projection> Machine for View<P> {
    fn take(&mut self, input: Input) {
        let Some(projector) = &mut self.projector else {
            match input {
                Input::Rows { rows: Some(rows), .. } => {
                    let cells = rows.into_iter().next().flatten();
                    let source = self.source.clone();
                    let begin = |cursor| Projector::new(self.options, &self.table, source, cursor, self.fresh);
                    self.projector = checkpoint::cursor(cells.as_deref()).map(begin);
                }
                Input::Rows { rows: None, .. } => self.asked = false,
                _ => {}
            }
            return;
        };
        projector.take(match input {
            Input::Tick(now) => Told::Tick(now),
            Input::Records { records, .. } => done(records, Step::Read, Told::Records),
            Input::Rows { rows, .. } => done(rows, Step::Load, Told::Rows),
            Input::Written { token: ROWS, well } => done(well.then_some(()), Step::Write, |()| Told::Written),
            Input::Written { well, .. } => done(well.then_some(()), Step::Checkpoint, |()| Told::Checkpointed),
            Input::End | Input::Finish => Told::ShutDown,
            Input::Begin | Input::Submit { .. } | Input::Delivered { .. } | Input::Reacted { .. } => return,
        });
    }

    fn next(&mut self) -> Option<Request> {
        let Some(projector) = &mut self.projector else {
            let key = checkpoint::key(&self.table, &self.source);
            let table = checkpoint::PROJECTION_CHECKPOINTS.to_owned();
            return (!std::mem::replace(&mut self.asked, true)).then(|| Request::Load {
                token: 0,
                table,
                keys: vec![key],
            });
        };
        Some(match projector.next_action()? {
            Action::Read { from, wait } => Request::Read { token: 0, from, wait },
            Action::Load { keys } => Request::Load { token: 0, table: self.table.clone(), keys },
            Action::Write { rows, dead_letters } => {
                let rows = rows.into_iter().map(|row| (self.table.clone(), row));
                let letters = dead_letters.into_iter().map(|row| (dead_letter::DEAD_LETTERS.to_owned(), row));
                Request::Write { token: ROWS, rows: rows.chain(letters).collect() }
            }
            Action::Checkpoint { cursor } => {
                let row = checkpoint::row(&self.table, &self.source, cursor);
                Request::Write { token: CHECKPOINT, rows: vec![(checkpoint::PROJECTION_CHECKPOINTS.to_owned(), row)] }
            }
        })
    }

    fn applied(&self) -> u64 {
        self.projector.as_ref().map_or(0, Projector::applied)
    }

    fn complaint(&self) -> Option<String> {
        let counts = self.projector.as_ref()?.counts();
        (counts.holes + counts.dead_letters > 0).then(|| format!("{counts:?}"))
    }
}
