//! Whether an action is under way.

use sceau_kernel::Timestamp;

/// Whether an action is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Under {
    /// It is not.
    Idle,
    /// It has been asked for and not been answered.
    Way,
    /// It failed and is tried again at this time.
    Trouble(Timestamp),
}

impl Under {
    /// True when the action may be asked for.
    pub(crate) fn may_begin(self, now: Timestamp) -> bool {
        match self {
            Self::Idle => true,
            Self::Way => false,
            Self::Trouble(until) => until <= now,
        }
    }
}
