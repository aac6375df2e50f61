//! Every answer was true when it was given, and what was acknowledged stays so.

use sceau_engine::{Accepted, Refused};
use sceau_kernel::Refusal;
use sceau_kernel::uuid::Uuid;

use super::bank::expected;
use super::decisions::{Moment, Streams};
use super::reader::Valid;
use crate::bank::TOPIC;
use crate::callers::{Callers, Order, Sending, Told};

/// What an answer is held against.
struct Case<'a> {
    told: &'a Told,
    sending: &'a Sending,
    order: &'a Order,
    /// The valid commit under the order's id.
    commit: Option<&'a Valid>,
    /// What the account had been through by then.
    moments: Vec<Moment>,
}

pub(super) fn judge(valid: &[Valid], streams: &Streams, callers: &Callers, faults: &mut Vec<String>) {
    for told in &callers.told {
        let sending = &callers.sendings[told.sending];
        let order = &callers.orders[sending.order];
        let never = [Moment { since: 0, version: 0, balance: None }];
        let moments = streams.get(&order.account).map_or(&never[..], Vec::as_slice);
        let case = Case {
            told,
            sending,
            order,
            commit: valid.iter().find(|commit| is_of(commit, order.id)),
            moments: moments.iter().filter(|moment| moment.since <= told.landed).copied().collect(),
        };
        if let Some(fault) = case.fault() {
            let (order, command) = (sending.order, sending.command);
            faults.push(format!(
                "sending {} of order {order}, {command:?}, was answered {:?}: {fault}",
                told.sending, told.answer
            ));
        }
    }
}

/// What one owner took for one account, it took in the order in which it came.
pub(super) fn judge_order(callers: &Callers, faults: &mut Vec<String>) {
    let taken = callers.told.iter().filter_map(|told| {
        let accepted = told.answer.as_ref().ok().filter(|accepted| accepted.events > 0 && !accepted.repeated)?;
        let sending = &callers.sendings[told.sending];
        let (owner, arrival) = sending.arrived?;
        Some((callers.orders[sending.order].account, owner, arrival, accepted.offset))
    });
    let mut taken: Vec<_> = taken.collect();
    taken.sort_unstable();
    for pair in taken.windows(2) {
        if let [(account, owner, _, first), (other, same, _, second)] = pair
            && (account, owner) == (other, same)
            && first > second
        {
            faults.push(format!("account {account}: what came first was taken at {first}, what came next at {second}"));
        }
    }
}

fn is_of(commit: &Valid, order: Uuid) -> bool {
    commit.commit.command_id.as_ref().is_some_and(|id| id.uuid == order.as_bytes())
}

impl Case<'_> {
    /// What is wrong with the answer.
    fn fault(&self) -> Option<&'static str> {
        match &self.told.answer {
            Ok(accepted) if accepted.events > 0 => self.accepted(accepted),
            Ok(accepted) => {
                let holds = |moment: &&Moment| expected(moment.balance, self.sending.command) == Ok(vec![]);
                let held = self.moments.iter().filter(holds).any(|moment| moment.version == accepted.version);
                (!held).then_some("the account never was so that nothing had to be done")
            }
            Err(Refused::Rejected(refusal)) => {
                let refuses = |moment: &Moment| {
                    expected(moment.balance, self.sending.command).err() == Some(refusal.code())
                        && (!refusal.to_string().contains("holds")
                            || Some(held(&refusal.to_string())) == moment.balance)
                };
                (!self.moments.iter().any(refuses)).then_some("the account never was so that it had to be refused")
            }
            Err(Refused::VersionMismatch { expected, actual }) => {
                let was = self.moments.iter().any(|moment| moment.version == *actual);
                let meant = self.order.expected_version == Some(*expected) && expected != actual;
                (!was || !meant).then_some("the stream never was at that version")
            }
            Err(Refused::IdReused { fields }) => {
                let other = |commit: &Valid| commit.commit.command_digest != self.sending.digest.as_bytes();
                let before = |commit: &Valid| commit.offset < self.told.landed;
                let reused = self.commit.is_some_and(|commit| other(commit) && before(commit)) && *fields == [2];
                (!reused).then_some("no command with another amount was accepted under this id")
            }
            Err(Refused::Unavailable { .. } | Refused::Overloaded { .. }) => None,
            Err(Refused::TooLarge { .. } | Refused::UnknownKind | Refused::Unreadable { .. }) => {
                Some("nothing of the kind was sent")
            }
            Err(Refused::RejectedElsewhere(_) | Refused::Malformed { .. }) => Some("no owner is asked by another node"),
        }
    }

    /// An acknowledged commit is in the log, valid, at its place, and was there when it was acknowledged.
    fn accepted(&self, accepted: &Accepted) -> Option<&'static str> {
        let Some(commit) = self.commit else { return Some("no valid commit answers it") };
        let place = (accepted.topic, accepted.partition as usize, accepted.offset);
        let told = (accepted.version, accepted.events as usize, accepted.time.0);
        if commit.offset >= self.told.landed {
            Some("it had not landed by then")
        } else if place != (TOPIC, commit.partition, commit.offset) {
            Some("its valid commit stands elsewhere")
        } else if told != (commit.version(), commit.events.len(), commit.commit.time_us) {
            Some("its valid commit says otherwise")
        } else if commit.commit.command_digest != self.sending.digest.as_bytes() {
            Some("its valid commit is of another command")
        } else {
            None
        }
    }
}

/// The balance that a refusal speaks of: its first number.
fn held(sentence: &str) -> i64 {
    let digits = |c: char| c.is_ascii_digit();
    let begin = sentence.find(digits).unwrap_or_default();
    sentence[begin..].split(|c| !digits(c)).next().and_then(|number| number.parse().ok()).unwrap_or(-1)
}
