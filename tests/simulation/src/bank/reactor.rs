//! Brings money from one account to another.

use sceau_kernel::{DecodeError, Domain, Reactor, Recorded, StreamId};

use super::domain::{Bank, BankCommand, BankEvent, TOPIC, account_of, stream_of};

/// Answers every `Sent` with a `Receive`.
pub(crate) struct Courier;

impl Reactor for Courier {
    const NAME: &'static str = "courier";
    const TOPICS: &'static [&'static str] = &[TOPIC];
    type Command = BankCommand;

    fn react(record: &Recorded<'_>) -> Result<Vec<(StreamId, BankCommand)>, DecodeError> {
        let from = account_of(record.stream);
        Ok(match Bank::decode(record.type_name, record.payload)? {
            BankEvent::Sent { to, amount, .. } => vec![(stream_of(to), BankCommand::Receive { from, amount })],
            BankEvent::Opened | BankEvent::Deposited { .. } | BankEvent::Received { .. } => Vec::new(),
        })
    }
}
