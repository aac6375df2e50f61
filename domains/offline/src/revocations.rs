//! The signed revocations: `sceau/revoked/v1`.
//!
//! | what | as |
//! |---|---|
//! | `sceau/revoked/v1` | 16 bytes |
//! | authority, issued at, next update | text, number, number |
//! | how many withdrawn keys, and their ids, ascending | numbers |
//! | stamps of revoked certificates | runs |
//! | stamps of suspended certificates | runs |
//! | decommissioned stamps, in long runs | runs |
//! | decommissioned stamps, scattered: count, seed, bits | two numbers, bytes |
//! | Ed25519 signature of the list key over all before it | 64 bytes |
//!
//! Runs are their count, and of each the gap since the last one and its length. They are exact. A run of stamps takes
//! two to nine bytes; where it is short, its stamps go into the [`Filter`], two bytes each, which errs on one other
//! stamp in 2 180.

use ed25519_dalek::{SigningKey, VerifyingKey};

use crate::freshness::Issue;
use crate::wire::{Reader, write};
use crate::{Filter, ListError, Numbers, sealed};

const KIND: &str = "sceau/revoked/v1";
/// Shorter runs are scattered stamps.
const SHORTEST_RUN: u64 = 4;

/// What is not to be accepted although its signature is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocations {
    /// Whose, and when.
    pub issue: Issue,
    /// Keys that were withdrawn with all their stamps, ascending.
    pub withdrawn_keys: Vec<u16>,
    /// Stamps of revoked certificates.
    pub revoked: Numbers,
    /// Stamps of suspended certificates.
    pub suspended: Numbers,
    /// Stamps that were taken out of circulation.
    pub decommissioned: Decommissioned,
}

/// Stamps that were taken out of circulation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decommissioned {
    /// In long runs: exact.
    pub runs: Numbers,
    /// The others: a filter that may err.
    pub scattered: Filter,
}

impl Decommissioned {
    /// The stamps of these runs, each a first number and a count. Runs must neither overlap nor touch.
    pub fn of(runs: &[(u64, u64)], seed: u64) -> Self {
        let (long, short): (Vec<(u64, u64)>, Vec<_>) = runs.iter().partition(|(_, count)| *count >= SHORTEST_RUN);
        let scattered: Vec<u64> = short.into_iter().flat_map(|(first, count)| first..first + count).collect();
        Self { runs: long.into_iter().collect(), scattered: Filter::new(&scattered, seed) }
    }
}

impl Revocations {
    /// The signed document. Key ids must ascend.
    pub fn seal(&self, list_key: &SigningKey) -> Vec<u8> {
        let mut bytes = KIND.as_bytes().to_vec();
        self.issue.write(&mut bytes);
        write(self.withdrawn_keys.len() as u64, &mut bytes);
        self.withdrawn_keys.iter().for_each(|id| write((*id).into(), &mut bytes));
        self.revoked.write(&mut bytes);
        self.suspended.write(&mut bytes);
        self.decommissioned.runs.write(&mut bytes);
        self.decommissioned.scattered.write(&mut bytes);
        sealed::seal(bytes, list_key)
    }

    /// Reads a document that `list_key` signed.
    pub fn open(bytes: &[u8], list_key: &VerifyingKey) -> Result<Self, ListError> {
        let mut reader = Reader::new(sealed::open(KIND, bytes, list_key)?);
        let read = Self {
            issue: Issue::read(&mut reader)?,
            withdrawn_keys: withdrawn_keys(&mut reader)?,
            revoked: Numbers::read(&mut reader, "revoked")?,
            suspended: Numbers::read(&mut reader, "suspended")?,
            decommissioned: Decommissioned {
                runs: Numbers::read(&mut reader, "decommissioned")?,
                scattered: Filter::read(&mut reader)?,
            },
        };
        reader.end()?;
        Ok(read)
    }
}

fn withdrawn_keys(reader: &mut Reader<'_>) -> Result<Vec<u16>, ListError> {
    let wrong = ListError::Content { field: "withdrawn_keys" };
    let mut ids: Vec<u16> = Vec::new();
    for _ in 0..reader.count(1, "withdrawn_keys")? {
        let id = u16::try_from(reader.number("withdrawn_keys")?).map_err(|_| wrong.clone())?;
        if ids.last().is_some_and(|last| *last >= id) {
            return Err(wrong);
        }
        ids.push(id);
    }
    Ok(ids)
}
