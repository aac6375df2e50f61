//! Every valid commit was decided on exactly the fold before it, once per command, and every command was asked for.

use std::collections::BTreeMap;

use sceau_kernel::uuid::Uuid;
use sceau_proto::log::v1::Reaction;

use super::bank::{Balance, after, expected};
use super::reader::Valid;
use crate::bank::BankCommand;
use crate::callers::Callers;

/// A stream at one moment.
#[derive(Clone, Copy)]
pub(super) struct Moment {
    /// The number of its partition's records from which on it was so.
    pub(super) since: u64,
    pub(super) version: u64,
    pub(super) balance: Balance,
}

/// What every account went through, from before its first commit on.
pub(super) type Streams = BTreeMap<u32, Vec<Moment>>;

pub(super) fn judge(valid: &[Valid], callers: &Callers, faults: &mut Vec<String>) -> Streams {
    let mut streams = Streams::new();
    let mut homes = BTreeMap::new();
    let mut commands = BTreeMap::new();
    for commit in valid {
        let at = format!("commit {}@{}", commit.partition, commit.offset);
        let Some(account) = commit.account() else {
            faults.push(format!("{at} is of no account: {}", commit.commit.stream));
            continue;
        };
        if *homes.entry(account).or_insert(commit.partition) != commit.partition {
            faults.push(format!("{at}: account {account} stands in two partitions"));
        }
        let moments = streams.entry(account).or_insert_with(|| vec![Moment { since: 0, version: 0, balance: None }]);
        let before = moments[moments.len() - 1];
        if before.version != commit.commit.first_version {
            faults.push(format!(
                "{at} begins at version {}, the stream was at {}",
                commit.commit.first_version, before.version
            ));
        }
        match command_of(commit, valid, callers) {
            None => faults.push(format!("{at} answers no command that was given")),
            Some((name, command)) => {
                if expected(before.balance, command).as_ref() != Ok(&commit.events) {
                    let events = &commit.events;
                    faults.push(format!("{at}: {command:?} on {:?} does not give {events:?}", before.balance));
                }
                if let Some(first) = commands.insert(name.clone(), commit.offset) {
                    faults.push(format!("{at}: {name} was taken at {first} already"));
                }
            }
        }
        let balance = commit.events.iter().fold(before.balance, |balance, event| Some(after(balance, event)));
        moments.push(Moment { since: commit.offset + 1, version: commit.version(), balance });
    }
    streams
}

/// The command that a commit answers, by a name of its own, found among those that were given.
fn command_of(commit: &Valid, valid: &[Valid], callers: &Callers) -> Option<(String, BankCommand)> {
    let id = commit.commit.command_id.as_ref()?;
    if let Some(reaction) = &id.reaction {
        return Some((format!("{reaction:?}"), reaction_to(reaction, commit.account()?, valid)?));
    }
    let uuid = Uuid::from_slice(&id.uuid).ok()?;
    let of_order =
        |order: usize| callers.orders[order].id == uuid && Some(callers.orders[order].account) == commit.account();
    let sending = callers.sendings.iter().find(|sending| {
        of_order(sending.order) && sending.digest.as_bytes() == commit.commit.command_digest.as_slice()
    })?;
    let expects = callers.orders[sending.order].expected_version;
    let as_expected = expects.is_none_or(|version| version == commit.commit.first_version);
    as_expected.then(|| (format!("order {}", sending.order), sending.command))
}

/// What the reactor owes to the event it names.
fn reaction_to(reaction: &Reaction, account: u32, valid: &[Valid]) -> Option<BankCommand> {
    let of = |commit: &&Valid| commit.partition == reaction.partition as usize && commit.offset == reaction.offset;
    let cause = valid.iter().find(of)?;
    let sent = cause.events.iter().filter(|event| event.kind == "sim.Sent").nth(reaction.index as usize)?;
    let known = reaction.reactor == "courier" && reaction.topic == "sim.account" && sent.other == Some(account);
    known.then_some(BankCommand::Receive { from: cause.account()?, amount: sent.amount })
}
