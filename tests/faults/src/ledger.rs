//! What was asked and what was answered, written down while the faults happen.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sceau_proto::common::v1::CommandReceipt;
use uuid::Uuid;

/// The records of a run.
#[derive(Default)]
pub(crate) struct Ledger {
    pages: Mutex<Pages>,
}

/// Everything written down.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pages {
    /// Every command that was given, and its answer.
    pub(crate) commands: BTreeMap<Uuid, Option<CommandReceipt>>,
    /// Calls that gave a command again, because the call before it was not answered.
    pub(crate) retries: u64,
    /// Answers that spoke of a command accepted before: the first answer was lost on its way.
    pub(crate) repeats: u64,
    /// The longest time in which nobody was answered.
    pub(crate) silence: Duration,
    /// What no caller should meet.
    pub(crate) complaints: Vec<String>,
    last_answer: Option<Instant>,
    answered: u64,
}

impl Ledger {
    pub(crate) fn given(&self, id: Uuid) {
        let mut pages = self.pages();
        pages.commands.insert(id, None);
        pages.last_answer.get_or_insert_with(Instant::now);
    }

    pub(crate) fn tried_again(&self) {
        self.pages().retries += 1;
    }

    pub(crate) fn answered(&self, id: Uuid, receipt: &CommandReceipt) {
        let mut pages = self.pages();
        let now = Instant::now();
        let since = pages.last_answer.replace(now).map_or(Duration::ZERO, |last| now - last);
        pages.silence = pages.silence.max(since);
        pages.answered += 1;
        pages.repeats += u64::from(receipt.repeated);
        pages.commands.insert(id, Some(receipt.clone()));
    }

    pub(crate) fn complain(&self, complaint: String) {
        self.pages().complaints.push(complaint);
    }

    /// How many commands were answered.
    pub(crate) fn count(&self) -> u64 {
        self.pages().answered
    }

    /// A copy of everything.
    pub(crate) fn copy(&self) -> Pages {
        self.pages().clone()
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
