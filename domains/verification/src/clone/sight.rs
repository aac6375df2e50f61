//! A scan beside what was known before it.

use super::{BatchCounts, Evidence, Suspicion, Thresholds, apart, assess};
use crate::Scan;

/// What is known of a code with a new scan of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sight {
    evidence: Evidence,
    far: bool,
}

impl Sight {
    /// Puts a scan beside what was known of its code, `None` for one that was not scanned yet, and writes into it
    /// whether it is the first and whether it first shows the code in places far apart.
    pub fn of(scan: &mut Scan, earlier: Option<&Evidence>, thresholds: &Thresholds) -> Self {
        let mut evidence = earlier.cloned().unwrap_or_default();
        let was_far = apart(&evidence, thresholds).is_some();
        evidence.see(scan);
        let far = apart(&evidence, thresholds).is_some();
        scan.first = earlier.is_none();
        scan.apart = far && !was_far;
        Self { evidence, far }
    }

    /// The evidence with this scan.
    pub const fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    /// Whether the rules need to know of the code's batch: only a code that was itself scanned far apart is judged by it.
    pub const fn concerns_batch(&self) -> bool {
        self.far
    }

    /// Judges, and writes into the scan why its code is suspect, if it is.
    pub fn judge(&self, scan: &mut Scan, batch: BatchCounts, thresholds: &Thresholds) -> Option<Suspicion> {
        scan.suspicion = assess(&self.evidence, batch, thresholds);
        scan.suspicion
    }
}
