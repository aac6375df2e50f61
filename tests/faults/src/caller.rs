//! Somebody who gives commands to any node and does not give up until each is answered.

use std::sync::Arc;
use std::time::{Duration, Instant};

use sceau_proto::common::v1::{CommandMeta, CommandReceipt};
use sceau_proto::submit::v1::submit_request::Command;
use tokio::sync::watch;
use tonic::{Code, Status};
use uuid::Uuid;

use crate::doors::{Doors, passes};
use crate::ledger::Ledger;
use crate::random::Random;

/// Longer than any fault: a command that is not answered for so long never will be.
pub(crate) const PATIENCE: Duration = Duration::from_secs(180);
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(50);

/// A caller.
pub(crate) struct Caller {
    pub(crate) doors: Doors,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) random: Random,
    /// Its number among the callers; ids that it chooses carry it.
    pub(crate) number: u64,
    /// True once nothing new is to be begun.
    pub(crate) closed: watch::Receiver<bool>,
    commands: u64,
}

impl Caller {
    pub(crate) const fn new(
        doors: Doors,
        ledger: Arc<Ledger>,
        closed: watch::Receiver<bool>,
        number: u64,
        random: Random,
    ) -> Self {
        Self { doors, ledger, random, number, closed, commands: 0 }
    }

    /// Whether something new may be begun.
    pub(crate) fn is_open(&self) -> bool {
        !*self.closed.borrow()
    }

    /// What the next command carries, and its id. It is decided on views that include `after`.
    pub(crate) fn meta(&mut self, after: &[&CommandReceipt]) -> (Uuid, Option<CommandMeta>) {
        self.commands += 1;
        let id = Uuid::from_u64_pair(0xfa17 << 48 | self.number, self.commands);
        let after = after.iter().filter_map(|receipt| receipt.position.clone()).collect();
        (id, Some(CommandMeta { command_id: id.to_string(), expected_version: None, after }))
    }

    /// Gives a command until it is answered; now and then to two nodes at once, and now and then again after it was
    /// answered. None when it was refused or not answered at all, which is written down as a complaint.
    pub(crate) async fn does(&mut self, id: Uuid, command: Command) -> Option<CommandReceipt> {
        self.does_unless(id, command, |_| false).await
    }

    /// As [`does`](Self::does), about something that a reactor is about to make.
    pub(crate) async fn does_once_it_is_there(&mut self, id: Uuid, command: Command) -> Option<CommandReceipt> {
        self.does_unless(id, command, |status| status.code() == Code::NotFound).await
    }

    async fn does_unless(
        &mut self,
        id: Uuid,
        command: Command,
        too_early: impl Fn(&Status) -> bool,
    ) -> Option<CommandReceipt> {
        self.ledger.given(id);
        let begun = Instant::now();
        let mut answer = if self.random.one_in(8) { self.twice(&command).await } else { self.once(&command).await };
        while let Err(status) = &answer {
            if !passes(status) && !too_early(status) || begun.elapsed() > PATIENCE {
                self.ledger.complain(format!("{command:?} is answered {status}"));
                return None;
            }
            self.ledger.tried_again();
            tokio::time::sleep(PAUSE).await;
            answer = self.once(&command).await;
        }
        let receipt = answer.ok()?;
        self.ledger.answered(id, &receipt);
        if self.random.one_in(16)
            && let Ok(second) = self.once(&command).await
        {
            self.must_agree(&receipt, &second);
        }
        Some(receipt)
    }

    async fn once(&mut self, command: &Command) -> Result<CommandReceipt, Status> {
        let node = self.random.index(self.doors.count());
        self.doors.submit(node, command.clone()).await
    }

    async fn twice(&mut self, command: &Command) -> Result<CommandReceipt, Status> {
        let node = self.random.index(self.doors.count());
        let other = (node + 1) % self.doors.count();
        let (first, second) =
            tokio::join!(self.doors.submit(node, command.clone()), self.doors.submit(other, command.clone()));
        if let (Ok(first), Ok(second)) = (&first, &second) {
            self.must_agree(first, second);
        }
        first.or(second)
    }

    fn must_agree(&self, first: &CommandReceipt, second: &CommandReceipt) {
        let said = |receipt: &CommandReceipt| CommandReceipt { repeated: false, ..receipt.clone() };
        if said(first) != said(second) {
            self.ledger.complain(format!("one command was answered {first:?} and {second:?}"));
        }
    }
}
