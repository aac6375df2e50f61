//! What is remembered of a decommissioning for as long as it may be undone.

use std::fmt;

use sceau_kernel::wire::{Fault, Faults, Wire};
use sceau_kernel::{Actor, Timestamp};
use serde::{Deserialize, Serialize};

use super::command::DecommissionReason;
use crate::{MAX_FRAGMENTS, RangeSet};

/// Days of 24 hours within which a decommissioning can be undone, as for medicines in the EU (Delegated Regulation
/// (EU) 2016/161, Article 13).
pub const UNDO_DAYS: i64 = 10;

/// Who acts: a company or a stamper by its id, the others by their role alone. So an administrator may undo what another
/// one did: both are the office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party(Box<str>);

impl Party {
    /// The party for which somebody acts.
    pub fn of(actor: &Actor) -> Self {
        let role = actor.role.name();
        Self(actor.party.as_ref().map_or_else(|| role.into(), |party| format!("{role}/{party}").into()))
    }
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Wire for Party {
    type Proto = String;
    fn to_wire(&self) -> String {
        self.0.to_string()
    }
    fn from_wire(proto: String) -> Result<Self, Faults> {
        if proto.is_empty() {
            return Err(Fault::here("is required").into());
        }
        Ok(Self(proto.into()))
    }
}

/// Codes that left circulation together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removal {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub party: Party,
    /// Why.
    pub reason: DecommissionReason,
    /// Those that had been active.
    pub active: RangeSet,
    /// Those that had waited.
    pub waiting: RangeSet,
}

impl Removal {
    /// All its codes.
    pub fn codes(&self) -> RangeSet {
        self.active.union(&self.waiting)
    }

    /// True while it is not too late to undo it.
    pub fn is_open(&self, now: Timestamp) -> bool {
        now < self.at.plus_days(UNDO_DAYS)
    }

    fn fragments(&self) -> usize {
        self.active.fragments() + self.waiting.fragments()
    }
}

/// The decommissionings of the last days, each code in one at most. They hold [`MAX_FRAGMENTS`] fragments: what is
/// decommissioned beyond that is not remembered, and so is final at once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removals(Vec<Removal>);

impl Removals {
    /// The remembered ones, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Removal> {
        self.0.iter()
    }

    /// Remembers one more, and forgets those for which it is too late by then.
    pub(super) fn remember(&mut self, removal: Removal) {
        self.0.retain(|known| known.is_open(removal.at));
        let fragments: usize = self.0.iter().map(Removal::fragments).sum();
        if fragments + removal.fragments() <= MAX_FRAGMENTS {
            self.0.push(removal);
        }
    }

    /// Forgets codes that came back.
    pub(super) fn forget(&mut self, codes: &RangeSet) {
        for removal in &mut self.0 {
            removal.active = removal.active.minus(codes);
            removal.waiting = removal.waiting.minus(codes);
        }
        self.0.retain(|removal| removal.fragments() > 0);
    }
}
