//! The situations of a batch.

use serde::{Deserialize, Serialize};

use super::event::{BatchEvent, CodesDecommissioned, CodesReinstated};
use super::packs::Packs;
use super::removal::{Removal, Removals};
use crate::{BatchRef, OrdinalRange, RangeSet, StampForm, StamperId};

/// The situation of a batch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum BatchState {
    /// There is no such batch.
    #[default]
    NotGenerated,
    /// Its numbers are allocated; nobody may print it yet.
    Generated {
        /// What it is.
        batch: BatchRef,
        /// Form of the stamps.
        form: StampForm,
        /// What has become of its codes.
        codes: Codes,
    },
    /// Released to a stamper.
    Released {
        /// What it is.
        batch: BatchRef,
        /// Form of the stamps.
        form: StampForm,
        /// What has become of its codes.
        codes: Codes,
        /// To whom, and how its codes are signed.
        release: Release,
    },
}

/// To whom a batch is released, and how its codes are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// The stamper.
    pub stamper_id: StamperId,
    /// Id of the key that signs its codes.
    pub key_id: u32,
    /// The expiry that its codes carry.
    pub expiry_day: u32,
}

/// What has become of the codes of a batch. No code is in both sets; those in neither wait to be activated.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Codes {
    /// Active now.
    pub active: RangeSet,
    /// Out of circulation.
    pub decommissioned: RangeSet,
    /// What may be undone of that.
    pub removals: Removals,
    /// What scans of printed labels found.
    pub read: ReadBack,
    /// Which of the active ones are in a container.
    pub packs: Packs,
}

/// What scans of printed labels found; no code is in both sets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadBack {
    /// Codes that read well.
    pub good: RangeSet,
    /// Codes whose label is not fit for use.
    pub bad: RangeSet,
}

impl ReadBack {
    /// Takes the outcome of a scan in; the last one counts.
    pub fn record(&mut self, good: &RangeSet, bad: &RangeSet) {
        self.good = self.good.minus(bad).union(good);
        self.bad = self.bad.minus(good).union(bad);
    }
}

impl Codes {
    /// Takes codes into circulation.
    fn activate(&mut self, ranges: &[OrdinalRange]) {
        self.active = self.active.union(&ranges.iter().copied().collect());
    }

    /// Takes codes out of circulation.
    fn decommission(&mut self, event: &CodesDecommissioned) {
        let gone: RangeSet = event.ranges.iter().copied().collect();
        if let (Some(party), Some(at)) = (&event.party, event.decommissioned_at) {
            let (active, waiting) = (gone.intersection(&self.active), gone.minus(&self.active));
            self.removals.remember(Removal { at, party: party.clone(), reason: event.reason, active, waiting });
        }
        self.active = self.active.minus(&gone);
        self.decommissioned = self.decommissioned.union(&gone);
    }

    /// Makes codes again what they were.
    fn reinstate(&mut self, event: &CodesReinstated) {
        let back = event.ranges.iter().copied().collect();
        self.removals.forget(&back);
        self.decommissioned = self.decommissioned.minus(&back);
        self.activate(&event.active);
    }
}

impl BatchState {
    /// Takes an event in.
    pub(super) fn evolve(&mut self, event: &BatchEvent) {
        match event {
            BatchEvent::Generated(event) => {
                *self = Self::Generated { batch: event.batch, form: event.form, codes: Codes::default() };
            }
            BatchEvent::Released(event) => {
                if let Self::Generated { batch, form, codes } = self {
                    let release =
                        Release { stamper_id: event.stamper_id, key_id: event.key_id, expiry_day: event.expiry_day };
                    *self = Self::Released { batch: *batch, form: *form, codes: std::mem::take(codes), release };
                }
            }
            BatchEvent::Downloaded(_) => {}
            BatchEvent::Activated(event) => {
                if let Some(codes) = self.codes() {
                    codes.activate(&event.ranges);
                }
            }
            BatchEvent::ReadBack(event) => {
                if let Some(codes) = self.codes() {
                    codes.read.record(&event.good.iter().copied().collect(), &event.bad.iter().copied().collect());
                }
            }
            BatchEvent::Aggregated(event) => {
                if let Some(codes) = self.codes() {
                    codes.packs.put(&event.ranges.iter().copied().collect(), event.into);
                }
            }
            BatchEvent::Disaggregated(event) => {
                if let Some(codes) = self.codes() {
                    codes.packs.take(&event.from.iter().flat_map(|from| &from.ranges).copied().collect());
                }
            }
            BatchEvent::Decommissioned(event) => {
                if let Some(codes) = self.codes() {
                    codes.decommission(event);
                }
            }
            BatchEvent::Reinstated(event) => {
                if let Some(codes) = self.codes() {
                    codes.reinstate(event);
                }
            }
        }
    }

    const fn codes(&mut self) -> Option<&mut Codes> {
        match self {
            Self::NotGenerated => None,
            Self::Generated { codes, .. } | Self::Released { codes, .. } => Some(codes),
        }
    }
}
