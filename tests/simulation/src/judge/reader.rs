//! A reader of the log that owes nothing to the platform's.

use prost::Message;
use sceau_log::Body;
use sceau_proto::log::v1::Commit;

use crate::census::Census;
use crate::log::SimLog;
use crate::world::PARTITIONS;

/// A commit that counts.
pub(super) struct Valid {
    pub(super) partition: usize,
    pub(super) offset: u64,
    pub(super) commit: Commit,
    pub(super) events: Vec<Told>,
}

/// What an event says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) kind: String,
    /// The money it moves.
    pub(super) amount: i64,
    /// The balance after it.
    pub(super) balance: i64,
    /// The other account, if there is one.
    pub(super) other: Option<u32>,
}

impl Valid {
    /// The account that it happened to.
    pub(super) fn account(&self) -> Option<u32> {
        self.commit.stream.rsplit('/').next()?.parse().ok()
    }

    /// The stream's version after it.
    pub(super) fn version(&self) -> u64 {
        self.commit.first_version + self.commit.events.len() as u64
    }
}

/// The commits that count, partition by partition in the order of the log. Those of an epoch are numbered from 0
/// without a gap; a fence begins the next epoch.
pub(super) fn read<S>(log: &SimLog<S>) -> Result<Vec<Valid>, String> {
    let mut valid = Vec::new();
    for partition in 0..PARTITIONS {
        let mut expected = None;
        for record in log.records(partition) {
            match &record.body {
                Body::Fence { .. } => expected = Some((record.offset, 0)),
                Body::Commit { epoch, seq, payload } if expected == Some((*epoch, *seq)) => {
                    expected = Some((*epoch, seq + 1));
                    let at = |error: String| format!("{partition}@{} cannot be read: {error}", record.offset);
                    let commit = Commit::decode(payload.clone()).map_err(|error| at(error.to_string()))?;
                    let events = commit.events.iter().map(|event| told(&event.r#type, &event.payload));
                    let events = events.collect::<Option<Vec<_>>>().ok_or_else(|| at("an event".to_owned()))?;
                    valid.push(Valid { partition, offset: record.offset, commit, events });
                }
                Body::Commit { .. } | Body::Foreign => {}
            }
        }
    }
    Ok(valid)
}

/// Counts what the log is made of.
pub(super) fn count<S>(log: &SimLog<S>, valid: &[Valid], census: &mut Census) {
    for partition in 0..PARTITIONS {
        for record in log.records(partition) {
            let counts = valid.iter().any(|commit| (commit.partition, commit.offset) == (partition, record.offset));
            census.count(match &record.body {
                Body::Fence { .. } => "fence",
                Body::Commit { .. } if counts => "valid commit",
                Body::Commit { .. } => "void commit",
                Body::Foreign => "foreign record",
            });
        }
    }
}

/// An event's text: amount, balance, other account.
fn told(kind: &str, payload: &[u8]) -> Option<Told> {
    let mut numbers = std::str::from_utf8(payload).ok()?.split(' ').filter(|part| !part.is_empty());
    let mut number = || numbers.next().map(str::parse).transpose().ok();
    let (amount, balance, other) = (number()?, number()?, number()?);
    Some(Told {
        kind: kind.to_owned(),
        amount: amount.unwrap_or(0),
        balance: balance.unwrap_or(0),
        other: other.map(|other: i64| other as u32),
    })
}
