//! The owner of a partition.

use sceau_engine::{Output, Owner, Situation, Table, Token, checkpoint_table, state_table};
use sceau_log::{LogError, Partition};
use sceau_store::StoreError;

use super::{Input, Machine, Request, Ticket};
use crate::bank::{Bank, TOPIC};
use crate::setup::Setup;

struct Owning {
    owner: Owner<Bank, Ticket>,
    states: String,
    checkpoints: String,
}

pub(super) fn seat(partition: usize, node: usize, setup: &Setup) -> Box<dyn Machine> {
    let partition = Partition { topic: TOPIC, number: partition as u32 };
    let name = format!("node-{node}");
    Box::new(Owning {
        owner: Owner::new(partition, name.as_str().into(), name.as_str().into(), setup.settings.clone()),
        states: state_table::<Bank>().name,
        checkpoints: checkpoint_table().name,
    })
}

impl Machine for Owning {
    fn take(&mut self, input: Input) {
        let owner = &mut self.owner;
        match input {
            Input::Begin => owner.take(),
            Input::End => owner.step_down(),
            Input::Finish => owner.finish(),
            Input::Tick(now) => owner.tick(now),
            Input::Submit { parcel, ticket } => owner.submit(ticket, *parcel.0),
            Input::Delivered { token, deliveries } => owner.delivered(Token(token), deliveries),
            Input::Records { token, records } => {
                let unavailable = || LogError::Unavailable { reason: "simulated".to_owned() };
                owner.records(Token(token), records.ok_or_else(unavailable));
            }
            Input::Rows { token, rows } => owner.loaded(Token(token), rows.ok_or_else(unavailable)),
            Input::Written { token, well } => owner.written(Token(token), well.then_some(()).ok_or_else(unavailable)),
            Input::Reacted { .. } => {}
        }
        owner.drive();
    }

    fn next(&mut self) -> Option<Request> {
        let name = |table| match table {
            Table::States => self.states.clone(),
            Table::Checkpoints => self.checkpoints.clone(),
        };
        Some(match self.owner.next_output()? {
            Output::Append { token, records } => Request::Append { token: token.0, records },
            Output::Read { token, from } => Request::Read { token: token.0, from, wait: false },
            Output::Load { token, table, keys } => Request::Load { token: token.0, table: name(table), keys },
            Output::Write { token, table, rows } => {
                let rows = rows.into_iter().map(|row| (name(table), row)).collect();
                Request::Write { token: token.0, rows }
            }
            Output::Answer { ticket, outcome } => Request::Answer { ticket, answer: Box::new(outcome) },
        })
    }

    fn applied(&self) -> u64 {
        // Strays that land behind its last commit it meets with its next one.
        if self.owner.status().situation == Situation::Serving { u64::MAX } else { 0 }
    }

    fn complaint(&self) -> Option<String> {
        let status = self.owner.status();
        (status.unreadable > 0).then(|| format!("{} streams cannot be read", status.unreadable))
    }
}

fn unavailable() -> StoreError {
    StoreError::Unavailable { reason: "simulated".to_owned() }
}
