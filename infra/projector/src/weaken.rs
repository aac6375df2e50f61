//! Rules that a test can leave out, one at a time, to show that the simulation would notice. Without the cargo feature
//! `weaken` every rule holds, and the compiler sees it.

/// A rule of the read side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// An event that a row includes is not folded into it again.
    RowWatermark,
    /// A projection's checkpoint is written after its rows.
    RowsBeforeCheckpoint,
    /// A reactor's checkpoint stays behind the oldest event whose commands are not answered.
    AnswersBeforeCheckpoint,
    /// A reactor has one command on its way to a stream, and sends them in the order of the log.
    OneCommandAtATime,
}

impl Rule {
    /// Every rule.
    pub const ALL: [Self; 4] =
        [Self::RowWatermark, Self::RowsBeforeCheckpoint, Self::AnswersBeforeCheckpoint, Self::OneCommandAtATime];
}

/// Which rule is left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weaken {
    /// The rule, if there is one.
    #[cfg(feature = "weaken")]
    pub rule: Option<Rule>,
}

impl Weaken {
    #[cfg(feature = "weaken")]
    pub(crate) fn leaves_out(self, rule: Rule) -> bool {
        self.rule == Some(rule)
    }

    #[cfg(not(feature = "weaken"))]
    #[allow(clippy::unused_self, reason = "the same call as with the feature")]
    pub(crate) const fn leaves_out(self, _: Rule) -> bool {
        false
    }
}
