//! What the scans of one code tell, folded.

use sceau_kernel::Timestamp;

use super::Spot;
use crate::{CaseOutcome, CodeState, Scan, ScanChannel};

/// How many people are remembered of a code: the latest. Every threshold that counts people is at most this.
pub const WITNESSES_KEPT: usize = 16;

/// Somebody who scanned the code, at the latest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Witness {
    /// What tells callers apart.
    pub caller: u32,
    /// When.
    pub at: Timestamp,
    /// Where, as far as it is known.
    pub spot: Option<Spot>,
    /// What had become of the code; what is wrong with it is kept over what is not.
    pub found: CodeState,
    /// The most digits that no stamp has, typed within the hour before.
    pub wrong_before: u32,
}

/// The people who scanned a code, the latest last, each once however often; and what an inspector found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    witnesses: Vec<Witness>,
    confirmed: bool,
}

impl Evidence {
    /// The evidence that these people and an inspector's word make. Of more people than are kept, the last count.
    pub fn of(mut witnesses: Vec<Witness>, confirmed: bool) -> Self {
        witnesses.drain(..witnesses.len().saturating_sub(WITNESSES_KEPT));
        Self { witnesses, confirmed }
    }

    /// Who scanned the code, the latest last.
    pub fn witnesses(&self) -> &[Witness] {
        &self.witnesses
    }

    /// Whether an inspector confirmed that there are copies.
    pub const fn confirmed(&self) -> bool {
        self.confirmed
    }

    /// Takes a scan in.
    pub fn see(&mut self, scan: &Scan) {
        let (Some(caller), false) = (scan.caller, scan.channel == ScanChannel::Inspector) else {
            return;
        };
        let mut witness = Witness {
            caller,
            at: scan.at,
            spot: Spot::best(scan.point, scan.place.as_ref(), scan.country),
            found: scan.found.unwrap_or(CodeState::Active),
            wrong_before: scan.wrong_before,
        };
        if let Some(known) = self.witnesses.iter().position(|known| known.caller == caller) {
            let known = self.witnesses.remove(known);
            witness.at = witness.at.max(known.at);
            witness.spot = witness.spot.or(known.spot);
            witness.wrong_before = witness.wrong_before.max(known.wrong_before);
            if witness.found == CodeState::Active {
                witness.found = known.found;
            }
        }
        if self.witnesses.len() == WITNESSES_KEPT {
            self.witnesses.remove(0);
        }
        self.witnesses.push(witness);
    }

    /// Takes an inspector's word in. What was seen before is settled by it: only new evidence counts from then on.
    pub fn close(&mut self, outcome: CaseOutcome) {
        self.witnesses.clear();
        self.confirmed = outcome == CaseOutcome::Confirmed;
    }
}
