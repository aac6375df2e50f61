//! Switches that turn off one rule each. They exist so that the simulation can prove that it would notice; without the
//! cargo feature `weaken` they are constants.

/// Which rules are off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weaken {
    /// A row forgets which events it includes.
    #[cfg(feature = "weaken")]
    pub skip_row_watermark: bool,
    /// The checkpoint is written before the rows.
    #[cfg(feature = "weaken")]
    pub checkpoint_before_rows: bool,
}

#[cfg(feature = "weaken")]
impl Weaken {
    pub(crate) const fn skips_row_watermark(self) -> bool {
        self.skip_row_watermark
    }
    pub(crate) const fn checkpoints_before_rows(self) -> bool {
        self.checkpoint_before_rows
    }
}

#[cfg(not(feature = "weaken"))]
#[allow(clippy::unused_self, reason = "the same calls as with the feature")]
impl Weaken {
    pub(crate) const fn skips_row_watermark(self) -> bool {
        false
    }
    pub(crate) const fn checkpoints_before_rows(self) -> bool {
        false
    }
}
